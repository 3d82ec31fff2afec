"""Whatever the database does when asked, the probe ends in time with a sentence without the password."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from issue_intelligence.adapters.postgres_probe.explain import explain
from issue_intelligence.adapters.postgres_probe.probe import PostgresProbe
from issue_intelligence.adapters.postgres_probe.url import connection_of
from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind, ServiceState
from tests.fakes.loopback import garbage, listening, silent
from tests.postgres_server import PostgresServer, running_postgres
from tests.real_parts import POSTGRESQL, require_real_part
from tests.valkey_server import free_port

PASSWORD = "correct-h0rse"
UP, DOWN, DEGRADED = ServiceState.UP, ServiceState.DOWN, ServiceState.DEGRADED


@dataclass(frozen=True)
class Shop:
    """The application's database: its user has a password, and may connect once at a time."""

    server: PostgresServer

    def url(self, *, user: str = "shop", password: str = PASSWORD, database: str = "postgres") -> str:
        return f"postgresql://{user}:{password}@/{database}?host={self.server.socket_folder}"


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with running_postgres(require_real_part(POSTGRESQL)) as server:
        rules = server.socket_folder / "data" / "pg_hba.conf"
        rules.write_text("local all shop scram-sha-256\n" + rules.read_text())
        with psycopg.connect(server.url("postgres"), autocommit=True) as owner:
            owner.execute(f"CREATE ROLE shop LOGIN PASSWORD '{PASSWORD}' CONNECTION LIMIT 1")
            owner.execute("SELECT pg_reload_conf()")
        yield Shop(server)


async def ask(url: str, *, timeout_seconds: float = 10) -> HealthProbe:
    (found,) = await PostgresProbe(connection_of(url), timeout_seconds=timeout_seconds).ask()
    assert PASSWORD not in found.detail
    assert (found.name, found.kind) == ("database", ProbeKind.DATABASE)
    return found


async def test_database_that_answers_is_up(shop: Shop) -> None:
    found = await ask(shop.url())
    assert (found.state, found.detail, found.looked) == (UP, "answered SELECT 1", True)
    assert found.response_time_ms is not None


async def test_slow_answer_is_degraded(shop: Shop) -> None:
    readings = iter((10.0, 13.5))
    probe = PostgresProbe(connection_of(shop.url()), monotonic=lambda: next(readings))
    (found,) = await probe.ask()
    assert (found.state, found.response_time_ms) == (DEGRADED, 3500.0)


async def test_url_of_another_driver_with_its_parameters_is_understood(shop: Shop) -> None:
    # As Prisma and SQLAlchemy write it.
    url = shop.url().replace("postgresql:", "postgresql+asyncpg:") + "&schema=public&connection_limit=5"
    assert (await ask(url)).state is UP


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "wr0ng"}, "our password was refused"),
        ({"password": ""}, "it wants a password"),
        ({"user": "nobody-known"}, "there is no such user"),
        ({"database": "nope"}, "there is no such database"),
    ],
)
async def test_our_own_wrong_configuration_says_nothing_of_the_database(
    shop: Shop, wrong: dict[str, str], words: str
) -> None:
    found = await ask(shop.url(**wrong))
    assert (found.state, found.looked) == (DOWN, False)
    assert words in found.detail


async def test_full_database_is_down(shop: Shop) -> None:
    with psycopg.connect(shop.url()):
        found = await ask(shop.url())
    assert (found.state, found.looked) == (DOWN, True)
    assert "too many connections" in found.detail


async def test_transaction_of_the_probe_cannot_write(shop: Shop) -> None:
    """Seen from the server: the statements that the probe sent began with a read-only transaction."""
    with psycopg.connect(shop.server.url("postgres"), autocommit=True) as owner:
        owner.execute("ALTER SYSTEM SET log_statement = 'all'")
        owner.execute("SELECT pg_reload_conf()")
        try:
            while owner.execute("SHOW log_statement").fetchone() != ("all",):
                pass
            assert (await ask(shop.url())).state is UP
        finally:
            owner.execute("ALTER SYSTEM RESET log_statement")
            owner.execute("SELECT pg_reload_conf()")
    log = (shop.server.socket_folder / "log").read_text()
    begun = log.partition("BEGIN READ ONLY")[2]
    assert "statement_timeout" in begun.partition("SELECT 1")[0]


async def test_stopped_server_is_down_and_up_again_when_started(shop: Shop) -> None:
    shop.server.stop()
    try:
        found = await ask(shop.url())
    finally:
        shop.server.start()
    assert (found.state, found.looked) == (DOWN, True)
    assert "nothing listens there" in found.detail
    assert (await ask(shop.url())).state is UP


async def test_port_where_nothing_listens_is_down() -> None:
    found = await ask(f"postgresql://shop:{PASSWORD}@127.0.0.1:{free_port()}/shop")
    assert (found.state, found.detail) == (DOWN, "the connection was refused: nothing listens there")


async def test_unknown_host_is_down() -> None:
    # RFC 2606 keeps this name free of hosts.
    found = await ask(f"postgresql://shop:{PASSWORD}@db.invalid/shop")
    assert (found.state, found.detail) == (DOWN, "its host name could not be resolved")


async def test_server_of_another_protocol_is_down() -> None:
    async with listening(garbage) as port:
        found = await ask(f"postgresql://shop:{PASSWORD}@127.0.0.1:{port}/shop")
    assert found.state is DOWN
    assert "did not speak PostgreSQL's protocol" in found.detail


async def lets_in_and_falls_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while request := await reader.read(1000):
        if len(request) == 8:
            # It asks for encryption, and is told that there is none.
            writer.write(b"N")
        elif request[4:6] == b"\x00\x03":
            # AuthenticationOk and ReadyForQuery; every query after it waits for ever.
            writer.write(b"R\x00\x00\x00\x08\x00\x00\x00\x00Z\x00\x00\x00\x05I")


@pytest.mark.parametrize("talk", [silent, lets_in_and_falls_silent])
async def test_server_that_never_answers_costs_no_more_than_the_deadline(talk: object) -> None:
    async with listening(talk) as port:  # type: ignore[arg-type]
        # Far below the five seconds that the driver would give a cancelled query.
        async with asyncio.timeout(4):
            found = await ask(f"postgresql://shop:{PASSWORD}@127.0.0.1:{port}/shop", timeout_seconds=0.5)
    assert (found.state, found.looked) == (DOWN, True)
    assert found.detail == "no answer within 0.5 s"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        # As a server says it that has just been started.
        ("connection failed: FATAL:  the database system is starting up", "starting up or recovering"),
        ("FATAL:  the database system is in recovery mode", "starting up or recovering"),
        ("FATAL:  sorry, too many clients already", "too many connections"),
        (
            "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
            "too many connections",
        ),
        ("FATAL:  the database system is shutting down", "shutting down"),
        # A server that speaks another language: its own words, without secrets.
        ("FATAL:  kein Zugang für alice@example.org", "it failed: FATAL:"),
        (f"odd words about {PASSWORD}", "it failed (OperationalError)"),
    ],
)
def test_words_of_servers_become_plain_ones(error: str, words: str) -> None:
    sentence = explain(psycopg.OperationalError(error), password=PASSWORD).sentence
    assert words in sentence
    assert "alice@" not in sentence
    assert PASSWORD not in sentence


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://shop:{PASSWORD}@db/shop",
        f"shop:{PASSWORD}@db",
        # An @ or a / in the password that is not written as %40 or %2F.
        f"postgresql://shop:{PASSWORD}/x@db:port/shop",
        f"postgresql://[{PASSWORD}",
    ],
)
def test_wrong_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"URL|must start with") as caught:
        connection_of(url)
    assert PASSWORD not in str(caught.value)
