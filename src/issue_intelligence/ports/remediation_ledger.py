"""Remembers what we meant to repair, before we do it, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.remediation import ActionReport, RemediationResult, ServiceLook
from issue_intelligence.core.remediate.guardrails import PastAttempts
from issue_intelligence.ports.incident_store import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt; an incident has at most one, in whichever run."""

    incident_id: str
    # The run that reserved it.
    revision: int
    service: str
    action: str
    known_issue_id: str | None
    why: str
    before: ServiceLook
    intended_at: datetime
    # None: nobody has noted how the action ended. It may have been performed, so it is never repeated.
    report: ActionReport | None = None
    performed_at: datetime | None = None
    # None until its proof is complete.
    result: RemediationResult | None = None


class RemediationLedger(Protocol):
    async def attempt_of(self, incident_id: str) -> Attempt | None: ...

    async def newest_of(self, service: str, action: str) -> Attempt | None:
        """Give the newest attempt of a service, whichever incident wanted it; not those a person cleared."""
        ...

    async def past(self, *, incident_id: str, service: str, action: str, now: datetime) -> PastAttempts: ...

    async def reserve(self, attempt: Attempt, *, may: Callable[[PastAttempts], bool]) -> bool:
        """Commit the intent if `may` says so of what was tried before; False when it does not.

        Both happen in one transaction that no other reservation can come between, and `may` does no
        input or output.
        """
        ...

    async def performed(self, attempt: Attempt, report: ActionReport, now: datetime) -> Attempt:
        """Note how the action ended, unless that is noted already; give the attempt as it stands."""
        ...

    async def prove(self, attempt: Attempt, result: RemediationResult) -> RemediationResult:
        """Note the result, count it for the known issue and write the audit, all once.

        Gives the result that stands, which is an earlier one if there was one.
        """
        ...

    async def relapse(self, attempt: Attempt, result: RemediationResult, run: Run, now: datetime) -> None:
        """Note that a success did not last; twice is once."""
        ...
