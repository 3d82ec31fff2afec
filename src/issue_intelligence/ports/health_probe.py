"""Asks a service whether it is well."""

from typing import Protocol

from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind
from issue_intelligence.core.model.service import Service


class HealthChecker(Protocol):
    async def check(self, service: Service) -> tuple[HealthProbe, ...]:
        """Make all checks that the service has; a service without any gives no probes.

        Whatever does not answer is a probe with state `down`, never an error.
        """
        ...


class Probe(Protocol):
    """One check of one thing, which may be made many times and at once."""

    @property
    def kind(self) -> ProbeKind: ...

    @property
    def name(self) -> str: ...

    async def ask(self) -> tuple[HealthProbe, ...]:
        """Look now: the thing itself first, then the parts that it names.

        Never raises for what the other side does or does not do.
        """
        ...
