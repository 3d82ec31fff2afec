"""Killed wherever it hurts, the real service never restarts another one twice."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey.auditor import wait_investigated
from tests.journey.conftest import FaultyService
from tests.journey.faulty_service import ENTRY, PATIENCE_SECONDS, RESTART_CRASHES
from tests.journey.restartable import Restartable, answering_health, configure, fail, shown
from tests.journey.waiting import wait_for

pytestmark = pytest.mark.journey

SETTLE_SECONDS = 40
MARGIN_SECONDS = 8
OTHERS = ["helped", "lied", "held", "stopped", "twins"]
# Far longer than a test may take: whoever sleeps it through is found out.
LONG_WAIT_SECONDS = 300


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Restartable:
    return Restartable(tmp_path_factory.mktemp("restarts"))


@pytest.fixture(scope="module")
def health(shops: Restartable) -> Iterator[str]:
    with answering_health(shops) as url:
        yield url


@pytest.fixture(scope="module")
def shared_service(shops: Restartable, health: str) -> Iterator[FaultyService]:
    env = configure(shops.folder, [*RESTART_CRASHES, *OTHERS], health=health, wait_seconds=0.2)
    with FaultyService(shops.folder, env=env, entry=ENTRY) as process:
        yield process


@pytest.fixture
def service(shared_service: FaultyService) -> Iterator[FaultyService]:
    """A service that runs and has no fault yet; the tests of a module share its data."""
    if not shared_service.is_running:
        shared_service.start()
    shared_service.wait_ready()
    yield shared_service
    shared_service.disarm()


@pytest.mark.parametrize("crash", RESTART_CRASHES)
async def test_crash_on_the_way_of_a_restart_makes_no_second_one(
    service: FaultyService, shops: Restartable, crash: str
) -> None:
    service.arm(crash)
    [alert_id] = await fail(service, crash)
    assert service.wait_ended(30) == -signal.SIGKILL, service.output()
    service.disarm()
    service.start().wait_ready()
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)

    never_begun = crash == "after_restart_intent"
    assert shops.runs(crash) == ([] if never_begun else ["begun", "done"])
    remediation = (await shown(service, alert_id))["remediation"]
    assert remediation["attempted"]
    assert remediation["outcome"] == ("no_change" if never_begun else "helped")
    assert len([path for path in service.issues() if crash in path.read_text()]) == never_begun


async def test_kill_in_mid_command_leaves_the_command_to_its_work(
    service: FaultyService, shops: Restartable
) -> None:
    shops.hold("held")
    [alert_id] = await fail(service, "held")
    wait_for("the command", lambda: shops.runs("held") == ["begun"], timeout_seconds=SETTLE_SECONDS)
    service.kill()
    shops.let_go("held")
    wait_for("its end", lambda: shops.runs("held") == ["begun", "done"], timeout_seconds=SETTLE_SECONDS)
    service.start().wait_ready()
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)

    remediation = (await shown(service, alert_id))["remediation"]
    assert remediation["outcome"] == "helped"
    assert "cut off while the command ran" in remediation["reason"]
    assert shops.runs("held") == ["begun", "done"]


async def test_restart_that_helps_makes_no_issue(service: FaultyService, shops: Restartable) -> None:
    [alert_id] = await fail(service, "helped")
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    answer = await shown(service, alert_id)
    assert answer["remediation"]["outcome"] == "helped"
    assert "  restarting helped" in answer["remediation"]["logs"]
    assert answer["issue"] is None
    assert shops.runs("helped") == ["begun", "done"]


async def test_command_that_lies_is_told_in_the_issue(service: FaultyService, shops: Restartable) -> None:
    shops.let_lie("lied")
    [alert_id] = await fail(service, "lied")
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    remediation = (await shown(service, alert_id))["remediation"]
    assert remediation["outcome"] == "no_change"
    assert remediation["reason"].startswith("It did not help: health still fails (lied: answered 503")
    [issue] = [path.read_text() for path in service.issues() if "lied" in path.read_text()]
    assert "**Result**: ❌ No change. It did not help: health still fails" in issue
    assert "exit code 0" in issue


async def test_two_incidents_of_one_service_restart_it_once(
    service: FaultyService, shops: Restartable
) -> None:
    alert_ids = await fail(service, "twins", "HighErrorRate", "SlowCheckout")
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    assert shops.runs("twins") == ["begun", "done"]
    tried = [(await shown(service, alert_id))["remediation"] for alert_id in alert_ids]
    # The second is part of the first, and is not repaired by itself.
    assert [each["outcome"] for each in tried if each] == ["helped"]
    assert not [path for path in service.issues() if "twins" in path.read_text()]


async def test_sigterm_during_the_proof_ends_at_once_and_the_proof_goes_on_later(
    tmp_path: Path, health: str, shops: Restartable
) -> None:
    env = configure(tmp_path, ["stopped"], health=health, wait_seconds=LONG_WAIT_SECONDS)
    here = Restartable(tmp_path)
    with FaultyService(tmp_path, env=env, entry=ENTRY) as service:
        service.start().wait_ready()
        [alert_id] = await fail(service, "stopped")
        wait_for("the restart", lambda: here.runs("stopped") == ["begun", "done"])
        started = time.monotonic()
        service.terminate(PATIENCE_SECONDS + MARGIN_SECONDS)
        assert time.monotonic() - started < LONG_WAIT_SECONDS / 2

        (shops.folder / "stopped.up").touch()
        service.set_clock_ahead(LONG_WAIT_SECONDS)
        service.start().wait_ready()
        await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
        assert (await shown(service, alert_id))["remediation"]["outcome"] == "helped"
        assert here.runs("stopped") == ["begun", "done"]
        assert "step_failed" not in service.output()
