"""Computes what issue and notice should look like, then makes it so: intent before effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from issue_intelligence.core.model.issue import CloseReason, TrackedIssue
from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.core.report.comments import (
    compose_closed_comment,
    compose_recurrence_comment,
    compose_reopened_comment,
    compose_resolved_comment,
)
from issue_intelligence.core.report.effects import (
    create_marker,
    deserves_notice,
    hold_back,
    resolution_marker,
    run_marker,
)
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.issue_text import compose_issue
from issue_intelligence.core.report.news import new_traces, what_is_new
from issue_intelligence.core.report.notice import compose_notice
from issue_intelligence.core.report.plan import CommentKind, IssueAction, plan_issue
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.durable import StepResult
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.incident_store import Findings, IncidentStore, Run
from issue_intelligence.ports.issue_ledger import Effect, EffectKind, EffectState, IssueLedger
from issue_intelligence.ports.notice_log import NoticeLog
from issue_intelligence.ports.notifier import Notifier
from issue_intelligence.ports.tracker import Tracker

MAX_ALERTS = 50

Step = dict[str, StepResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStage:
    incidents: IncidentStore
    ledger: IssueLedger
    tracker: Tracker
    notices: NoticeLog
    notifiers: Sequence[Notifier]
    mode: Mode
    auto_close_after: timedelta
    public_url: str
    clock: Clock

    async def plan(self, run: Run) -> Step:
        """Compute what should become of the issue; stored, so that a crash cannot change its mind."""
        report, findings, previous = await self._load(run)
        link = await self.ledger.link(findings.issue_key)
        tracked = await self.tracker.get(link.number) if link else None
        plan = hold_back(
            plan_issue(
                verdict=findings.verdict,
                tracked=tracked,
                incident=report.incident,
                remediation=report.remediation,
                has_news=bool(_news(report, findings, previous)),
                resolution_told=await self.ledger.is_done(resolution_marker(report.incident)),
                now=self.clock.now(),
                auto_close_after=self.auto_close_after,
            ),
            mode=self.mode,
            others_firing=await self.incidents.open_incidents_of_cause(
                findings.issue_key, besides=run.incident_id
            ),
        )
        return {
            "action": plan.action.value,
            "comment": plan.comment.value if plan.comment else None,
            "reason": plan.reason,
            "number": tracked.number if tracked else None,
            "url": tracked.url if tracked else "",
            # An issue that someone deleted is followed by a new one.
            "generation": link.generation + 1 if link and tracked is None else 0,
        }

    async def report_issue(self, run: Run, plan: Step) -> Step:
        """Make the plan true; give what was done, with the issue's number and address."""
        action = IssueAction(plan["action"])
        if action is IssueAction.NOTHING:
            return plan
        report, findings, previous = await self._load(run)
        if action is IssueAction.CREATE:
            created = await self._create(run, report, findings, int(str(plan["generation"])))
            if created is not None:
                return plan | {"number": created.number, "url": created.url}
            # Another incident of the same cause was faster: its issue gets our comment.
            link = await self.ledger.link(findings.issue_key)
            if link is None:
                raise PermanentError(f"the issue of cause {findings.issue_key} is done but not linked")
            plan = plan | {
                "action": IssueAction.COMMENT.value,
                "comment": CommentKind.RECURRENCE.value,
                "number": link.number,
                "url": link.url,
            }
            action = IssueAction.COMMENT
        if plan["comment"] is not None:
            await self._comment(run, plan, _comment_text(self, report, findings, previous, plan))
        if action in (IssueAction.REOPEN, IssueAction.CLOSE):
            await self._set_state(run, findings, plan, action)
        return plan

    async def notify(self, run: Run, done: Step) -> int:
        """Tell people; give how many notices were sent."""
        report, _findings, previous = await self._load(run)
        action = IssueAction(done["action"])
        if not deserves_notice(action, first_look=previous is None):
            return 0
        now = self.clock.now()
        notice = compose_notice(
            report, action=action, issue_url=str(done["url"] or ""), now=now, reason=str(done["reason"])
        )
        sent = 0
        for notifier in self.notifiers:
            marker = run_marker(run.incident_id, run.revision, f"notify {notifier.description}")
            if await self.notices.intend(notice, marker=marker, channel=notifier.description, now=now):
                await notifier.notify(notice, marker=marker)
                await self.notices.sent(marker, self.clock.now())
                sent += 1
        return sent

    async def _load(self, run: Run) -> tuple[IncidentReport, Findings, Findings | None]:
        previous = await self.incidents.findings_before(run)
        findings = await self.incidents.findings(run) or previous
        if findings is None:
            raise PermanentError(f"incident {run.incident_id} has no verdict to report")
        report = IncidentReport(
            incident=await self.incidents.incident(run.incident_id),
            alerts=tuple(await self.incidents.alerts_of(run.incident_id, MAX_ALERTS)),
            investigation=findings.investigation,
            verdict=findings.verdict,
            remediation=await self.incidents.remediation(run),
            public_url=self.public_url,
        )
        return report, findings, previous

    async def _create(
        self, run: Run, report: IncidentReport, findings: Findings, generation: int
    ) -> TrackedIssue | None:
        """Create the issue of this cause; None when another incident has done so."""
        effect = Effect(
            marker=create_marker(findings.issue_key, generation),
            kind=EffectKind.CREATE,
            incident_id=run.incident_id,
            revision=run.revision,
            issue_key=findings.issue_key,
        )
        state = await self.ledger.intend(effect, self.clock.now())
        if state is EffectState.DONE_BY_OTHER:
            return None
        if state is EffectState.TAKEN:
            raise TransientError("another incident of the same cause is creating the issue")
        issue = None if state is EffectState.NEW else await self.tracker.find_by_marker(effect.marker)
        if issue is None:
            issue = await self.tracker.create(
                compose_issue(report, now=self.clock.now()), marker=effect.marker
            )
        await self.ledger.complete(effect, number=issue.number, url=issue.url, now=self.clock.now())
        return issue

    async def _comment(self, run: Run, plan: Step, text: str) -> None:
        incident = await self.incidents.incident(run.incident_id)
        kind = CommentKind(plan["comment"])
        marker = (
            resolution_marker(incident)
            if kind is CommentKind.RESOLVED
            else run_marker(run.incident_id, run.revision, kind.value)
        )
        number = int(str(plan["number"]))
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
        await self.ledger.complete(effect, number=number, url=str(plan["url"]), now=self.clock.now())

    async def _set_state(self, run: Run, findings: Findings, plan: Step, action: IssueAction) -> None:
        number = int(str(plan["number"]))
        effect = Effect(
            marker=run_marker(run.incident_id, run.revision, action.value),
            kind=EffectKind(action.value),
            incident_id=run.incident_id,
            revision=run.revision,
            issue_key=findings.issue_key,
            issue_number=number,
        )
        if await self.ledger.intend(effect, self.clock.now()) is EffectState.DONE:
            return
        # Both leave an issue alone that is in that state already, so they need no look first.
        if action is IssueAction.REOPEN:
            await self.tracker.reopen(number)
        else:
            await self.tracker.close(number, CloseReason.COMPLETED)
        await self.ledger.complete(effect, number=number, url=str(plan["url"]), now=self.clock.now())


def _news(report: IncidentReport, findings: Findings, previous: Findings | None) -> tuple[str, ...]:
    return what_is_new(
        (previous.investigation, previous.verdict) if previous else None,
        (findings.investigation, findings.verdict),
        previous_alert_count=previous.alert_count if previous else 0,
        alert_count=report.incident.alert_count,
    )


def _comment_text(
    stage: ReportStage, report: IncidentReport, findings: Findings, previous: Findings | None, plan: Step
) -> str:
    now = stage.clock.now()
    hours = stage.auto_close_after.total_seconds() / 3600
    match CommentKind(plan["comment"]):
        case CommentKind.RESOLVED:
            return compose_resolved_comment(report, now=now, auto_close_after_hours=hours)
        case CommentKind.CLOSED:
            return compose_closed_comment(report, now=now, auto_close_after_hours=hours)
        case CommentKind.RECURRENCE:
            compose = compose_recurrence_comment
        case CommentKind.REOPENED:
            compose = compose_reopened_comment
    traces = new_traces(previous.investigation if previous else None, findings.investigation)
    return compose(report, now=now, news=_news(report, findings, previous), new_traces=traces)
