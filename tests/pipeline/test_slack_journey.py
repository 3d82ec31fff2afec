"""The whole journey with Slack on loopback: said in time, said once, and in nobody's way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from issue_intelligence.adapters.slack.channels import SlackChannels
from issue_intelligence.adapters.slack.chat import SlackChat, web_client
from issue_intelligence.adapters.slack.notifier import SlackNotifier
from issue_intelligence.adapters.slack.pace import Pace
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.silence import Matcher, MatcherOperator, Silence
from issue_intelligence.pipeline.notices import Notices
from issue_intelligence.ports.alert_history import HistoryQuery
from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError
from issue_intelligence.ports.incident_store import Run
from tests.adapters.slack.reading import shown
from tests.factories.notices import a_notice, announced
from tests.fakes.people import FakeNotifier
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack.workspace import TOKEN
from tests.pipeline.test_power_cuts import cut_and_go_on
from tests.pipeline.world import AUTO_CLOSE_AFTER, STARTS_AT, TRACE, World, resolved, shop_alert

POST = "chat.postMessage"


@pytest.fixture
async def slack(world: World) -> AsyncIterator[FakeSlack]:
    """Slack as the world's second notifier; the ids of its channels are configured, and it may look."""
    async with FakeSlack(now=world.clock.now, scopes=("chat:write", "channels:history")) as fake:
        channels = SlackChannels(critical=fake.channel("critical").id, high=fake.channel("high").id)
        unhurried = Pace(burst=1_000_000)
        chat = SlackChat(web_client(TOKEN, fake.url), pace=unhurried, edits=unhurried)
        world.further_notifiers.append(
            SlackNotifier(chat, channels=channels, threads=world.stores.notice_threads, clock=world.clock)
        )
        yield fake


async def test_incident_is_announced_then_told_then_over(world: World, slack: FakeSlack) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    message = slack.only_message("high")
    [first] = slack.channel("high").replies(message.ts)
    assert "Issue created: #1" in shown(message)
    assert "Issue created: #1" in shown(first)
    # Announced before the issue was there.
    [announcement] = [given for method, given in slack.calls if method == POST and "thread_ts" not in given]
    assert "follows" in announcement["text"]
    world.clock.advance(timedelta(minutes=1))
    await world.receive_and_work(resolved(world.clock.now()))
    world.clock.advance(AUTO_CLOSE_AFTER)
    await world.work()
    assert "✅ RESOLVED: shop" in shown(message)
    told = [shown(reply) for reply in slack.channel("high").replies(message.ts)]
    assert len(told) == 3
    assert "Resolved; a comment on the issue says so" not in told[0]
    assert "Issue closed: #1" in told[2]
    [alert] = (await world.stores.history.page(HistoryQuery())).alerts
    assert alert["slack"] == {"channel": slack.channel("high").id, "message_ts": message.ts}


@pytest.mark.parametrize("step", ["announce", "report_issue", "notify", "finish"])
async def test_wherever_the_power_goes_off_there_is_one_message(
    step: str, world: World, slack: FakeSlack
) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive(shop_alert())
    await cut_and_go_on(world, step)
    message = slack.only_message("high")
    assert "Issue created: #1" in shown(message)
    assert len(slack.channel("high").replies(message.ts)) == 1


async def test_what_needs_nobody_is_a_line_on_the_terminal_only(world: World, slack: FakeSlack) -> None:
    now = world.clock.now()
    everything = Matcher(name="service", operator=MatcherOperator.EQUAL, value="shop")
    silence = Silence(
        id="s1",
        matchers=(everything,),
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        created_by="Ada",
        comment="moving house",
    )
    await world.stores.silences.add(silence, now)
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    assert slack.calls == []
    assert len(world.notifier.told) == 1


async def test_slack_that_says_no_stops_neither_the_issue_nor_the_run(world: World, slack: FakeSlack) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    slack.tokens.clear()
    await world.receive_and_work(shop_alert())
    assert (world.failures, len(world.fake_tracker.issues), len(world.notifier.told)) == ([], 1, 1)
    assert await world.stores.incidents.runs_under_way() == []
    [letter] = await world.stores.dead_letters.open_letters(9)
    assert letter.step == "notify"
    assert "Slack was not told" in letter.reason
    assert "SLACK_BOT_TOKEN" in letter.reason
    # When someone has mended it, the next look tells what this one could not.
    slack.tokens.add(TOKEN)
    await world.work_later(timedelta(minutes=20))
    assert "#1" in shown(slack.only_message("high"))
    assert await world.stores.dead_letters.open_letters(9) == []


async def test_deleted_channel_costs_no_issue_and_is_told_once_it_is_back(
    world: World, slack: FakeSlack
) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    gone = slack.workspace.channels.pop("high")
    await world.receive_and_work(shop_alert())
    assert (world.failures, len(world.fake_tracker.issues)) == ([], 1)
    [letter] = await world.stores.dead_letters.open_letters(9)
    assert "channel_not_found" in letter.reason
    slack.workspace.channels["high"] = gone
    await world.work_later(timedelta(minutes=20))
    await world.work_later(timedelta(minutes=20))
    assert "#1" in shown(slack.only_message("high"))
    assert await world.stores.dead_letters.open_letters(9) == []


async def test_slack_that_is_down_stops_neither_the_issue_nor_the_run(world: World, slack: FakeSlack) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    slack.fail(POST, *[Fault(status=503)] * 50)
    await world.receive_and_work(shop_alert())
    assert (world.failures, len(world.fake_tracker.issues), len(world.notifier.told)) == ([], 1, 1)
    assert await world.stores.incidents.runs_under_way() == []
    [letter] = await world.stores.dead_letters.open_letters(9)
    assert "503" in letter.reason


async def test_slack_that_fails_for_a_moment_costs_nothing(world: World, slack: FakeSlack) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    slack.fail(POST, Fault(status=503), Fault(error="internal_error"))
    slack.fail("chat.update", Fault(error="ratelimited"))
    await world.receive_and_work(shop_alert())
    assert world.failures == []
    assert await world.stores.dead_letters.open_letters(9) == []
    assert "#1" in shown(slack.only_message("high"))


async def test_slack_that_asks_for_an_hour_is_told_by_a_later_look(world: World, slack: FakeSlack) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    slack.fail(POST, Fault(status=429, headers={"Retry-After": "3600"}))
    await world.receive_and_work(shop_alert())
    assert await world.stores.incidents.runs_under_way() == []
    [letter] = await world.stores.dead_letters.open_letters(9)
    assert "asked too often" in letter.reason
    # Until then it is left in peace.
    assert slack.made(POST) == 1


async def test_secrets_reach_slack_as_little_as_an_issue(world: World, slack: FakeSlack) -> None:
    secret = "xoxb-2345678901-abcdefghij"
    world.logs.add(STARTS_AT, *[f"ERROR login failed: password={secret}"] * 4)
    await world.receive_and_work(shop_alert(annotations={"summary": f"password={secret} fails"}))
    assert slack.made(POST) > 0
    assert secret not in str(slack.calls)


RUN = Run(incident_id="3b24110153", revision=1)


class Hanging(FakeNotifier):
    keeps_current = True

    async def notify(self, *_: object, **__: object) -> bool:
        await asyncio.Event().wait()
        return False


class Watched(FakeNotifier):
    """Keeps a message up to date."""

    keeps_current = True

    @property
    def description(self) -> str:
        return "a watched channel"


def notices_of(world: World, *notifiers: FakeNotifier) -> Notices:
    return Notices(
        log=world.stores.notices,
        notifiers=notifiers,
        dead_letters=world.stores.dead_letters,
        clock=world.clock,
        announce_seconds=0.05,
    )


async def test_announcement_waits_for_no_slow_channel(world: World) -> None:
    other = Watched()
    assert await notices_of(world, Hanging(), other, FakeNotifier()).announce(RUN, announced()) == 1
    assert len(other.told) == 1


@pytest.mark.parametrize("failure", [PermanentError("no"), TransientError("later")])
async def test_announcement_that_fails_is_left_to_the_end_of_the_look(
    failure: OutsideError, world: World
) -> None:
    watched = Watched()
    watched.failures = [failure]
    notices = notices_of(world, watched)
    assert await notices.announce(RUN, announced()) == 0
    assert await world.stores.dead_letters.open_letters(9) == []
    assert await notices.tell(RUN, a_notice(), deserved=False) == 1


async def test_one_who_cannot_be_told_keeps_nobody_else_from_hearing(world: World) -> None:
    first, second = Watched(), FakeNotifier()
    first.failures = [TransientError("503")]
    notices = notices_of(world, first, second)
    with pytest.raises(TransientError):
        await notices.tell(RUN, a_notice(), deserved=True)
    assert (len(first.told), len(second.told)) == (0, 1)
    # The next try is for those who have not heard.
    assert await notices.tell(RUN, a_notice(), deserved=True) == 1
    assert (len(first.told), len(second.told)) == (1, 1)


async def test_quiet_look_is_told_to_those_alone_who_keep_a_message_true(world: World) -> None:
    watched, terminal = Watched(), FakeNotifier()
    quiet: IncidentNotice = replace(a_notice(), acted=False)
    assert await notices_of(world, watched, terminal).tell(RUN, quiet, deserved=False) == 1
    assert (len(watched.told), len(terminal.told)) == (1, 0)
