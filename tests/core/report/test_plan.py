"""One table: what the tracker and the verdict say, and what becomes of the issue."""

from dataclasses import replace
from datetime import timedelta

import pytest

from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.issue import CloseReason, IssueState, TrackedIssue
from issue_intelligence.core.model.remediation import Outcome, RemediationResult
from issue_intelligence.core.model.verdict import Conclusion, ExcuseKind
from issue_intelligence.core.report.plan import CommentKind, IssueAction, IssuePlan, plan_held, plan_issue
from tests.core.report import example

OPEN = TrackedIssue(
    number=12, url="file:///12", state=IssueState.OPEN, close_reason=None, closed_at=None, title="t"
)
BEFORE = example.STARTED - timedelta(days=1)
DURING = example.STARTED + timedelta(seconds=30)
FIXED = replace(OPEN, state=IssueState.CLOSED, close_reason=CloseReason.COMPLETED, closed_at=BEFORE)
FIXED_DURING = replace(FIXED, closed_at=DURING)
FIXED_SOMETIME = replace(FIXED, closed_at=None)
NOT_PLANNED = replace(FIXED, close_reason=CloseReason.NOT_PLANNED)

FIRING = example.incident()
RESOLVED = example.incident(status=IncidentStatus.RESOLVED, resolved_at=example.NOW - timedelta(hours=2))
LONG_QUIET = example.incident(status=IncidentStatus.RESOLVED, resolved_at=example.NOW - timedelta(hours=24))
CLOSED = example.incident(status=IncidentStatus.CLOSED, resolved_at=example.NOW - timedelta(hours=2))

REAL = example.verdict()
UPDATE = example.verdict(should_create_issue=False, should_update_existing=12)
REMEDIATE_FIRST = example.verdict(should_create_issue=False, should_attempt_remediation=True)

HELPED = RemediationResult(
    attempted=True,
    success=True,
    action="restart",
    logs=(),
    should_create_issue=False,
    outcome=Outcome.HELPED,
    reason="well again",
)
FAILED = replace(
    HELPED, success=False, should_create_issue=True, outcome=Outcome.NO_CHANGE, reason="no change"
)
UNCLEAR = replace(FAILED, should_create_issue=False, outcome=Outcome.UNKNOWN, reason="it is being verified")
REFUSED = replace(FAILED, attempted=False, outcome=Outcome.REFUSED)

PLANS = [
    # A real problem without an issue.
    ({}, IssueAction.CREATE, None, "has none"),
    # It was over before we looked, and real all the same.
    ({"incident": RESOLVED}, IssueAction.CREATE, None, "although it resolved before we looked"),
    ({"incident": CLOSED}, IssueAction.CREATE, None, "although"),
    ({"verdict": example.verdict(conclusion=Conclusion.POSSIBLE)}, IssueAction.CREATE, None, ""),
    ({"verdict": example.verdict(conclusion=Conclusion.MONITORING)}, IssueAction.CREATE, None, ""),
    # The issue to update was deleted.
    ({"verdict": UPDATE}, IssueAction.CREATE, None, ""),
    # Nothing that deserves an issue.
    (
        {"verdict": example.verdict(conclusion=Conclusion.NOT_REAL)},
        IssueAction.NOTHING,
        None,
        "not a problem",
    ),
    ({"verdict": example.verdict(conclusion=Conclusion.SUPPRESSED)}, IssueAction.NOTHING, None, "expected"),
    (
        {"verdict": example.verdict(conclusion=Conclusion.UNCONFIRMED)},
        IssueAction.NOTHING,
        None,
        "nothing confirms",
    ),
    ({"verdict": example.verdict(should_create_issue=False)}, IssueAction.NOTHING, None, "asks for none"),
    # Remediation comes first, and an issue only if it does not help.
    ({"verdict": REMEDIATE_FIRST}, IssueAction.NOTHING, None, "asks for none"),
    ({"verdict": REMEDIATE_FIRST, "remediation": HELPED}, IssueAction.NOTHING, None, "remediation helped"),
    ({"verdict": REMEDIATE_FIRST, "remediation": FAILED}, IssueAction.CREATE, None, ""),
    ({"verdict": REMEDIATE_FIRST, "remediation": REFUSED}, IssueAction.CREATE, None, ""),
    ({"remediation": UNCLEAR}, IssueAction.NOTHING, None, "being verified"),
    ({"remediation": HELPED, "tracked": OPEN}, IssueAction.NOTHING, None, "remediation helped"),
    # An open issue hears news only.
    ({"tracked": OPEN}, IssueAction.COMMENT, CommentKind.RECURRENCE, "there is news"),
    ({"tracked": OPEN, "verdict": UPDATE}, IssueAction.COMMENT, CommentKind.RECURRENCE, ""),
    ({"tracked": OPEN, "has_news": False}, IssueAction.NOTHING, None, "nothing new"),
    (
        {"tracked": OPEN, "verdict": example.verdict(conclusion=Conclusion.UNCONFIRMED)},
        IssueAction.NOTHING,
        None,
        "nothing confirms",
    ),
    # The alert resolved: said once, then closed.
    ({"tracked": OPEN, "incident": RESOLVED}, IssueAction.COMMENT, CommentKind.RESOLVED, "resolved"),
    ({"tracked": OPEN, "incident": CLOSED}, IssueAction.COMMENT, CommentKind.RESOLVED, "resolved"),
    (
        {"tracked": OPEN, "incident": RESOLVED, "resolution_told": True},
        IssueAction.NOTHING,
        None,
        "already says",
    ),
    (
        {"tracked": OPEN, "incident": LONG_QUIET, "resolution_told": True},
        IssueAction.CLOSE,
        CommentKind.CLOSED,
        "24 h ago",
    ),
    # Closing is left to people.
    (
        {"tracked": OPEN, "incident": LONG_QUIET, "resolution_told": True, "auto_close_after": None},
        IssueAction.NOTHING,
        None,
        "already says",
    ),
    # A resolution is told even when the last verdict does not take it for real any more.
    (
        {
            "tracked": OPEN,
            "incident": RESOLVED,
            "verdict": example.verdict(conclusion=Conclusion.UNCONFIRMED),
        },
        IssueAction.COMMENT,
        CommentKind.RESOLVED,
        "",
    ),
    # It was fixed, and happened again.
    ({"tracked": FIXED}, IssueAction.REOPEN, CommentKind.REOPENED, "happened again"),
    ({"tracked": FIXED, "has_news": False}, IssueAction.REOPEN, CommentKind.REOPENED, ""),
    ({"tracked": FIXED_SOMETIME}, IssueAction.REOPEN, CommentKind.REOPENED, ""),
    ({"tracked": FIXED, "incident": RESOLVED}, IssueAction.REOPEN, CommentKind.REOPENED, ""),
    (
        {"tracked": FIXED, "verdict": example.verdict(conclusion=Conclusion.NOT_REAL)},
        IssueAction.NOTHING,
        None,
        "",
    ),
    # Whoever closed it while the alert fired knew that; only news contradicts them.
    ({"tracked": FIXED_DURING, "has_news": False}, IssueAction.NOTHING, None, "during this incident"),
    ({"tracked": FIXED_DURING}, IssueAction.REOPEN, CommentKind.REOPENED, ""),
    # Fixed, closed, and the alert resolved: all is well.
    ({"tracked": FIXED_DURING, "incident": RESOLVED}, IssueAction.NOTHING, None, "has resolved"),
    # Nobody will mend it, so nobody hears of it.
    ({"tracked": NOT_PLANNED}, IssueAction.NOTHING, None, "as not planned"),
    ({"tracked": replace(NOT_PLANNED, closed_at=DURING)}, IssueAction.NOTHING, None, "as not planned"),
]


def _plan(**changes: object) -> IssuePlan:
    inputs: dict[str, object] = {
        "verdict": REAL,
        "tracked": None,
        "incident": FIRING,
        "remediation": None,
        "has_news": True,
        "resolution_told": False,
        "now": example.NOW,
        "auto_close_after": timedelta(hours=24),
    }
    return plan_issue(**(inputs | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("changes", "action", "comment", "reason"), PLANS)
def test_plan(
    changes: dict[str, object], action: IssueAction, comment: CommentKind | None, reason: str
) -> None:
    plan = _plan(**changes)
    assert (plan.action, plan.comment) == (action, comment), plan.reason
    assert reason in plan.reason
    assert plan.reason


def test_closing_waits_to_the_second() -> None:
    almost = example.incident(
        status=IncidentStatus.RESOLVED, resolved_at=example.NOW - timedelta(hours=24) + timedelta(seconds=1)
    )
    assert _plan(tracked=OPEN, incident=almost, resolution_told=True).action is IssueAction.NOTHING
    assert _plan(tracked=OPEN, incident=LONG_QUIET, resolution_told=True).action is IssueAction.CLOSE


FLAPS = "It flapped 3 times between 2026-11-24 11:00 and 11:40 UTC"


@pytest.mark.parametrize(
    ("tracked", "tells", "action"),
    [
        (OPEN, True, IssueAction.COMMENT),
        # It was said.
        (OPEN, False, IssueAction.NOTHING),
        # There is nowhere to say it, and an issue that somebody closed is not reopened for it.
        (None, True, IssueAction.NOTHING),
        (FIXED, True, IssueAction.NOTHING),
    ],
)
def test_flapping_is_said_once(tracked: TrackedIssue | None, action: IssueAction, *, tells: bool) -> None:
    plan = plan_held(tracked, sentence=FLAPS, tells=tells)
    assert plan.action is action
    assert plan.reason.startswith(FLAPS)


def test_short_failure_that_went_again_is_no_news_and_its_issue_is_closed_in_time() -> None:
    verdict = example.verdict(conclusion=Conclusion.NOT_REAL)
    validation = replace(verdict.validation, excuse=ExcuseKind.SELF_RESOLVED, is_real_issue=False)
    short = replace(verdict, validation=validation)
    assert _plan(verdict=short, tracked=OPEN, incident=RESOLVED).action is IssueAction.NOTHING
    assert _plan(verdict=short, tracked=OPEN, incident=LONG_QUIET).action is IssueAction.CLOSE
