"""Computes what issue and notices should look like, then makes it so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from issue_intelligence.core.decide.recheck import is_over
from issue_intelligence.core.intake.service_labels import service_named
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.issue import IssueText, TrackedIssue
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.core.report.assignees import assignees_of
from issue_intelligence.core.report.effects import (
    deserves_notice,
    hold_back,
    joined_marker,
    resolution_marker,
)
from issue_intelligence.core.report.issue_limit import Turn, elsewhere, wait_for_tracker
from issue_intelligence.core.report.issue_text import compose_issue
from issue_intelligence.core.report.joined import compose_joined_comment, plan_of_member
from issue_intelligence.core.report.notice import compose_announcement, compose_notice
from issue_intelligence.core.report.plan import CommentKind, IssueAction, IssuePlan, plan_held, plan_issue
from issue_intelligence.pipeline.flaps import Flaps
from issue_intelligence.pipeline.issue_effects import IssueEffects, OverLimitError
from issue_intelligence.pipeline.issue_links import link_in
from issue_intelligence.pipeline.notices import Notices
from issue_intelligence.pipeline.report_subject import ReportSubject, comment_text, report_subject
from issue_intelligence.pipeline.reporting import Reporting
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import PermanentError, RateLimitedError
from issue_intelligence.ports.incident_joins import IncidentJoins
from issue_intelligence.ports.incident_store import IncidentStore, Run
from issue_intelligence.ports.issue_ledger import IssueLink
from issue_intelligence.ports.meter import Meter

# A tracker that asks for more patience than this lets people know now, and gets its issue later.
PATIENCE_SECONDS = 120.0
_OF_THE_END = (CommentKind.RESOLVED, CommentKind.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStage:
    incidents: IncidentStore
    joins: IncidentJoins
    effects: IssueEffects
    notices: Notices
    flaps: Flaps
    mode: Mode
    auto_close_after: timedelta
    public_url: str
    clock: Clock
    meter: Meter
    # For whom an issue is assigned to.
    catalogue: Sequence[Service] = ()
    component_teams: Mapping[str, Sequence[str]] = field(default_factory=dict)

    async def plan(self, run: Run) -> dict[str, Any]:
        """Compute what should become of the issue; a step of its own, so a crash cannot change its mind."""
        subject = await self._subject(run)
        issue_key, incident = subject.findings.issue_key, subject.report.incident
        now = self.clock.now()
        last_link = await self.effects.ledger.link(issue_key)
        try:
            link = await link_in(self.effects.tracker, last_link)
            tracked = await self.effects.tracker.get(link.number) if link else None
        except RateLimitedError as error:
            return (await self._put_off(run, last_link, error)).as_step()
        tells = await self._tells_of_flapping(run, subject)
        plan = hold_back(
            plan_of_member(
                await self._wanted(subject, tracked, last_link, tells=tells),
                incident,
                tracked,
                has_own_issue=issue_key != subject.leading_issue_key,
                link_told=await self.effects.ledger.is_done(joined_marker(incident)),
            ),
            mode=self.mode,
            others_not_over=await self.incidents.unfinished_incidents_of_cause(issue_key, besides=incident),
        )
        left_to_do = plan.action not in (IssueAction.CLOSE, IssueAction.NOTHING)
        planned = Reporting(
            action=plan.action,
            comment=plan.comment,
            reason=plan.reason,
            number=tracked.number if tracked else None,
            url=tracked.url if tracked else "",
            generation=last_link.generation + 1 if last_link and tracked is None else 0,
            place=self.effects.tracker.place,
            over=is_over(incident, now=now, auto_close_after=self.auto_close_after)
            and not (left_to_do or subject.held),
            quiet=subject.held and not tells,
        )
        if plan.action is IssueAction.CREATE:
            generation = planned.generation
            turn = await self.effects.turn_of_creation(run, issue_key=issue_key, generation=generation)
            planned = planned.waiting(turn) if turn else planned
        return planned.as_step()

    async def _tells_of_flapping(self, run: Run, subject: ReportSubject) -> bool:
        """Tell whether this run is the one that says that the incident flaps."""
        spell = subject.flapping
        return subject.held and spell is not None and await self.flaps.tells(run, spell)

    async def _wanted(
        self, subject: ReportSubject, tracked: TrackedIssue | None, link: IssueLink | None, *, tells: bool
    ) -> IssuePlan:
        incident = subject.report.incident
        if subject.held and subject.flapping is not None:
            return plan_held(tracked, sentence=subject.flapping.sentence, tells=tells)
        return plan_issue(
            verdict=subject.findings.verdict,
            tracked=tracked,
            incident=incident,
            remediation=subject.report.remediation,
            has_news=bool(subject.news),
            had_issue=link is not None and link.created_at >= incident.opened_at,
            resolution_told=await self.effects.ledger.is_done(resolution_marker(incident)),
            now=self.clock.now(),
            auto_close_after=self.auto_close_after,
        )

    async def report_issue(self, run: Run, plan: dict[str, Any]) -> dict[str, Any]:
        """Make the plan true; give what was done."""
        planned = Reporting.from_step(plan)
        if planned.action is IssueAction.NOTHING:
            done = planned
        elif planned.place != self.effects.tracker.place:
            done = planned.waiting(elsewhere(self.clock.now()))
        else:
            done = await self._perform(run, planned)
        await self.effects.note_decision(run, done.action, done.reason)
        self.meter.reported(done.action.value)
        return done.as_step()

    async def _perform(self, run: Run, planned: Reporting) -> Reporting:
        subject = await self._subject(run)
        if planned.comment in _OF_THE_END and await self._fires_again(subject, planned.action):
            reason = "It fires again, and the next look says so."
            return replace(planned, action=IssueAction.NOTHING, comment=None, reason=reason)
        if planned.action is IssueAction.CREATE:
            try:
                issue = await self.effects.create(
                    run,
                    self._issue_text(subject),
                    issue_key=subject.findings.issue_key,
                    generation=planned.generation,
                )
            except OverLimitError as error:
                return planned.waiting(error.turn)
            except RateLimitedError as error:
                return planned.waiting(await self._asked_to_wait(run, subject, planned, error))
            if issue is not None:
                return replace(planned, number=issue.number, url=issue.url)
            planned = await self._comment_instead(subject.findings.issue_key, planned)
        if planned.number is None:
            raise PermanentError(f"cannot {planned.action.value}: there is no issue")
        if planned.comment is not None:
            try:
                await self.effects.comment(
                    run,
                    subject.report.incident,
                    await self._comment_text(subject, planned.comment),
                    kind=planned.comment,
                    number=planned.number,
                    url=planned.url,
                )
            except RateLimitedError as error:
                link = await self.effects.ledger.link(subject.findings.issue_key)
                return await self._put_off(run, link, error)
        if planned.action in (IssueAction.REOPEN, IssueAction.CLOSE):
            await self.effects.set_state(run, planned.action, number=planned.number, url=planned.url)
        return planned

    async def announce(self, run: Run, *, attempting: str) -> int:
        """Tell people what was found before anything is done; give how many notifiers told of it.

        `attempting` names the action that comes next, "" for none.
        """
        if not self.notices.has_current:
            return 0
        subject = await self._subject(run)
        if subject.held or subject.report.incident.joined is not None:
            return 0
        link = await self.effects.link(subject.findings.issue_key)
        notice = compose_announcement(
            subject.report,
            attempting=attempting,
            issue_number=link.number if link else None,
            issue_url=link.url if link else "",
            now=self.clock.now(),
        )
        return await self.notices.announce(run, notice)

    async def notify(self, run: Run, done: dict[str, Any]) -> int:
        """Tell people; give how many notifiers told of it."""
        reported = Reporting.from_step(done)
        if reported.quiet:
            return 0
        subject = await self._subject(run)
        notice = compose_notice(
            subject.shown,
            action=reported.action,
            issue_number=reported.number,
            issue_url=reported.url,
            now=self.clock.now(),
            reason=reported.reason,
            news=subject.news if subject.previous and not subject.held else (),
        )
        # That it flaps is worth saying, even where there is no issue to say it.
        is_part = subject.report.incident.joined is not None
        first_look = (subject.previous is None or subject.held) and not is_part
        return await self.notices.tell(
            run, notice, deserved=deserves_notice(reported.action, first_look=first_look)
        )

    async def _asked_to_wait(
        self, run: Run, subject: ReportSubject, planned: Reporting, error: RateLimitedError
    ) -> Turn:
        """Put a creation off for as long as the tracker asks. Raises the error when that is soon."""
        turn = self._turn_after(error)
        issue_key, generation = subject.findings.issue_key, planned.generation
        await self.effects.put_off(run, str(error), issue_key=issue_key, generation=generation)
        return turn

    async def _put_off(self, run: Run, link: IssueLink | None, error: RateLimitedError) -> Reporting:
        """Leave an existing issue for later, so that this run holds up no others; its news stay news."""
        turn = self._turn_after(error)
        if link is None:
            raise error
        await self.effects.put_off_news(run, number=link.number)
        return Reporting.nothing_yet(number=link.number, url=link.url).waiting(turn)

    def _turn_after(self, error: RateLimitedError) -> Turn:
        """Say when to try again. Raises the error when that is soon enough to wait for here."""
        seconds = error.retry_after_seconds or 0.0
        if seconds <= PATIENCE_SECONDS:
            raise error
        return wait_for_tracker(str(error), seconds=seconds, now=self.clock.now())

    def _issue_text(self, subject: ReportSubject) -> IssueText:
        report = subject.report
        service = service_named(report.incident.service, self.catalogue)
        component = report.verdict.categorization.component
        assignees = assignees_of(service, component, self.component_teams)
        return compose_issue(report, now=self.clock.now(), assignees=assignees)

    async def _fires_again(self, subject: ReportSubject, action: IssueAction) -> bool:
        """Tell whether the end that was planned for is none any more; a crash may lie in between."""
        incident, key = subject.report.incident, subject.findings.issue_key
        if incident.status is IncidentStatus.OPEN or action is not IssueAction.CLOSE:
            return incident.status is IncidentStatus.OPEN
        return await self.incidents.unfinished_incidents_of_cause(key, besides=incident) > 0

    async def _comment_instead(self, issue_key: str, planned: Reporting) -> Reporting:
        """Another incident of the same cause was faster: its issue gets our comment."""
        link = await self.effects.link(issue_key)
        if link is None:
            raise PermanentError(f"the issue of cause {issue_key} was created and is not linked")
        return replace(
            planned,
            action=IssueAction.COMMENT,
            comment=CommentKind.RECURRENCE,
            number=link.number,
            url=link.url,
        )

    async def _subject(self, run: Run) -> ReportSubject:
        return await report_subject(
            run,
            self.incidents,
            self.joins,
            self.flaps,
            public_url=self.public_url,
            now=self.clock.now(),
        )

    async def _comment_text(self, subject: ReportSubject, kind: CommentKind) -> str:
        if kind is CommentKind.JOINED:
            link = await self.effects.link(subject.leading_issue_key)
            number, url = (link.number, link.url) if link else (None, "")
            return compose_joined_comment(subject.report, issue_number=number, issue_url=url)
        return comment_text(subject, kind, now=self.clock.now(), auto_close_after=self.auto_close_after)
