"""What restarts services, in memory: it counts, and does to the world what a test says."""

from collections.abc import Callable

from issue_intelligence.core.model.remediation import ActionReport
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.errors import OutsideError

WORKED = ActionReport(exit_code=0, output=("restarted",), seconds=1.5)


class FakePlatform:
    def __init__(self) -> None:
        # Services that were restarted, one entry a time.
        self.restarted: list[str] = []
        self.configured = False
        self.report = WORKED
        self.error: OutsideError | None = None
        # What a restart does to the world; nothing by default, as a command that lies.
        self.effect: Callable[[], None] | None = None

    def can_restart(self, service: Service) -> bool:
        return self.configured

    async def restart(self, service: Service) -> ActionReport:
        self.restarted.append(service.name)
        if self.error is not None:
            raise self.error
        if self.effect is not None:
            self.effect()
        return self.report
