"""The numbers of the window, from what measured them and what the alert itself says. Unknown stays None."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from issue_intelligence.core.investigate.alert_values import error_rate_of_alert, mean_seconds_of_alert
from issue_intelligence.core.investigate.log_metrics import measured_in_logs
from issue_intelligence.core.investigate.usual import Asked, usual_of
from issue_intelligence.core.model.alert import AlertContext
from issue_intelligence.core.model.evidence import Metrics
from issue_intelligence.core.model.logs import LogAnalysis, RequestStats
from issue_intelligence.core.model.measured import LOGS, Measured, Measurement
from issue_intelligence.core.model.usual import HourlySample, Span, Usual, UsualBasis, UsualMetric

_WINDOW = re.compile(r"^\s*(\d{1,6})\s*(s|m|h|d|w)\s*$")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_FIVE_MINUTES_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is kept of the service's earlier hours, to say what is usual."""

    asked: Asked
    samples: tuple[HourlySample, ...] = ()
    # When the service was in trouble.
    troubled: tuple[Span, ...] = ()

    def usual(self, metric: UsualMetric, source: str, earlier: Sequence[float]) -> Usual | None:
        same_source = (each for each in self.samples if each.source == source)
        return usual_of(metric, self.asked, samples=same_source, troubled=self.troubled, earlier=earlier)


NOTHING_KEPT = Past(asked=Asked(at=datetime.fromtimestamp(0, UTC), window_seconds=0))


def metrics_from(
    analysis: LogAnalysis | None,
    context: AlertContext,
    values: Mapping[str, float] | None,
    *,
    baselines: Sequence[LogAnalysis] = (),
    measured: Sequence[Measurement] = (),
    past: Past = NOTHING_KEPT,
) -> Metrics:
    """Bring the numbers together.

    Error rate and response time come from the first that knows them: the sources that `measured`, in
    their order, the requests of the log, the alert itself. What is usual is what the same source said
    of earlier hours, else of the earlier windows, since two sources rarely count alike. Error counts are
    the larger of the log's and the alert's, because either may have missed some. `values` (by the rule's
    refId) are read only as far as the alert's name and texts tell what they mean. `baselines` are logs of
    the same window at earlier times.
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
    memory = _first(everything, lambda each: each.memory_percent)
    requests = _requests(everything, rate)
    usual = {
        UsualMetric.ERROR_RATE: rate.usual(UsualMetric.ERROR_RATE, past),
        UsualMetric.RESPONSE_SECONDS: seconds.usual(UsualMetric.RESPONSE_SECONDS, past),
        **(_usual_in_logs(usable, past) if analysis else {}),
    }
    return Metrics(
        error_count=_larger(counts),
        errors_in_five_minutes=_larger(sustained),
        request_count=None if requests.number is None else round(requests.number),
        error_rate=rate.number,
        mean_response_seconds=seconds.number,
        baseline_error_count=_value(usual.get(UsualMetric.ERROR_COUNT)),
        baseline_response_seconds=_value(usual[UsualMetric.RESPONSE_SECONDS]),
        baseline_error_rate=_value(usual[UsualMetric.ERROR_RATE]),
        requests_by_status=by_status,
        memory_percent=memory.number,
        sources=(
            *_source_of_larger("error count", counts),
            *_source_of_larger("errors in five minutes", sustained),
            *requests.told("requests"),
            *(("requests by status: logs",) if by_status and requests.source != LOGS else ()),
            *rate.told("error rate"),
            *seconds.told("mean response time"),
            *memory.told("memory"),
            *((f"baseline: logs of {len(usable)} earlier windows",) if usable else ()),
            *_hours_told(usual),
        ),
        log_lines=analysis.lines if analysis else None,
        usual=tuple(each for each in usual.values() if each is not None),
    )


def _requests(everything: Sequence[Measurement], rate: "_Known") -> "_Known":
    """Who gave the rate also says of how many requests; only without a rate may anybody."""
    asked = [each for each in everything if rate.number is None or each.source == rate.source]
    return _first(asked, lambda each: each.request_count)


def _usual_in_logs(before: Sequence[LogAnalysis], past: Past) -> dict[UsualMetric, Usual | None]:
    errors, lines = [float(each.error_lines) for each in before], [float(each.lines) for each in before]
    return {
        UsualMetric.ERROR_COUNT: past.usual(UsualMetric.ERROR_COUNT, LOGS, errors),
        UsualMetric.LOG_LINES: past.usual(UsualMetric.LOG_LINES, LOGS, lines),
    }


def _value(usual: Usual | None) -> float | None:
    return usual.value if usual else None


def _hours_told(usual: Mapping[UsualMetric, Usual | None]) -> tuple[str, ...]:
    """Name the basis of each baseline that earlier hours gave."""
    return tuple(
        f"baseline of {metric.value.replace('_', ' ')}: {each.basis.value}, {each.samples} samples"
        for metric, each in usual.items()
        if each is not None and each.basis is not UsualBasis.HOUR_AND_DAY_BEFORE
    )


def _of_logs(analysis: LogAnalysis | None, before: Sequence[LogAnalysis]) -> Measurement:
    return Measurement(
        source=LOGS,
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
    # Of the windows before.
    earlier: tuple[float, ...] = ()

    def usual(self, metric: UsualMetric, past: Past) -> Usual | None:
        return None if self.number is None else past.usual(metric, self.source, self.earlier)

    def told(self, name: str) -> tuple[str, ...]:
        if self.number is None:
            return ()
        # The log's earlier windows are named once for all that is read from them.
        count = len(self.earlier)
        earlier = f" ({count} earlier windows to compare)" if count and self.source != LOGS else ""
        return (f"{name}: {self.source}{earlier}",)


def _first(measurements: Sequence[Measurement], number_of: Callable[[Measured], float | None]) -> _Known:
    for each in measurements:
        number = number_of(each.now)
        if number is None:
            continue
        before = [usual for earlier in each.before if (usual := number_of(earlier)) is not None]
        return _Known(source=each.source, number=number, earlier=tuple(before))
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


def _source_of_larger(name: str, numbers: Mapping[str, int | None]) -> tuple[str, ...]:
    """Say which of two counts was the larger."""
    known = [(source, number) for source, number in numbers.items() if number is not None]
    if not known:
        return ()
    source, _ = max(known, key=lambda pair: pair[1])
    return (f"{name}: {source}",)
