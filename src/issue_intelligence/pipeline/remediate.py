"""Guardrails, then at most one attempt, then proof. This release plans and refuses; nothing can act yet."""

from dataclasses import dataclass

from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.core.remediate.plan import Mode, PlannedRemediation, plan_remediation
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.incident_store import IncidentStore, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediateStage:
    incidents: IncidentStore
    enabled: bool
    mode: Mode
    clock: Clock

    async def remediate(self, run: Run) -> str:
        """Plan and store the result; give its outcome, "" when nobody wanted a remediation."""
        findings = await self.incidents.findings(run)
        if findings is None:
            return ""
        result = self._plan(findings.verdict)
        if not isinstance(result, RemediationResult):
            raise PermanentError(f"nothing can perform the runbook {result.runbook}")
        await self.incidents.save_remediation(run, result, self.clock.now())
        return result.outcome.value if result.outcome else ""

    async def intended_action(self, run: Run) -> str:
        """Name the action that `remediate` is going to take, "" for none; nothing is done or stored."""
        findings = await self.incidents.findings(run)
        if findings is None:
            return ""
        plan = self._plan(findings.verdict)
        return "" if isinstance(plan, RemediationResult) else plan.runbook

    def _plan(self, verdict: Verdict) -> RemediationResult | PlannedRemediation:
        return plan_remediation(
            verdict,
            remediation_enabled=self.enabled,
            mode=self.mode,
            # No platform adapter exists in this release, so every runbook is refused with that reason.
            platform_configured=False,
        )
