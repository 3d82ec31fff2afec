"""One real service for the tests that only send it bad input."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.journey.service_process import REPOSITORY, ServiceProcess


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with ServiceProcess(tmp_path_factory.mktemp("service"), env={"INTAKE_RATE_LIMIT": "0"}) as process:
        process.start()
        process.wait_ready()
        yield process


@pytest.fixture(scope="module")
def client(service: ServiceProcess) -> Iterator[httpx2.Client]:
    def check(answer: httpx2.Response) -> None:
        """Whatever was sent: never a 500, and nothing of our insides."""
        text = answer.read().decode("utf-8", "replace")
        assert answer.status_code != 500, text
        inside = (
            "Traceback",
            'File "',
            "site-packages",
            ".py",
            "sqlite",
            str(service.folder),
            str(REPOSITORY),
        )
        assert not [word for word in inside if word in text], text

    with httpx2.Client(base_url=service.url, timeout=30, event_hooks={"response": [check]}) as connection:
        yield connection
