"""The numbers of the window, each beside what is usual."""

from collections.abc import Callable
from dataclasses import dataclass

from issue_intelligence.core.model.evidence import Metrics
from issue_intelligence.core.report.plain_words import milliseconds, percentage

UNKNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    name: str
    now: str
    # In the same window before; "" where the number has no baseline.
    usual: str


def numbers_of(metrics: Metrics) -> tuple[NumberRow, ...]:
    return (
        NumberRow(
            name="Errors",
            now=_told(metrics.error_count, _count),
            usual=_told(metrics.baseline_error_count, _count),
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
        ),
        NumberRow(
            name="Mean response time",
            now=_told(metrics.mean_response_seconds, _seconds),
            usual=_told(metrics.baseline_response_seconds, _seconds),
        ),
        *(
            NumberRow(name=f"Answers {status}", now=_count(count), usual="")
            for status, count in sorted(metrics.requests_by_status.items())
        ),
    )


def _told(value: float | None, write: Callable[[float], str]) -> str:
    return UNKNOWN if value is None else write(value)


def _count(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _seconds(value: float) -> str:
    return milliseconds(value * 1000)
