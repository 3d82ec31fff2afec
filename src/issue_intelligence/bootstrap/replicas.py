"""Decides how this process shares the work on its database with others."""

import secrets
import socket
from collections.abc import Awaitable, Callable

from issue_intelligence.adapters.database.single_worker import SingleWorkerLock
from issue_intelligence.adapters.database.worker_leases import fence_writes
from issue_intelligence.bootstrap.stores import Stores, urls_of
from issue_intelligence.settings import Settings
from issue_intelligence.worker.durable import WORKFLOW_VERSION, DurableEngine
from issue_intelligence.worker.replica import LeasedReplica, Replica, SoleReplica
from issue_intelligence.worker.takeover import Takeover

# On SQLite a restarted process has to find its runs again, so its name stays the same.
SOLE_ID = "main"


def replica_of(settings: Settings, stores: Stores, *, on_lost: Callable[[], None]) -> Replica:
    """Give this process its place. `on_lost` ends it when others have taken over its work."""
    if stores.leases is None:
        lock = SingleWorkerLock(urls_of(settings).pipeline)
        return SoleReplica(
            id=settings.executor_id or SOLE_ID,
            version=WORKFLOW_VERSION,
            acquire=lock.acquire,
            release=lock.release,
        )
    # Never the same twice, so no two processes can ever share it, whatever is configured.
    lease_id = f"{settings.executor_id or socket.gethostname()}-{secrets.token_hex(4)}"
    return LeasedReplica(
        stores.leases,
        id=lease_id,
        version=WORKFLOW_VERSION,
        lease_seconds=settings.lease_seconds,
        fence=lambda: fence_writes(stores.databases.pipeline, lease_id),
        on_lost=on_lost,
    )


def takeover_of(replica: Replica, stores: Stores, engine: DurableEngine) -> Callable[[], Awaitable[bool]]:
    if stores.leases is None or not isinstance(replica, LeasedReplica):
        return _nothing_to_take_over
    return Takeover(replica, stores.leases, engine)


async def _nothing_to_take_over() -> bool:
    return False
