"""One message an incident, always true, with a thread of news; in the channel of its severity."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from issue_intelligence.adapters.slack.channels import SlackChannels
from issue_intelligence.adapters.slack.notifier import SlackNotifier
from issue_intelligence.core.model.notice import IncidentNotice, NoticeStatus
from issue_intelligence.core.model.verdict import Conclusion, Severity
from tests.adapters.slack.reading import shown
from tests.factories.notices import a_notice, announced, remediating, repaired
from tests.fakes.notice_threads import FakeNoticeThreads
from tests.fakes.slack import FakeSlack


async def test_issue_is_told_in_the_thread_and_shown_in_the_message(
    slack: FakeSlack, notifier: SlackNotifier
) -> None:
    assert await notifier.notify(announced(), marker="m1")
    message = slack.only_message("high")
    assert "an issue, or why there is none, follows" in shown(message).lower()
    assert await notifier.notify(a_notice(), marker="m2")
    assert message.edits == 1
    assert "Issue created: <https://github.example/shop/backend/issues/12|#12>" in shown(message)
    assert "follows" not in shown(message)
    [reply] = slack.channel("high").replies(message.ts)
    assert "Issue created: <https://github.example/shop/backend/issues/12|#12>" in shown(reply)
    assert not reply.is_broadcast


async def test_restart_that_helps_is_told_in_its_thread_and_in_the_channel_of_the_repaired(
    slack: FakeSlack, notifier: SlackNotifier
) -> None:
    await notifier.notify(remediating(), marker="m1")
    message = slack.only_message("high")
    assert "*Auto-Remediation:*\n⚙️ Attempting restart..." in shown(message)
    await notifier.notify(repaired(), marker="m2")
    assert "✅ REPAIRED: shop" in shown(message)
    assert "Attempting" not in shown(message)
    [reply] = slack.channel("high").replies(message.ts)
    assert "✅ *Auto-Remediation Successful*" in shown(reply)
    assert "_No issue created_" in shown(reply)
    assert "✅ REPAIRED: shop" in shown(slack.only_message("resolved"))
    # The end is told once more in the thread; the channel of the repaired only stays true.
    await notifier.notify(repaired(status=NoticeStatus.RESOLVED), marker="m3")
    assert len(slack.channel("high").replies(message.ts)) == 2
    assert "✅ RESOLVED: shop" in shown(slack.only_message("resolved"))


async def test_restart_that_fails_is_shown_to_those_who_read_that_it_is_tried(
    slack: FakeSlack, notifier: SlackNotifier
) -> None:
    await notifier.notify(remediating(), marker="m1")
    failed = a_notice(remediation="restart", remediation_result="It still fails", remediation_helped=False)
    await notifier.notify(failed, marker="m2")
    message = slack.only_message("high")
    [reply] = slack.channel("high").replies(message.ts)
    assert "❌ *Auto-Remediation Failed*\nrestart: It still fails" in shown(reply)
    assert reply.is_broadcast
    assert "#12>" in shown(reply)


async def test_look_without_news_edits_and_disturbs_nobody(slack: FakeSlack, notifier: SlackNotifier) -> None:
    await notifier.notify(a_notice(), marker="m1")
    message = slack.only_message("high")
    quiet = a_notice(
        acted=False, affected_users=19, result="issue 12 is open and there is nothing new to say."
    )
    await notifier.notify(quiet, marker="m2")
    # What was done last is still what was done.
    assert "Issue created: <" in shown(message)
    assert "*Affected Users:*\n19" in shown(message)
    assert slack.channel("high").replies(message.ts) == []


async def test_look_at_which_nothing_changed_asks_slack_for_nothing(
    slack: FakeSlack, notifier: SlackNotifier
) -> None:
    await notifier.notify(a_notice(), marker="m1")
    before = len(slack.calls)
    assert not await notifier.notify(
        a_notice(acted=False, details=("firing for 2 h",), result="nothing new"), marker="m2"
    )
    assert len(slack.calls) == before


@pytest.mark.parametrize("conclusion", [Conclusion.NOT_REAL, Conclusion.SUPPRESSED, Conclusion.UNCONFIRMED])
async def test_what_needs_nobody_is_not_posted(
    conclusion: Conclusion, slack: FakeSlack, notifier: SlackNotifier
) -> None:
    assert not await notifier.notify(announced(conclusion=conclusion), marker="m1")
    assert slack.calls == []


async def test_what_turned_out_to_be_nothing_is_called_off(slack: FakeSlack, notifier: SlackNotifier) -> None:
    await notifier.notify(a_notice(), marker="m1")
    off = a_notice(conclusion=Conclusion.NOT_REAL, acted=False, result="it is not a problem of the service")
    await notifier.notify(off, marker="m2")
    message = slack.only_message("high")
    assert "✅ NO PROBLEM: shop" in shown(message)
    assert len(slack.channel("high").replies(message.ts)) == 1


async def test_graver_incident_goes_on_in_the_graver_channel(
    slack: FakeSlack, notifier: SlackNotifier
) -> None:
    await notifier.notify(a_notice(), marker="m1")
    old = slack.only_message("high")
    critical = a_notice(severity=Severity.CRITICAL, result="commented on the issue")
    await notifier.notify(critical, marker="m2")
    new = slack.only_message("critical")
    assert "🚨 CRITICAL: shop" in shown(new)
    assert "🚨 CRITICAL: shop" in shown(old)
    [pointer] = slack.channel("high").replies(old.ts)
    assert f"It goes on in <#{slack.channel('critical').id}>" in shown(pointer)
    # From now on, news is told there; the old message stays true; a milder look moves nothing back.
    await notifier.notify(
        replace(critical, severity=Severity.HIGH, status=NoticeStatus.RESOLVED), marker="m3"
    )
    assert len(slack.channel("critical").replies(new.ts)) == 1
    assert len(slack.channel("high").replies(old.ts)) == 1
    assert "✅ RESOLVED: shop" in shown(old)


async def test_graver_incident_of_one_channel_is_shown_in_it_again(
    slack: FakeSlack, notifier_of: Callable[..., SlackNotifier]
) -> None:
    notifier = notifier_of(slack, channels=SlackChannels(medium="medium"))
    await notifier.notify(a_notice(), marker="m1")
    await notifier.notify(a_notice(severity=Severity.CRITICAL), marker="m2")
    [reply] = slack.channel("medium").replies(slack.only_message("medium").ts)
    assert reply.is_broadcast
    assert "*Severity* is now critical; it was high." in shown(reply)


async def test_incident_that_was_repaired_before_anybody_was_told_is_told_among_the_repaired(
    slack: FakeSlack, notifier: SlackNotifier
) -> None:
    await notifier.notify(repaired(), marker="m1")
    assert "✅ REPAIRED" in shown(slack.only_message("resolved"))
    assert slack.channel("high").messages == []


async def test_each_incident_has_its_own_message(slack: FakeSlack, notifier: SlackNotifier) -> None:
    await notifier.notify(a_notice(), marker="m1")
    await notifier.notify(a_notice(incident_id="other"), marker="m2")
    assert len(slack.channel("high").parents) == 2


async def test_messages_carry_what_finds_them_and_unfold_no_links(
    slack: FakeSlack, notifier: SlackNotifier
) -> None:
    await notifier.notify(a_notice(), marker="m1")
    [(method, given)] = slack.calls
    assert method == "chat.postMessage"
    assert given["metadata"] == {
        "event_type": "issue_intelligence_notice",
        "event_payload": {"incident_id": "3b24110153", "marker": "m1"},
    }
    assert not given["unfurl_links"]
    assert not given["unfurl_media"]
    assert given["text"].startswith("🔴 HIGH: shop: TypeError")


@pytest.mark.parametrize(
    ("channels", "notice", "channel"),
    [
        # Each severity has its own, low goes with medium.
        (SlackChannels(critical="c", high="h", medium="m"), a_notice(severity=Severity.CRITICAL), "c"),
        (SlackChannels(critical="c", high="h", medium="m"), a_notice(severity=Severity.LOW), "m"),
        # A missing one falls back to the next milder, else to the next graver.
        (SlackChannels(high="h", medium="m"), a_notice(severity=Severity.CRITICAL), "h"),
        (SlackChannels(critical="c", medium="m"), a_notice(severity=Severity.HIGH), "m"),
        (SlackChannels(critical="c", high="h"), a_notice(severity=Severity.MEDIUM), "h"),
        (SlackChannels(critical="c"), a_notice(severity=Severity.LOW), "c"),
        # A service's own wins.
        (SlackChannels(critical="c", by_service={"shop": "s"}), a_notice(severity=Severity.CRITICAL), "s"),
        # Another service's does not.
        (SlackChannels(by_service={"mail": "s"}), a_notice(), ""),
    ],
)
def test_channel(channels: SlackChannels, notice: IncidentNotice, channel: str) -> None:
    assert channels.of(notice) == channel


async def test_service_with_its_own_channel_hears_everything_there(
    slack: FakeSlack, notifier_of: Callable[..., SlackNotifier], threads: FakeNoticeThreads
) -> None:
    notifier = notifier_of(slack, channels=SlackChannels(resolved="#resolved", by_service={"shop": "#shop"}))
    await notifier.notify(remediating(), marker="m1")
    await notifier.notify(repaired(), marker="m2")
    assert len(slack.channel("shop").messages) == 2
    assert slack.channel("resolved").messages == []
    # Nobody hears of a service that has no channel.
    assert not await notifier.notify(a_notice(service="mail"), marker="m3")
