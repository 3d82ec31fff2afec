"""Keeps deployments."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from issue_intelligence.core.model.deployment import Deployment, DeploymentReport


class DeploymentStore(Protocol):
    async def record(
        self, report: DeploymentReport, *, key: str, now: datetime, settling: timedelta
    ) -> tuple[Deployment, bool]:
        """Add a report to what is known; give that, and whether the deployment is new.

        When a deployment ends, the incidents that it may excuse are looked at again as soon as it has
        settled, and at once when it failed.
        """
        ...

    async def near(
        self, services: Sequence[str], from_at: datetime, until_at: datetime
    ) -> tuple[Deployment, ...]:
        """Give the newest deployments that were under way in the span, at most a hundred."""
        ...

    async def knows(self, services: Sequence[str]) -> bool:
        """Tell whether anybody ever reported a deployment of one of them."""
        ...
