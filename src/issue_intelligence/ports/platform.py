"""What can restart a service."""

from typing import Protocol

from issue_intelligence.core.model.remediation import ActionReport
from issue_intelligence.core.model.service import Service


class Platform(Protocol):
    def can_restart(self, service: Service) -> bool:
        """Tell whether this service is configured to be restarted by it."""
        ...

    async def restart(self, service: Service) -> ActionReport:
        """Restart the service, once, and report how that went; whether it helped is not asked here.

        Raises PermanentError when it could not be begun at all.
        """
        ...
