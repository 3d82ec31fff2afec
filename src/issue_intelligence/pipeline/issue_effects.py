"""Does what a report plans to the tracker: intent before effect, look before repeating."""

from dataclasses import dataclass

from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.issue import CloseReason, IssueText, TrackedIssue
from issue_intelligence.core.report.effects import create_marker, resolution_marker, run_marker
from issue_intelligence.core.report.plan import CommentKind, IssueAction
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import TransientError
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.issue_ledger import Effect, EffectKind, EffectState, IssueLedger
from issue_intelligence.ports.tracker import Tracker


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEffects:
    ledger: IssueLedger
    tracker: Tracker
    clock: Clock

    async def create(
        self, run: Run, text: IssueText, *, issue_key: str, generation: int
    ) -> TrackedIssue | None:
        """Create the issue of a cause; None when another incident of the same cause has done so.

        Raises TransientError while another incident is at it.
        """
        effect = Effect(
            marker=create_marker(issue_key, generation),
            kind=EffectKind.CREATE,
            incident_id=run.incident_id,
            revision=run.revision,
            issue_key=issue_key,
        )
        state = await self.ledger.intend(effect, self.clock.now())
        if state is EffectState.DONE_BY_OTHER:
            return None
        if state is EffectState.TAKEN:
            raise TransientError("another incident of the same cause is creating the issue")
        issue = await self._created_before(effect, state)
        if issue is None:
            issue = await self.tracker.create(text, marker=effect.marker)
        await self.ledger.complete(effect, number=issue.number, url=issue.url, now=self.clock.now())
        return issue

    async def _created_before(self, effect: Effect, state: EffectState) -> TrackedIssue | None:
        if state is EffectState.NEW:
            return None
        # A search may not know a new issue yet, so its number is better where we have noted it.
        link = await self.ledger.link(effect.issue_key) if state is EffectState.DONE else None
        noted = await self.tracker.get(link.number) if link else None
        return noted or await self.tracker.find_by_marker(effect.marker)

    async def comment(
        self, run: Run, incident: Incident, text: str, *, kind: CommentKind, number: int, url: str
    ) -> None:
        marker = (
            resolution_marker(incident)
            if kind is CommentKind.RESOLVED
            else run_marker(run.incident_id, run.revision, f"comment {kind.value}")
        )
        effect = Effect(
            marker=marker,
            kind=EffectKind.COMMENT,
            incident_id=run.incident_id,
            revision=run.revision,
            issue_key="",
            issue_number=number,
        )
        state = await self.ledger.intend(effect, self.clock.now())
        if state is EffectState.DONE:
            return
        if state is EffectState.NEW or not await self.tracker.has_comment(number, marker=marker):
            await self.tracker.comment(number, text, marker=marker)
        await self.ledger.complete(effect, number=number, url=url, now=self.clock.now())

    async def set_state(self, run: Run, action: IssueAction, *, number: int, url: str) -> None:
        """Reopen or close the issue; both leave one alone that is in that state already."""
        effect = Effect(
            marker=run_marker(run.incident_id, run.revision, action.value),
            kind=EffectKind(action.value),
            incident_id=run.incident_id,
            revision=run.revision,
            issue_key="",
            issue_number=number,
        )
        if await self.ledger.intend(effect, self.clock.now()) is EffectState.DONE:
            return
        if action is IssueAction.REOPEN:
            await self.tracker.reopen(number)
        else:
            await self.tracker.close(number, CloseReason.COMPLETED)
        await self.ledger.complete(effect, number=number, url=url, now=self.clock.now())
