"""The README's ten minutes, walked from its words alone: its files, its commands, real processes."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from issue_intelligence.adapters.system_clock import SystemClock
from tests.adapters.slack.reading import shown
from tests.fakes.github import FakeGitHub
from tests.fakes.loki.lines import app_line, ns
from tests.fakes.loki.server import FakeLoki, running
from tests.fakes.slack import FakeSlack
from tests.journey.new_user import (
    PUBLISHED_PORT,
    ServedByTheReadme,
    around,
    set_up,
    values_of_the_walk,
    write_files,
)
from tests.journey.readme import section, step_of, steps_of_the_walk
from tests.journey.restartable import Restartable, answering_health
from tests.journey.service_process import REPOSITORY, ServiceProcess, free_port
from tests.journey.small_http import answering
from tests.journey.terminal import Terminal
from tests.journey.waiting import wait_until

pytestmark = pytest.mark.journey

SETTLE_SECONDS = 40
GRAFANA = b'{"database": "ok", "version": "12.1.1"}'
STEPS = steps_of_the_walk()


@pytest.fixture
def loki() -> Iterator[FakeLoki]:
    with running() as fake:
        # The shop was well until now.
        fake.push(app_line("shop", ns(SystemClock().now() - timedelta(minutes=5)), "GET /api/cart 200"))
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


class Walk:
    """Whoever walks: a folder like a clone, the variables, and the second terminal."""

    def __init__(self, folder: Path, terminal: Terminal, port: int) -> None:
        self.folder = folder
        self._terminal = terminal
        self._port = port

    async def do(self, *commands: str) -> str:
        """Type commands into the second terminal; the fakes answer meanwhile."""
        printed = [await asyncio.to_thread(self._terminal.run, self.here(each)) for each in commands]
        return "".join(printed)

    def here(self, command: str) -> str:
        return command.replace(PUBLISHED_PORT, f":{self._port}")


async def test_ten_minutes_of_the_readme(
    tmp_path: Path, loki: FakeLoki, github: FakeGitHub, slack: FakeSlack
) -> None:
    port = free_port()
    set_up(tmp_path)
    env = around(tmp_path, port=port, github=github, slack=slack)
    with (
        answering_health(Restartable(tmp_path)) as shop,
        answering(200, GRAFANA) as grafana,
        Terminal(tmp_path, env) as terminal,
        ServedByTheReadme(
            tmp_path, [STEPS[3].commands[0], *STEPS[4].commands], env=env, port=port
        ) as service,
    ):
        values = values_of_the_walk(port=port, loki=loki, github=github, slack=slack, grafana=grafana)
        write_files(tmp_path, STEPS, values, shop=shop)
        walk = Walk(tmp_path, terminal, port)
        await checked(walk)
        await started(service)
        await provisioned(walk, f"http://127.0.0.1:{port}")
        await found(walk, github, slack)
        await resolved(walk, github, slack)
        await restarted(walk, service, github, slack)
        assert not any(secret in service.output() for secret in (values["GITHUB_TOKEN"], "1ntake-t0ken"))


async def checked(walk: Walk) -> None:
    said = await walk.do(*STEPS[3].commands)
    for system in ("Loki", "Grafana", "GitHub", "Slack", "Health", "Restart commands"):
        assert f"\n{system} " in said
    assert "Nothing failed" in said


async def started(service: ServedByTheReadme) -> None:
    await asyncio.to_thread(service.start().wait_ready)
    first_line = json.loads(service.output().splitlines()[0])
    assert first_line["logs"].startswith("Loki at ")
    assert first_line["issues"] == "GitHub repository acme/shop"
    assert "Slack" in first_line["notices"]
    assert first_line["restarts"] == "none: MODE is report"


async def provisioned(walk: Walk, public_url: str) -> None:
    said = await walk.do(*STEPS[5].commands)
    assert "Wrote 7 alert rules" in said
    alerting = walk.folder / "grafana-provisioning" / "alerting"
    point = (alerting / "issue-intelligence-contact-point.yaml").read_text(encoding="utf-8")
    assert f"{public_url}/alerts/grafana" in point
    assert not (alerting / "issue-intelligence-policy.yaml").exists()


async def found(walk: Walk, github: FakeGitHub, slack: FakeSlack) -> None:
    said = await walk.do(*STEPS[6].commands)
    assert '"success":true' in said
    medium = slack.channel("medium")
    await wait_until(lambda: medium.parents and medium.replies(medium.parents[0].ts), timeout_seconds=40)
    [issue] = github.issues
    assert "TypeError: total is undefined" in issue.title
    assert "severity:low" in issue.labels
    [message] = medium.parents
    [reply] = medium.replies(message.ts)
    assert "Issue created" in shown(reply)
    assert f"/issues/{issue.number}|#{issue.number}>" in shown(message)


async def resolved(walk: Walk, github: FakeGitHub, slack: FakeSlack) -> None:
    await walk.do(*STEPS[7].commands)
    [message] = slack.channel("medium").parents
    await wait_until(lambda: "RESOLVED" in shown(message), timeout_seconds=SETTLE_SECONDS)
    [issue] = github.issues
    assert issue.comments[-1].body.startswith("**Resolved** at ")
    assert issue.state == "open"


async def restarted(walk: Walk, service: ServedByTheReadme, github: FakeGitHub, slack: FakeSlack) -> None:
    path = walk.folder / ".env"
    path.write_text(path.read_text(encoding="utf-8").replace("MODE=report", "MODE=act"), encoding="utf-8")
    await asyncio.to_thread(service.terminate)
    await asyncio.to_thread(service.start().wait_ready)
    await walk.do(*STEPS[8].commands)
    medium = slack.channel("medium")
    await wait_until(lambda: len(medium.parents) == 2, timeout_seconds=SETTLE_SECONDS)
    message = medium.parents[-1]
    await wait_until(lambda: "REPAIRED" in shown(message), timeout_seconds=SETTLE_SECONDS)
    assert "health is good again" in shown(message)
    assert (walk.folder / "sudo.log").read_text(encoding="utf-8").splitlines() == [
        "systemctl stop shop",
        "-n systemctl restart shop",
    ]
    assert len(github.issues) == 1


async def test_sample_alert_is_taken_and_shown_with_nothing_set(tmp_path: Path) -> None:
    set_up(tmp_path)
    port = free_port()
    _serve, *curls = step_of(section("Log files")).commands
    assert len(curls) == 2
    with (
        ServiceProcess(tmp_path, port=port) as service,
        Terminal(REPOSITORY, {"PATH": "/usr/bin:/bin"}) as terminal,
    ):
        service.start().wait_ready()
        walk = Walk(REPOSITORY, terminal, port)
        send, read = curls
        assert '"success":true' in await walk.do(send)
        [alert] = await looked_into(walk, read)
    assert (alert["alert_name"], alert["service"]) == ("HighErrorRate", "app")


async def looked_into(walk: Walk, read: str) -> list[Any]:
    """Repeat the README's second command until it shows an alert that was looked into."""
    alerts: list[Any] = []

    async def has_looked() -> bool:
        printed = await walk.do(read)
        alerts[:] = json.loads(printed[printed.index("{") :])["alerts"]
        return [alert["status"] for alert in alerts] == ["investigated"]

    await wait_until(has_looked, timeout_seconds=SETTLE_SECONDS)
    return alerts
