"""What people do with silences: make them, see what they would cover, end them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from issue_intelligence.core.intake.silencing import check_matcher, check_silence, matches
from issue_intelligence.core.model.silence import Matcher, Silence
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.firing_alerts import FiringAlert, FiringAlerts
from issue_intelligence.ports.silence_store import SilenceStore

# One that lasts for ever hides what nobody remembers.
MAX_DURATION = timedelta(days=366)
MAX_LISTED = 1_000


class InvalidSilenceError(ValueError):
    """A silence cannot be used; `field` is the one to change."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What fires now and would be kept quiet."""

    alerts: int
    incidents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRequest:
    matchers: tuple[Matcher, ...]
    by: str
    comment: str
    # None for now.
    starts_at: datetime | None = None
    # Either of the two.
    ends_at: datetime | None = None
    duration: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silences:
    store: SilenceStore
    firing: FiringAlerts
    clock: Clock

    async def add(self, wanted: SilenceRequest) -> tuple[Silence, Covered]:
        """Make a silence; give it with what it covers. Raises InvalidSilenceError and OutsideError."""
        now = self.clock.now()
        silence = _silence(wanted, now)
        await self.store.add(silence, now)
        return silence, await self.covered(silence)

    async def preview(self, wanted: SilenceRequest) -> tuple[Silence, Covered]:
        """Give what `add` would make, and make nothing. Raises as `add` does."""
        silence = _silence(wanted, self.clock.now())
        return silence, await self.covered(silence)

    async def covered(self, silence: Silence) -> Covered:
        """Count what fires now and matches, whether or not the silence holds now."""
        return _counted(alert for alert in await self.firing.firing() if matches(silence, alert.labels))

    async def all(self) -> tuple[Silence, ...]:
        return await self.store.all(MAX_LISTED)

    async def one(self, silence_id: str) -> Silence | None:
        return await self.store.one(silence_id)

    async def expire(self, silence_id: str, by: str) -> Silence | None:
        """End it now, and have what it kept quiet looked at; None when there is no such silence."""
        return await self.store.expire(silence_id, self.clock.now(), redact(by))


def check_each(matchers: Iterable[Matcher]) -> None:
    """Raises InvalidSilenceError for the first matcher that cannot work."""
    for at, matcher in enumerate(matchers):
        if (fault := check_matcher(matcher)) is not None:
            raise InvalidSilenceError(f"matchers.{at}", fault)
        if redact(matcher.value) != matcher.value or redact(matcher.name) != matcher.name:
            raise InvalidSilenceError(
                f"matchers.{at}",
                "Holds what is redacted in alerts before anybody sees it, so it matches none.",
            )


def _silence(wanted: SilenceRequest, now: datetime) -> Silence:
    check_each(wanted.matchers)
    # Clocks differ, and what began before it was asked for began now.
    starts_at = max(wanted.starts_at or now, now)
    silence = Silence(
        id=uuid4().hex,
        matchers=wanted.matchers,
        starts_at=starts_at,
        ends_at=_ends_at(wanted, starts_at),
        created_by=redact(wanted.by),
        comment=redact(wanted.comment),
    )
    if silence.ends_at <= now:
        raise InvalidSilenceError("ends_at", "lies in the past")
    if silence.ends_at - silence.starts_at > MAX_DURATION:
        raise InvalidSilenceError("ends_at", f"must lie at most {MAX_DURATION.days} days after the start")
    if (fault := check_silence(silence)) is not None:
        field = "ends_at" if silence.ends_at <= silence.starts_at else "matchers"
        raise InvalidSilenceError(field, fault)
    return silence


def _ends_at(wanted: SilenceRequest, starts_at: datetime) -> datetime:
    if (wanted.ends_at is None) is (wanted.duration is None):
        raise InvalidSilenceError("ends_at", "either ends_at or duration must be given, and not both")
    if wanted.ends_at is not None:
        return wanted.ends_at
    duration = wanted.duration or timedelta()
    if not timedelta() < duration <= MAX_DURATION:
        raise InvalidSilenceError(
            "duration", f"must be more than nothing and at most {MAX_DURATION.days} days"
        )
    try:
        return starts_at + duration
    except OverflowError as error:
        raise InvalidSilenceError("starts_at", "ends after the year 9999") from error


def _counted(alerts: Iterable[FiringAlert]) -> Covered:
    incidents = [alert.incident_id for alert in alerts]
    return Covered(alerts=len(incidents), incidents=len(set(incidents)))
