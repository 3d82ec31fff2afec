"""Whether the programs that restart services are there; they are not run."""

import shutil
from collections.abc import Sequence

from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.check import CheckResult, ResultsOf

_RESULTS = ResultsOf(system="Restart commands")


async def check_commands(services: Sequence[Service]) -> tuple[CheckResult, ...]:
    """Look for each service's program in PATH, or where it says."""
    return tuple(_check(service) for service in services if service.restart_command)


def _check(service: Service) -> CheckResult:
    program = service.restart_command[0]
    if shutil.which(program):
        return _RESULTS.ok(f"{program}, which restarts {service.name}, is there and may be run.")
    return _RESULTS.failed(
        f"{program}, which is to restart {service.name}, is not there or may not be run.",
        f"Install it, make it executable, or correct `platform` of the service {service.name}.",
    )
