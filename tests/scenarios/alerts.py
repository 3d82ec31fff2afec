"""Webhook bodies as Grafana and Alertmanager send them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.scenarios.log import iso

NEVER = "0001-01-01T00:00:00Z"


def grafana(
    start: datetime,
    labels: Mapping[str, str],
    *,
    summary: str = "",
    description: str = "",
    values: Mapping[str, float] | None = None,
    resolved_at: datetime | None = None,
    annotations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Give a body with one alert; Join bodies with `together`."""
    status = "resolved" if resolved_at else "firing"
    told = {"summary": summary, "description": description, **(annotations or {})}
    alert = {
        "status": status,
        "labels": dict(labels),
        "annotations": {name: text for name, text in told.items() if text},
        "startsAt": iso(start),
        "endsAt": iso(resolved_at) if resolved_at else NEVER,
        "generatorURL": "https://grafana.example.com/alerting/grafana/rule1/view?orgId=1",
        "fingerprint": _fingerprint(labels),
        "silenceURL": "https://grafana.example.com/alerting/silence/new",
        "dashboardURL": "",
        "panelURL": "",
        "values": dict(values) if values is not None else None,
        "valueString": "",
    }
    return {
        "receiver": "issue-intelligence",
        "status": status,
        "orgId": 1,
        "alerts": [alert],
        "groupLabels": {"alertname": labels.get("alertname", "")},
        "commonLabels": dict(labels),
        "commonAnnotations": alert["annotations"],
        "externalURL": "https://grafana.example.com/",
        "version": "1",
        "groupKey": f'{{}}:{{alertname="{labels.get("alertname", "")}"}}',
        "truncatedAlerts": 0,
        "title": "",
        "state": "ok" if resolved_at else "alerting",
        "message": "",
    }


def alertmanager(
    start: datetime,
    labels: Mapping[str, str],
    *,
    summary: str = "",
    description: str = "",
    resolved_at: datetime | None = None,
    annotations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Give a body of Alertmanager's webhook, version 4, with one alert."""
    status = "resolved" if resolved_at else "firing"
    told = {"summary": summary, "description": description, **(annotations or {})}
    alert = {
        "status": status,
        "labels": dict(labels),
        "annotations": {name: text for name, text in told.items() if text},
        "startsAt": iso(start),
        "endsAt": iso(resolved_at) if resolved_at else NEVER,
        "generatorURL": "http://prometheus.example.com:9090/graph?g0.expr=up",
        "fingerprint": _fingerprint(labels),
    }
    return {
        "receiver": "issue-intelligence",
        "status": status,
        "alerts": [alert],
        "groupLabels": {"alertname": labels.get("alertname", "")},
        "commonLabels": dict(labels),
        "commonAnnotations": alert["annotations"],
        "externalURL": "http://alertmanager.example.com:9093",
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{labels.get("alertname", "")}"}}',
        "truncatedAlerts": 0,
    }


def together(*bodies: Mapping[str, Any]) -> dict[str, Any]:
    """Put the alerts of several bodies into the first one, as a sender does for a group."""
    first = dict(bodies[0])
    first["alerts"] = [alert for body in bodies for alert in body["alerts"]]
    return first


def _fingerprint(labels: Mapping[str, str]) -> str:
    text = "\n".join(f"{name}={labels[name]}" for name in sorted(labels))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
