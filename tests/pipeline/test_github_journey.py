"""The whole journey to GitHub, which loses answers, fails every third time, and forgets nothing."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from issue_intelligence.adapters.github.tracker import GitHubTracker
from tests.adapters.github.connected import connected
from tests.core.report.nasty_text import read
from tests.fakes.github import FakeGitHub, Fault, RandomFaults
from tests.fakes.stopped_clock import StoppedClock
from tests.pipeline.test_issue_limit import MINUTE, alert_of
from tests.pipeline.world import (
    AUTO_CLOSE_AFTER,
    STARTS_AT,
    TRACE,
    World,
    a_world,
    resolved,
    shop_alert,
    trace_of,
)

INCIDENTS = 12


@pytest.fixture
async def github(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    clock = StoppedClock(STARTS_AT)
    with FakeGitHub(now=clock.now) as github:
        yield github
    assert github.violations == []


@pytest.fixture
async def tracker(github: FakeGitHub) -> AsyncIterator[GitHubTracker]:
    async with connected(github, clock=StoppedClock(STARTS_AT)) as tracker:
        yield tracker


@pytest.fixture
async def world(tmp_path: Path, tracker: GitHubTracker) -> AsyncIterator[World]:
    async with a_world(tmp_path / "data", tracker=tracker) as world:
        yield world


async def test_issue_reads_well_and_lives_its_life(world: World, github: FakeGitHub) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    [issue] = github.issues
    assert "Cannot read properties of undefined" in issue.title
    assert issue.labels == [
        "issue-intelligence",
        "automated-alert",
        "severity:high",
        "type:bug",
        "component:checkout",
    ]
    blocks = read(issue.body)
    headings = [after.content for block, after in pairwise(blocks) if block.type == "heading_open"]
    assert "Problem Summary" in headings
    # The mark is a block of its own: no fence is open any more, and nobody sees it.
    assert blocks[-1].type == "html_block"
    assert blocks[-1].content.startswith("<!-- iis:issue ")
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    assert [comment.body.splitlines()[0][:12] for comment in issue.comments] == ["**Resolved**"]
    await world.work_later(AUTO_CLOSE_AFTER)
    assert (issue.state, issue.state_reason) == ("closed", "completed")
    assert world.failures == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=0, after_effect=True, method="POST", path_end="/issues"),
        Fault(status=502, html="<html>", after_effect=True, method="POST", path_end="/issues"),
    ],
    ids=["no answer", "502"],
)
async def test_lost_answer_does_not_make_a_second_issue(
    world: World, github: FakeGitHub, fault: Fault
) -> None:
    github.faults.append(fault)
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert())
    assert [issue.number for issue in github.issues] == [1]
    assert github.counted("POST", "/issues") == 1
    link = await world.stores.ledger.link((await world.findings(run)).issue_key)
    assert link is not None
    assert link.number == 1


async def test_lost_answer_does_not_make_a_second_comment(world: World, github: FakeGitHub) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    github.faults.append(Fault(status=0, after_effect=True, method="POST", path_end="/comments"))
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    assert len(github.issues[0].comments) == 1
    assert world.failures == []


async def test_crash_between_creation_and_its_record_makes_no_second_issue(
    world: World, github: FakeGitHub
) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive(shop_alert())
    [run] = await world.work(cut_after="report_issue")
    await world.travel(run)
    assert [issue.number for issue in github.issues] == [1]


async def test_through_a_github_that_fails_a_third_of_the_time_each_incident_gets_one_issue(
    world: World, github: FakeGitHub
) -> None:
    github.random_faults = RandomFaults(1 / 3)
    for number in range(INCIDENTS):
        world.logs.add(STARTS_AT, *[trace_of(number)] * 4, service=f"shop-{number}")
    await world.receive(*(alert_of(number) for number in range(INCIDENTS)))
    await world.work()
    # A run that used up its attempts is followed by the next alert's.
    for looks in range(2, 30):
        if len(github.issues) == INCIDENTS:
            break
        world.clock.advance(10 * MINUTE)
        await world.receive(
            *(alert_of(number, fingerprint=f"{number}-{looks}") for number in range(INCIDENTS))
        )
        await world.work()
    assert github.random_faults.met >= 5
    titles = sorted(issue.body.partition("**Service**: ")[2].split()[0] for issue in github.issues)
    assert titles == sorted({f"shop-{number}" for number in range(INCIDENTS)})
