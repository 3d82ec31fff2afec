"""Webhook bodies for tests: real captures, and small bodies that a test may spoil."""

import json
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parents[1] / "payloads"


def grafana_example(name: str) -> bytes:
    examples: dict[str, Any] = json.loads((PAYLOADS / "grafana-examples.json").read_text(encoding="utf-8"))
    return json.dumps(examples[name]).encode()


def captured_body(file_name: str) -> bytes:
    """The bytes that a real Alertmanager sent."""
    captured: dict[str, Any] = json.loads((PAYLOADS / file_name).read_text(encoding="utf-8"))
    return str(captured["body_raw"]).encode()


def raw_alert(**changes: Any) -> dict[str, Any]:
    """One alert as it is sent; a change to None takes the field away."""
    alert: dict[str, Any] = {
        "status": "firing",
        "labels": {"alertname": "HighErrorRate", "service": "api"},
        "annotations": {"summary": "too many errors"},
        "startsAt": "2026-11-23T10:50:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": "9f1d0c2a4b6e8f01",
    }
    alert.update(changes)
    return {name: value for name, value in alert.items() if value is not None}


def body_of(*alerts: Any, **envelope: Any) -> bytes:
    return json.dumps({"receiver": "issues", "orgId": 1, "alerts": list(alerts), **envelope}).encode()
