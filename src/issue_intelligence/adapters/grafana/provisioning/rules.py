"""Alert rules of a service catalogue in Grafana's file provisioning (integrations.md 1.9)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from issue_intelligence.adapters.grafana.provisioning.kinds import (
    KINDS,
    AlertKind,
    Limits,
    Selection,
    selection_of,
)
from issue_intelligence.core.model.service import Service
from issue_intelligence.kit.stable_hash import stable_hash

FOLDER = "Issue Intelligence"
_RANGE_SECONDS = 600
_EXPRESSIONS = "__expr__"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSources:
    """Grafana's uids; "" for a data source that is not there. At least one is needed."""

    loki: str = ""
    prometheus: str = ""
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not self.loki and not self.prometheus:
            raise ValueError("rules need a Loki or a Prometheus data source")


def rules_document(
    services: Sequence[Service], sources: DataSources, *, receiver: str | None
) -> dict[str, Any]:
    """Give the file of rules: one group a service, one rule a kind.

    With `receiver` each rule names its contact point itself; None leaves the way to the policy.
    """
    return {
        "apiVersion": 1,
        "groups": [
            {
                "orgId": 1,
                "name": service.name,
                "folder": FOLDER,
                "interval": "1m",
                "rules": list(_rules(service, sources, receiver)),
            }
            for service in services
        ],
    }


def _rules(service: Service, sources: DataSources, receiver: str | None) -> Iterator[dict[str, Any]]:
    selection = selection_of(service, sources.limits)
    for kind in KINDS:
        query = _query(kind, selection, sources)
        if query is not None:
            rule = _rule(kind, service, query)
            if receiver is not None:
                rule["notification_settings"] = {"receiver": receiver}
            yield rule


def _query(kind: AlertKind, selection: Selection, sources: DataSources) -> dict[str, Any] | None:
    """Ask metrics where there are some, since they miss no request; None when no source knows the kind."""
    if sources.prometheus and kind.on_metrics is not None:
        return _data(kind, sources.prometheus, kind.on_metrics(selection), instant={"instant": True})
    if sources.loki:
        return _data(kind, sources.loki, kind.on_logs(selection), instant={"queryType": "instant"})
    return None


def _data(kind: AlertKind, datasource: str, expr: str, *, instant: dict[str, Any]) -> dict[str, Any]:
    return {
        "refId": kind.value,
        "relativeTimeRange": {"from": _RANGE_SECONDS, "to": 0},
        "datasourceUid": datasource,
        "model": {"refId": kind.value, "expr": expr, **instant},
    }


def _rule(kind: AlertKind, service: Service, query: dict[str, Any]) -> dict[str, Any]:
    labels = {
        "severity": kind.severity,
        "service": service.name,
        "component": service.component,
        "environment": service.environment,
    }
    threshold = {"type": "gt", "params": [kind.threshold]}
    return {
        # Stable, so that a file that is written again changes rules instead of adding some. At most 40 signs.
        "uid": f"iis-{stable_hash('rule-1', service.name, kind.name)[:24]}",
        "title": f"{kind.name} {service.name}",
        "condition": "threshold",
        "for": kind.holds_for,
        # Counts of nothing are no series, which is well; a metric that every process has is another thing.
        "noDataState": "NoData" if kind.needs_data and query["model"].get("instant") else "OK",
        "execErrState": "Error",
        "labels": {name: _literal(value) for name, value in labels.items() if value},
        "annotations": {"summary": _literal(kind.summary.format(service=service.name))},
        "data": [
            query,
            {
                "refId": "threshold",
                "datasourceUid": _EXPRESSIONS,
                "model": {
                    "refId": "threshold",
                    "type": "threshold",
                    "expression": kind.value,
                    "conditions": [{"evaluator": threshold}],
                },
            },
        ],
    }


def _literal(text: str) -> str:
    """Keep Grafana from reading a dollar sign as a variable of its environment."""
    return text.replace("$", "$$")
