"""About one message a second in each channel, in the order of asking."""

import asyncio

import pytest

from issue_intelligence.adapters.slack.blocks import incident_message
from issue_intelligence.adapters.slack.chat import SlackChat, web_client
from issue_intelligence.adapters.slack.pace import Pace
from issue_intelligence.ports.errors import RateLimitedError
from tests.factories.notices import a_notice
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack.workspace import TOKEN


class Seconds:
    """A clock that goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def pace_of(seconds: Seconds, *, per_minute: float = 60, burst: float = 3) -> Pace:
    return Pace(per_minute=per_minute, burst=burst, monotonic=seconds.monotonic, sleep=seconds.sleep)


async def test_short_burst_passes_and_then_one_a_second() -> None:
    seconds = Seconds()
    pace = pace_of(seconds)
    passed = []
    for _ in range(6):
        await pace.turn("#high")
        passed.append(seconds.now - 1_000)
    assert passed == pytest.approx([0, 0, 0, 1, 2, 3])


async def test_channels_do_not_wait_for_each_other() -> None:
    seconds = Seconds()
    pace = pace_of(seconds, burst=1)
    await pace.turn("#high")
    await pace.turn("#critical")
    assert seconds.now == 1_000


async def test_who_asks_first_is_first() -> None:
    seconds = Seconds()
    pace = pace_of(seconds, burst=1)
    order: list[int] = []

    async def ask(number: int) -> None:
        await pace.turn("#high")
        order.append(number)

    await asyncio.gather(*(ask(number) for number in range(10)))
    assert order == list(range(10))


async def test_all_of_a_channel_wait_when_slack_asks_for_it(slack: FakeSlack) -> None:
    seconds = Seconds()
    chat = SlackChat(web_client(TOKEN, slack.url), pace=pace_of(seconds))
    slack.fail("chat.postMessage", Fault(status=429, headers={"Retry-After": "20"}))
    message = incident_message(a_notice())
    with pytest.raises(RateLimitedError):
        await chat.post("high", message, incident_id="1", marker="m1")
    await chat.post("critical", message, incident_id="2", marker="m2")
    assert seconds.now == 1_000
    await chat.post("high", message, incident_id="3", marker="m3")
    assert seconds.now >= 1_020


async def test_name_of_a_channel_and_its_id_share_one_queue(slack: FakeSlack) -> None:
    seconds = Seconds()
    chat = SlackChat(web_client(TOKEN, slack.url), pace=pace_of(seconds, burst=1))
    message = incident_message(a_notice())
    await chat.post("high", message, incident_id="1", marker="m1")
    await chat.post(slack.channel("high").id, message, incident_id="2", marker="m2")
    started = seconds.now
    await chat.post("high", message, incident_id="3", marker="m3")
    assert seconds.now == pytest.approx(started + 1)


async def test_long_pause_is_no_place_in_the_queue(slack: FakeSlack) -> None:
    seconds = Seconds()
    chat = SlackChat(web_client(TOKEN, slack.url), pace=pace_of(seconds))
    slack.fail("chat.postMessage", Fault(status=429, headers={"Retry-After": "600"}))
    message = incident_message(a_notice())
    for waited in (0, 100):
        seconds.now = 1_000 + waited
        with pytest.raises(RateLimitedError) as caught:
            await chat.post("high", message, incident_id="1", marker="m1")
        assert caught.value.retry_after_seconds == pytest.approx(600 - waited)
    assert slack.made("chat.postMessage") == 1
