"""Guardrails, then at most one attempt, then proof. Intent before action, and never the action twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from issue_intelligence.core.decide.facts import failed_health_checks
from issue_intelligence.core.intake.service_labels import service_named
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.remediation import ActionReport, Outcome, RemediationResult
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.core.remediate.guardrails import Limits, PastAttempts, Situation, refusals
from issue_intelligence.core.remediate.plan import (
    WantedRemediation,
    not_wanted,
    plan_remediation,
    wanted_remediation,
)
from issue_intelligence.core.remediate.proof import judge_outcome
from issue_intelligence.core.remediate.result import attempted_result
from issue_intelligence.core.remediate.watch import watch
from issue_intelligence.pipeline.service_looks import ServiceLooks
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError, PermanentError
from issue_intelligence.ports.incident_store import Findings, IncidentStore, Run
from issue_intelligence.ports.meter import Meter
from issue_intelligence.ports.platform import Platform
from issue_intelligence.ports.remediation_ledger import Attempt, RemediationLedger

log = structlog.get_logger()

# The newest alerts of an incident say enough; a storm has thousands.
MAX_ALERTS = 50
# What "just before" means for the number of errors.
BEFORE = timedelta(minutes=5)
_LOST = ActionReport(exit_code=None, output=(), seconds=0, lost=True)
_SOONEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the proof waits, and how often it looks."""

    # From the action to the first look, and between two.
    wait: timedelta
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    run: Run
    incident: Incident
    findings: Findings
    # None when the catalogue does not have it.
    service: Service | None
    truncated_group: bool

    @property
    def service_name(self) -> str:
        """The catalogue's name, so that two labels of one service have one cool-down."""
        return self.service.name if self.service else self.incident.service


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediateStage:
    incidents: IncidentStore
    remediations: RemediationLedger
    platform: Platform
    looks: ServiceLooks
    catalogue: Sequence[Service]
    limits: Limits
    patience: Patience
    # Names of the entries that are this service itself.
    own_names: frozenset[str]
    clock: Clock
    meter: Meter

    async def remediate(self, run: Run) -> str:
        """Try it if it is wanted and allowed; give when to look whether it helped, "" for not at all.

        An intent whose end nobody noted stands for an action that may have been performed.
        """
        attempt = await self.remediations.attempt_of(run.incident_id)
        if attempt is None:
            attempt = await self._begin(run)
            if attempt is None:
                return ""
            attempt = await self._act(attempt)
        elif attempt.result is not None:
            await self._follow(run, attempt, attempt.result)
            return ""
        elif attempt.report is None:
            log.warning("remediation_end_unknown", action=attempt.action, service=attempt.service)
            attempt = await self.remediations.performed(attempt, _LOST, self.clock.now())
        return ((attempt.performed_at or self.clock.now()) + self.patience.wait).isoformat()

    async def prove(self, run: Run, look: int) -> str:
        """Look for the `look`th time whether it helped; give when to look again, "" when that is told."""
        attempt = await self.remediations.attempt_of(run.incident_id)
        if attempt is None or attempt.report is None or attempt.performed_at is None:
            raise PermanentError(f"incident {run.incident_id} has no attempt to prove")
        result = attempt.result
        if result is None:
            result = await self._judge(attempt, attempt.report, attempt.performed_at)
            if not result.success and look < self.patience.looks:
                return (self.clock.now() + max(self.patience.wait, _SOONEST)).isoformat()
            result = await self.remediations.prove(attempt, result)
            self._tell(attempt.service, result)
        await self.incidents.save_remediation(run, result, self.clock.now())
        return ""

    def seconds_until(self, look_at: str) -> float:
        return (datetime.fromisoformat(look_at) - self.clock.now()).total_seconds()

    async def _begin(self, run: Run) -> Attempt | None:
        """Commit the intent, or save why there is none."""
        subject = await self._subject(run)
        if subject is None:
            return None
        wanted = wanted_remediation(
            subject.findings.verdict,
            subject.findings.investigation,
            without_known_issue=self.limits.without_known_issue,
        )
        if wanted is None:
            await self._save(run, not_wanted(subject.findings.verdict))
            return None
        action = wanted.runbook or ""
        past = await self.remediations.past(
            incident_id=run.incident_id, service=subject.service_name, action=action, now=self.clock.now()
        )
        situation = self._situation(subject, wanted, past)
        refusal = plan_remediation(wanted, situation)
        if refusal is None:
            situation, attempt = await self._reserve(subject, wanted, situation)
            if attempt is not None:
                return attempt
            refusal = plan_remediation(wanted, situation)
        if refusal is None:
            raise PermanentError("the attempt was refused, and no guardrail says why")
        self._tell(subject.service_name, refusal)
        await self._save(run, refusal)
        return None

    async def _reserve(
        self, subject: _Subject, wanted: WantedRemediation, situation: Situation
    ) -> tuple[Situation, Attempt | None]:
        """Look at the service once more and reserve the attempt; without one, give what forbids it."""
        before = await self.looks.look(
            subject.service,
            subject.incident.service,
            from_at=self.clock.now() - BEFORE,
            since_first_error=True,
        )
        situation = replace(situation, look=before, now=self.clock.now())
        seen = situation.past

        def may(past: PastAttempts) -> bool:
            nonlocal seen
            seen = past
            return not refusals(replace(situation, past=past))

        attempt = Attempt(
            incident_id=subject.run.incident_id,
            revision=subject.run.revision,
            service=situation.service,
            action=wanted.runbook or "",
            known_issue_id=wanted.known_issue_id,
            why=redact_tree(wanted.why),
            before=before,
            intended_at=situation.now,
        )
        reserved = await self.remediations.reserve(attempt, may=may)
        return replace(situation, past=seen), attempt if reserved else None

    async def _act(self, attempt: Attempt) -> Attempt:
        service = service_named(attempt.service, self.catalogue)
        log.info("remediation_begins", action=attempt.action, service=attempt.service)
        try:
            if service is None:
                raise PermanentError(f"the catalogue has no service {attempt.service}")
            report = await self.platform.restart(service)
        except OutsideError as error:
            # Not tried again, whatever the kind: nobody knows what the first try did.
            report = ActionReport(exit_code=None, output=(), seconds=0, problem=str(error))
        return await self.remediations.performed(attempt, redact_tree(report), self.clock.now())

    async def _judge(
        self, attempt: Attempt, report: ActionReport, performed_at: datetime
    ) -> RemediationResult:
        incident = await self.incidents.incident(attempt.incident_id)
        after = await self.looks.look(
            service_named(attempt.service, self.catalogue),
            incident.service,
            # While a service comes up, errors are no sign.
            from_at=performed_at + self.patience.wait / 2,
        )
        return redact_tree(
            attempted_result(
                attempt.action,
                report,
                judge_outcome(report, attempt.before, after),
                known_issue_id=attempt.known_issue_id,
                started_at=attempt.intended_at,
                performed_at=performed_at,
                before=attempt.before,
                after=after,
            )
        )

    async def _follow(self, run: Run, attempt: Attempt, result: RemediationResult) -> None:
        """Carry an earlier run's result over to this one, as it stands by now."""
        now = self.clock.now()
        findings = await self.incidents.findings(run)
        health = findings.investigation.health if findings else None
        standing = watch(
            result,
            incident=await self.incidents.incident(run.incident_id),
            alerts=[alert for alert, _ in await self.incidents.alerts_of(run.incident_id, MAX_ALERTS)],
            failed_health=failed_health_checks(health.data if health else None),
            now=now,
        )
        if result.success and not standing.success:
            standing = redact_tree(standing)
            await self.remediations.relapse(attempt, standing, run, now)
            log.warning("remediation_did_not_last", action=attempt.action, service=attempt.service)
        await self._save(run, standing)

    async def _subject(self, run: Run) -> _Subject | None:
        findings = await self.incidents.findings(run)
        if findings is None:
            return None
        incident = await self.incidents.incident(run.incident_id)
        alerts = await self.incidents.alerts_of(run.incident_id, MAX_ALERTS)
        return _Subject(
            run=run,
            incident=incident,
            findings=findings,
            service=service_named(incident.service, self.catalogue),
            truncated_group=any(context.truncated_group for _, context in alerts),
        )

    def _situation(self, subject: _Subject, wanted: WantedRemediation, past: PastAttempts) -> Situation:
        service = subject.service
        return Situation(
            limits=self.limits,
            verdict=subject.findings.verdict,
            service=subject.service_name,
            runbook=wanted.runbook,
            has_platform=service is not None and self.platform.can_restart(service),
            is_ourselves=subject.service_name in self.own_names,
            incident_status=subject.incident.status,
            truncated_group=subject.truncated_group,
            look=None,
            past=past,
            now=self.clock.now(),
        )

    def _tell(self, service: str, result: RemediationResult) -> None:
        outcome = result.outcome or Outcome.UNKNOWN
        log.info("remediation_ended", action=result.action, service=service, outcome=outcome.value)
        self.meter.remediated(outcome)

    async def _save(self, run: Run, result: RemediationResult) -> None:
        await self.incidents.save_remediation(run, result, self.clock.now())
