"""Restarts a service by the command that its catalogue entry names."""

from collections.abc import Mapping

from issue_intelligence.adapters.command.process import GRACE_SECONDS, run_program
from issue_intelligence.core.model.remediation import ActionReport
from issue_intelligence.core.model.service import Service

MAX_OUTPUT_LINES = 60


class CommandPlatform:
    """Implements ports.platform.Platform.

    Nothing of an alert reaches the command: its arguments are those of the settings, with `{service}`
    replaced by the catalogue's own name of the service. `env` is all it gets of the environment.
    """

    def __init__(
        self, *, env: Mapping[str, str], timeout_seconds: float, grace_seconds: float = GRACE_SECONDS
    ) -> None:
        self._env = dict(env)
        self._timeout_seconds = timeout_seconds
        self._grace_seconds = grace_seconds

    def can_restart(self, service: Service) -> bool:
        return bool(service.restart_command)

    async def restart(self, service: Service) -> ActionReport:
        finished = await run_program(
            [part.replace("{service}", service.name) for part in service.restart_command],
            env=self._env | {"SERVICE": service.name},
            timeout_seconds=self._timeout_seconds,
            grace_seconds=self._grace_seconds,
        )
        lines = [line.rstrip() for line in finished.output.splitlines() if line.strip()]
        return ActionReport(
            exit_code=finished.exit_code,
            output=_middle_left_out(lines),
            seconds=finished.seconds,
            timed_out=finished.timed_out,
        )


def _middle_left_out(lines: list[str]) -> tuple[str, ...]:
    if len(lines) <= MAX_OUTPUT_LINES:
        return tuple(lines)
    half = MAX_OUTPUT_LINES // 2
    return (*lines[:half], f"[{len(lines) - 2 * half} lines left out]", *lines[-half:])
