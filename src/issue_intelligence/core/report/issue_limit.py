"""How many issues an hour may be created, and when the next one's turn comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from issue_intelligence.core.report.plain_words import counted, utc_time

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A creation has to wait."""

    until: datetime
    # One sentence for people.
    reason: str


def turn_of_creation(created_at: Sequence[datetime], *, limit: int, now: datetime) -> Turn | None:
    """Decide whether one more issue may be created; None when it may.

    `created_at` are the creations of the last hour, oldest first. The one that waits comes as soon as
    fewer than `limit` of them lie within an hour.
    """
    recent = [at for at in created_at if at > now - HOUR]
    if len(recent) < limit:
        return None
    until = recent[len(recent) - limit] + HOUR
    number = counted(len(recent), "issue")
    were = "was" if len(recent) == 1 else "were"
    return Turn(
        until=until,
        reason=f"{number} {were} created in the last hour, as many as allowed; this one waits until "
        f"{utc_time(until)}.",
    )


def elsewhere(now: datetime) -> Turn:
    """Plan anew what was planned for another tracker: its number is somebody else's issue here."""
    return Turn(until=now, reason="Issues go elsewhere since this was planned, so it is looked at again.")


def wait_for_tracker(reason: str, *, seconds: float, now: datetime) -> Turn:
    """Let what is to be written wait as long as the tracker asks."""
    until = now + timedelta(seconds=seconds)
    return Turn(until=until, reason=f"The issue waits until {utc_time(until)}: {reason}.")
