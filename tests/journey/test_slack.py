"""The real service and a Slack that has its moods."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.stores import open_stores
from issue_intelligence.settings import Settings
from tests.adapters.slack.reading import shown
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack.workspace import TOKEN
from tests.journey.auditor import wait_investigated
from tests.journey.failing_shop import failing_shop_log
from tests.journey.sender import Outgoing, Record, Sender
from tests.journey.service_process import ServiceProcess
from tests.journey.waiting import wait_until

pytestmark = pytest.mark.journey

SETTLE_SECONDS = 40
POST = "chat.postMessage"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(now=SystemClock().now, scopes=("chat:write", "channels:history")) as fake:
        yield fake


@pytest.fixture
async def service(slack: FakeSlack, tmp_path: Path) -> AsyncIterator[ServiceProcess]:
    env = failing_shop_log(tmp_path) | {
        "SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_CHANNEL_MEDIUM": slack.channel("medium").id,
    }
    with ServiceProcess(tmp_path, env=env) as process:
        process.start().wait_ready()
        yield process


async def send(service: ServiceProcess, name: str) -> None:
    record = Record()
    alert = Outgoing(fingerprint=name, service=name, alert_name="Errors")
    await Sender(service.url, record, connections=1).send([alert], alerts_a_body=1)
    assert not record.unanswered


async def test_rate_limit_is_waited_for_and_a_revoked_token_ends_no_run(
    service: ServiceProcess, slack: FakeSlack
) -> None:
    # More often than a step is tried again; the announcement takes the first.
    slack.fail(POST, *[Fault(status=429, headers={"Retry-After": "0.1"})] * 8)
    await send(service, "limited")
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    assert "Issue created: #1" in shown(slack.only_message("medium"))
    assert f"the terminal, Slack: {slack.channel('medium').id}" in service.output()

    slack.tokens.clear()
    await send(service, "revoked")
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    stores = open_stores(Settings(data_dir=service.data_dir))
    try:
        [letter] = await stores.dead_letters.open_letters(10)
    finally:
        await stores.databases.dispose()
    assert "Slack was not told" in letter.reason
    assert len(service.issues()) == 2
    assert TOKEN not in service.output()


async def test_killed_while_slack_is_slow_to_answer_it_says_nothing_twice(
    service: ServiceProcess, slack: FakeSlack
) -> None:
    slack.fail(POST, Fault(hangs=True, after_effect=True))
    await send(service, "killed")
    await wait_until(lambda: slack.channel("medium").messages, timeout_seconds=SETTLE_SECONDS)
    service.kill()
    service.start().wait_ready()
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    message = slack.only_message("medium")
    assert "Issue created: #1" in shown(message)
    assert len(slack.channel("medium").replies(message.ts)) == 1
