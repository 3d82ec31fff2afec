"""The promises of a tracker, held by each one we have."""

from pathlib import Path

import pytest

from issue_intelligence.adapters.local_tracker.tracker import LocalTracker
from issue_intelligence.ports.tracker import Tracker
from tests.contract.tracker_contract import TrackerContract
from tests.fakes.stopped_clock import StoppedClock
from tests.fakes.tracker import FakeTracker


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


class TestFakeTracker(TrackerContract):
    @pytest.fixture
    def tracker(self, clock: StoppedClock) -> Tracker:
        return FakeTracker(clock=clock)


class TestLocalTracker(TrackerContract):
    @pytest.fixture
    def tracker(self, clock: StoppedClock, tmp_path: Path) -> Tracker:
        return LocalTracker(tmp_path / "issues", clock=clock)
