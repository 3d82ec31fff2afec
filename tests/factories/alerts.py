"""Alerts for tests: what a test does not name is an ordinary firing alert of Grafana."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from issue_intelligence.core.model.alert import Alert, AlertSource, AlertStatus

STARTS_AT = datetime(2026, 11, 23, 10, 50, tzinfo=UTC)

_ORDINARY = Alert(
    id="0123456789abcdef0123456789abcdef",
    source=AlertSource.GRAFANA,
    org_id="1",
    fingerprint="9f1d0c2a4b6e8f01",
    status=AlertStatus.FIRING,
    labels={"alertname": "HighErrorRate"},
    annotations={},
    starts_at=STARTS_AT,
)


def an_alert(**changes: Any) -> Alert:
    return replace(_ORDINARY, **changes)
