"""Services in a folder of their own, that end with their test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey.failing_shop import failing_shop_log
from tests.journey.faulty_service import CLOCK_FILE, ENTRY, FAULT_FILE
from tests.journey.service_process import ServiceProcess


class FaultyService(ServiceProcess):
    """A service in which one fault at a time can be armed, also while it runs."""

    def arm(self, fault: str) -> None:
        (self.folder / FAULT_FILE).write_text(fault, encoding="utf-8")

    def disarm(self) -> None:
        (self.folder / FAULT_FILE).unlink(missing_ok=True)

    def set_clock_ahead(self, seconds: int) -> None:
        (self.folder / CLOCK_FILE).write_text(str(seconds), encoding="utf-8")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ServiceProcess]:
    """The real service, started, with a log in which a shop fails."""
    with ServiceProcess(tmp_path, env=failing_shop_log(tmp_path)) as process:
        process.start().wait_ready()
        yield process


@pytest.fixture(scope="module")
def shared_faulty_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyService]:
    folder = tmp_path_factory.mktemp("faulty")
    with FaultyService(folder, env=failing_shop_log(folder), entry=ENTRY) as process:
        yield process


@pytest.fixture
def faulty_service(shared_faulty_service: FaultyService) -> Iterator[FaultyService]:
    """A service that runs and has no fault yet; the tests of a module share its data."""
    if not shared_faulty_service.is_running:
        shared_faulty_service.start()
    shared_faulty_service.wait_ready()
    yield shared_faulty_service
    shared_faulty_service.disarm()
    shared_faulty_service.set_clock_ahead(0)
