"""Decides from stored evidence, and when to look again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from issue_intelligence.core.decide.cause import cause_of
from issue_intelligence.core.decide.inputs import ExcuseKind, RuleInput, ValidationThresholds
from issue_intelligence.core.decide.recheck import is_over, next_recheck, quiet_until
from issue_intelligence.core.decide.suppression import next_look
from issue_intelligence.core.investigate.looks import wants_evidence
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Conclusion, Verdict
from issue_intelligence.core.remediate.watch import watched_until
from issue_intelligence.pipeline.excuses import Excuses
from issue_intelligence.pipeline.judge import MAX_ALERTS, Judge
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.dead_letters import DeadLetters
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.incident_store import Findings, IncidentStore, Run
from issue_intelligence.ports.issue_ledger import IssueLedger
from issue_intelligence.ports.meter import Meter


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideStage:
    incidents: IncidentStore
    ledger: IssueLedger
    excuses: Excuses
    dead_letters: DeadLetters
    catalogue: Sequence[Service]
    thresholds: ValidationThresholds
    component_teams: Mapping[str, Sequence[str]]
    default_labels: Sequence[str]
    auto_close_after: timedelta
    clock: Clock
    meter: Meter

    async def decide(self, run: Run) -> str:
        """Decide and store the verdict; give its conclusion."""
        incident = await self.incidents.incident(run.incident_id)
        before = await self.incidents.findings_before(run)
        investigation = await self.incidents.investigation(run)
        # An incident that came back since the collectors were asked has no evidence in this run.
        looked_before = before is None or before.has_seen_all(incident)
        blind = investigation.logs is None or not wants_evidence(incident, looked_before=looked_before)
        if before is not None and blind:
            return before.verdict.validation.conclusion.value
        alerts = await self.incidents.alerts_of(run.incident_id, MAX_ALERTS)
        now = self.clock.now()
        judgement = await self._judge().judge(incident, alerts, investigation, now)
        given, verdict = judgement.given, judgement.verdict
        await self._keep_order(run, investigation, given.investigation)
        if before is not None and await self._keeps_its_issue(incident, before, verdict):
            return before.verdict.validation.conclusion.value
        findings = Findings(
            investigation=given.investigation,
            verdict=verdict,
            issue_key=await self._issue_key(incident, before, given),
            alert_count=incident.alert_count,
        )
        if verdict.validation.excuse is ExcuseKind.IGNORED:
            await self.excuses.note_use(incident, alerts, given.investigation, now)
        await self.incidents.save_verdict(run, findings, self.clock.now())
        self.meter.decided(verdict.validation.conclusion)
        return verdict.validation.conclusion.value

    def _judge(self) -> Judge:
        return Judge(
            excuses=self.excuses,
            thresholds=self.thresholds,
            catalogue=self.catalogue,
            component_teams=self.component_teams,
            default_labels=self.default_labels,
        )

    async def _keep_order(self, run: Run, found: Investigation, in_order: Investigation) -> None:
        """Keep the order of the likely cause for all who read the evidence."""
        if in_order.logs is not None and in_order.logs != found.logs:
            await self.incidents.save_evidence(run, in_order.logs)

    async def _keeps_its_issue(self, incident: Incident, before: Findings, verdict: Verdict) -> bool:
        """What deserved an issue gets it, though the log has moved on while it waited for its turn."""
        return (
            before.verdict.validation.deserves_issue
            and verdict.validation.conclusion is Conclusion.UNCONFIRMED
            and await self.ledger.is_waiting(incident.id)
        )

    async def finish(self, run: Run, *, over: bool, issue_waits_until: str = "") -> None:
        """End the run: note when to look again, or that the incident is over.

        `over` says that the report was made for an incident that is over: one that ended only since
        then needs another look, or its issue would stay open for ever. `issue_waits_until` is the turn, in
        ISO 8601, of an issue that could not be created yet.
        """
        now = self.clock.now()
        incident = await self.incidents.incident(run.incident_id)
        findings = await self.incidents.findings(run) or await self.incidents.findings_before(run)
        if findings is None:
            raise PermanentError(f"incident {run.incident_id} has no verdict to finish with")
        over = over and is_over(incident, now=now, auto_close_after=self.auto_close_after)
        alerts = await self.incidents.alerts_of(run.incident_id, MAX_ALERTS)
        suppression = await self.excuses.holding(
            incident, alerts, findings.investigation, now, deciding=False
        )
        recheck = next_recheck(
            incident,
            findings.verdict,
            now=now,
            excuse_ends_at=next_look(suppression, now),
            excuse_begins_at=None if suppression else await self.excuses.begins_at(incident, alerts, now),
            auto_close_after=self.auto_close_after,
            issue_waits_until=datetime.fromisoformat(issue_waits_until) if issue_waits_until else None,
            watched_until=watched_until(await self.incidents.remediation(run)),
            calm_at=await self.excuses.calm_at(incident, now),
        )
        await self.incidents.finish_run(
            run,
            now,
            quiet_until=quiet_until(run.revision, now),
            recheck_at=recheck.at if recheck and not over else None,
            close=over,
        )
        await self.dead_letters.mended(run.incident_id, now, before_revision=run.revision)

    async def _issue_key(self, incident: Incident, before: Findings | None, given: RuleInput) -> str:
        # An incident that has an issue keeps it, whatever later looks find in its logs.
        if before is not None and await self.ledger.link(before.issue_key) is not None:
            return before.issue_key
        return cause_of(incident, given).key
