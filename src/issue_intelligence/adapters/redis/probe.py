"""Connects, sends PING, and leaves."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from redis import exceptions
from redis.asyncio import Connection, ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind, ServiceState
from issue_intelligence.core.redact.redaction import redact

DEGRADED_AFTER_SECONDS = 3.0
MAX_CONNECTIONS = 2
_MAX_CHARACTERS = 200

# Codes of https://redis.io/docs/latest/develop/reference/protocol-spec/ with which a server that is
# there says that it does not do all of its work.
_HALF_WELL = {
    "LOADING": "it is loading its data, and answers nothing until then",
    "MASTERDOWN": "it is a replica that has lost its primary",
    "READONLY": "it is a replica: it takes no writes",
    "MISCONF": "it cannot save its data to disk, and takes no writes",
    "BUSY": "a script keeps it busy",
    "CLUSTERDOWN": "its cluster is incomplete",
    "TRYAGAIN": "its cluster is moving data",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PingFailure:
    sentence: str
    state: ServiceState = ServiceState.DOWN
    # False when the fault is in our own configuration, so that nothing is known of the server.
    looked: bool = True


class RedisProbe:
    """Implements ports.health_probe.Probe; `connection` is what `connection_of` gave.

    Nothing of the connection stays open between two looks. `monotonic` gives seconds.
    """

    kind = ProbeKind.REDIS
    name = "redis"

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
        if isinstance(found, PingFailure):
            return (self._probe(found.state, None, found.sentence, looked=found.looked),)
        if found > self._degraded_after_seconds:
            late = f"answered PING, but only after {found:.1f} s"
            return (self._probe(ServiceState.DEGRADED, found, late),)
        return (self._probe(ServiceState.UP, found, "answered PING"),)

    async def look(self) -> float | PingFailure:
        """Give the seconds that connection and answer took together, or why there was none."""
        try:
            async with asyncio.timeout(0.9 * self._timeout_seconds), self._places:
                started = self._monotonic()
                await self._ping()
                return self._monotonic() - started
        except (TimeoutError, exceptions.TimeoutError):
            return PingFailure(sentence=f"no answer within {self._timeout_seconds:g} s")
        except (exceptions.RedisError, OSError) as error:
            return explain(error)

    async def _ping(self) -> None:
        pool = ConnectionPool(
            **{"connection_class": Connection, **self._connection},
            socket_timeout=0.9 * self._timeout_seconds,
            socket_connect_timeout=0.9 * self._timeout_seconds,
            # A second try in secret would hide that the first one failed.
            retry=Retry(NoBackoff(), 0),
            # The protocol of all servers: no greeting that an old one or a restricted user refuses.
            protocol=2,
            driver_info=None,
        )
        client = Redis.from_pool(pool)
        try:
            await client.ping()
        finally:
            await client.aclose()

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


# Tried in this order; the first that fits decides. Authentication errors are connection errors too.
_KINDS: tuple[tuple[tuple[type[BaseException], ...], PingFailure], ...] = (
    (
        (exceptions.AuthenticationError,),
        PingFailure(sentence="our password was refused, or it wants one and got none", looked=False),
    ),
    ((exceptions.NoPermissionError,), PingFailure(sentence="our user may not send PING", looked=False)),
    ((ssl.SSLError,), PingFailure(sentence="no encrypted connection: the TLS handshake failed")),
    ((socket.gaierror,), PingFailure(sentence="its host name could not be resolved")),
    ((ConnectionRefusedError,), PingFailure(sentence="the connection was refused: nothing listens there")),
    (
        (exceptions.InvalidResponse, exceptions.ConnectionError, OSError),
        PingFailure(sentence="the connection broke off, or what answered did not speak Redis' protocol"),
    ),
)


def explain(error: Exception) -> PingFailure:
    """Say in a sentence why there was no PONG."""
    text = str(error)
    code = getattr(error, "status_code", None) or text.partition(" ")[0]
    if code in _HALF_WELL:
        return PingFailure(sentence=_HALF_WELL[code], state=ServiceState.DEGRADED)
    if "max number of clients" in text:
        return PingFailure(sentence="it takes no further connection: too many are open")
    causes = tuple(_causes(error))
    for kinds, failure in _KINDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return failure
    return PingFailure(sentence=f"it refused PING: {redact(text)[:_MAX_CHARACTERS]}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
