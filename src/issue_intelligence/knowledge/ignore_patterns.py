"""Makes patterns of what people called a false positive: narrow, for a while, and revocable."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from uuid import uuid4

from issue_intelligence.core.decide.cause import cause_of
from issue_intelligence.core.decide.ignoring import judge_patterns
from issue_intelligence.core.decide.inputs import RuleInput, ValidationThresholds
from issue_intelligence.core.model.ignore_pattern import Cause, IgnorePattern, PatternUse
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.ignore_pattern_store import IgnorePatternStore
from issue_intelligence.ports.incident_store import IncidentStore, Run

DEFAULT_DURATION = timedelta(days=30)
# What is ignored for longer should be mended, or be a known issue that is none.
MAX_DURATION = timedelta(days=90)
MAX_LISTED = 1_000
# The newest alerts of an incident say enough; a storm has thousands.
_MAX_ALERTS = 50


class NotIgnorable(StrEnum):
    """Why no pattern can be made of it."""

    NO_SUCH_ALERT = "there is no such alert"
    NO_SUCH_INCIDENT = "there is no such incident"
    NOT_DECIDED = "nothing was decided about it yet; try again when it was investigated"
    MONITORING = "it is about the monitoring itself, which is to be mended and not ignored"
    LOGS_UNREAD = "its logs could not be read, so nobody knows what would be ignored"
    OTHER_INCIDENT = "the alert belongs to another incident"


class NotIgnorableError(ValueError):
    def __init__(self, reason: NotIgnorable) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class FalsePositive:
    """What somebody says of an alert or an incident; one of the two ids is set."""

    by: str
    alert_id: str = ""
    incident_id: str = ""
    comment: str = ""
    duration: timedelta = DEFAULT_DURATION
    # Only alerts of this name, where others may have the same cause.
    only_this_alert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnorePatterns:
    store: IgnorePatternStore
    incidents: IncidentStore
    thresholds: ValidationThresholds
    clock: Clock

    async def from_false_positive(self, said: FalsePositive) -> tuple[IgnorePattern, bool]:
        """Make a pattern of the cause that was found last; give it, and whether it is new.

        Saying it again while a pattern holds gives that one. Raises NotIgnorableError, ValueError for a
        duration out of range, and OutsideError.
        """
        if not timedelta() < said.duration <= MAX_DURATION:
            raise ValueError(f"must be more than nothing and at most {MAX_DURATION.days} days")
        incident = await self._incident(said)
        cause = await self._cause(incident)
        now = self.clock.now()
        pattern = IgnorePattern(
            id=uuid4().hex,
            service=incident.service,
            environment=incident.environment,
            alert_name=incident.alert_name if said.only_this_alert or not cause.errors else "",
            cause=cause.key,
            cause_text=cause.text,
            error=cause.errors[0] if cause.errors else "",
            error_count=cause.error_count,
            incident_id=incident.id,
            created_at=now,
            created_by=redact(said.by),
            comment=redact(said.comment),
            expires_at=now + said.duration,
        )
        in_force = await self.store.in_force(incident.service, incident.environment, now)
        held = judge_patterns(in_force, incident, replace(cause, failed_health=()), now).pattern
        if held is not None:
            return held, False
        await self.store.add(pattern)
        return pattern, True

    async def all(self) -> tuple[tuple[IgnorePattern, PatternUse], ...]:
        return await self.store.all(MAX_LISTED)

    async def one(self, pattern_id: str) -> tuple[IgnorePattern, PatternUse] | None:
        return await self.store.one(pattern_id)

    async def revoke(self, pattern_id: str, *, by: str) -> bool:
        """End it, and have what it kept quiet looked at; False when there is no such pattern."""
        return await self.store.revoke(pattern_id, self.clock.now(), redact(by))

    async def _incident(self, said: FalsePositive) -> Incident:
        incident_id = said.incident_id
        if said.alert_id:
            found = await self.store.incident_of(said.alert_id)
            if found is None:
                raise NotIgnorableError(NotIgnorable.NO_SUCH_ALERT)
            if incident_id and incident_id != found:
                raise NotIgnorableError(NotIgnorable.OTHER_INCIDENT)
            incident_id = found
        try:
            return await self.incidents.incident(incident_id)
        except PermanentError as error:
            raise NotIgnorableError(NotIgnorable.NO_SUCH_INCIDENT) from error

    async def _cause(self, incident: Incident) -> Cause:
        newest = Run(incident_id=incident.id, revision=incident.handled_revision + 1)
        findings = await self.incidents.findings_before(newest)
        if findings is None:
            raise NotIgnorableError(NotIgnorable.NOT_DECIDED)
        alerts = await self.incidents.alerts_of(incident.id, _MAX_ALERTS)
        contexts = tuple(context for _, context in alerts)
        if contexts[-1].monitoring_fault is not None:
            raise NotIgnorableError(NotIgnorable.MONITORING)
        given = RuleInput(contexts=contexts, investigation=findings.investigation, thresholds=self.thresholds)
        cause = cause_of(incident, given)
        if cause.logs_unread:
            raise NotIgnorableError(NotIgnorable.LOGS_UNREAD)
        return cause
