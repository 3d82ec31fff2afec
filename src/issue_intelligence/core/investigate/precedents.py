"""Which errors come before which others: of the same requests, or within seconds."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from issue_intelligence.core.investigate.error_events import ErrorEvent
from issue_intelligence.core.model.logs import Precedent

# An id on more errors than that is no request's but a process's or a session's.
_MAX_PER_ID = 50
# Half of an error's occurrences that carry an id.
_SHARE_BY_ID = 0.5
_SECONDS_BEFORE = timedelta(seconds=5)
_SHARE_BY_TIME = 0.8
_FEWEST_BY_TIME = 3
# What comes so often that it precedes everything precedes nothing.
_MOST_COVERED = 0.3
_MAX_GROUPS_BY_TIME = 40
_MAX_NAMED = 5

Groups = Mapping[str, Sequence[ErrorEvent]]


def find_precedents(groups: Groups, ids: Mapping[int, Sequence[str]]) -> dict[str, tuple[Precedent, ...]]:
    """Give for each error, by its group, the errors that precede it; `ids` are those of an event's index.

    A failed request precedes nothing, and a line that only says that something failed does not precede the
    stack trace that says what.
    """
    found: dict[str, list[Precedent]] = defaultdict(list)
    for group, by_id in _by_id(groups, ids).items():
        found[group] += by_id
    for group, by_time in _by_time(groups).items():
        known = {each.fingerprint for each in found[group]}
        found[group] += (each for each in by_time if each.fingerprint not in known)
    return {
        group: tuple(sorted(each, key=lambda one: (not one.by_id, -one.count, one.fingerprint))[:_MAX_NAMED])
        for group, each in found.items()
        if each
    }


def _by_id(groups: Groups, ids: Mapping[int, Sequence[str]]) -> dict[str, list[Precedent]]:
    carriers: dict[str, list[ErrorEvent]] = defaultdict(list)
    with_id: Counter[str] = Counter()
    for events in groups.values():
        for event in events:
            for each in ids.get(event.index, ()):
                carriers[each].append(event)
            with_id[event.group] += bool(ids.get(event.index))
    pairs: Counter[tuple[str, str]] = Counter()
    for events in carriers.values():
        if 1 < len(events) <= _MAX_PER_ID:
            pairs.update(_pairs_of(sorted(events, key=_moment)))
    found: dict[str, list[Precedent]] = defaultdict(list)
    for (earlier, later), count in pairs.items():
        if count >= _SHARE_BY_ID * with_id[later] and count > pairs[later, earlier]:
            found[later].append(Precedent(fingerprint=earlier, count=count, by_id=True))
    return found


def _pairs_of(events: Sequence[ErrorEvent]) -> set[tuple[str, str]]:
    """Pair the errors of one request, each with those that began before it."""
    firsts = list({event.group: event for event in reversed(events)}.values())
    firsts.sort(key=_moment)
    return {
        (earlier.group, later.group)
        for at, later in enumerate(firsts)
        for earlier in firsts[:at]
        if _may_precede(earlier, later)
    }


def _by_time(groups: Groups) -> dict[str, list[Precedent]]:
    times = {
        name: sorted(event.at for event in events if event.at is not None) for name, events in groups.items()
    }
    times = {name: each for name, each in times.items() if each}
    if not 1 < len(times) <= _MAX_GROUPS_BY_TIME:
        return {}
    span = max(each[-1] for each in times.values()) - min(each[0] for each in times.values())
    found: dict[str, list[Precedent]] = defaultdict(list)
    for earlier, before in times.items():
        if len(before) * _SECONDS_BEFORE > _MOST_COVERED * span:
            continue
        for later, after in times.items():
            if earlier == later or len(after) < max(_FEWEST_BY_TIME, len(before)):
                continue
            count = _shortly_after(before, after)
            back = sum(_has_between(after, at - _SECONDS_BEFORE, at) for at in before)
            if (
                count >= _SHARE_BY_TIME * len(after)
                and back < _SHARE_BY_TIME * len(before)
                and _may_precede(groups[earlier][0], groups[later][0])
            ):
                found[later].append(Precedent(fingerprint=earlier, count=count, by_id=False))
    return found


def _shortly_after(before: Sequence[datetime], after: Sequence[datetime]) -> int:
    """Count those of `after` that come within seconds behind one of `before`; both ascend."""
    count = 0
    end = before[0]
    for at in before:
        start, end = max(at, end), at + _SECONDS_BEFORE
        count += bisect_right(after, end) - bisect_right(after, start)
    return count


def _has_between(times: Sequence[datetime], from_at: datetime, before: datetime) -> bool:
    at = bisect_left(times, from_at)
    return at < len(times) and times[at] < before


def _may_precede(earlier: ErrorEvent, later: ErrorEvent) -> bool:
    if earlier.is_request or earlier.trace is not None:
        return not earlier.is_request
    return earlier.has_signature or later.trace is None


def _moment(event: ErrorEvent) -> tuple[bool, datetime | None, int]:
    return event.at is not None, event.at, event.index
