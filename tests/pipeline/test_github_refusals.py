"""Whatever GitHub refuses, the alert ends as one issue once GitHub is well, and nothing is written twice."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.adapters.github.connected import connected
from tests.fakes.github import FakeGitHub, Fault
from tests.fakes.stopped_clock import StoppedClock
from tests.pipeline.world import STARTS_AT, TRACE, World, a_world, iso, resolved, shop_alert

MINUTE = timedelta(minutes=1)
LIMITED = Fault(
    status=403, message="You have exceeded a secondary rate limit", headers={"Retry-After": "900"}
)


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    with FakeGitHub(now=StoppedClock(STARTS_AT).now) as github:
        yield github
    assert github.violations == []


@pytest.fixture
async def world(tmp_path: Path, github: FakeGitHub) -> AsyncIterator[World]:
    clock = StoppedClock(STARTS_AT + MINUTE)
    async with (
        connected(github, clock=clock) as tracker,
        a_world(tmp_path / "data", tracker=tracker) as world,
    ):
        world.clock = clock
        world.logs.add(STARTS_AT, *[TRACE] * 4)
        yield world


async def fire_again(world: World) -> None:
    world.clock.advance(10 * MINUTE)
    now = world.clock.now()
    world.logs.add(now, *[TRACE] * 4)
    await world.receive_and_work(shop_alert(f"at-{now:%H%M}", startsAt=iso(now)))


@pytest.mark.parametrize("status", [401, 403, 404, 410, 422, 500, 503])
async def test_refused_issue_is_made_once_when_github_is_well_again(
    world: World, github: FakeGitHub, status: int
) -> None:
    # A step tries three times at most here.
    github.faults += [Fault(status=status, message="no", method="POST", path_end="/issues")] * 3
    await world.receive_and_work(shop_alert())
    assert github.issues == []
    assert len(world.failures) == 1
    github.faults.clear()
    await fire_again(world)
    await fire_again(world)
    assert [issue.number for issue in github.issues] == [1]
    assert len(world.failures) == 1


async def test_secondary_limit_is_waited_for_and_people_hear_at_once(
    world: World, github: FakeGitHub
) -> None:
    github.faults.append(LIMITED)
    await world.receive_and_work(shop_alert())
    assert (github.issues, world.failures, len(world.notifier.told)) == ([], [], 1)
    await world.work_later(16 * MINUTE)
    assert [issue.number for issue in github.issues] == [1]


async def test_comment_that_meets_a_limit_holds_up_no_run_and_is_written_once(
    world: World, github: FakeGitHub
) -> None:
    await world.receive_and_work(shop_alert())
    github.faults.append(replace(LIMITED, method="POST", path_end="/comments"))
    told = len(world.notifier.told)
    await fire_again(world)
    assert (github.issues[0].comments, world.failures) == ([], [])
    assert await world.stores.incidents.runs_under_way() == []
    assert len(world.notifier.told) == told
    await world.work_later(16 * MINUTE)
    [comment] = github.issues[0].comments
    assert "2 alerts" in comment.body
    await world.work_later(16 * MINUTE)
    assert len(github.issues[0].comments) == 1
    assert len(github.issues) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 422, 500])
async def test_refused_comment_is_written_once_when_github_is_well_again(
    world: World, github: FakeGitHub, status: int
) -> None:
    await world.receive_and_work(shop_alert())
    github.faults += [Fault(status=status, message="no", method="POST", path_end="/comments")] * 3
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    assert github.issues[0].comments == []
    assert len(world.failures) == 1
    github.faults.clear()
    await fire_again(world)
    await fire_again(world)
    marks = [comment.body.splitlines()[-1] for comment in github.issues[0].comments]
    assert len(marks) == len(set(marks)) > 0
    assert len(github.issues) == 1


async def test_deleted_issue_is_replaced_once(world: World, github: FakeGitHub) -> None:
    await world.receive_and_work(shop_alert())
    github.repository.issues[1].deleted = True
    await fire_again(world)
    await fire_again(world)
    assert [issue.number for issue in github.issues if not issue.deleted] == [2]
    assert world.failures == []
