"""A fresh fake GitHub and a tracker of it; requests that GitHub's description forbids fail the test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from issue_intelligence.adapters.github.tracker import GitHubTracker
from tests.adapters.github.connected import connected
from tests.fakes.github import FakeGitHub
from tests.fakes.stopped_clock import StoppedClock


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def github(clock: StoppedClock) -> Iterator[FakeGitHub]:
    with FakeGitHub(now=clock.now) as github:
        yield github
    assert github.violations == []


@pytest.fixture
async def tracker(github: FakeGitHub, clock: StoppedClock) -> AsyncIterator[GitHubTracker]:
    async with connected(github, clock=clock) as tracker:
        yield tracker
