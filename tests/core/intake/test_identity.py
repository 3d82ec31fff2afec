from datetime import UTC, datetime, timedelta, timezone

import pytest

from issue_intelligence.core.intake.identity import alert_id, label_fingerprint
from issue_intelligence.core.intake.incident_key import incident_key
from issue_intelligence.core.model.alert import AlertSource
from tests.factories.alerts import STARTS_AT

GRAFANA = AlertSource.GRAFANA


def test_a_resend_has_the_same_id_whatever_its_time_zone() -> None:
    berlin = STARTS_AT.astimezone(timezone(timedelta(hours=1)))
    assert alert_id(GRAFANA, "1", "f", STARTS_AT) == alert_id(GRAFANA, "1", "f", berlin)


def test_every_part_makes_another_episode() -> None:
    ids = {
        alert_id(GRAFANA, "1", "f", STARTS_AT),
        alert_id(AlertSource.ALERTMANAGER, "1", "f", STARTS_AT),
        alert_id(GRAFANA, "2", "f", STARTS_AT),
        alert_id(GRAFANA, "1", "g", STARTS_AT),
        # The least that a timestamp can differ.
        alert_id(GRAFANA, "1", "f", STARTS_AT + timedelta(microseconds=1)),
        # The same letters, split elsewhere.
        alert_id(GRAFANA, "1f", "", STARTS_AT),
    }
    assert len(ids) == 6


def test_id_is_stored_so_it_never_changes() -> None:
    assert alert_id(GRAFANA, "1", "9f1d0c2a4b6e8f01", STARTS_AT) == "9a2b40e99c9b40723ac47d5387444b8a"
    assert label_fingerprint({"alertname": "x"}) == "7bb22e7982f09e3a"
    assert incident_key("api", "production", "HighErrorRate") == "347123928adcd4c5d1afbecac4528599"


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TypeError):
        alert_id(GRAFANA, "1", "f", datetime(2026, 11, 23))  # noqa: DTZ001


def test_dates_at_both_ends_of_the_calendar_have_ids() -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    assert alert_id(GRAFANA, "1", "f", first) != alert_id(GRAFANA, "1", "f", last)


def test_fingerprint_ignores_order_and_empty_labels() -> None:
    fingerprint = label_fingerprint({"a": "1", "b": "2"})
    assert fingerprint == label_fingerprint({"b": "2", "a": "1", "c": ""})
    assert len(fingerprint) == 16


def test_fingerprint_tells_names_from_values() -> None:
    assert label_fingerprint({"a": "b"}) != label_fingerprint({"b": "a"})
    assert label_fingerprint({"a": "1", "b": "2"}) != label_fingerprint({"a": "1b2"})


def test_incident_key_depends_on_service_environment_and_name() -> None:
    keys = {
        incident_key("api", "production", "HighErrorRate"),
        incident_key("web", "production", "HighErrorRate"),
        incident_key("api", "staging", "HighErrorRate"),
        incident_key("api", "production", "HighLatency"),
        incident_key("apiproduction", "", "HighErrorRate"),
    }
    assert len(keys) == 5
    assert {len(key) for key in keys} == {32}
