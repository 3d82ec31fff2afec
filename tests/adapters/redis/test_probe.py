"""Whatever Redis does when asked, the probe ends in time with a sentence without the password."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import exceptions

from issue_intelligence.adapters.redis.probe import RedisProbe, explain
from issue_intelligence.adapters.redis.url import connection_of
from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind, ServiceState
from tests.fakes.loopback import garbage, listening, silent
from tests.real_parts import VALKEY, require_real_part
from tests.valkey_server import free_port, running_valkey

PASSWORD = "correct-h0rse"
UP, DOWN, DEGRADED = ServiceState.UP, ServiceState.DOWN, ServiceState.DEGRADED


@pytest.fixture(scope="module")
def package() -> Path:
    return require_real_part(VALKEY)


@pytest.fixture(scope="module")
def port(package: Path) -> Iterator[int]:
    """A real server that wants a password."""
    with running_valkey(package, "--requirepass", PASSWORD) as port:
        yield port


async def ask(url: str, *, timeout_seconds: float = 10) -> HealthProbe:
    (found,) = await RedisProbe(connection_of(url), timeout_seconds=timeout_seconds).ask()
    assert PASSWORD not in found.detail
    assert (found.name, found.kind) == ("redis", ProbeKind.REDIS)
    return found


@pytest.mark.parametrize(
    "form", ["redis://:{}@127.0.0.1:{}", "valkey://default:{}@127.0.0.1:{}/3", "redis://:{}@127.0.0.1:{}?x=y"]
)
async def test_server_that_answers_is_up(port: int, form: str) -> None:
    found = await ask(form.format(PASSWORD, port))
    assert (found.state, found.detail, found.looked) == (UP, "answered PING", True)
    assert found.response_time_ms is not None


async def test_slow_answer_is_degraded(port: int) -> None:
    readings = iter((10.0, 13.5))
    connection = connection_of(f"redis://:{PASSWORD}@127.0.0.1:{port}")
    (found,) = await RedisProbe(connection, monotonic=lambda: next(readings)).ask()
    assert (found.state, found.response_time_ms) == (DEGRADED, 3500.0)


@pytest.mark.parametrize("form", ["redis://:wr0ng@127.0.0.1:{}", "redis://127.0.0.1:{}"])
async def test_wrong_or_missing_password_says_nothing_of_the_server(port: int, form: str) -> None:
    found = await ask(form.format(port))
    assert (found.state, found.looked) == (DOWN, False)
    assert "password was refused" in found.detail


async def test_replica_that_lost_its_primary_is_degraded(package: Path) -> None:
    options = ("--replicaof", f"127.0.0.1 {free_port()}", "--replica-serve-stale-data", "no")
    with running_valkey(package, *options) as port:
        found = await ask(f"redis://127.0.0.1:{port}")
    assert (found.state, found.detail) == (DEGRADED, "it is a replica that has lost its primary")


async def test_full_server_is_down(package: Path) -> None:
    with (
        running_valkey(package, "--maxclients", "1") as port,
        socket.create_connection(("127.0.0.1", port)) as only,
    ):
        only.sendall(b"PING\r\n")
        assert only.recv(100) == b"+PONG\r\n"
        found = await ask(f"redis://127.0.0.1:{port}")
    assert (found.state, found.looked) == (DOWN, True)
    assert "too many are open" in found.detail


async def test_stopped_server_is_down(package: Path) -> None:
    with running_valkey(package) as port:
        assert (await ask(f"redis://127.0.0.1:{port}")).state is UP
    found = await ask(f"redis://127.0.0.1:{port}")
    assert (found.state, found.detail) == (DOWN, "the connection was refused: nothing listens there")


async def test_unknown_host_is_down() -> None:
    # RFC 2606 keeps this name free of hosts.
    assert (await ask("redis://cache.invalid")).detail == "its host name could not be resolved"


async def test_server_of_another_protocol_is_down() -> None:
    async with listening(garbage) as port:
        found = await ask(f"redis://:{PASSWORD}@127.0.0.1:{port}")
    assert found.state is DOWN
    assert "did not speak Redis' protocol" in found.detail


async def test_plain_server_behind_rediss_is_down(port: int) -> None:
    assert (await ask(f"rediss://127.0.0.1:{port}", timeout_seconds=0.5)).state is DOWN


async def test_server_that_never_answers_costs_no_more_than_the_deadline() -> None:
    async with listening(silent) as port, asyncio.timeout(5):
        found = await ask(f"redis://:{PASSWORD}@127.0.0.1:{port}", timeout_seconds=0.5)
    assert (found.state, found.detail) == (DOWN, "no answer within 0.5 s")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (
            exceptions.BusyLoadingError("Redis is loading the dataset in memory", status_code="LOADING"),
            DEGRADED,
        ),
        (exceptions.ReadOnlyError("You can't write against a replica", status_code="READONLY"), DEGRADED),
        (exceptions.ResponseError("MISCONF Redis is configured to save RDB snapshots"), DEGRADED),
        (exceptions.ResponseError("BUSY Redis is busy running a script"), DEGRADED),
        (exceptions.ResponseError("ERR something new"), DOWN),
    ],
)
def test_half_well_is_degraded(error: Exception, state: ServiceState) -> None:
    found = explain(error)
    assert (found.state, found.looked) == (state, True)


@pytest.mark.parametrize("url", [f"http://:{PASSWORD}@x", PASSWORD, f"redis://:{PASSWORD}@x:port"])
def test_wrong_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"URL|must start with") as caught:
        connection_of(url)
    assert PASSWORD not in str(caught.value)
