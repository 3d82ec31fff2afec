"""Comments are short and say only what is new."""

from dataclasses import replace
from datetime import timedelta

from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.report.comments import (
    compose_closed_comment,
    compose_recurrence_comment,
    compose_reopened_comment,
    compose_resolved_comment,
)
from issue_intelligence.core.report.markdown import ZERO_WIDTH_SPACE
from tests.core.report import example
from tests.core.report.hostile import hostile_report
from tests.core.report.nasty_text import read

RESOLVED = example.report(
    incident=example.incident(
        status=IncidentStatus.RESOLVED, resolved_at=example.STARTED + timedelta(minutes=12), alert_count=2
    )
)


def test_recurrence_comment_says_what_is_new() -> None:
    comment = compose_recurrence_comment(
        example.report(),
        now=example.NOW,
        news=("Severity rose from medium to high.", "2 further alerts since the last look."),
    )
    assert comment == (
        "**Still there** at 2026-11-24 11:04:05 UTC.\n\n"
        "- Severity rose from medium to high.\n"
        "- 2 further alerts since the last look.\n\n"
        "Severity high, 1 alert in all. The log around it has 21 error lines, the last at "
        "2026-11-24 11:03:25 UTC. Newest alert: "
        "`0f1e2d3c4b5a69788796a5b4c3d2e1f0`. "
        "[Everything we found](http://127.0.0.1:3003/admin/incidents/3b241101-e2bb-4255-8caf-4136c566a962)."
    )


def test_recurrence_comment_says_that_it_is_back_after_it_had_resolved() -> None:
    ended = example.STARTED + timedelta(minutes=2)
    first = example.alert(status=AlertStatus.RESOLVED, ends_at=ended)
    second = example.alert(starts_at=ended + timedelta(minutes=3))

    def opening(*alerts: Alert) -> str:
        context = example.report().context
        report = example.report(alerts=tuple((alert, context) for alert in alerts))
        return compose_recurrence_comment(report, now=example.NOW).split("\n", 1)[0]

    back = "**It is back** since 2026-11-24 11:08:05 UTC, 3 min after it had resolved."
    assert opening(first, second) == back
    # One that never ended, or ended only after the newest began, is still there.
    assert opening(example.alert(), second).startswith("**Still there**")
    overlapping = example.alert(starts_at=ended - timedelta(seconds=1))
    assert opening(first, overlapping).startswith("**Still there**")
    # The newest is over as well.
    over = example.alert(status=AlertStatus.RESOLVED, starts_at=second.starts_at, ends_at=example.NOW)
    assert opening(first, over).startswith("**Still there**")


def test_recurrence_comment_shows_two_new_stack_traces_at_most() -> None:
    traces = [example.trace(text=f"Error: {number}\n    at f (x.js:1:1)") for number in range(3)]
    comment = compose_recurrence_comment(example.report(), now=example.NOW, news=("New.",), new_traces=traces)
    assert "Error: 0\n    at f" in comment
    assert "Error: 1\n    at f" in comment
    assert "Error: 2" not in comment


def test_reopened_comment_says_why() -> None:
    comment = compose_reopened_comment(example.report(public_url=""), now=example.NOW)
    assert comment == (
        "**Reopened** at 2026-11-24 11:04:05 UTC: it happened again, "
        "with an alert of 2026-11-24 11:03:05 UTC.\n\n"
        "Severity high, 1 alert in all. The log around it has 21 error lines, the last at "
        "2026-11-24 11:03:25 UTC. Newest alert: `0f1e2d3c4b5a69788796a5b4c3d2e1f0`."
    )


def test_resolved_comment_says_what_comes_next() -> None:
    comment = compose_resolved_comment(RESOLVED, now=example.NOW, auto_close_after_hours=24)
    assert comment == (
        "**Resolved** at 2026-11-24 11:15:05 UTC, after 12 min and 2 alerts. "
        "Nobody has told us why, so the cause may still be there.\n\n"
        "This issue will be closed if it stays away for 24 h."
    )


def test_resolved_comment_leaves_closing_to_people() -> None:
    comment = compose_resolved_comment(RESOLVED, now=example.NOW, auto_close_after_hours=None)
    assert comment.endswith("Close this issue when the cause is found.")


def test_closed_comment_says_how_it_stays_closed() -> None:
    later = example.NOW + timedelta(hours=25)
    comment = compose_closed_comment(RESOLVED, now=later, auto_close_after_hours=24)
    assert comment.startswith(
        "**Closed** at 2026-11-25 12:04:05 UTC: it has not come back since 2026-11-24 11:15:05 UTC"
    )
    assert "not planned" in comment


def test_comments_of_hostile_text_are_bounded_and_do_nothing() -> None:
    text = "@octocat fixes #1 </details> ![x](http://e.example)\n# Heading\n```\n" * 5_000
    report = hostile_report(text)
    trace = replace(example.trace(), text=text)
    for comment in (
        compose_recurrence_comment(report, now=example.NOW, news=(text,) * 5, new_traces=(trace,) * 3),
        compose_reopened_comment(report, now=example.NOW, news=(text,) * 5, new_traces=(trace,) * 3),
        compose_resolved_comment(report, now=example.NOW, auto_close_after_hours=24),
        compose_closed_comment(report, now=example.NOW, auto_close_after_hours=24),
    ):
        kinds = {token.type for token in read(comment)}
        assert not {"image", "heading_open", "html_inline", "html_block"} & kinds
        outside_code = "".join(token.content for token in read(comment) if token.type == "text")
        assert "@octocat" not in outside_code.replace(f"@{ZERO_WIDTH_SPACE}", "")
        assert len(comment) < 25_000
