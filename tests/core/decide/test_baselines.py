"""What is more than twice the usual, by the numbers of whoever measured it."""

from dataclasses import replace

import pytest

from issue_intelligence.core.decide import facts, rules
from issue_intelligence.core.decide.error_signs import any_error, only_client_errors
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.model.evidence import Metrics
from issue_intelligence.core.model.usual import Usual, UsualBasis, UsualMetric
from tests.core.decide.factories import context, given, health, logs, metrics, pattern

ONLY_4XX = {"2xx": 100, "4xx": 60}


def rated(rate: float, usual: float | None, *, requests: int | None = 1_000, source: str = "logs") -> Metrics:
    return replace(
        metrics(rate=rate),
        baseline_error_rate=usual,
        request_count=requests,
        sources=(f"error rate: {source}",),
    )


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (given(metrics=rated(0.2, 0.05)), "20 % of the requests fail, where 5 % is usual"),
        (given(metrics=rated(0.1, 0.05)), None),
        (given(metrics=rated(0.1, 0.0, requests=10)), None),
        (given(metrics=rated(0.2, None)), None),
        # The log's own count is held against the log's baseline, however many the alert counted.
        (given(metrics=metrics(errors=25, baseline_errors=4.0), logs=logs(pattern("boom", 4))), None),
        (
            given(metrics=metrics(errors=9, baseline_errors=4.0), logs=logs(pattern("boom", 9))),
            "9 errors, where 4 are usual",
        ),
    ],
)
def test_above_baseline_names_what_rose(given_: RuleInput, said: str | None) -> None:
    reason = rules.above_baseline(given_)
    assert (reason.text if reason else None) == (said and f"More than twice the baseline: {said}.")


def test_risen_error_rate_is_service_impact() -> None:
    assert facts.service_impact(given(metrics=rated(0.2, 0.05)))
    assert not facts.service_impact(given(metrics=rated(0.06, 0.05)))


def test_measured_failures_are_an_error_beside_a_failed_health_check() -> None:
    assert any_error(given(context("HighMemory"), metrics=rated(0.2, None))) == "20 % of the requests fail"
    assert any_error(given(context("HighMemory"), metrics=rated(0.0, None))) is None


@pytest.mark.parametrize(
    ("source", "rate", "count"),
    [
        # The log shows only 4xx, yet Prometheus counts failures of ours.
        ("Prometheus at prometheus.example.org", 0.2, None),
        ("Prometheus at prometheus.example.org", 0.001, 60),
        # An alert's ratio may well count the 4xx themselves.
        ("alert values", 0.2, 60),
    ],
)
def test_callers_errors_are_not_all_while_a_source_counts_others(
    source: str, rate: float, count: int | None
) -> None:
    numbers = replace(metrics(rate=rate, by_status=ONLY_4XX), sources=(f"error rate: {source}",))
    assert only_client_errors(given(metrics=numbers, health=health())) == count


TUESDAYS = "usual on Tuesdays at 11:00 UTC, median of 5 weeks"


def known(metric: UsualMetric, value: float, spread: float) -> Usual:
    return Usual(
        metric=metric,
        value=value,
        spread=spread,
        samples=5,
        basis=UsualBasis.SAME_HOUR_OF_WEEK,
        sentence=TUESDAYS,
    )


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (
            replace(rated(0.2, 0.05), usual=(known(UsualMetric.ERROR_RATE, 0.05, 0.01),)),
            f"20 % of the requests fail, where 5 % is {TUESDAYS}",
        ),
        # Four times as much as usual, and nothing special at that hour.
        (replace(rated(0.2, 0.05), usual=(known(UsualMetric.ERROR_RATE, 0.05, 0.05),)), None),
        (
            replace(
                metrics(seconds=2.0, baseline_seconds=0.5),
                usual=(known(UsualMetric.RESPONSE_SECONDS, 0.5, 0.1),),
            ),
            f"answers take 2 s, where 0.5 s are {TUESDAYS}",
        ),
        # More lines than usual are told beside a rise, and are none.
        (replace(metrics(), log_lines=9_000, usual=(known(UsualMetric.LOG_LINES, 1_000.0, 50.0),)), None),
        (
            replace(rated(0.2, 0.05), log_lines=9_000, usual=(known(UsualMetric.LOG_LINES, 1_000.0, 50.0),)),
            f"20 % of the requests fail, where 5 % is usual; 9,000 log lines, where 1,000 are {TUESDAYS}",
        ),
    ],
)
def test_reason_says_on_what_the_usual_figure_rests(numbers: Metrics, said: str | None) -> None:
    reason = rules.above_baseline(given(metrics=numbers))
    assert (reason.text if reason else None) == (said and f"More than twice the baseline: {said}.")


def test_without_a_baseline_the_rules_say_so_and_do_not_guess() -> None:
    blind = given(metrics=rated(0.2, None))
    assert rules.above_baseline(blind) is None
    reason = rules.unconfirmed(blind)
    assert reason is not None
    assert reason.text.endswith("There is no baseline yet for the error rate.")
