"""Remembers what we meant to do outside, before we do it, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

# The tracker that keeps issues as files beside the database.
LOCAL_FILES = "files"


class EffectKind(StrEnum):
    CREATE = "create"
    COMMENT = "comment"
    REOPEN = "reopen"
    CLOSE = "close"


class EffectState(StrEnum):
    # Nobody has tried yet: act.
    NEW = "new"
    # An earlier try may have acted and crashed: look first.
    UNKNOWN = "unknown"
    DONE = "done"
    # Another incident of the same cause has done it.
    DONE_BY_OTHER = "done_by_other"
    # Another run is at it: try again later.
    TAKEN = "taken"
    # A creation over the limit of an hour; it is noted as waiting.
    OVER_LIMIT = "over_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One intended effect on a tracker."""

    # Unique for the effect and hidden in what is written outside.
    marker: str
    kind: EffectKind
    incident_id: str
    revision: int
    issue_key: str
    # None for a creation.
    issue_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLink:
    """The issue that stands for a cause."""

    issue_key: str
    number: int
    url: str
    created_at: datetime
    # How many issues this cause had before: rises when one was deleted and a new one is needed.
    generation: int = 0
    # Of the tracker that gave the number, see Tracker.place.
    place: str = LOCAL_FILES


class IssueLedger(Protocol):
    async def link(self, issue_key: str) -> IssueLink | None: ...

    async def intend(
        self, effect: Effect, now: datetime, *, creations_per_hour: int | None = None
    ) -> EffectState:
        """Commit the intent, and tell what an earlier one came to.

        A creation that would exceed `creations_per_hour` is refused, however many runs ask at once; None
        sets no limit.
        """
        ...

    async def postpone(self, effect: Effect, now: datetime) -> None:
        """Note that an effect waits, unless another run is at it or has done it."""
        ...

    async def is_waiting(self, incident_id: str) -> bool:
        """Tell whether the incident's issue waits to be created."""
        ...

    async def intended_at(self, marker: str) -> datetime | None:
        """Tell when the effect was first meant, waiting included; None when it never was."""
        ...

    async def creations(self, now: datetime, *, besides: str = "") -> Sequence[datetime]:
        """Give when each issue of the last hour was created, oldest first; one under way counts as now.

        `besides` is the marker of a creation that does not count.
        """
        ...

    async def is_done(self, marker: str) -> bool: ...

    async def complete(
        self, effect: Effect, *, number: int, url: str, now: datetime, place: str = LOCAL_FILES
    ) -> None:
        """Note that the effect stands; after a creation, link the issue to its cause.

        `place` is the tracker's: numbers of another mean other issues.
        """
        ...

    async def give_up(self, incident_id: str, revision: int, reason: str) -> None:
        """Free the intents of a run that ended without finishing them."""
        ...

    async def note_decision(
        self, incident_id: str, revision: int, *, action: str, reason: str, now: datetime
    ) -> None:
        """Keep what became of the issue in this run and why, for people; the last words of a run stand."""
        ...
