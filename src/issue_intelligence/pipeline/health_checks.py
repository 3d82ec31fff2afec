"""Makes all checks of a service side by side; one that hangs or breaks costs only itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from issue_intelligence.core.model.evidence import HealthProbe, ServiceState
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.health_probe import Probe

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChecks:
    """Implements ports.health_probe.HealthChecker with the probes of each service, by its name."""

    probes: Mapping[str, Sequence[Probe]]
    # Of one probe. Probes keep a deadline of their own, and this one stands behind it.
    deadline_seconds: float

    async def check(self, service: Service) -> tuple[HealthProbe, ...]:
        answers = await asyncio.gather(*map(self._ask, self.probes.get(service.name, ())))
        return tuple(found for answer in answers for found in answer)

    async def _ask(self, probe: Probe) -> tuple[HealthProbe, ...]:
        try:
            async with asyncio.timeout(self.deadline_seconds):
                return await probe.ask()
        except TimeoutError:
            return (_down(probe, f"no answer within {self.deadline_seconds:g} s", looked=True),)
        except Exception as error:
            log.exception("health_probe_broke", kind=probe.kind.value, name=probe.name)
            return (_down(probe, f"the check itself broke: {type(error).__name__}", looked=False),)


def _down(probe: Probe, detail: str, *, looked: bool) -> HealthProbe:
    return HealthProbe(
        name=probe.name,
        kind=probe.kind,
        state=ServiceState.DOWN,
        response_time_ms=None,
        detail=detail,
        looked=looked,
    )
