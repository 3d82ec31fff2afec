"""Connects, asks SELECT 1 in a read-only transaction, and leaves."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import psycopg

from issue_intelligence.adapters.postgres_probe.explain import Failure, explain
from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind, ServiceState

DEGRADED_AFTER_SECONDS = 3.0
# A storm of incidents must not take the connections that the application needs.
MAX_CONNECTIONS = 2


class PostgresProbe:
    """Implements ports.health_probe.Probe; `connection` is what `connection_of` gave.

    Nothing of the connection stays open between two looks. `monotonic` gives seconds.
    """

    kind = ProbeKind.DATABASE
    name = "database"

    def __init__(
        self,
        connection: Mapping[str, Any],
        *,
        timeout_seconds: float = 10,
        degraded_after_seconds: float = DEGRADED_AFTER_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._timeout_seconds = timeout_seconds
        self._degraded_after_seconds = degraded_after_seconds
        self._monotonic = monotonic
        self._places = asyncio.Semaphore(MAX_CONNECTIONS)

    async def ask(self) -> tuple[HealthProbe, ...]:
        found = await self.look()
        if isinstance(found, Failure):
            return (self._probe(ServiceState.DOWN, None, found.sentence, looked=found.looked),)
        if found > self._degraded_after_seconds:
            late = f"answered SELECT 1, but only after {found:.1f} s"
            return (self._probe(ServiceState.DEGRADED, found, late),)
        return (self._probe(ServiceState.UP, found, "answered SELECT 1"),)

    async def look(self) -> float | Failure:
        """Give the seconds that connection and query took together, or why there was no answer."""
        try:
            async with asyncio.timeout(0.9 * self._timeout_seconds), self._places:
                started = self._monotonic()
                await self._select_one()
                return self._monotonic() - started
        except (TimeoutError, psycopg.errors.QueryCanceled, psycopg.errors.ConnectionTimeout):
            return Failure(
                sentence=f"no answer within {self._timeout_seconds:g} s",
                advice="see whether the database hangs, or a firewall drops what we send",
            )
        except psycopg.Error as error:
            return explain(error, password=str(self._connection.get("password") or ""))

    async def _select_one(self) -> None:
        wait_seconds = 0.9 * self._timeout_seconds
        connection = await psycopg.AsyncConnection.connect(
            **self._connection,
            application_name="issue-intelligence",
            connect_timeout=max(2, round(wait_seconds)),
            client_encoding="utf-8",
            # Named statements do not survive a pooler between us and the database.
            prepare_threshold=None,
        )
        query = asyncio.ensure_future(_query(connection, wait_seconds))
        try:
            await asyncio.shield(query)
        finally:
            # Closed first: when a query is cancelled on an open connection, the driver asks the server
            # for up to five seconds to cancel it too, which one that hangs never answers.
            await connection.close()
            query.cancel()
            await asyncio.gather(query, return_exceptions=True)

    def _probe(
        self, state: ServiceState, seconds: float | None, detail: str, *, looked: bool = True
    ) -> HealthProbe:
        return HealthProbe(
            name=self.name,
            kind=self.kind,
            state=state,
            response_time_ms=None if seconds is None else round(seconds * 1000, 1),
            detail=detail,
            looked=looked,
        )


async def _query(connection: psycopg.AsyncConnection[Any], wait_seconds: float) -> None:
    await connection.set_read_only(True)
    # Within the transaction, since poolers refuse it as a parameter of the connection.
    milliseconds = max(1, round(wait_seconds * 1000))
    await connection.execute(f"SET LOCAL statement_timeout = {milliseconds}".encode())
    await (await connection.execute("SELECT 1")).fetchone()
