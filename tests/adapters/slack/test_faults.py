"""Whatever Slack does: nothing is lost, and twice is better than never."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from issue_intelligence.adapters.slack.blocks import incident_message
from issue_intelligence.adapters.slack.channels import SlackChannels
from issue_intelligence.adapters.slack.chat import SlackChat
from issue_intelligence.adapters.slack.notifier import SlackNotifier
from issue_intelligence.core.model.notice import NoticeStatus
from issue_intelligence.core.model.verdict import Severity
from issue_intelligence.ports.errors import PermanentError, RateLimitedError, TransientError
from tests.adapters.slack.conftest import CHANNELS
from tests.adapters.slack.reading import shown
from tests.factories.notices import a_notice, announced, repaired
from tests.fakes.notice_threads import FakeNoticeThreads
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack.workspace import TOKEN
from tests.fakes.stopped_clock import StoppedClock

POST, EDIT = "chat.postMessage", "chat.update"
LOST = Fault(breaks_off=True, after_effect=True)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        # Slack's own trouble.
        (Fault(error="internal_error"), "internal_error"),
        (Fault(error="service_unavailable"), "service_unavailable"),
        (Fault(error="request_timeout"), "request_timeout"),
        (Fault(error="fatal_error"), "fatal_error"),
        # What stands in between.
        (Fault(status=503), "503"),
        (Fault(status=502, content_type="application/json"), "502"),
        (Fault(), "not Slack's JSON"),
        (Fault(body="busy", content_type="text/plain"), "not Slack's JSON"),
        (Fault(body="{", content_type="application/json"), "not Slack's JSON"),
        (Fault(body="[1]", content_type="application/json"), "not Slack's JSON"),
        (Fault(body='{"ok": true}', content_type="application/json"), "without a place"),
        (Fault(breaks_off=True), "did not get through"),
    ],
)
async def test_trouble_that_may_pass_is_transient(
    fault: Fault, said: str, slack: FakeSlack, notifier: SlackNotifier
) -> None:
    slack.fail(POST, fault)
    with pytest.raises(TransientError, match=said) as caught:
        await notifier.notify(a_notice(), marker="m1")
    assert not isinstance(caught.value, RateLimitedError)
    # Nothing is known to be told, so the next try tells it.
    assert await notifier.notify(a_notice(), marker="m1")
    assert len(slack.channel("high").messages) == 1


@pytest.mark.parametrize(
    ("code", "to_do"),
    [
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("not_authed", "SLACK_BOT_TOKEN"),
        ("account_inactive", "install the app again"),
        ("token_revoked", "install the app again"),
        ("missing_scope", "chat:write"),
        ("channel_not_found", "SLACK_CHANNEL_"),
        ("is_archived", "archived"),
        ("not_in_channel", "/invite"),
        ("msg_too_long", "fault of ours"),
        ("invalid_blocks", "fault of ours"),
        # A word that nobody has heard yet.
        ("something_new", "something_new"),
    ],
)
async def test_refusal_is_permanent_and_says_what_to_do(
    code: str, to_do: str, slack: FakeSlack, notifier: SlackNotifier
) -> None:
    slack.fail(POST, Fault(error=code))
    with pytest.raises(PermanentError, match=to_do) as caught:
        await notifier.notify(a_notice(), marker="m1")
    assert code in str(caught.value)
    assert TOKEN not in str(caught.value)


async def test_wrong_address_is_permanent_and_names_the_setting(
    slack: FakeSlack, notifier: SlackNotifier
) -> None:
    slack.fail(POST, Fault(status=404))
    with pytest.raises(PermanentError, match="404; check SLACK_API_URL"):
        await notifier.notify(a_notice(), marker="m1")


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (Fault(status=429, headers={"Retry-After": "7"}), 7),
        (Fault(error="ratelimited", headers={"Retry-After": "30"}), 30),
        # A wish that nobody can mean is none.
        (Fault(status=429), None),
        (Fault(status=429, headers={"Retry-After": "soon"}), None),
        (Fault(status=429, headers={"Retry-After": "-5"}), None),
        (Fault(status=429, headers={"Retry-After": "nan"}), None),
        (Fault(status=429, headers={"Retry-After": "1e9"}), None),
    ],
)
async def test_rate_limit_says_how_long_to_wait(
    fault: Fault, seconds: float | None, slack: FakeSlack, chat_of: Callable[..., SlackChat]
) -> None:
    slack.fail(EDIT, fault)
    # An edit, since it shares no pace with the messages of other cases.
    chat = chat_of(slack)
    with pytest.raises(RateLimitedError) as caught:
        await chat.edit("C000000001", "1.0", incident_message(a_notice()))
    assert caught.value.retry_after_seconds == seconds


async def test_answer_that_never_comes_ends_the_call(
    slack: FakeSlack, notifier_of: Callable[..., SlackNotifier]
) -> None:
    slack.fail(POST, Fault(hangs=True))
    with pytest.raises(TransientError, match="in time"):
        await notifier_of(slack, timeout_seconds=0.2).notify(a_notice(), marker="m1")


async def test_nobody_listens(slack: FakeSlack, notifier_of: Callable[..., SlackNotifier]) -> None:
    slack.url = "http://127.0.0.1:9/api"
    with pytest.raises(TransientError, match="did not get through"):
        await notifier_of(slack).notify(a_notice(), marker="m1")


async def test_wrong_token_is_told_apart(slack: FakeSlack, notifier_of: Callable[..., SlackNotifier]) -> None:
    with pytest.raises(PermanentError, match="invalid_auth") as caught:
        await notifier_of(slack, token="xoxb-wrong-secret").notify(a_notice(), marker="m1")
    assert "xoxb-wrong-secret" not in str(caught.value)


async def lose_the_answer(slack: FakeSlack, notifier: SlackNotifier, clock: StoppedClock) -> None:
    """Post, hear nothing of it, and try again a minute later."""
    slack.fail(POST, LOST)
    with pytest.raises(TransientError):
        await notifier.notify(a_notice(), marker="m1")
    meant_at = clock.now()
    clock.advance(timedelta(minutes=1))
    assert await notifier.notify(a_notice(), marker="m1", unknown_since=meant_at)


async def test_message_that_was_posted_without_an_answer_is_found(
    slack: FakeSlack,
    notifier_of: Callable[..., SlackNotifier],
    clock: StoppedClock,
    threads: FakeNoticeThreads,
) -> None:
    slack.workspace.scopes.add("channels:history")
    notifier = notifier_of(slack, channels=SlackChannels(high=slack.channel("high").id))
    await lose_the_answer(slack, notifier, clock)
    message = slack.only_message("high")
    assert slack.channel("high").replies(message.ts) == []
    [thread] = threads.saved.values()
    assert thread.message_id == message.ts
    await notifier.notify(a_notice(status=NoticeStatus.RESOLVED), marker="m2")
    assert "RESOLVED" in shown(message)


async def test_without_the_right_to_look_it_is_said_twice_rather_than_never(
    slack: FakeSlack, notifier_of: Callable[..., SlackNotifier], clock: StoppedClock
) -> None:
    notifier = notifier_of(slack, channels=SlackChannels(high=slack.channel("high").id))
    await lose_the_answer(slack, notifier, clock)
    assert len(slack.channel("high").parents) == 2


async def test_channel_whose_id_is_not_known_cannot_be_looked_at(
    slack: FakeSlack, notifier: SlackNotifier, clock: StoppedClock
) -> None:
    slack.workspace.scopes.add("channels:history")
    await lose_the_answer(slack, notifier, clock)
    assert len(slack.channel("high").parents) == 2


async def test_announcement_without_an_answer_is_found_and_goes_on(
    slack: FakeSlack, notifier: SlackNotifier, clock: StoppedClock
) -> None:
    slack.workspace.scopes.add("channels:history")
    # An earlier incident has taught us the channel's id.
    await notifier.notify(a_notice(incident_id="other"), marker="m0")
    slack.fail(POST, LOST)
    with pytest.raises(TransientError):
        await notifier.notify(announced(), marker="m1")
    await notifier.notify(a_notice(), marker="m2", unknown_since=clock.now())
    [_, message] = slack.channel("high").parents
    assert "#12>" in shown(message)
    assert len(slack.channel("high").replies(message.ts)) == 1


@pytest.mark.parametrize(("scopes", "replies"), [(("channels:history",), 1), ((), 2)])
async def test_answer_in_the_thread_that_got_lost(
    scopes: tuple[str, ...], replies: int, slack: FakeSlack, notifier: SlackNotifier, clock: StoppedClock
) -> None:
    slack.workspace.scopes.update(scopes)
    await notifier.notify(announced(), marker="m1")
    slack.fail(POST, LOST)
    with pytest.raises(TransientError):
        await notifier.notify(a_notice(), marker="m2")
    assert await notifier.notify(a_notice(), marker="m2", unknown_since=clock.now())
    assert len(slack.channel("high").replies(slack.only_message("high").ts)) == replies


async def test_notice_that_was_told_and_not_noted_is_not_told_again(
    slack: FakeSlack, notifier: SlackNotifier, clock: StoppedClock
) -> None:
    await notifier.notify(announced(), marker="m1")
    await notifier.notify(a_notice(), marker="m2")
    before = len(slack.calls)
    assert await notifier.notify(a_notice(details=("later",)), marker="m2", unknown_since=clock.now())
    assert len(slack.calls) == before


async def test_deleted_message_with_news_is_posted_anew(slack: FakeSlack, notifier: SlackNotifier) -> None:
    await notifier.notify(a_notice(), marker="m1")
    slack.channel("high").messages.clear()
    await notifier.notify(a_notice(result="commented on the issue"), marker="m2")
    message = slack.only_message("high")
    await notifier.notify(a_notice(status=NoticeStatus.RESOLVED), marker="m3")
    assert len(slack.channel("high").replies(message.ts)) == 1


async def test_deleted_message_without_news_stays_deleted(slack: FakeSlack, notifier: SlackNotifier) -> None:
    await notifier.notify(a_notice(), marker="m1")
    slack.channel("high").messages.clear()
    await notifier.notify(a_notice(acted=False, affected_users=8), marker="m2")
    assert slack.channel("high").messages == []


async def test_message_deleted_between_edit_and_answer_is_posted_anew(
    slack: FakeSlack, notifier: SlackNotifier
) -> None:
    await notifier.notify(announced(), marker="m1")
    slack.fail(POST, Fault(error="thread_not_found"))
    await notifier.notify(a_notice(), marker="m2")
    assert len(slack.channel("high").parents) == 2


@pytest.mark.parametrize("code", ["cant_update_message", "edit_window_closed"])
async def test_message_that_cannot_be_edited_is_answered_all_the_same(
    code: str, slack: FakeSlack, notifier: SlackNotifier
) -> None:
    await notifier.notify(announced(), marker="m1")
    message = slack.only_message("high")
    slack.workspace.fixed[message.ts] = code
    assert await notifier.notify(a_notice(), marker="m2")
    assert len(slack.channel("high").replies(message.ts)) == 1


async def test_deleted_channel_is_permanent_and_another_one_takes_over(
    slack: FakeSlack, notifier: SlackNotifier, notifier_of: Callable[..., SlackNotifier]
) -> None:
    await notifier.notify(a_notice(), marker="m1")
    del slack.workspace.channels["high"]
    with pytest.raises(PermanentError, match=r"channel_not_found.*SLACK_CHANNEL_"):
        await notifier.notify(a_notice(result="commented on the issue"), marker="m2")
    mended = notifier_of(slack, channels=SlackChannels(high="#medium"))
    await mended.notify(a_notice(result="commented on the issue"), marker="m3")
    message = slack.only_message("medium")
    await mended.notify(a_notice(status=NoticeStatus.RESOLVED), marker="m4")
    assert len(slack.channel("medium").replies(message.ts)) == 1


async def test_missing_channel_of_the_repaired_costs_the_thread_nothing(
    slack: FakeSlack, notifier: SlackNotifier
) -> None:
    del slack.workspace.channels["resolved"]
    await notifier.notify(announced(), marker="m1")
    with pytest.raises(PermanentError, match="channel_not_found"):
        await notifier.notify(repaired(), marker="m2")
    message = slack.only_message("high")
    assert "REPAIRED" in shown(message)
    assert len(slack.channel("high").replies(message.ts)) == 1


async def test_move_that_was_cut_off_is_finished_once(
    slack: FakeSlack, notifier: SlackNotifier, clock: StoppedClock
) -> None:
    slack.workspace.scopes.add("channels:history")
    grave = a_notice(severity=Severity.CRITICAL)
    # An earlier incident has taught us the graver channel's id.
    await notifier.notify(a_notice(severity=Severity.CRITICAL, incident_id="other"), marker="m0")
    await notifier.notify(a_notice(), marker="m1")
    # The message in the graver channel gets through, and its answer does not.
    slack.fail(POST, LOST)
    with pytest.raises(TransientError):
        await notifier.notify(grave, marker="m2")
    await notifier.notify(grave, marker="m2", unknown_since=clock.now())
    await notifier.notify(a_notice(severity=Severity.CRITICAL, result="again"), marker="m3")
    [_, new] = slack.channel("critical").parents
    assert len(slack.channel("critical").replies(new.ts)) == 1
    assert len(slack.channel("high").replies(slack.only_message("high").ts)) == 1


def test_all_the_channels_are_listed_once() -> None:
    assert CHANNELS.listed() == ("#critical", "#high", "#medium", "#resolved")
