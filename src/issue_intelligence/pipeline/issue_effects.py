"""Does what a report plans to the tracker: intent before effect, look before repeating."""

from dataclasses import dataclass

from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.issue import CloseReason, IssueText, TrackedIssue
from issue_intelligence.core.report.effects import create_marker, joined_marker, resolution_marker, run_marker
from issue_intelligence.core.report.issue_limit import Turn, turn_of_creation
from issue_intelligence.core.report.plan import CommentKind, IssueAction
from issue_intelligence.pipeline.issue_links import link_in
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import TransientError
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.issue_ledger import Effect, EffectKind, EffectState, IssueLedger, IssueLink
from issue_intelligence.ports.tracker import Tracker


class OverLimitError(Exception):
    """The issue may not be created yet."""

    def __init__(self, turn: Turn) -> None:
        super().__init__(turn.reason)
        self.turn = turn


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEffects:
    ledger: IssueLedger
    tracker: Tracker
    clock: Clock
    # None for no limit.
    creations_per_hour: int | None = None

    async def link(self, issue_key: str) -> IssueLink | None:
        """Give the issue of a cause where issues go now; None for none, or for one of another tracker."""
        return await link_in(self.tracker, await self.ledger.link(issue_key))

    async def turn_of_creation(self, run: Run, *, issue_key: str, generation: int) -> Turn | None:
        """Tell whether and until when a new issue has to wait, and note it; None when it need not."""
        if self.creations_per_hour is None:
            return None
        effect, now = _creation(run, issue_key, generation), self.clock.now()
        created_at = await self.ledger.creations(now, besides=effect.marker)
        turn = turn_of_creation(created_at, limit=self.creations_per_hour, now=now)
        if turn is not None:
            await self.ledger.postpone(effect, now)
        return turn

    async def put_off(self, run: Run, reason: str, *, issue_key: str, generation: int) -> None:
        """Free a creation that the tracker puts off, and note that it waits.

        Another incident of the same cause would otherwise wait for this one in vain.
        """
        await self.ledger.give_up(run.incident_id, run.revision, reason)
        await self.ledger.postpone(_creation(run, issue_key, generation), self.clock.now())

    async def put_off_news(self, run: Run, *, number: int) -> None:
        """Note that the run could not tell its issue, so that the next one tells what this one found.

        A limit refuses before anything is done, so what was meant is free to be meant again.
        """
        await self.ledger.give_up(run.incident_id, run.revision, "the tracker asked for patience")
        effect = Effect(
            marker=run_marker(run.incident_id, run.revision, "put off"),
            kind=EffectKind.COMMENT,
            incident_id=run.incident_id,
            revision=run.revision,
            issue_key="",
            issue_number=number,
        )
        await self.ledger.postpone(effect, self.clock.now())

    async def note_decision(self, run: Run, action: IssueAction, reason: str) -> None:
        """Keep what became of the issue and why, for the incident's page."""
        now = self.clock.now()
        await self.ledger.note_decision(
            run.incident_id, run.revision, action=action.value, reason=reason, now=now
        )

    async def create(
        self, run: Run, text: IssueText, *, issue_key: str, generation: int
    ) -> TrackedIssue | None:
        """Create the issue of a cause; None when another incident of the same cause has done so.

        Raises TransientError while another incident is at it, and OverLimitError when it has to wait.
        """
        effect = _creation(run, issue_key, generation)
        state = await self.ledger.intend(effect, self.clock.now(), creations_per_hour=self.creations_per_hour)
        if state is EffectState.OVER_LIMIT:
            raise OverLimitError(await self._turn_after(effect))
        if state is EffectState.DONE_BY_OTHER:
            return None
        if state is EffectState.TAKEN:
            raise TransientError("another incident of the same cause is creating the issue")
        issue = await self._created_before(effect, state)
        if issue is None:
            issue = await self.tracker.create(text, marker=effect.marker)
        await self.ledger.complete(
            effect, number=issue.number, url=issue.url, now=self.clock.now(), place=self.tracker.place
        )
        return issue

    async def _created_before(self, effect: Effect, state: EffectState) -> TrackedIssue | None:
        if state is EffectState.NEW:
            return None
        # The number is better than a search, where we have noted it.
        link = await self.link(effect.issue_key) if state is EffectState.DONE else None
        noted = await self.tracker.get(link.number) if link else None
        return noted or await self.tracker.find_by_marker(
            effect.marker, since=await self.ledger.intended_at(effect.marker)
        )

    async def _turn_after(self, effect: Effect) -> Turn:
        """Say when the refused creation may be tried again; at the latest in an hour."""
        now = self.clock.now()
        limit = self.creations_per_hour or 1
        created_at = await self.ledger.creations(now, besides=effect.marker)
        # Between the refusal and this look a place may have become free.
        return turn_of_creation(created_at, limit=limit, now=now) or Turn(
            until=now, reason="Its turn has come."
        )

    async def comment(
        self, run: Run, incident: Incident, text: str, *, kind: CommentKind, number: int, url: str
    ) -> None:
        if kind is CommentKind.RESOLVED:
            marker = resolution_marker(incident)
        elif kind is CommentKind.JOINED:
            marker = joined_marker(incident)
        else:
            marker = run_marker(run.incident_id, run.revision, f"comment {kind.value}")
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
        if state is EffectState.NEW or not await self._has_comment(number, marker):
            await self.tracker.comment(number, text, marker=marker)
        await self.ledger.complete(effect, number=number, url=url, now=self.clock.now())

    async def _has_comment(self, number: int, marker: str) -> bool:
        since = await self.ledger.intended_at(marker)
        return await self.tracker.has_comment(number, marker=marker, since=since)

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


def _creation(run: Run, issue_key: str, generation: int) -> Effect:
    return Effect(
        marker=create_marker(issue_key, generation),
        kind=EffectKind.CREATE,
        incident_id=run.incident_id,
        revision=run.revision,
        issue_key=issue_key,
    )
