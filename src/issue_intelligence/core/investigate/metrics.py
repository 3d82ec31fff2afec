"""The numbers of the window, from the logs and from what the alert itself says. Unknown stays None."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from issue_intelligence.core.investigate.alert_values import error_rate_of_alert, mean_seconds_of_alert
from issue_intelligence.core.model.alert import AlertContext
from issue_intelligence.core.model.evidence import Metrics
from issue_intelligence.core.model.logs import LogAnalysis, RequestStats

_WINDOW = re.compile(r"^\s*(\d{1,6})\s*(s|m|h|d|w)\s*$")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_FIVE_MINUTES_SECONDS = 300


def metrics_from(
    analysis: LogAnalysis | None,
    context: AlertContext,
    values: Mapping[str, float] | None,
    *,
    baselines: Sequence[LogAnalysis] = (),
) -> Metrics:
    """Bring the numbers together.

    Error counts are the larger of the log's and the alert's, because either may have missed
    some. `values` (by the rule's refId) are read only as far as the alert's name and texts tell
    what they mean. `baselines` are the same window at earlier times; their mean is the baseline.
    """
    by_status = _by_class(analysis.requests) if analysis and analysis.requests else {}
    counts = {"logs": analysis.error_lines if analysis else None, "alert": _alert_count(context)}
    sustained = {
        "logs": analysis.errors_in_five_minutes if analysis else None,
        "alert": _alert_count(context) if _within_five_minutes(context) else None,
    }
    rate = {"logs": _error_rate(analysis), "alert": error_rate_of_alert(context, values)}
    seconds = {"logs": _mean_seconds(analysis), "alert": mean_seconds_of_alert(context, values)}
    usable = [each for each in baselines if not each.truncated]
    return Metrics(
        error_count=_larger(counts),
        errors_in_five_minutes=_larger(sustained),
        request_count=analysis.requests.total if analysis and analysis.requests else None,
        error_rate=_first(rate),
        mean_response_seconds=_first(seconds),
        baseline_error_count=_mean([float(each.error_lines) for each in usable]),
        baseline_response_seconds=_mean([s for each in usable if (s := _mean_seconds(each)) is not None]),
        requests_by_status=by_status,
        sources=(
            *_source("error count", counts, larger=True),
            *_source("errors in five minutes", sustained, larger=True),
            *(("requests: logs",) if by_status else ()),
            *_source("error rate", rate),
            *_source("mean response time", seconds),
            *((f"baseline: logs of {len(usable)} earlier windows",) if usable else ()),
        ),
    )


def _alert_count(context: AlertContext) -> int | None:
    count = context.metrics.error_count
    # Not a number, infinite or negative: the sender's expression has no count.
    if count is None or not 0 <= count < 1e15:
        return None
    return round(count)


def _within_five_minutes(context: AlertContext) -> bool:
    window = _WINDOW.match(context.metrics.time_window)
    if window is None:
        return False
    return int(window[1]) * _UNIT_SECONDS[window[2]] <= _FIVE_MINUTES_SECONDS


def _by_class(requests: RequestStats) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for code, count in requests.status_codes.items():
        counts["429" if code == "429" else f"{code[:1]}xx"] += count
    return dict(counts)


def _error_rate(analysis: LogAnalysis | None) -> float | None:
    """Give 5xx of all requests; without a total it is unknown, never 0 or 1.

    Errors at endpoints without any 5xx mean that the log counts only requests that went well.
    """
    requests = analysis.requests if analysis else None
    if analysis is None or requests is None or requests.total <= 0 or not requests.status_codes:
        return None
    failed = sum(count for code, count in requests.status_codes.items() if code.startswith("5"))
    if not failed and analysis.affected_endpoints:
        return None
    return min(1.0, failed / requests.total)


def _mean_seconds(analysis: LogAnalysis | None) -> float | None:
    requests = analysis.requests if analysis else None
    if requests is None or requests.mean_duration_ms is None:
        return None
    return requests.mean_duration_ms / 1_000


def _larger(numbers: Mapping[str, int | None]) -> int | None:
    return max((number for number in numbers.values() if number is not None), default=None)


def _first(numbers: Mapping[str, float | None]) -> float | None:
    return next((number for number in numbers.values() if number is not None), None)


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def _source(
    name: str, numbers: Mapping[str, int | None] | Mapping[str, float | None], *, larger: bool = False
) -> tuple[str, ...]:
    """Say whence a number comes; of two counts, which one was the larger."""
    known = [(source, number) for source, number in numbers.items() if number is not None]
    if not known:
        return ()
    source, _ = max(known, key=lambda pair: pair[1]) if larger else known[0]
    return (f"{name}: {'logs' if source == 'logs' else 'alert values'}",)
