"""GET /health and /ready."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.inbound_log import InboundLog
from issue_intelligence.ports.worker_leases import WorkerLease
from issue_intelligence.version import VERSION
from issue_intelligence.web.access import ReadAccess
from issue_intelligence.web.errors import HttpError, json_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEndpoints:
    inbound: InboundLog
    access: ReadAccess
    clock: Clock
    started_at: datetime
    # Raises OutsideError while the service cannot commit.
    can_commit: Callable[[], Awaitable[None]]
    # Lists the processes that work on this database; None on SQLite, where it is one at most.
    workers: Callable[[], Awaitable[Sequence[WorkerLease]]] | None

    async def health(self, request: Request) -> Response:
        """Answer 200 while the process serves; details only to those who may read."""
        answer: dict[str, object] = {"status": "ok", "version": VERSION}
        if self.access.may_read(request):
            answer |= await self._details()
        return json_answer(answer)

    async def ready(self, _request: Request) -> Response:
        try:
            await self.can_commit()
        except OutsideError as error:
            raise HttpError(
                status=503, code="not_ready", message="the database takes no commits", retry_after_seconds=5
            ) from error
        return json_answer({"status": "ready"})

    async def _details(self) -> dict[str, object]:
        now = self.clock.now()
        details: dict[str, object] = {"uptime_seconds": round((now - self.started_at).total_seconds())}
        try:
            backlog = await self.inbound.backlog()
            workers = await self.workers() if self.workers is not None else None
        except OutsideError as error:
            return details | {"database": f"not available: {error}"}
        oldest = backlog.oldest_received_at
        if workers is not None:
            details["workers"] = [_worker(lease, now) for lease in workers]
        return details | {
            "database": "ok",
            "queue_depth": backlog.events,
            "oldest_waiting_seconds": round((now - oldest).total_seconds()) if oldest else None,
        }


def _worker(lease: WorkerLease, now: datetime) -> dict[str, object]:
    return {
        "id": lease.id,
        "version": lease.version,
        "uptime_seconds": max(0, round((now - lease.started_at).total_seconds())),
        "seen_seconds_ago": max(0, round(lease.renewed_seconds_ago)),
        "is_lost": lease.is_expired,
    }
