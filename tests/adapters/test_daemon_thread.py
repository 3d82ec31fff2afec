"""What never comes back holds up neither the one who asked nor the end of the process."""

import asyncio
import threading

import pytest

from issue_intelligence.adapters.daemon_thread import in_daemon_thread


async def test_result_and_error_come_back() -> None:
    assert await in_daemon_thread(lambda: 1 + 1) == 2
    with pytest.raises(ZeroDivisionError):
        await in_daemon_thread(lambda: 1 // 0)


def test_end_of_the_loop_does_not_wait_for_a_call_that_hangs() -> None:
    release = threading.Event()

    async def ask() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await in_daemon_thread(release.wait)

    # With a thread of the loop's own pool this would wait for ever.
    asyncio.run(ask())
    assert not release.is_set()
    release.set()
