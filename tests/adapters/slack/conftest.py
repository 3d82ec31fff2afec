"""A Slack workspace on loopback, and a notifier that talks to it."""

from collections.abc import AsyncIterator, Callable

import pytest

from issue_intelligence.adapters.slack.channels import SlackChannels
from issue_intelligence.adapters.slack.chat import SlackChat, web_client
from issue_intelligence.adapters.slack.notifier import SlackNotifier
from issue_intelligence.adapters.slack.pace import Pace
from tests.fakes.notice_threads import FakeNoticeThreads
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.workspace import TOKEN
from tests.fakes.stopped_clock import StoppedClock

CHANNELS = SlackChannels(critical="#critical", high="#high", medium="#medium", resolved="#resolved")
UNHURRIED = 1_000_000


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def slack(clock: StoppedClock) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(now=clock.now) as fake:
        yield fake


@pytest.fixture
def threads() -> FakeNoticeThreads:
    return FakeNoticeThreads()


@pytest.fixture
def chat_of() -> Callable[..., SlackChat]:
    def make(slack: FakeSlack, *, token: str = TOKEN, timeout_seconds: float = 10) -> SlackChat:
        client = web_client(token, slack.url, timeout_seconds=timeout_seconds)
        return SlackChat(client, pace=Pace(burst=UNHURRIED), edits=Pace(burst=UNHURRIED))

    return make


@pytest.fixture
def notifier_of(
    threads: FakeNoticeThreads, clock: StoppedClock, chat_of: Callable[..., SlackChat]
) -> Callable[..., SlackNotifier]:
    def make(slack: FakeSlack, *, channels: SlackChannels = CHANNELS, **chat: object) -> SlackNotifier:
        return SlackNotifier(chat_of(slack, **chat), channels=channels, threads=threads, clock=clock)

    return make


@pytest.fixture
def notifier(slack: FakeSlack, notifier_of: Callable[..., SlackNotifier]) -> SlackNotifier:
    return notifier_of(slack)
