"""Guardrails, then at most one attempt, then proof. This release plans and refuses; nothing can act yet."""

from dataclasses import dataclass

from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.remediate.plan import Mode, plan_remediation
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
        result = plan_remediation(
            findings.verdict,
            remediation_enabled=self.enabled,
            mode=self.mode,
            # No platform adapter exists in this release, so every runbook is refused with that reason.
            platform_configured=False,
        )
        if not isinstance(result, RemediationResult):
            raise PermanentError(f"nothing can perform the runbook {result.runbook}")
        await self.incidents.save_remediation(run, result, self.clock.now())
        return result.outcome.value if result.outcome else ""
