"""Stands in for Grafana: counts what its rules watch in the shop's logs, and sends alerts as Grafana does.

The form is that of the webhook contact point, version 1, signed with HMAC
(grafana/alerting receivers/webhook/v1/webhook.go, http/hmac.go).
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.local_http import ask
from issue_intelligence.ports.clock import Clock

SIGNATURE_HEADER = "X-Grafana-Alerting-Signature"
# Go's time without a value: the alert still fires.
_NO_TIME = "0001-01-01T00:00:00Z"
_ROOT = "http://grafana.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """Fires when more than `threshold` requests of a service failed, or were slow.

    Failed is what was answered with one of the statuses; slow is what took longer than `slow_ms`.
    """

    uid: str
    name: str
    service: str
    severity: str
    threshold: int
    summary: str
    statuses: range = range(0)
    slow_ms: float | None = None

    def value(self, log_lines: Iterable[Mapping[str, Any]]) -> int:
        return sum(map(self._counts, log_lines))

    def _counts(self, line: Mapping[str, Any]) -> bool:
        slow = self.slow_ms is not None and line.get("duration_ms", 0) > self.slow_ms
        return slow or line.get("status") in self.statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One firing of a rule, from its start to its end."""

    rule: AlertRule
    starts_at: datetime
    value: int
    # None while it fires.
    ends_at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        labels = json.dumps(_labels(self.rule), sort_keys=True)
        return hashlib.sha256(labels.encode()).hexdigest()[:16]


class GrafanaStandIn:
    """Watches the shop's logs. Its five minutes are as long as a scene."""

    def __init__(self, *, webhook_url: str, secret: str, logs: Path, clock: Clock) -> None:
        self._webhook_url = webhook_url
        self._secret = secret
        self._logs = logs
        self._clock = clock
        # How much of each log belongs to earlier windows, in bytes.
        self._read: dict[str, int] = {}

    def evaluate(self, rule: AlertRule) -> Episode | None:
        """Count what was logged since the last look; None while that is within the threshold."""
        value = self._count(rule)
        if value <= rule.threshold:
            return None
        return Episode(rule=rule, starts_at=self._clock.now(), value=value)

    def _count(self, rule: AlertRule) -> int:
        with (self._logs / f"{rule.service}.log").open("rb") as log:
            log.seek(self._read.get(rule.service, 0))
            lines = log.read().splitlines()
            self._read[rule.service] = log.tell()
        return rule.value(json.loads(line) for line in lines)

    def resolve(self, episode: Episode) -> Episode:
        return replace(episode, ends_at=self._clock.now())

    def notify(self, episode: Episode) -> str:
        """Send the alert; give the id under which the service keeps it. Raises DemoError."""
        body = webhook_body(episode)
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature(body, self._secret)}
        answer = ask("POST", self._webhook_url, body=body, headers=headers)
        alert_id = answer.document().get("alertId") if answer.status == 200 else None
        if not isinstance(alert_id, str):
            raise DemoError(f"the service did not take the alert: {answer.status} {answer.text[:300]}")
        return alert_id


def webhook_body(episode: Episode) -> bytes:
    """Write the notification of one alert."""
    rule, labels = episode.rule, _labels(episode.rule)
    annotations = _annotations(episode)
    firing = episode.ends_at is None
    status = "firing" if firing else "resolved"
    return json.dumps(
        {
            "receiver": "issue-intelligence",
            "status": status,
            "orgId": 1,
            "alerts": [_alert(episode, status)],
            "groupLabels": {"alertname": rule.name, "grafana_folder": "shop"},
            "commonLabels": labels,
            "commonAnnotations": annotations,
            "externalURL": f"{_ROOT}/",
            "appVersion": "13.1.0",
            "version": "1",
            "groupKey": f'{{}}/{{}}:{{alertname="{rule.name}", grafana_folder="shop"}}',
            "truncatedAlerts": 0,
            "title": f"[{status.upper()}:1] {rule.name} shop ({rule.service} {rule.severity})",
            "state": "alerting" if firing else "ok",
            "message": annotations["summary"],
        }
    ).encode()


def signature(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _alert(episode: Episode, status: str) -> dict[str, Any]:
    rule, count = episode.rule, episode.value if episode.ends_at is None else 0
    return {
        "status": status,
        "labels": _labels(rule),
        "annotations": _annotations(episode),
        "startsAt": _written(episode.starts_at),
        "endsAt": _written(episode.ends_at) if episode.ends_at else _NO_TIME,
        "generatorURL": f"{_ROOT}/alerting/grafana/{rule.uid}/view?orgId=1",
        "fingerprint": episode.fingerprint,
        "silenceURL": (
            f"{_ROOT}/alerting/silence/new?alertmanager=grafana"
            f"&matcher=__alert_rule_uid__%3D{rule.uid}&orgId=1"
        ),
        "dashboardURL": "",
        "panelURL": "",
        "ruleUID": rule.uid,
        "values": {"A": count, "C": 1 if episode.ends_at is None else 0},
        "valueString": f"[ var='A' labels={{service={rule.service}}} value={count} ]",
        "orgId": 1,
    }


def _labels(rule: AlertRule) -> dict[str, str]:
    return {
        "alertname": rule.name,
        "environment": "demo",
        "grafana_folder": "shop",
        "service": rule.service,
        "severity": rule.severity,
    }


def _annotations(episode: Episode) -> dict[str, str]:
    rule = episode.rule
    return {
        "summary": f"{rule.summary}: {episode.value} in 5 minutes",
        "description": f"More than {rule.threshold} in the last 5 minutes.",
    }


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
