"""Asks a service whether it is well."""

from typing import Protocol

from issue_intelligence.core.model.evidence import HealthProbe
from issue_intelligence.core.model.service import Service


class HealthChecker(Protocol):
    async def check(self, service: Service) -> tuple[HealthProbe, ...]:
        """Probe the service's health URL; a service without one gives no probes.

        A service that does not answer is a probe with state `down`, never an error.
        """
        ...
