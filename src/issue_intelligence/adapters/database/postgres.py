"""Opens PostgreSQL so that what is lost comes back by itself, and nothing waits for ever."""

from dataclasses import dataclass
from threading import Event
from typing import Any

from psycopg import OperationalError
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from issue_intelligence.adapters.database.postgres_text import storable_json, storable_text

# Milliseconds that a statement may take, or wait for a lock; an outage of the network shows before.
STATEMENT_MS = 60_000
LOCK_MS = 20_000
# None of ours rests in mid-transaction: one that does is a frozen process's, and others wait for its locks.
IDLE_IN_TRANSACTION_MS = 10_000
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
_CONNECTING: dict[str, Any] = {
    "application_name": "issue-intelligence",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    # A server that was the primary until a moment ago takes connections and refuses every write.
    "target_session_attrs": "read-write",
}
# read_only_sql_transaction and io_error: another connection may lead to a server that is well.
_LEAVE_CONNECTION = frozenset({"25006", "58030"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What an engine is for: how many connections it keeps at most, and whether its statements may be cut."""

    connections: int
    statement_ms: int = STATEMENT_MS
    lock_ms: int = LOCK_MS


# The durable engine takes a statement that was cut for the end of its workflow, so it has no limits.
WORKFLOWS = Use(connections=10, statement_ms=0, lock_ms=0)
PIPELINE = Use(connections=8)
INTAKE = Use(connections=3)
# One renews the lease while another holds the turn, and a third is for those who ask.
LEASES = Use(connections=3, statement_ms=5_000, lock_ms=5_000)
# The group-commit thread's.
WRITER = Use(connections=1)
# A new index on a large table takes its time.
MIGRATIONS = Use(connections=1, statement_ms=0, lock_ms=0)


def postgres_engine(url: URL, use: Use, *, stopping: Event | None = None) -> Engine:
    """Open an engine; once `stopping` is set, nothing waits for a lost database any longer."""
    engine = create_engine(url, **_arguments(url, use))
    _prepare(engine, stopping)
    return engine


def async_postgres_engine(url: URL, use: Use) -> AsyncEngine:
    engine = create_async_engine(url, **_arguments(url, use))
    _prepare(engine.sync_engine, None)
    return engine


def _arguments(url: URL, use: Use) -> dict[str, Any]:
    settings = {
        # Else a time in the year 1 could fall before it where the server stands.
        "TimeZone": "UTC",
        "statement_timeout": use.statement_ms,
        "lock_timeout": use.lock_ms,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_MS,
    }
    ours = " ".join(f"-c {name}={value}" for name, value in settings.items())
    theirs = url.query.get("options", "")
    # What DATABASE_URL says itself comes later, and holds.
    connecting = {name: value for name, value in _CONNECTING.items() if name not in url.query}
    return {
        "connect_args": connecting | {"options": f"{ours} {theirs}".strip()},
        "pool_size": use.connections,
        "max_overflow": 0,
        # A connection that was lost while nobody used it is replaced before it is used.
        "pool_pre_ping": True,
        "isolation_level": "READ COMMITTED",
        "json_serializer": storable_json,
    }


class _StorableText(StrDumperUnknown):
    def dump(self, obj: str) -> Any:
        return super().dump(storable_text(obj))


def _prepare(engine: Engine, stopping: Event | None) -> None:
    @event.listens_for(engine, "connect")
    def store_any_text(_connection: Any, record: Any) -> None:
        record.driver_connection.adapters.register_dumper(str, _StorableText)

    @event.listens_for(engine, "handle_error")
    def judge(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", None) in _LEAVE_CONNECTION:
            context.is_disconnect = True
        is_trouble = isinstance(context.original_exception, OperationalError) or context.is_disconnect
        if is_trouble and stopping is not None and stopping.is_set():
            # The durable engine repeats a statement for as long as the database is away, and so would
            # keep the process from its end; it goes on after the next start.
            raise StoppingError("the service is stopping") from context.original_exception


class StoppingError(Exception):
    """The database failed while the process ends."""
