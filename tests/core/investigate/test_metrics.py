"""The numbers of the window; what nobody knows stays unknown."""

from dataclasses import replace

import pytest

from issue_intelligence.core.investigate.metrics import metrics_from
from issue_intelligence.core.model.logs import EndpointCount, RequestStats
from tests.core.decide.factories import context, logs, pattern


@pytest.mark.parametrize(
    ("requests", "rate"),
    [
        (RequestStats(total=200, status_codes={"200": 150, "404": 40, "500": 8, "503": 2}), 0.05),
        (RequestStats(total=10, status_codes={"200": 10}), 0.0),
        # Without a total the rate is unknown, never 0 or 1.
        (RequestStats(total=0), None),
        (RequestStats(total=12), None),
        (None, None),
        # A total below its parts is a source's mistake; no rate is above 1.
        (RequestStats(total=5, status_codes={"500": 9}), 1.0),
    ],
)
def test_error_rate_is_failed_of_all_requests(requests: RequestStats | None, rate: float | None) -> None:
    assert metrics_from(logs(requests=requests), context(), None).error_rate == rate


def test_errors_at_an_endpoint_beside_good_requests_only_leave_the_rate_unknown() -> None:
    good = RequestStats(total=12, status_codes={"200": 12})
    failing = replace(logs(requests=good), affected_endpoints=(EndpointCount(endpoint="POST /a", count=4),))
    assert metrics_from(failing, context(), None).error_rate is None


def test_requests_are_counted_by_class_with_429_apart() -> None:
    requests = RequestStats(total=9, status_codes={"200": 3, "404": 2, "401": 1, "429": 2, "500": 1})
    found = metrics_from(logs(requests=requests), context(), None)
    assert found.requests_by_status == {"2xx": 3, "4xx": 3, "429": 2, "5xx": 1}
    assert found.request_count == 9


def test_without_logs_only_the_alert_speaks() -> None:
    found = metrics_from(None, context(error_count=25.0, time_window="5m"), None)
    assert (found.error_count, found.errors_in_five_minutes) == (25, 25)
    assert found.request_count is found.error_rate is found.mean_response_seconds is None
    assert found.sources == ("error count: alert values", "errors in five minutes: alert values")


def test_larger_of_log_and_alert_counts() -> None:
    more_in_log = metrics_from(logs(pattern("boom", 30)), context(error_count=25.0), None)
    more_in_alert = metrics_from(logs(pattern("boom", 3)), context(error_count=25.0), None)
    assert more_in_log.error_count == 30
    assert "error count: logs" in more_in_log.sources
    assert more_in_alert.error_count == 25
    assert "error count: alert values" in more_in_alert.sources


@pytest.mark.parametrize(
    ("window", "in_five_minutes"),
    [
        ("5m", 25),
        ("60s", 25),
        # Errors of an hour say nothing about any five minutes of it.
        ("1h", None),
        ("", None),
        ("soon", None),
    ],
)
def test_alerts_count_is_sustained_only_if_its_window_is_short(
    window: str, in_five_minutes: int | None
) -> None:
    assert metrics_from(None, context(error_count=25.0, time_window=window), None).errors_in_five_minutes == (
        in_five_minutes
    )


@pytest.mark.parametrize("count", [None, float("nan"), float("inf"), -1.0])
def test_count_that_is_no_number_is_unknown(count: float | None) -> None:
    assert metrics_from(None, context(error_count=count), None).error_count is None


@pytest.mark.parametrize(
    ("name", "summary", "values", "rate"),
    [
        ("HighErrorRatio", "", {"A": 0.12, "C": 1.0}, 0.12),
        ("ErrorsPercent", "", {"B": 12.0}, 0.12),
        ("HighErrorRate", "5xx are 12% of all requests", {"B": 12.0, "C": 1.0}, 0.12),
        # 0.12 may be the ratio of a rule whose text speaks of percent, so it is neither.
        ("HighErrorRate", "more than 5 % of requests failed", {"A": 0.12, "C": 1.0}, None),
        # May be errors a second.
        ("HighErrorRate", "", {"A": 0.12}, None),
        # A share of memory is no error rate.
        ("HighMemoryPercent", "", {"A": 93.0}, None),
        # Two measured values: nobody knows which one.
        ("HighErrorRatio", "", {"A": 0.12, "B": 0.4}, None),
        # No ratio is above 1.
        ("HighErrorRatio", "", {"A": 12.0}, None),
        ("HighErrorRatio", "", {"A": float("nan")}, None),
        ("HighErrorRatio", "", None, None),
    ],
)
def test_alerts_value_is_an_error_rate_only_if_its_words_say_so(
    name: str, summary: str, values: dict[str, float] | None, rate: float | None
) -> None:
    assert metrics_from(None, context(name, summary=summary), values).error_rate == rate


@pytest.mark.parametrize(
    ("name", "summary", "values", "seconds"),
    [
        ("ResponseTimeSeconds", "", {"A": 3.4, "C": 1.0}, 3.4),
        ("HighLatency", "mean latency above 3s", {"A": 3.4}, 3.4),
        ("HighLatency", "p95 is 3400 ms", {"A": 3_400.0}, 3.4),
        # The 60 s are the rule's window.
        ("HighLatency", "above the limit for 60s", {"A": 3_400.0}, None),
        # Both units: nobody knows which one.
        ("HighLatency", "3400 ms, limit 3 s", {"A": 3_400.0}, None),
        ("HighLatency", "", {"A": 3.4}, None),
        # The possessive is no unit.
        ("HighLatency", "the service's answers", {"A": 3_400.0}, None),
        ("QueueSeconds", "", {"A": 3.4}, None),
    ],
)
def test_alerts_value_is_a_response_time_only_if_its_words_say_so(
    name: str, summary: str, values: dict[str, float], seconds: float | None
) -> None:
    assert metrics_from(None, context(name, summary=summary), values).mean_response_seconds == seconds


def test_logs_tell_better_than_values() -> None:
    requests = RequestStats(total=10, status_codes={"500": 1}, mean_duration_ms=250.0)
    found = metrics_from(logs(requests=requests), context("HighErrorRatio"), {"A": 0.9})
    assert found.error_rate == pytest.approx(0.1)
    assert found.mean_response_seconds == pytest.approx(0.25)
    assert "error rate: logs" in found.sources


def test_baseline_is_the_mean_of_complete_earlier_windows() -> None:
    earlier = [logs(pattern("boom", 2)), logs(pattern("boom", 4)), logs(pattern("boom", 99), truncated=True)]
    found = metrics_from(logs(pattern("boom", 9)), context(), None, baselines=earlier)
    assert found.baseline_error_count == pytest.approx(3.0)
    assert found.baseline_response_seconds is None
    assert "baseline: logs of 2 earlier windows" in found.sources
