"""The checks of a service are made side by side, and each fails alone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind, ServiceState
from issue_intelligence.core.model.service import Service
from issue_intelligence.pipeline.health_checks import HealthChecks

SHOP = Service(name="shop")


@dataclass
class ScriptedProbe:
    name: str
    act: Callable[[], Awaitable[None]]
    kind: ProbeKind = ProbeKind.DEPENDENCY

    async def ask(self) -> tuple[HealthProbe, ...]:
        await self.act()
        up = ServiceState.UP
        return (HealthProbe(name=self.name, kind=self.kind, state=up, response_time_ms=1, detail="fine"),)


async def at_once() -> None:
    return


async def for_ever() -> None:
    await asyncio.Event().wait()


async def break_us() -> None:
    raise KeyError("secret-in-an-error")


def checks(*probes: ScriptedProbe, deadline_seconds: float = 60) -> HealthChecks:
    return HealthChecks(probes={"shop": probes}, deadline_seconds=deadline_seconds)


async def test_service_without_checks_gives_no_probes() -> None:
    assert await checks(ScriptedProbe("a", at_once)).check(Service(name="other")) == ()


async def test_one_that_hangs_and_one_that_breaks_cost_only_themselves() -> None:
    probes = (
        ScriptedProbe("hangs", for_ever),
        ScriptedProbe("breaks", break_us),
        ScriptedProbe("well", at_once),
    )
    hung, broken, well = await checks(*probes, deadline_seconds=0.1).check(SHOP)
    assert (hung.name, hung.kind, hung.state) == ("hangs", ProbeKind.DEPENDENCY, ServiceState.DOWN)
    assert (hung.looked, hung.detail) == (True, "no answer within 0.1 s")
    # Our own fault says nothing of what was to be looked at.
    assert (broken.state, broken.looked) == (ServiceState.DOWN, False)
    assert broken.detail == "the check itself broke: KeyError"
    assert (well.state, well.detail) == (ServiceState.UP, "fine")


async def test_checks_run_side_by_side_and_answer_in_their_order() -> None:
    barrier = asyncio.Barrier(3)

    async def meet() -> None:
        # Passes only when all three are here at once.
        await barrier.wait()

    found = await checks(*(ScriptedProbe(name, meet) for name in "abc"), deadline_seconds=20).check(SHOP)
    assert [(probe.name, probe.state) for probe in found] == [(name, ServiceState.UP) for name in "abc"]
