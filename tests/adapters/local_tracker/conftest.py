"""A tracker in a folder of its own."""

from pathlib import Path

import pytest

from issue_intelligence.adapters.local_tracker.tracker import LocalTracker
from tests.fakes.stopped_clock import StoppedClock


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "issues"


@pytest.fixture
def tracker(folder: Path, clock: StoppedClock) -> LocalTracker:
    return LocalTracker(folder, clock=clock, lock_timeout_seconds=0.2)
