"""The numbers of the window, each beside what is usual."""

from collections.abc import Callable
from dataclasses import dataclass

from issue_intelligence.core.model.evidence import Metrics
from issue_intelligence.core.model.usual import UsualMetric
from issue_intelligence.core.report.plain_words import milliseconds, percentage

UNKNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    name: str
    now: str
    # For a window of this length; "" where the number has no baseline.
    usual: str
    # How that is known: "usual on Tuesdays at 11:00 UTC, median of 5 weeks"; "" when nobody noted it.
    basis: str = ""


def numbers_of(metrics: Metrics) -> tuple[NumberRow, ...]:
    return (
        NumberRow(
            name="Errors",
            now=_told(metrics.error_count, _count),
            usual=_told(metrics.baseline_error_count, _count),
            basis=_basis(metrics, UsualMetric.ERROR_COUNT),
        ),
        NumberRow(
            name="Most errors within five minutes",
            now=_told(metrics.errors_in_five_minutes, _count),
            usual="",
        ),
        NumberRow(name="Requests", now=_told(metrics.request_count, _count), usual=""),
        NumberRow(
            name="Requests that fail",
            now=_told(metrics.error_rate, percentage),
            usual=_told(metrics.baseline_error_rate, percentage),
            basis=_basis(metrics, UsualMetric.ERROR_RATE),
        ),
        NumberRow(
            name="Mean response time",
            now=_told(metrics.mean_response_seconds, _seconds),
            usual=_told(metrics.baseline_response_seconds, _seconds),
            basis=_basis(metrics, UsualMetric.RESPONSE_SECONDS),
        ),
        NumberRow(
            name="Memory in use", now=_told(metrics.memory_percent, lambda share: f"{share:.0f} %"), usual=""
        ),
        _log_lines(metrics),
        *(
            NumberRow(name=f"Answers {status}", now=_count(count), usual="")
            for status, count in sorted(metrics.requests_by_status.items())
        ),
    )


def _log_lines(metrics: Metrics) -> NumberRow:
    usual = metrics.usual_of(UsualMetric.LOG_LINES)
    return NumberRow(
        name="Log lines",
        now=_told(metrics.log_lines, _count),
        usual=_told(usual.value if usual else None, _count),
        basis=usual.sentence if usual else "",
    )


def _basis(metrics: Metrics, metric: UsualMetric) -> str:
    usual = metrics.usual_of(metric)
    return usual.sentence if usual else ""


def _told(value: float | None, write: Callable[[float], str]) -> str:
    return UNKNOWN if value is None else write(value)


def _count(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _seconds(value: float) -> str:
    return milliseconds(value * 1000)
