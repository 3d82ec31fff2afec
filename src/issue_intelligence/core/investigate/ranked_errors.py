"""Describes the errors of one log and ranks them by what that log alone tells."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from issue_intelligence.core.investigate.error_ranking import ErrorGroup, sample_of
from issue_intelligence.core.investigate.error_weights import rank
from issue_intelligence.core.investigate.histogram import histogram
from issue_intelligence.core.investigate.log_reading import LogReading
from issue_intelligence.core.investigate.masking import mask
from issue_intelligence.core.investigate.precedents import find_precedents
from issue_intelligence.core.investigate.request_ids import request_ids_of
from issue_intelligence.core.model.logs import LogLevel, Precedent, RankedError

_MAX_MESSAGE_CHARS = 1000
# A quiet cause may stand far behind until the baseline is known.
MAX_ERRORS = 500
_MAX_IDS = 3
_MAX_MEMBERS = 50


def describe_errors(
    reading: LogReading, groups: Mapping[str, ErrorGroup], span: tuple[datetime, datetime] | None
) -> tuple[RankedError, ...]:
    """Describe the groups of equal errors, the likely cause first; `span` is that of all lines.

    Of more than MAX_ERRORS groups only the first are described, which by themselves tell most.
    """
    groups = dict(islice(groups.items(), MAX_ERRORS))
    ids = _ids_of_events(reading, groups.values())
    precedents = find_precedents({name: group.events for name, group in groups.items()}, ids)
    return rank(
        [_describe(reading, group, ids, precedents.get(name, ()), span) for name, group in groups.items()]
    )


def _ids_of_events(reading: LogReading, groups: Iterable[ErrorGroup]) -> dict[int, tuple[str, ...]]:
    ids: dict[int, tuple[str, ...]] = {}
    for group in groups:
        for event in group.events:
            found = [each for at in event.lines for each in request_ids_of(reading.lines[at])]
            if found:
                ids[event.index] = tuple(dict.fromkeys(found))
    return ids


def _describe(
    reading: LogReading,
    group: ErrorGroup,
    ids: Mapping[int, Sequence[str]],
    precedents: tuple[Precedent, ...],
    span: tuple[datetime, datetime] | None,
) -> RankedError:
    first = group.events[0]
    times = [event.at for event in group.events if event.at is not None]
    level, line = first.level, reading.lines[first.index]
    return RankedError(
        fingerprint=group.name,
        shown_as=reading.groups[first.index],
        message=first.message.strip()[:_MAX_MESSAGE_CHARS],
        pattern=reading.patterns[first.index] if first.message == line.message else mask(first.message),
        level=LogLevel.ERROR if level is LogLevel.UNKNOWN else level,
        count=len(group.events),
        first_line=line.number,
        first_seen=min(times, default=None),
        last_seen=max(times, default=None),
        has_trace=first.trace is not None,
        names_cause=first.has_signature,
        is_request=first.is_request,
        announcement=first.announcement.strip()[:_MAX_MESSAGE_CHARS],
        sample=sample_of(first, reading.lines),
        histogram=histogram(times, *span) if span and times else None,
        request_ids=tuple(dict.fromkeys(each for event in group.events for each in ids.get(event.index, ())))[
            :_MAX_IDS
        ],
        members=_members(group),
        follows=precedents,
    )


def _members(group: ErrorGroup) -> tuple[str, ...]:
    own = dict.fromkeys(event.own_group for event in group.events)
    return tuple(each for each in own if each and each != group.name)[:_MAX_MEMBERS]
