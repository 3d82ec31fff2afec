"""What an alert itself says in numbers: how many errors, in which span, at which endpoints."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from issue_intelligence.core.model.alert import Alert, AlertMetrics, MonitoringFault

DEFAULT_WINDOW = "5m"

_WINDOW_NAMES = ("window", "time_window", "timeWindow", "interval")
# As Prometheus and Go write a span: "5m", "1h30m".
_DURATION = re.compile(r"(?:\d{1,6}(?:ms|[smhdwy])){1,4}", re.ASCII)
# The range of a query: "[5m]", or "[5m:1m]" of a subquery.
_QUERY_RANGE = re.compile(r"\[((?:\d{1,6}(?:ms|[smhdwy])){1,4})(?::[^\]]{0,20})?\]", re.ASCII)
_PROSE = re.compile(
    r"\b(?:in|over|within|during|last|past)\s{1,3}(?:the\s{1,3})?(?:(?:last|past)\s{1,3})?"
    r"(\d{1,5})\s{0,2}(s|m|h|d|sec|second|min|minute|hour|day)s?\b",
    re.ASCII | re.IGNORECASE,
)
# Texts are read this far; a rule is shorter.
_READ_CHARACTERS = 8_192

# Names of a value that can mean nothing else. Grafana's usual names A, B, C mean whatever
# the rule's author made them, so they say nothing.
_ERROR_COUNT_NAMES = frozenset(
    {"errors", "errorcount", "errorscount", "counterrors", "errortotal", "errorstotal", "totalerrors"}
    | {"exceptions", "exceptioncount", "exceptionscount", "failures", "failurecount"}
)

_ENDPOINT_LABELS = ("endpoint", "path", "route", "handler", "uri", "url_path", "http_route")


def alert_metrics(alert: Alert, fault: MonitoringFault | None) -> AlertMetrics:
    """Read the alert's own numbers; a fault of the monitoring makes its values meaningless."""
    return AlertMetrics(
        error_count=None if fault is not None else error_count(alert.values),
        time_window=time_window(alert),
        affected_endpoints=affected_endpoints(alert.labels),
    )


def error_count(values: Mapping[str, float] | None) -> float | None:
    """Give the number of errors if one of the values is named after it ("errors", "error_count"), else None.

    Between 0 and 1 it is a ratio whatever its name, and below 0 it is Grafana's sign for no data.
    A fraction above 1 is kept: `increase()` extrapolates.
    """
    for name in sorted(values or ()):
        value = (values or {})[name]
        plain = re.sub(r"[^a-z]", "", name.casefold())
        if plain in _ERROR_COUNT_NAMES and (value == 0 or value >= 1):
            return value
    return None


def time_window(alert: Alert) -> str:
    """Find the span the rule looks at: as annotations or labels say, in its query, in its text, else "5m"."""
    for texts in (alert.annotations, alert.labels):
        for name in _WINDOW_NAMES:
            if _DURATION.fullmatch(value := texts.get(name, "").strip()):
                return value
    prose = [alert.annotations.get(name, "") for name in ("summary", "description", "message")]
    # The rule's link carries its query, encoded for a URL.
    queries = [unquote(alert.generator_url[:_READ_CHARACTERS]), *prose]
    return _first_range(queries) or _first_span(prose) or DEFAULT_WINDOW


def affected_endpoints(labels: Mapping[str, str]) -> tuple[str, ...]:
    """Give the endpoint that the labels name, as "POST /api/orders" when they also name the method.

    Kubernetes uses `endpoint` for the name of a port, so only a path counts.
    """
    path = next((value for name in _ENDPOINT_LABELS if (value := labels.get(name, "")).startswith("/")), "")
    method = labels.get("method", "").upper()
    if not path:
        return ()
    return (f"{method} {path}",) if method.isalpha() and method.isascii() else (path,)


def _first_range(texts: Iterable[str]) -> str:
    found = (_QUERY_RANGE.search(text[:_READ_CHARACTERS]) for text in texts)
    return next((match[1] for match in found if match), "")


def _first_span(texts: Iterable[str]) -> str:
    found = (_PROSE.search(text[:_READ_CHARACTERS]) for text in texts)
    return next((f"{int(match[1])}{match[2][0].lower()}" for match in found if match), "")
