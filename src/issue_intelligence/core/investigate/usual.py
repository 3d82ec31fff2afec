"""What is usual at a moment, from samples of earlier hours: robust to incidents and to outliers."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from statistics import median

from issue_intelligence.core.model.usual import HourlySample, Span, Usual, UsualBasis, UsualMetric

HOUR = timedelta(hours=1)
# Ten weeks, so that an hour of the week has ten samples at most; older ones tell of another product.
KEPT_FOR = timedelta(days=70)
LEAST_SAMPLES = 3
# An alert fires when its fault has lasted for a while.
BEFORE_AN_INCIDENT = timedelta(minutes=15)
# Less of an hour than that says little of it.
LEAST_COVERED_SECONDS = 300

_HOUR_SECONDS = 3_600
_COUNTS = (UsualMetric.ERROR_COUNT, UsualMetric.LOG_LINES)
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For which moment and length of time it is asked what is usual."""

    at: datetime
    window_seconds: float
    # What hour of the week it is there.
    zone: tzinfo = UTC


def usual_of(
    metric: UsualMetric,
    asked: Asked,
    *,
    samples: Iterable[HourlySample] = (),
    troubled: Sequence[Span] = (),
    earlier: Sequence[float] = (),
) -> Usual | None:
    """Give what is usual, on the narrowest basis that has at least three samples; None for no baseline yet.

    `samples` are of one service and one source, in any order; those of other metrics are ignored, and so
    are hours that overlap one of the `troubled` spans. `earlier` are the same number in the same
    window an hour and a day before, the last resort. Counts are given for the window's length.
    """
    known = [each for each in samples if each.metric is metric and _counts_for(each, asked, troubled)]
    for basis, belongs in _bases(asked):
        values = sorted(each.value for each in known if belongs(each.hour_at))
        if len(values) >= LEAST_SAMPLES:
            middle = median(values)
            spread = median(abs(value - middle) for value in values)
            found = Usual(
                metric=metric,
                value=middle,
                spread=spread,
                samples=len(values),
                basis=basis,
                sentence=_sentence(basis, asked, len(values)),
            )
            return _for_window(found, asked.window_seconds)
    if not earlier:
        return None
    return Usual(
        metric=metric,
        value=math.fsum(earlier) / len(earlier),
        spread=None,
        samples=len(earlier),
        basis=UsualBasis.HOUR_AND_DAY_BEFORE,
        sentence=_sentence(UsualBasis.HOUR_AND_DAY_BEFORE, asked, len(earlier)),
    )


def hours_that_tell(at: datetime) -> tuple[datetime, ...]:
    """Give the hours whose samples `usual_of` may use, and for changes of clocks those beside them."""
    now = hour_of(at)
    last = [now - HOUR * back for back in range(1, 25)]
    earlier = [
        now - timedelta(days=back) + HOUR * beside
        for back in range(1, KEPT_FOR.days + 1)
        for beside in (-1, 0, 1)
    ]
    return tuple(sorted({*last, *earlier}))


def overlaps(from_at: datetime, until_at: datetime, troubled: Iterable[Span]) -> bool:
    """Tell whether the time lies, in part, in one of the spans or shortly before it."""
    return any(
        span.from_at - BEFORE_AN_INCIDENT < until_at and (span.until_at is None or span.until_at > from_at)
        for span in troubled
    )


def hour_of(at: datetime) -> datetime:
    """Give the start of the hour, UTC."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def samples_of_window(
    from_at: datetime, until_at: datetime, template: HourlySample, values: Iterable[tuple[UsualMetric, float]]
) -> tuple[HourlySample, ...]:
    """Take what was measured of a window as samples of the hour in which most of it lies.

    Counts are brought to an hour's. Too little of an hour gives nothing. `template` names service,
    environment and source.
    """
    hours = [hour_of(from_at), hour_of(until_at)]
    hour_at = max(hours, key=lambda hour: min(until_at, hour + HOUR) - max(from_at, hour))
    covered = min(until_at, hour_at + HOUR) - max(from_at, hour_at)
    length_seconds = (until_at - from_at).total_seconds()
    # In a window of two hours no hour has most of it, and its counts are not those of one hour.
    if covered.total_seconds() < LEAST_COVERED_SECONDS or length_seconds > _HOUR_SECONDS:
        return ()
    return tuple(
        replace(
            template,
            hour_at=hour_at,
            metric=metric,
            value=value * _HOUR_SECONDS / length_seconds if metric in _COUNTS else value,
            covered_seconds=round(covered.total_seconds()),
        )
        for metric, value in values
    )


def _counts_for(sample: HourlySample, asked: Asked, troubled: Sequence[Span]) -> bool:
    ends_at = sample.hour_at + HOUR
    is_past = asked.at - KEPT_FOR <= sample.hour_at and ends_at <= hour_of(asked.at)
    return is_past and not overlaps(sample.hour_at, ends_at, troubled)


def _bases(asked: Asked) -> tuple[tuple[UsualBasis, Callable[[datetime], bool]], ...]:
    here = asked.at.astimezone(asked.zone)

    def same_hour_of_day(hour_at: datetime) -> bool:
        return hour_at.astimezone(asked.zone).hour == here.hour

    def same_hour_of_week(hour_at: datetime) -> bool:
        return same_hour_of_day(hour_at) and hour_at.astimezone(asked.zone).weekday() == here.weekday()

    return (
        (UsualBasis.SAME_HOUR_OF_WEEK, same_hour_of_week),
        (UsualBasis.SAME_HOUR_OF_DAY, same_hour_of_day),
        (UsualBasis.LAST_24_HOURS, lambda hour_at: hour_at >= hour_of(asked.at) - timedelta(days=1)),
    )


def _for_window(hourly: Usual, window_seconds: float) -> Usual:
    """Bring an hour's count to the window's length. Of a part of an hour the spread shrinks by the root:
    chance evens out over time, so less time has relatively more of it."""
    if hourly.metric not in _COUNTS or hourly.spread is None:
        return hourly
    part = window_seconds / _HOUR_SECONDS
    return replace(hourly, value=hourly.value * part, spread=hourly.spread * max(part, math.sqrt(part)))


def _sentence(basis: UsualBasis, asked: Asked, count: int) -> str:
    here = asked.at.astimezone(asked.zone)
    at = f"{here:%H}:00 {here.tzname() or ''}".strip()
    if basis is UsualBasis.SAME_HOUR_OF_WEEK:
        return f"usual on {_DAYS[here.weekday()]} at {at}, median of {count} weeks"
    if basis is UsualBasis.SAME_HOUR_OF_DAY:
        return f"usual at {at}, median of {count} days"
    if basis is UsualBasis.LAST_24_HOURS:
        return f"usual in the last 24 hours, median of {count} hours"
    return "usual in the hour and the day before" if count > 1 else "usual in one earlier window"
