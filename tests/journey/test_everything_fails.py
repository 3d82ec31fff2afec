"""Loki, GitHub and Slack fail at random, the service is killed, and nothing is lost or done twice."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.background import AFTER_FAILURE
from tests.fakes.github import FakeGitHub, RandomFaults
from tests.fakes.loki import server as loki_server
from tests.fakes.loki.server import FakeLoki, running
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack.workspace import TOKEN
from tests.journey.auditor import wait_investigated
from tests.journey.conftest import FaultyService
from tests.journey.faulty_service import ENTRY
from tests.journey.http_json import HttpJson
from tests.journey.sender import Outgoing, Record, Sender
from tests.journey.service_process import ServiceProcess
from tests.journey.test_loki import failing_app
from tests.journey.waiting import wait_until

pytestmark = pytest.mark.journey

INCIDENTS = 15
SHARE = 1 / 6
SEED = 20
SETTLE_SECONDS = 90

_SLACK = (
    Fault(status=502),
    Fault(status=429, headers={"Retry-After": "0.2"}),
    Fault(error="internal_error"),
    Fault(body="<html>We are having a moment</html>"),
    # Carried out, and nobody is told.
    Fault(breaks_off=True, after_effect=True),
    Fault(status=503, after_effect=True),
)
_LOKI = (
    loki_server.answers(500, "internal server error"),
    loki_server.answers(429, "too many outstanding requests", retry_after="1"),
    loki_server.answers(504, "gateway timeout"),
    loki_server.answers(200, "<html>log in</html>", kind="text/html"),
    loki_server.breaks_off(),
)


class Moods:
    """Fails a share of all calls, in an order that the seed fixes."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.met = 0

    def fails(self) -> bool:
        failing = self._random.random() < SHARE
        self.met += failing
        return failing

    def slack(self) -> Fault | None:
        return self._random.choice(_SLACK) if self.fails() else None

    def loki(self, handler: loki_server.Handler) -> None:
        if self.fails():
            self._random.choice(_LOKI)(handler)
        else:
            handler.answer_well()


@pytest.fixture
def loki() -> Iterator[FakeLoki]:
    with running() as fake:
        for number in range(INCIDENTS):
            failing_app(fake, name_of(number))
        yield fake


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with FakeGitHub() as fake:
        yield fake
    assert fake.violations == []


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(now=SystemClock().now, scopes=("chat:write", "channels:history")) as fake:
        yield fake


def name_of(number: int) -> str:
    return f"shop-{number:02d}"


def write_catalogue(folder: Path, slack: FakeSlack) -> None:
    """Spread the services over all channels, since Slack takes one message a second in each."""
    channels = [channel.id for channel in slack.workspace.channels.values()]
    entries = [
        f'[[services]]\nname = "{name_of(number)}"\nslack_channel = "{channels[number % len(channels)]}"\n'
        for number in range(INCIDENTS)
    ]
    (folder / "issue-intelligence.toml").write_text("\n".join(entries), encoding="utf-8")


def environment(loki: FakeLoki, github: FakeGitHub, slack: FakeSlack) -> dict[str, str]:
    return {
        "INTAKE_RATE_LIMIT": "0",
        "LOKI_URL": loki.url,
        "GITHUB_API_URL": github.url,
        "GITHUB_TOKEN": github.token,
        "GITHUB_REPOSITORY": github.repository.full_name,
        "GITHUB_WRITE_INTERVAL_SECONDS": "0.02",
        "SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": TOKEN,
    }


def issues_by_service(github: FakeGitHub) -> Counter[str]:
    return Counter(issue.body.partition("**Service**: ")[2].split()[0] for issue in github.issues)


def messages_by_incident(slack: FakeSlack) -> Counter[str]:
    parents = [message for channel in slack.workspace.channels.values() for message in channel.parents]
    return Counter((message.metadata or {})["event_payload"]["incident_id"] for message in parents)


async def test_each_incident_gets_one_issue_and_one_message(
    tmp_path: Path, loki: FakeLoki, github: FakeGitHub, slack: FakeSlack
) -> None:
    moods = Moods(SEED), Moods(SEED + 1)
    loki.standing_fault, slack.moods = moods[0].loki, moods[1].slack
    github.random_faults = RandomFaults(SHARE, seed=SEED)
    write_catalogue(tmp_path, slack)
    record = Record()
    with FaultyService(tmp_path, env=environment(loki, github, slack), entry=ENTRY) as service:
        service.start().wait_ready()
        await send(service, record, "first")
        await wait_until(lambda: len(github.issues) >= INCIDENTS // 3, timeout_seconds=SETTLE_SECONDS)
        service.kill()
        service.start().wait_ready()
        await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
        # All are well again. What a run gave up is made good by the next alert, once it has rested.
        service.set_clock_ahead(int(AFTER_FAILURE.total_seconds()) + 30)
        loki.standing_fault, slack.moods, github.random_faults = None, lambda: None, None
        await send(service, record, "second")
        await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
        await wait_until(lambda: dead_letters(service) == 0, timeout_seconds=SETTLE_SECONDS)
        http = HttpJson(service.url)
        try:
            statuses = [(await http.get(f"/alerts/{alert_id}"))[0] for alert_id in record.acknowledged]
        finally:
            await http.close()
    assert statuses == [200] * (2 * INCIDENTS)
    assert min(each.met for each in moods) > 0
    assert issues_by_service(github) == Counter(name_of(number) for number in range(INCIDENTS))
    assert sorted(messages_by_incident(slack).values()) == [1] * INCIDENTS
    for issue in github.issues:
        marks = [comment.body.splitlines()[-1] for comment in issue.comments]
        assert len(set(marks)) == len(marks)
    assert TOKEN not in service.output()
    assert github.token not in service.output()


async def send(service: ServiceProcess, record: Record, what: str) -> None:
    alerts = [
        Outgoing(fingerprint=f"{what}-{number}", service=name_of(number), alert_name=f"Errors{number:02d}")
        for number in range(INCIDENTS)
    ]
    await Sender(service.url, record, connections=3).send(alerts)
    assert not record.unanswered


def dead_letters(service: ServiceProcess) -> float:
    name = "issue_intelligence_dead_letters "
    lines = httpx2.get(f"{service.url}/metrics").text.splitlines()
    return next(float(line.removeprefix(name)) for line in lines if line.startswith(name))
