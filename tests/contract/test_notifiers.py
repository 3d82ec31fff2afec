"""The promises of a notifier, held by each one we have."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from issue_intelligence.adapters.console.notifier import ConsoleNotifier
from issue_intelligence.adapters.slack.channels import SlackChannels
from issue_intelligence.adapters.slack.chat import SlackChat, web_client
from issue_intelligence.adapters.slack.notifier import SlackNotifier
from issue_intelligence.ports.notifier import Notifier
from tests.adapters.slack.reading import shown
from tests.factories.notices import a_notice
from tests.fakes.notice_threads import FakeNoticeThreads
from tests.fakes.people import FakeNotifier
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.workspace import TOKEN
from tests.fakes.stopped_clock import StoppedClock

# A notifier, and what people have read of it so far.
Case = tuple[Notifier, Callable[[], list[str]]]


class NotifierContract:
    async def test_notice_reaches_people_once_a_marker(self, case: Case) -> None:
        notifier, read = case
        assert await notifier.notify(a_notice(), marker="m1")
        # A step that runs again, a moment later.
        await notifier.notify(a_notice(details=("firing for 61 s",)), marker="m1")
        [said] = read()
        assert "shop" in said
        assert "TypeError: Cannot read properties of undefined" in said

    async def test_news_is_told(self, case: Case) -> None:
        notifier, read = case
        await notifier.notify(a_notice(), marker="m1")
        assert await notifier.notify(a_notice(result="commented on the issue"), marker="m2")
        assert len(read()) == 2
        assert "ommented on the issue" in read()[1]

    async def test_incidents_do_not_share_a_notice(self, case: Case) -> None:
        notifier, read = case
        await notifier.notify(a_notice(), marker="m1")
        assert await notifier.notify(replace(a_notice(), incident_id="other"), marker="m2")
        assert len(read()) == 2

    async def test_it_has_a_name(self, case: Case) -> None:
        assert case[0].description


class TestFakeNotifier(NotifierContract):
    @pytest.fixture
    def case(self) -> Case:
        notifier = FakeNotifier()
        return notifier, lambda: [
            f"{each.service} {each.headline} {each.result}" for each in notifier.told.values()
        ]


class TestConsoleNotifier(NotifierContract):
    @pytest.fixture
    def case(self) -> Case:
        said: list[str] = []
        return ConsoleNotifier(said.append), lambda: said


class TestSlackNotifier(NotifierContract):
    @pytest.fixture
    async def case(self) -> AsyncIterator[Case]:
        clock = StoppedClock()
        async with FakeSlack(now=clock.now) as slack:
            notifier = SlackNotifier(
                SlackChat(web_client(TOKEN, slack.url)),
                channels=SlackChannels(high="#high"),
                threads=FakeNoticeThreads(),
                clock=clock,
            )
            yield notifier, lambda: [f"{each.text} {shown(each)}" for each in slack.channel("high").messages]
