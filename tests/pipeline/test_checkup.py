"""The doctor's checks run side by side, each within its time; what others say is redacted."""

import asyncio
from collections.abc import Awaitable, Callable

from issue_intelligence.pipeline.checkup import run_checks
from issue_intelligence.ports.check import Check, CheckResult, CheckState, ResultsOf


def check(system: str, act: Callable[[], Awaitable[object]], said: str = "Fine.") -> Check:
    async def look() -> tuple[CheckResult, ...]:
        await act()
        return (ResultsOf(system=system).ok(said),)

    return Check(system=system, look=look)


async def at_once() -> None:
    return


async def for_ever() -> None:
    await asyncio.Event().wait()


async def break_us() -> None:
    raise KeyError("s3cret")


async def test_one_that_hangs_and_one_that_breaks_cost_only_themselves() -> None:
    checks = (check("Loki", for_ever), check("Slack", break_us), check("GitHub", at_once))
    hung, broken, well = await run_checks(checks, deadline_seconds=0.1)
    assert (hung.system, hung.state) == ("Loki", CheckState.FAILED)
    assert "0.1 s" in hung.sentence
    assert (broken.system, broken.state) == ("Slack", CheckState.FAILED)
    assert "KeyError" in broken.sentence
    assert "s3cret" not in broken.sentence
    assert (well.system, well.state) == ("GitHub", CheckState.OK)


async def test_checks_run_side_by_side() -> None:
    barrier = asyncio.Barrier(3)
    found = await run_checks([check(name, barrier.wait) for name in "abc"], deadline_seconds=20)
    assert [(each.system, each.state) for each in found] == [(name, CheckState.OK) for name in "abc"]


async def test_what_others_say_is_redacted() -> None:
    said = "It refuses postgresql://shop:hunter2@db/shop of joe@example.com."
    (found,) = await run_checks([check("Loki", at_once, said)], deadline_seconds=20)
    assert "hunter2" not in found.sentence
    assert "joe@example.com" not in found.sentence
