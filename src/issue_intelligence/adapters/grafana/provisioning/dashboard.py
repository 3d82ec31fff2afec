"""A dashboard of the services: what their alert rules measure, their logs, and how we are doing ourselves."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from issue_intelligence.adapters.grafana.provisioning.kinds import KINDS, AlertKind, Selection, selection_of
from issue_intelligence.adapters.grafana.provisioning.rules import FOLDER, DataSources
from issue_intelligence.core.model.service import Service

UID = "issue-intelligence"
# Grafana's grid is 24 wide.
_WIDTH, _HEIGHT = 8, 7
_COLUMNS = 24 // _WIDTH
_OURS = (
    ("Alerts acknowledged a minute", "sum(rate(issue_intelligence_alerts_received_total[5m])) * 60"),
    ("Waiting to be dispatched", "max(issue_intelligence_backlog_events)"),
    ("Issue actions an hour", "sum by (action) (increase(issue_intelligence_issue_actions_total[1h]))"),
)


def dashboards_document(folder: str) -> dict[str, Any]:
    """Give the file that tells Grafana where dashboards lie; `folder` is a path on Grafana's machine."""
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": FOLDER,
                "orgId": 1,
                "folder": FOLDER,
                "type": "file",
                "options": {"path": folder},
            }
        ],
    }


def dashboard(services: Sequence[Service], sources: DataSources) -> dict[str, Any]:
    """Give the dashboard's JSON model."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, group in _groups(services, sources):
        panels.append({"type": "row", "title": title, "gridPos": _place(top, 0, width=24, height=1)})
        top += 1
        for place, panel in enumerate(group):
            row, column = divmod(place, _COLUMNS)
            panels.append({**panel, "gridPos": _place(top + row * _HEIGHT, column * _WIDTH)})
        top += -(-len(group) // _COLUMNS) * _HEIGHT
    ids = count(1)
    return {
        "uid": UID,
        "title": "Services and their alerts",
        "schemaVersion": 39,
        "tags": ["issue-intelligence"],
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "1m",
        "panels": [{**panel, "id": next(ids)} for panel in panels],
    }


def _groups(services: Sequence[Service], sources: DataSources) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for service in services:
        yield service.name, list(_service_panels(service, sources))
    if sources.prometheus:
        panels = [_graph(title, "prometheus", sources.prometheus, expr) for title, expr in _OURS]
        yield "Issue Intelligence itself", panels


def _service_panels(service: Service, sources: DataSources) -> Iterator[dict[str, Any]]:
    selection = selection_of(service, sources.limits)
    for kind in KINDS:
        panel = _kind_panel(kind, selection, sources)
        if panel is not None:
            yield panel
    if sources.loki:
        errors = f'{{{selection.stream}}} | detected_level=~"error|fatal|critical"'
        yield {**_panel("Errors in the log", "loki", sources.loki, errors), "type": "logs"}


def _kind_panel(kind: AlertKind, selection: Selection, sources: DataSources) -> dict[str, Any] | None:
    if sources.prometheus and kind.on_metrics is not None:
        panel = _graph(kind.name, "prometheus", sources.prometheus, kind.on_metrics(selection))
    elif sources.loki:
        panel = _graph(kind.name, "loki", sources.loki, kind.on_logs(selection))
    else:
        return None
    steps = [{"color": "green", "value": None}, {"color": "red", "value": kind.threshold}]
    panel["fieldConfig"] = {
        "defaults": {
            "thresholds": {"mode": "absolute", "steps": steps},
            "custom": {"thresholdsStyle": {"mode": "line"}},
        },
        "overrides": [],
    }
    return panel


def _graph(title: str, kind: str, uid: str, expr: str) -> dict[str, Any]:
    return {**_panel(title, kind, uid, expr), "type": "timeseries"}


def _panel(title: str, kind: str, uid: str, expr: str) -> dict[str, Any]:
    source = {"type": kind, "uid": uid}
    return {
        "title": title,
        "datasource": source,
        "targets": [{"refId": "A", "datasource": source, "expr": expr, "queryType": "range"}],
    }


def _place(y: int, x: int, *, width: int = _WIDTH, height: int = _HEIGHT) -> dict[str, int]:
    return {"x": x, "y": y, "w": width, "h": height}
