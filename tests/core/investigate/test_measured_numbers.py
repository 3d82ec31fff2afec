"""Numbers of several sources: the first that knows one gives it, and says itself what is usual."""

import pytest

from issue_intelligence.core.investigate.metrics import metrics_from
from issue_intelligence.core.model.logs import RequestStats
from issue_intelligence.core.model.measured import Measured, Measurement
from tests.core.decide.factories import context, logs

LOGGED = logs(requests=RequestStats(total=10, status_codes={"200": 9, "500": 1}, mean_duration_ms=250.0))
BEFORE_IN_LOGS = logs(requests=RequestStats(total=10, status_codes={"200": 10}, mean_duration_ms=100.0))


def prometheus(now: Measured, *before: Measured) -> Measurement:
    return Measurement(source="Prometheus", now=now, before=before)


def test_first_source_that_knows_a_number_gives_it() -> None:
    measured = [prometheus(Measured(error_rate=0.3, request_count=400))]
    found = metrics_from(LOGGED, context(), None, measured=measured)
    assert (found.error_rate, found.request_count, found.mean_response_seconds) == (0.3, 400, 0.25)
    assert "error rate: Prometheus" in found.sources
    assert "requests: Prometheus" in found.sources
    assert "mean response time: logs" in found.sources


def test_number_that_a_source_measured_wins_over_the_alerts() -> None:
    found = metrics_from(
        None, context("HighErrorRatio"), {"A": 0.9}, measured=[prometheus(Measured(error_rate=0.3))]
    )
    assert found.error_rate == 0.3


def test_unknown_numbers_of_all_sources_stay_unknown() -> None:
    found = metrics_from(None, context(), None, measured=[prometheus(Measured())])
    assert found.error_rate is found.request_count is found.mean_response_seconds is None
    assert found.baseline_error_rate is None
    assert found.sources == ()


def test_baseline_is_the_mean_of_what_the_same_source_says_of_earlier_windows() -> None:
    measured = [
        prometheus(
            Measured(error_rate=0.3, mean_response_seconds=2.0),
            Measured(error_rate=0.1, mean_response_seconds=0.5),
            # It knew no response time that day.
            Measured(error_rate=0.2),
        )
    ]
    found = metrics_from(LOGGED, context(), None, baselines=[BEFORE_IN_LOGS], measured=measured)
    assert found.baseline_error_rate == pytest.approx(0.15)
    assert found.baseline_response_seconds == pytest.approx(0.5)
    assert "error rate: Prometheus (2 earlier windows to compare)" in found.sources


def test_numbers_of_different_sources_are_never_compared() -> None:
    """The logs know what is usual, but Prometheus, which gave the numbers, does not."""
    measured = [prometheus(Measured(error_rate=0.3, mean_response_seconds=2.0))]
    found = metrics_from(LOGGED, context(), None, baselines=[BEFORE_IN_LOGS], measured=measured)
    assert found.baseline_error_rate is None
    assert found.baseline_response_seconds is None


def test_alerts_own_time_is_not_compared_with_the_logs() -> None:
    slow = context("HighLatency", summary="mean latency above 3s")
    found = metrics_from(logs(), slow, {"A": 3.4}, baselines=[BEFORE_IN_LOGS])
    assert (found.mean_response_seconds, found.baseline_response_seconds) == (3.4, None)


def test_logs_compare_with_earlier_logs() -> None:
    found = metrics_from(LOGGED, context(), None, baselines=[BEFORE_IN_LOGS])
    assert (found.error_rate, found.baseline_error_rate) == (0.1, 0.0)
    assert found.baseline_response_seconds == pytest.approx(0.1)


def test_count_of_requests_is_never_of_another_source_than_the_rate() -> None:
    found = metrics_from(LOGGED, context(), None, measured=[prometheus(Measured(error_rate=0.3))])
    assert found.request_count is None
