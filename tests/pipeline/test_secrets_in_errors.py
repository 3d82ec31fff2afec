"""Secrets in the error texts of what we ask, and of the tracker, are kept nowhere."""

from pathlib import Path

import pytest

from issue_intelligence.adapters.local_tracker.tracker import LocalTracker
from issue_intelligence.core.model.evidence import ServiceState
from issue_intelligence.ports.alert_history import HistoryQuery
from issue_intelligence.ports.errors import TransientError
from tests.fakes.stopped_clock import StoppedClock
from tests.pipeline.secrets import all_texts, found_in, found_in_tables
from tests.pipeline.world import STARTS_AT, World, a_world, shop_alert


@pytest.mark.parametrize("broken", ["logs", "health", "logs and health answer"])
async def test_secret_in_a_collectors_error_is_kept_nowhere(broken: str, tmp_path: Path) -> None:
    tracker = LocalTracker(tmp_path / "issues", clock=StoppedClock(STARTS_AT))
    async with a_world(tmp_path, tracker=tracker) as world:
        if broken == "logs":
            world.logs.trouble.error = TransientError(all_texts())
        elif broken == "health":
            # Not one of ours: an exception nobody expected.
            world.health.trouble.error = RuntimeError(all_texts())
        else:
            world.logs.notes = (all_texts(),)
            world.health.state, world.health.detail = ServiceState.DOWN, all_texts()
        world.logs.add(STARTS_AT, *[f"ERROR {all_texts()}"] * 4)
        await world.receive_and_work(shop_alert())
        assert world.failures == []
        leaks = await leaks_of(world, tmp_path)
    leaks += found_in_tables(tmp_path)
    assert leaks == []


async def leaks_of(world: World, folder: Path) -> list[str]:
    page = await world.stores.history.page(HistoryQuery())
    details = [await world.stores.history.one(alert["id"]) for alert in page.alerts]
    issues = [path.read_text(encoding="utf-8") for path in (folder / "issues").glob("*.md")]
    assert issues
    assert world.notifier.told
    shown = {
        "history": str(page),
        "alert": str(details),
        "issues": str(issues),
        "notices": str(world.notifier.told),
    }
    return [leak for place, text in shown.items() for leak in found_in(place, text)]
