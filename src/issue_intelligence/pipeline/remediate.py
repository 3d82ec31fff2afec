"""Guardrails, then at most one attempt, then proof. Intent before action, and never the action twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from issue_intelligence.core.decide.facts import failed_health_checks
from issue_intelligence.core.intake.service_labels import service_named
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
from issue_intelligence.core.remediate.sharing import may_share, shared_result
from issue_intelligence.core.remediate.watch import watch
from issue_intelligence.pipeline.remediation_subject import (
    MAX_ALERTS,
    RemediationSubject,
    remediation_subject,
)
from issue_intelligence.pipeline.service_looks import ServiceLooks
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError
from issue_intelligence.ports.incident_store import IncidentStore, Run
from issue_intelligence.ports.meter import Meter
from issue_intelligence.ports.platform import Platform
from issue_intelligence.ports.remediation_ledger import Attempt, RemediationLedger

log = structlog.get_logger()

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
            if attempt.incident_id != run.incident_id:
                return await self._share(run, attempt)
            attempt = await self._act(attempt)
        elif attempt.result is not None:
            await self._follow(run, attempt, attempt.result)
            return ""
        elif attempt.report is None:
            log.warning("remediation_end_unknown", action=attempt.action, service=attempt.service)
            attempt = await self.remediations.performed(attempt, _LOST, self.clock.now())
        return ((attempt.performed_at or self.clock.now()) + self.patience.wait).isoformat()

    async def intended_action(self, run: Run) -> str:
        """Name the action that `remediate` is going to take, "" for none; nothing is done or stored."""
        subject = await self._subject(run)
        wanted = subject and wanted_remediation(
            subject.findings.verdict,
            subject.findings.investigation,
            without_known_issue=self.limits.without_known_issue,
        )
        if not subject or not wanted or await self.remediations.attempt_of(run.incident_id) is not None:
            return ""
        action = wanted.runbook or ""
        past = await self.remediations.past(
            incident_id=run.incident_id, service=subject.service_name, action=action, now=self.clock.now()
        )
        return "" if refusals(self._situation(subject, wanted, past)) else action

    async def prove(self, run: Run, look: int) -> str:
        """Look for the `look`th time whether it helped; give when to look again, "" when that is told."""
        attempt = await self.remediations.attempt_of(run.incident_id)
        if attempt is None or attempt.report is None or attempt.performed_at is None:
            # It waits for what another incident's attempt comes to.
            return await self.remediate(run)
        result = attempt.result
        if result is None:
            result = await self._judge(attempt, attempt.report, attempt.performed_at)
            if not result.success and look < self.patience.looks:
                return (self.clock.now() + max(self.patience.wait, _SOONEST)).isoformat()
            result = await self.remediations.prove(attempt, result)
            self._tell(attempt.service, result)
        await self._save(run, result)
        return ""

    def seconds_until(self, look_at: str) -> float:
        return (datetime.fromisoformat(look_at) - self.clock.now()).total_seconds()

    async def _begin(self, run: Run) -> Attempt | None:
        """Commit the intent, or save why there is none; or give another incident's attempt to share."""
        subject = await self._subject(run)
        if subject is None:
            # A look at an incident that is over decides nothing anew.
            before = await self.incidents.remediation_before(run)
            if before is not None:
                await self._save(run, before)
            return None
        verdict = subject.findings.verdict
        wanted = wanted_remediation(
            verdict, subject.findings.investigation, without_known_issue=self.limits.without_known_issue
        )
        if wanted is None:
            await self._save(run, not_wanted(verdict))
            return None
        past = await self.remediations.past(
            incident_id=run.incident_id,
            service=subject.service_name,
            action=wanted.runbook or "",
            now=self.clock.now(),
        )
        situation = self._situation(subject, wanted, past)
        shared = await self._to_share(subject, situation)
        if shared is None and not refusals(situation):
            situation, attempt = await self._reserve(subject, wanted, situation)
            if attempt is not None:
                return attempt
            # What we saw meanwhile may be the effect of the other's attempt already.
            shared = await self._to_share(subject, replace(situation, look=None))
        if shared is not None:
            return shared
        refusal = plan_remediation(wanted, situation)
        if refusal is None:
            raise TransientError("another attempt came in between; asking again")
        self._tell(subject.service_name, refusal)
        await self._save(run, refusal)
        return None

    async def _to_share(self, subject: RemediationSubject, situation: Situation) -> Attempt | None:
        newest = await self.remediations.newest_of(situation.service, situation.runbook or "")
        if newest is None or not may_share(
            refusals(situation),
            begun_at=newest.intended_at,
            result=newest.result,
            alert_began_at=subject.newest_alert_at,
            now=self.clock.now(),
        ):
            return None
        return newest

    async def _share(self, run: Run, other: Attempt) -> str:
        if other.result is None:
            return (self.clock.now() + max(self.patience.wait / 3, _SOONEST)).isoformat()
        await self._save(run, await self._standing(run, shared_result(other.result, other.service)))
        return ""

    async def _reserve(
        self, subject: RemediationSubject, wanted: WantedRemediation, situation: Situation
    ) -> tuple[Situation, Attempt | None]:
        """Look at the service once more and reserve the attempt; without one, give what forbids it."""
        before = await self.looks.look(
            subject.service,
            subject.incident.service,
            from_at=self.clock.now() - BEFORE,
            since_first_error=True,
        )
        situation = replace(situation, look=before, now=self.clock.now())
        known, seen = situation.past, situation.past

        def may(past: PastAttempts) -> bool:
            nonlocal seen
            seen = past
            # One that was made while we looked may have been made for us too.
            return past.last_at == known.last_at and not refusals(replace(situation, past=past))

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
        standing = await self._standing(run, result)
        if result.success and not standing.success:
            await self.remediations.relapse(attempt, standing, run, self.clock.now())
            log.warning("remediation_did_not_last", action=attempt.action, service=attempt.service)
        await self._save(run, standing)

    async def _standing(self, run: Run, result: RemediationResult) -> RemediationResult:
        findings = await self.incidents.findings(run)
        health = findings.investigation.health if findings else None
        if health and result.finished_at and health.collected_at <= result.finished_at:
            # Of the time before the repair.
            health = None
        standing = watch(
            result,
            incident=await self.incidents.incident(run.incident_id),
            alerts=[alert for alert, _ in await self.incidents.alerts_of(run.incident_id, MAX_ALERTS)],
            failed_health=failed_health_checks(health.data if health else None),
            now=self.clock.now(),
        )
        return redact_tree(standing)

    async def _subject(self, run: Run) -> RemediationSubject | None:
        return await remediation_subject(run, self.incidents, self.catalogue)

    def _situation(
        self, subject: RemediationSubject, wanted: WantedRemediation, past: PastAttempts
    ) -> Situation:
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
