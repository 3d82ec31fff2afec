"""Pushes as Locomotive sends them: one stream a line, metadata as text."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ns(at: datetime, *, plus: int = 0) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1_000 + plus


def app_line(
    service: str, at_ns: int, text: str, metadata: Mapping[str, str] | None = None, **labels: str
) -> dict[str, Any]:
    """One line of a deployment's own log."""
    return _stream(service, at_ns, text, metadata or {}, {"log_type": "environment", **labels})


def http_line(  # noqa: PLR0917
    service: str, at_ns: int, path: str, status: int, duration_ms: int, method: str = "GET", **metadata: str
) -> dict[str, Any]:
    """One line of Railway's HTTP log: the text is the path."""
    beside = {
        "requestId": f"r{at_ns}",
        "method": method,
        "host": "api.example.org",
        "httpStatus": str(status),
        "totalDuration": str(duration_ms),
        "srcIp": "192.0.2.7",
        **metadata,
    }
    return _stream(service, at_ns, path, beside, {"log_type": "http"})


def _stream(
    service: str, at_ns: int, text: str, metadata: Mapping[str, str], labels: Mapping[str, str]
) -> dict[str, Any]:
    stream = {
        "project_name": "demo",
        "environment_name": "production",
        "service_name": service,
        "deployment_id": "44444444-4444-4444-4444-444444444444",
        "service_namespace": "demo",
        **labels,
    }
    return {"stream": stream, "values": [[str(at_ns), text, dict(metadata)]]}
