"""The stand-in's alerts are what the real intake takes for Grafana's."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.cli.demo.alert_rules import CHECKOUT_FAILS, DELIVERY_SLOW, SIGN_INS_FAIL
from issue_intelligence.cli.demo.grafana import (
    SIGNATURE_HEADER,
    Episode,
    GrafanaStandIn,
    signature,
    webhook_body,
)
from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.web.security import IntakeCredentials, authenticate
from tests.factories.webhooks import grafana_example
from tests.fakes.stopped_clock import StoppedClock

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
EPISODE = Episode(rule=CHECKOUT_FAILS, starts_at=NOW, value=14)


def test_firing_alert_is_read_as_grafana_sends_it() -> None:
    parsed = GrafanaFormat().parse(webhook_body(EPISODE))
    assert parsed.rejected == ()
    (alert,) = parsed.alerts
    assert alert.status is AlertStatus.FIRING
    assert alert.starts_at == NOW
    assert alert.ends_at is None
    assert alert.labels["service"] == "checkout"
    assert alert.values == {"A": 14, "C": 1}


def test_resent_alert_has_the_same_id_and_a_new_episode_another() -> None:
    def id_of(episode: Episode) -> str:
        return GrafanaFormat().parse(webhook_body(episode)).alerts[0].id

    resolved = replace(EPISODE, ends_at=NOW + timedelta(seconds=5))
    later = replace(EPISODE, starts_at=NOW + timedelta(seconds=9))
    assert id_of(EPISODE) == id_of(replace(EPISODE, value=20)) == id_of(resolved)
    assert id_of(later) != id_of(EPISODE)


def test_resolved_alert_carries_its_end() -> None:
    end = NOW + timedelta(seconds=5)
    (alert,) = GrafanaFormat().parse(webhook_body(replace(EPISODE, ends_at=end))).alerts
    assert (alert.status, alert.ends_at) == (AlertStatus.RESOLVED, end)


def test_body_has_the_fields_of_a_real_one() -> None:
    ours = json.loads(webhook_body(EPISODE))
    real = json.loads(grafana_example("grafana-v1-firing-two"))
    assert real.keys() - ours.keys() == set()
    assert real["alerts"][0].keys() - ours["alerts"][0].keys() <= {"imageURL", "embeddedImage", "enrichments"}


def test_signature_is_accepted_by_the_intake() -> None:
    body = webhook_body(EPISODE)
    headers = [(SIGNATURE_HEADER.lower().encode(), signature(body, "secret").encode())]
    credentials = IntakeCredentials(hmac_secret="secret")
    assert authenticate(credentials, headers, body, NOW).ok
    assert not authenticate(credentials, headers, body + b" ", NOW).ok


def test_rule_fires_above_its_threshold_and_counts_each_line_once(tmp_path: Path) -> None:
    log = tmp_path / "accounts.log"
    grafana = GrafanaStandIn(webhook_url="", secret="", logs=tmp_path, clock=StoppedClock(NOW))
    line = json.dumps({"status": 401}) + "\n"
    # Exactly the threshold is not more than it; a 500 and a line without status do not count.
    log.write_text(line * SIGN_INS_FAIL.threshold + '{"status": 500}\n{"msg": "hello"}\n')
    assert grafana.evaluate(SIGN_INS_FAIL) is None
    with log.open("a") as more:
        more.write(line * (SIGN_INS_FAIL.threshold + 1))
    episode = grafana.evaluate(SIGN_INS_FAIL)
    assert episode is not None
    assert (episode.value, episode.starts_at) == (SIGN_INS_FAIL.threshold + 1, NOW)


def test_slow_rule_counts_what_took_longer() -> None:
    lines: list[dict[str, Any]] = [
        {"status": 200, "duration_ms": 120.5},
        {"status": 504, "duration_ms": 100},
        {"msg": "hello"},
    ]
    assert DELIVERY_SLOW.value(lines) == 1
