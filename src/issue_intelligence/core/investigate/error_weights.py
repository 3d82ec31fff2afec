"""Ranks errors so that the first is the likely cause and not the loudest, and says why.

Each error is weighed by itself and by those that precede it, so that errors which have nothing to do with
it do not change its weight.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from issue_intelligence.core.investigate.histogram import count_before, is_rising, is_steady
from issue_intelligence.core.model.logs import LogBaseline, LogLevel, RankedError

# What is new beats every trait of the error itself, and what is usual loses against all of them.
_NEW, _RISEN, _USUAL = 60, 30, -60
_TRACE, _NAMES_CAUSE, _FATAL, _REQUEST = 24, 12, 10, -40
_FOLLOWS_BY_ID, _FOLLOWS_BY_TIME, _FOLLOWED = -40, -14, 15
_BEFORE_START, _AFTER_START = 8, -8
_RISING, _STEADY = 6, -30

# So many times what was usual is a rise; within twice, and a few more, is as usual.
_RISE = 3
_USUAL_FACTOR, _USUAL_MORE = 2, 2
# Rules are evaluated every minute or so, and wait before they fire.
_SHORTLY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class _Weight:
    points: int
    reason: str


def rank(
    errors: Sequence[RankedError],
    baselines: Sequence[LogBaseline] = (),
    starts_at: datetime | None = None,
) -> tuple[RankedError, ...]:
    """Put the likely cause first and give each error its reasons.

    `starts_at` is the alert's start. Errors of equal weight: the most frequent first, then the earliest.
    The order in which `errors` come and the reasons they had do not matter.
    """
    usual = {error.fingerprint for error in errors if _is_usual(error, baselines)}
    leaders = {error.fingerprint for error in errors} - usual
    followed: Counter[tuple[str, bool]] = Counter()
    # What is usual comes without a cause from here.
    for error in (each for each in errors if each.fingerprint in leaders):
        for each in error.follows:
            followed[each.fingerprint, each.by_id] += each.count
    weighed = []
    for error in errors:
        weights = [
            *_against_baselines(error, baselines),
            *_by_others(error, leaders, followed),
            *_by_itself(error),
            *_by_time(error, starts_at),
        ]
        # The weightiest words first; equal ones as they stand above.
        weights.sort(key=lambda each: -abs(each.points))
        reasons = tuple(each.reason for each in weights)
        weighed.append((sum(each.points for each in weights), replace(error, reasons=reasons)))
    weighed.sort(key=lambda pair: (-pair[0], *_equal_weight(pair[1])))
    return tuple(error for _, error in weighed)


def _equal_weight(error: RankedError) -> tuple[int, bool, float, int]:
    first = error.first_seen
    return -error.count, first is None, first.timestamp() if first else 0.0, error.first_line


def _counts(error: RankedError, baseline: LogBaseline) -> int:
    return next((each.count for each in baseline.counts if each.fingerprint == error.fingerprint), 0)


def _is_usual(error: RankedError, baselines: Sequence[LogBaseline]) -> bool:
    most = max((_counts(error, each) for each in baselines), default=0)
    return most > 0 and error.count <= _USUAL_FACTOR * most + _USUAL_MORE


def _against_baselines(error: RankedError, baselines: Sequence[LogBaseline]) -> Iterator[_Weight]:
    if not baselines:
        return
    counts = [(each.when, _counts(error, each)) for each in baselines]
    most = max(count for _, count in counts)
    said = " and ".join(f"{count:,} in {when}" for when, count in counts)
    if most == 0:
        if all(each.complete for each in baselines):
            never = " nor ".join(f"in {when}" for when, _ in counts)
            yield _Weight(_NEW, f"new: never {never}")
        else:
            yield _Weight(_RISEN, "not seen in what was read of the earlier logs")
    elif _is_usual(error, baselines):
        yield _Weight(_USUAL, f"usual: {said}")
    elif error.count >= _RISE * most:
        yield _Weight(_RISEN, f"risen: {error.count:,}, against {said}")
    else:
        yield _Weight(0, f"somewhat more than usual: {said}")


def _by_others(
    error: RankedError, leaders: set[str], followed: Mapping[tuple[str, bool], int]
) -> Iterator[_Weight]:
    """Weigh what comes before and after; what is usual causes nothing new."""
    before = [each for each in error.follows if each.fingerprint in leaders]
    if any(each.by_id for each in before):
        count = max(each.count for each in before if each.by_id)
        yield _Weight(_FOLLOWS_BY_ID, f"comes after another error of the same request, {count:,} times")
    elif before:
        count = max(each.count for each in before)
        yield _Weight(_FOLLOWS_BY_TIME, f"comes within seconds after another error, {count:,} times")
    if error.fingerprint not in leaders:
        return
    if by_id := followed[error.fingerprint, True]:
        yield _Weight(_FOLLOWED, f"followed by {by_id:,} {_others(by_id)} of the same request ids")
    elif by_time := followed[error.fingerprint, False]:
        yield _Weight(_FOLLOWED, f"followed within seconds by {by_time:,} {_others(by_time)}")


def _others(count: int) -> str:
    return "other" if count == 1 else "others"


def _by_itself(error: RankedError) -> Iterator[_Weight]:
    if error.has_trace:
        yield _Weight(_TRACE, "has a stack trace")
    if error.names_cause:
        yield _Weight(_NAMES_CAUSE, "names an exception or a system error")
    if error.level is LogLevel.FATAL:
        yield _Weight(_FATAL, "is logged as fatal")
    if error.is_request:
        yield _Weight(_REQUEST, "reports a failed request, which has its cause elsewhere")


def _by_time(error: RankedError, starts_at: datetime | None) -> Iterator[_Weight]:
    counted = error.histogram
    if counted and is_steady(counted):
        yield _Weight(_STEADY, "came all along, from the beginning of this log")
    elif counted and is_rising(counted):
        yield _Weight(_RISING, "rising: most of it came late in this log")
    if starts_at is None or error.first_seen is None:
        return
    if error.first_seen > starts_at + _SHORTLY:
        yield _Weight(_AFTER_START, f"began {_ago(error.first_seen - starts_at)} after the alert's start")
    elif error.first_seen <= starts_at:
        before = count_before(counted, starts_at) if counted else 0
        many = f", {before:,} in the minutes before it" if before else ""
        yield _Weight(
            _BEFORE_START, f"began {_ago(starts_at - error.first_seen)} before the alert's start{many}"
        )


def _ago(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
