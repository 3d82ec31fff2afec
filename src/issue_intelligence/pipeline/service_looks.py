"""Looks at how a service does just now: its health, and the newest lines of its log."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog

from issue_intelligence.core.intake.log_selector import log_query
from issue_intelligence.core.investigate.health import health_from
from issue_intelligence.core.model.evidence import HealthCheck
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.remediation import ServiceLook
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.core.remediate.looks import service_look
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError, StorageError
from issue_intelligence.ports.health_probe import HealthChecker
from issue_intelligence.ports.log_source import LogExaminer, LogQuery

log = structlog.get_logger()

MAX_LINES = 5_000
LOG_DEADLINE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLooks:
    health: HealthChecker
    # None when nobody configured a log source.
    logs: LogExaminer | None
    clock: Clock

    async def look(
        self,
        service: Service | None,
        log_name: str,
        *,
        from_at: datetime,
        since_first_error: bool = False,
    ) -> ServiceLook:
        """Look at [from_at, now]; what does not answer is not known, and never an error.

        `log_name` is the service's name in its logs, as the alert has it.
        """
        health = await self._health(service)
        # Health may take its whole deadline, and the log is read up to the moment after it.
        at = self.clock.now()
        analysis, note = await self._log(log_name, service, from_at, at)
        return redact_tree(
            service_look(
                health,
                analysis,
                from_at=from_at,
                at=at,
                since_first_error=since_first_error,
                log_note=note,
            )
        )

    async def _health(self, service: Service | None) -> HealthCheck | None:
        if service is None:
            return None
        try:
            probes = await self.health.check(service)
            return health_from(probes) if probes else None
        except StorageError:
            raise
        except OutsideError as error:
            log.warning("look_without_health", reason=str(error))
            return None

    async def _log(
        self, log_name: str, service: Service | None, from_at: datetime, until_at: datetime
    ) -> tuple[LogAnalysis | None, str]:
        if self.logs is None:
            return None, "no log source is configured"
        query = LogQuery(
            service=log_name,
            from_at=from_at,
            until_at=until_at,
            limit=MAX_LINES,
            selector=log_query(log_name, service),
        )
        try:
            async with asyncio.timeout(LOG_DEADLINE_SECONDS):
                return (await self.logs.examine(query)).analysis, ""
        except StorageError:
            raise
        except TimeoutError:
            reason = f"the log did not answer within {LOG_DEADLINE_SECONDS:g} s"
        except OutsideError as error:
            reason = str(error)
        log.warning("look_without_log", reason=reason)
        return None, reason
