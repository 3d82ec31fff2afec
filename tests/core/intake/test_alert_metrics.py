import pytest

from issue_intelligence.core.intake.alert_metrics import (
    affected_endpoints,
    alert_metrics,
    error_count,
    time_window,
)
from issue_intelligence.core.model.alert import Alert, MonitoringFault
from tests.factories.alerts import an_alert


@pytest.mark.parametrize(
    ("values", "count"),
    [
        (None, None),
        ({}, None),
        # Grafana's usual names mean whatever the author made them.
        ({"A": 12.0, "C": 1.0}, None),
        ({"errors": 12.0}, 12.0),
        ({"error_count": 12.0, "C": 1.0}, 12.0),
        ({"errorCount": 0.0}, 0.0),
        # `increase()` extrapolates.
        ({"errors": 10.34}, 10.34),
        # A ratio, and Grafana's sign for no data.
        ({"errors": 0.083}, None),
        ({"errors": -1.0}, None),
        ({"error_rate": 12.0}, None),
        ({"count": 12.0}, None),
    ],
)
def test_error_count_needs_a_name_that_says_so(values: dict[str, float] | None, count: float | None) -> None:
    assert error_count(values) == count


def test_a_fault_of_the_monitoring_has_no_error_count() -> None:
    alert = an_alert(values={"errors": 12.0})
    assert alert_metrics(alert, None).error_count == 12.0
    assert alert_metrics(alert, MonitoringFault.NO_DATA).error_count is None


LOKI_EXPLORE = "http://127.0.0.1:3200/explore?left=%7B%22expr%22%3A%22count%28%7Bapp%3D%5C%22shop%5C%22%7D%5B20s%5D%29%22%7D"


@pytest.mark.parametrize(
    ("alert", "window"),
    [
        (an_alert(annotations={"window": "15m"}), "15m"),
        (an_alert(labels={"window": "1h30m"}), "1h30m"),
        # Not a span.
        (an_alert(annotations={"window": "soon"}), "5m"),
        # The query in the rule's link, as a real Loki writes it.
        (an_alert(generator_url=LOKI_EXPLORE), "20s"),
        (an_alert(generator_url="http://prometheus/graph?g0.expr=rate(x[10m:1m])"), "10m"),
        (an_alert(annotations={"description": "rate(http_requests_total[2m]) is high"}), "2m"),
        # Prose.
        (an_alert(annotations={"description": "5xx ratio over 10 minutes"}), "10m"),
        (an_alert(annotations={"summary": "payments logged 10 error lines in 20s"}), "20s"),
        (an_alert(annotations={"summary": "12 errors in the last 2 hours"}), "2h"),
        # How long a rule waits, or what took 2 seconds, is no window.
        (an_alert(annotations={"description": "p99 above 2s for 7m"}), "5m"),
        (an_alert(annotations={"summary": "disk[0] is full"}), "5m"),
        (an_alert(), "5m"),
    ],
)
def test_time_window_is_found(alert: Alert, window: str) -> None:
    assert time_window(alert) == window


@pytest.mark.parametrize(
    ("labels", "endpoints"),
    [
        ({"path": "/api/orders", "method": "post"}, ("POST /api/orders",)),
        ({"route": "/api/orders"}, ("/api/orders",)),
        ({"path": "/x", "method": "P T\n"}, ("/x",)),
        # Kubernetes' name of a port.
        ({"endpoint": "http-metrics"}, ()),
        ({"method": "GET"}, ()),
    ],
)
def test_affected_endpoint_is_a_path(labels: dict[str, str], endpoints: tuple[str, ...]) -> None:
    assert affected_endpoints(labels) == endpoints
