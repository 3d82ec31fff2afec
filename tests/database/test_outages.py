"""A PostgreSQL that is away, restarted, full or read-only is trouble that passes, and so is its end."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from issue_intelligence.bootstrap.stores import Stores, open_stores, upgrade_stores, urls_of
from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.ports.alert_history import HistoryQuery
from issue_intelligence.ports.errors import StorageError
from issue_intelligence.ports.inbound_log import NewInboundEvent
from issue_intelligence.settings import Settings, load_settings
from tests.database.events import NOW, event, firing, record
from tests.database.test_ledger import CREATE
from tests.database.test_small_stores import ENTRY, LETTER, NOTICE
from tests.fakes.inbound import append
from tests.postgres_server import PostgresServer, running_postgres
from tests.real_parts import POSTGRESQL, require_real_part

EVENT = NewInboundEvent(source=AlertSource.GRAFANA, received_at=NOW, body=b"{}", alert_ids=("a" * 32,))
USES: dict[str, Callable[[Stores], Awaitable[object]]] = {
    "append": lambda stores: append(stores.inbound, EVENT),
    "undispatched": lambda stores: stores.inbound.undispatched(1),
    "backlog": lambda stores: stores.inbound.backlog(),
    "prove_commit": lambda stores: stores.inbound.prove_commit(NOW),
    "record": lambda stores: record(stores.incidents, event(1, firing("a"))),
    "claim": lambda stores: stores.incidents.claim_runs(NOW, 1),
    "intend": lambda stores: stores.ledger.intend(CREATE, NOW),
    "history": lambda stores: stores.history.page(HistoryQuery()),
    "dead letter": lambda stores: stores.dead_letters.add(LETTER),
    "notice": lambda stores: stores.notices.intend(NOTICE, marker="m", channel="c", now=NOW),
    "known issue": lambda stores: stores.known_issues.put([ENTRY]),
    "silence": lambda stores: stores.silences.in_force(NOW),
}
# What writes although it was done before.
WRITES = ("append", "prove_commit", "claim", "intend", "dead letter", "notice", "known issue")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that only this module stops."""
    with running_postgres(require_real_part(POSTGRESQL)) as running:
        yield running


@pytest.fixture
def settings(server: PostgresServer, tmp_path: Path) -> Settings:
    """A database that belongs to an ordinary user, as DATABASE_URL should name one."""
    name = server.new_database()
    admin(server, "postgres", f"CREATE ROLE {name}_user LOGIN", f"ALTER DATABASE {name} OWNER TO {name}_user")
    url = server.url(name).replace("postgres@", f"{name}_user@")
    return load_settings(data_dir=tmp_path, database_url=url)


@pytest.fixture
async def stores(settings: Settings) -> AsyncIterator[Stores]:
    await upgrade_stores(settings)
    opened = open_stores(settings)
    opened.committer.start()
    yield opened
    await opened.committer.stop()
    await opened.databases.dispose()


def admin(server: PostgresServer, database: str, *statements: str) -> None:
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


async def fail(stores: Stores, names: tuple[str, ...]) -> list[str]:
    """Which of the uses did not end with StorageError."""
    wrong = []
    for name in names:
        try:
            await USES[name](stores)
        except StorageError:
            continue
        wrong.append(name)
    return wrong


async def all_work(stores: Stores) -> None:
    for use in USES.values():
        await use(stores)


async def test_everything_fails_as_storage_while_it_is_away_and_goes_on_afterwards(
    server: PostgresServer, stores: Stores
) -> None:
    await all_work(stores)
    server.stop(at_once=True)
    wrong = await fail(stores, tuple(USES))
    server.start()
    assert wrong == []
    await all_work(stores)


async def test_restart_between_two_uses_is_not_noticed(server: PostgresServer, stores: Stores) -> None:
    await all_work(stores)
    server.stop()
    server.start()
    # The first of each, through connections that the restart has cut.
    await all_work(stores)


async def test_server_that_became_read_only_is_left_until_one_takes_writes(
    server: PostgresServer, stores: Stores
) -> None:
    """So it is after a failover, when the old primary still answers."""
    await all_work(stores)
    admin(
        server, "postgres", "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"
    )
    try:
        # Until the reload has reached each session, a write may still succeed.
        await until_refused(stores)
        wrong = await fail(stores, WRITES)
    finally:
        admin(
            server,
            "postgres",
            "SET default_transaction_read_only = off",
            "ALTER SYSTEM RESET default_transaction_read_only",
            "SELECT pg_reload_conf()",
        )
    assert wrong == []
    await until_accepted(stores)
    await all_work(stores)


async def until_refused(stores: Stores) -> None:
    for _ in range(10_000):
        try:
            await stores.inbound.prove_commit(NOW)
        except StorageError:
            return
    raise AssertionError("the server takes writes")


async def until_accepted(stores: Stores) -> None:
    for _ in range(10_000):
        try:
            await stores.inbound.prove_commit(NOW)
        except StorageError:
            continue
        return
    raise AssertionError("the server still refuses")


async def test_too_many_connections_pass(server: PostgresServer, settings: Settings) -> None:
    await upgrade_stores(settings)
    stores = open_stores(settings)
    stores.committer.start()
    user = stores.databases.pipeline.url.username
    admin(server, "postgres", f"ALTER ROLE {user} CONNECTION LIMIT 0")
    wrong = await fail(stores, tuple(USES))
    with pytest.raises(StorageError):
        await upgrade_stores(settings)
    admin(server, "postgres", f"ALTER ROLE {user} CONNECTION LIMIT -1")
    assert wrong == []
    await all_work(stores)
    await stores.committer.stop()
    await stores.databases.dispose()


async def test_migration_does_not_wait_for_ever_for_a_table_in_use(
    server: PostgresServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issue_intelligence.adapters.database.migrate.LOCK_MS", 50)
    database = urls_of(settings).pipeline.database
    assert database
    with psycopg.connect(server.url(database)) as holder:
        # The name of the first table is taken by a transaction that does not end.
        holder.execute(b"CREATE TABLE public.commit_proof (at int)")
        with pytest.raises(StorageError):
            await upgrade_stores(settings)
        holder.rollback()
    await upgrade_stores(settings)
