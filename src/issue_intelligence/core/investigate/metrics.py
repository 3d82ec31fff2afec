"""The numbers of the window, from what measured them and what the alert itself says. Unknown stays None."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from issue_intelligence.core.investigate.alert_values import error_rate_of_alert, mean_seconds_of_alert
from issue_intelligence.core.investigate.log_metrics import measured_in_logs
from issue_intelligence.core.model.alert import AlertContext
from issue_intelligence.core.model.evidence import Metrics
from issue_intelligence.core.model.logs import LogAnalysis, RequestStats
from issue_intelligence.core.model.measured import Measured, Measurement

_WINDOW = re.compile(r"^\s*(\d{1,6})\s*(s|m|h|d|w)\s*$")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_FIVE_MINUTES_SECONDS = 300


def metrics_from(
    analysis: LogAnalysis | None,
    context: AlertContext,
    values: Mapping[str, float] | None,
    *,
    baselines: Sequence[LogAnalysis] = (),
    measured: Sequence[Measurement] = (),
) -> Metrics:
    """Bring the numbers together.

    Error rate and response time come from the first that knows them: the sources that `measured`, in
    their order, the requests of the log, the alert itself. What is usual is the mean of what the same
    source says of earlier times, since two sources rarely count alike. Error counts are the larger of
    the log's and the alert's, because either may have missed some. `values` (by the rule's refId) are
    read only as far as the alert's name and texts tell what they mean. `baselines` are logs of the
    same window at earlier times.
    """
    by_status = _by_class(analysis.requests) if analysis and analysis.requests else {}
    counts = {"logs": analysis.error_lines if analysis else None, "alert values": _alert_count(context)}
    sustained = {
        "logs": analysis.errors_in_five_minutes if analysis else None,
        "alert values": _alert_count(context) if _within_five_minutes(context) else None,
    }
    usable = [each for each in baselines if not each.truncated]
    everything = (*measured, _of_logs(analysis, usable), _of_alert(context, values))
    rate = _first(everything, lambda each: each.error_rate)
    seconds = _first(everything, lambda each: each.mean_response_seconds)
    # Who gave the rate also says of how many requests; only without a rate may anybody.
    requests = _first(
        everything if rate.number is None else [each for each in everything if each.source == rate.source],
        lambda each: each.request_count,
    )
    return Metrics(
        error_count=_larger(counts),
        errors_in_five_minutes=_larger(sustained),
        request_count=None if requests.number is None else round(requests.number),
        error_rate=rate.number,
        mean_response_seconds=seconds.number,
        baseline_error_count=_mean([float(each.error_lines) for each in usable]),
        baseline_response_seconds=seconds.usual,
        baseline_error_rate=rate.usual,
        requests_by_status=by_status,
        sources=(
            *_source_of_larger("error count", counts),
            *_source_of_larger("errors in five minutes", sustained),
            *requests.told("requests"),
            *(("requests by status: logs",) if by_status and requests.source != "logs" else ()),
            *rate.told("error rate"),
            *seconds.told("mean response time"),
            *((f"baseline: logs of {len(usable)} earlier windows",) if usable else ()),
        ),
    )


def _of_logs(analysis: LogAnalysis | None, before: Sequence[LogAnalysis]) -> Measurement:
    return Measurement(
        source="logs",
        now=measured_in_logs(analysis),
        before=tuple(measured_in_logs(each) for each in before),
    )


def _of_alert(context: AlertContext, values: Mapping[str, float] | None) -> Measurement:
    said = Measured(
        error_rate=error_rate_of_alert(context, values),
        mean_response_seconds=mean_seconds_of_alert(context, values),
    )
    return Measurement(source="alert values", now=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """One number, who says it, and what the same source says is usual."""

    source: str = ""
    number: float | None = None
    usual: float | None = None
    earlier: int = 0

    def told(self, name: str) -> tuple[str, ...]:
        if self.number is None:
            return ()
        # The log's earlier windows are named once for all that is read from them.
        earlier = f" ({self.earlier} earlier windows to compare)" if self.source != "logs" else ""
        return (f"{name}: {self.source}{earlier if self.earlier else ''}",)


def _first(measurements: Sequence[Measurement], number_of: Callable[[Measured], float | None]) -> _Known:
    for each in measurements:
        number = number_of(each.now)
        if number is None:
            continue
        before = [usual for earlier in each.before if (usual := number_of(earlier)) is not None]
        return _Known(source=each.source, number=number, usual=_mean(before), earlier=len(before))
    return _Known()


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


def _larger(numbers: Mapping[str, int | None]) -> int | None:
    return max((number for number in numbers.values() if number is not None), default=None)


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def _source_of_larger(name: str, numbers: Mapping[str, int | None]) -> tuple[str, ...]:
    """Say which of two counts was the larger."""
    known = [(source, number) for source, number in numbers.items() if number is not None]
    if not known:
        return ()
    source, _ = max(known, key=lambda pair: pair[1])
    return (f"{name}: {source}",)
