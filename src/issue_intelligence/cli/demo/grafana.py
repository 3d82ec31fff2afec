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
from typing import Any

SIGNATURE_HEADER = "X-Grafana-Alerting-Signature"
# Go's time without a value: the alert still fires.
_NO_TIME = "0001-01-01T00:00:00Z"
_ROOT = "http://grafana.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """Fires when more than `threshold` requests of a service were answered with one of the statuses."""

    uid: str
    name: str
    service: str
    severity: str
    statuses: range
    threshold: int
    summary: str

    def value(self, log_lines: Iterable[Mapping[str, Any]]) -> int:
        return sum(1 for line in log_lines if line.get("status") in self.statuses)


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

    def resolved(self, now: datetime) -> "Episode":
        return replace(self, ends_at=now)


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
