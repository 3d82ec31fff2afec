"""Grafana webhook bodies in the size and shape that Grafana sends."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

# As long as a fingerprint of Grafana, so that every body of one template has the same length.
_MARK = "f1f1f1f1f1f1f1f1"
_URL = "https://grafana.example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleAlert:
    service: str = "shop"
    alert_name: str = "HighErrorRate"
    fingerprint: str = _MARK
    starts_at: str = "2026-11-23T10:50:00Z"


def grafana_body(alerts: Sequence[SampleAlert]) -> bytes:
    body = {
        "receiver": "issue-intelligence",
        "status": "firing",
        "alerts": [_alert(alert) for alert in alerts],
        "groupLabels": {"alertname": alerts[0].alert_name},
        "commonLabels": {"alertname": alerts[0].alert_name, "severity": "critical"},
        "commonAnnotations": {},
        "externalURL": f"{_URL}/",
        "version": "1",
        "groupKey": '{}:{alertname="' + alerts[0].alert_name + '"}',
        "truncatedAlerts": 0,
        "orgId": 1,
        "title": f"[FIRING:{len(alerts)}] {alerts[0].alert_name}",
        "state": "alerting",
        "message": "**Firing**\n\nValue: A=0.083, C=1",
    }
    return json.dumps(body, separators=(",", ":")).encode()


def request_head(path: str, body_bytes: int) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {body_bytes}\r\n\r\n".encode()


def distinct_requests(path: str, alerts: int, *, seed: int) -> Iterator[bytes]:
    """Give endless requests of `alerts` alerts each; no two alerts of one seed share their fingerprint."""
    body = grafana_body([SampleAlert()] * alerts)
    request = request_head(path, len(body)) + body
    template = request.replace(b"%", b"%%").replace(_MARK.encode(), b"%016x")
    numbers = count(seed << 40)
    while True:
        yield template % tuple(next(numbers) for _ in range(alerts))


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _alert(alert: SampleAlert) -> dict[str, object]:
    labels = {
        "alertname": alert.alert_name,
        "grafana_folder": "Production",
        "service": alert.service,
        "severity": "critical",
        "environment": "production",
    }
    return {
        "status": "firing",
        "labels": labels,
        "annotations": {
            "summary": f"Error rate of {alert.service} above 5 %",
            "description": "5xx ratio over 5 minutes",
            "runbook_url": "https://runbooks.example.com/high-error-rate",
        },
        "startsAt": alert.starts_at,
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": f"{_URL}/alerting/grafana/err-rate-01/view?orgId=1",
        "fingerprint": alert.fingerprint,
        "silenceURL": f"{_URL}/alerting/silence/new?alertmanager=grafana"
        f"&matcher=environment%3Dproduction&matcher=service%3D{alert.service}&orgId=1",
        "dashboardURL": f"{_URL}/d/svc-overview?from=1795427400000&orgId=1&to=1795431300000",
        "panelURL": f"{_URL}/d/svc-overview?from=1795427400000&orgId=1&to=1795431300000&viewPanel=4",
        "ruleUID": "err-rate-01",
        "values": {"A": 0.083, "C": 1},
        "valueString": f"[ var='A' labels={{service={alert.service}}} value=0.083 ]",
        "orgId": 1,
    }
