"""The sampling loop goes on whatever happens to one hour of it, and ends at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from issue_intelligence.ports.errors import TransientError
from issue_intelligence.worker import sampling
from issue_intelligence.worker.sampling import SamplingLoop


class FakeSampler:
    """Raises its errors first, then measures; `measured` is set when it has."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.measured = asyncio.Event()

    async def __call__(self) -> bool:
        if self.errors:
            raise self.errors.pop(0)
        self.measured.set()
        return True


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AFTER_START_SECONDS", "BETWEEN_SECONDS", "IDLE_SECONDS"):
        monkeypatch.setattr(sampling, name, 0.0)


@pytest.fixture(params=[TransientError("the database is away"), RuntimeError("surprise")])
async def sampler(request: pytest.FixtureRequest) -> AsyncIterator[FakeSampler]:
    fake = FakeSampler(request.param, request.param)
    loop = SamplingLoop(fake)
    await loop.start()
    yield fake
    await loop.stop()


async def test_failure_of_one_hour_does_not_end_the_loop(sampler: FakeSampler) -> None:
    async with asyncio.timeout(30):
        await sampler.measured.wait()
    assert sampler.errors == []


async def test_it_ends_in_the_middle_of_an_hour() -> None:
    begun = asyncio.Event()

    async def hang() -> bool:
        begun.set()
        await asyncio.Event().wait()
        return True

    loop = SamplingLoop(hang)
    await loop.start()
    async with asyncio.timeout(30):
        await begun.wait()
        await loop.stop()


async def test_what_was_never_started_ends_too() -> None:
    await SamplingLoop(FakeSampler()).stop()
