"""The doctor's look at our own database and disk; it leaves both as they were."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from issue_intelligence.adapters.database.doctor import (
    LITTLE_BYTES,
    TOO_LITTLE_BYTES,
    check_database,
    check_disk,
    judge_room,
)
from issue_intelligence.adapters.database.engines import database_urls
from issue_intelligence.adapters.database.migrate import upgrade
from issue_intelligence.ports.check import CheckState
from tests.valkey_server import free_port

OK, WARNING, FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED


async def test_sqlite_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (result,) = await check_database(database_urls("", folder))
    assert (result.state, folder.exists()) == (OK, False)
    assert "first start makes it" in result.sentence


async def test_migrated_sqlite_is_fine(tmp_path: Path) -> None:
    urls = database_urls("", tmp_path)
    upgrade(urls)
    (result,) = await check_database(urls)
    assert result.state is OK


async def test_sqlite_of_another_version_is_a_warning(tmp_path: Path) -> None:
    urls = database_urls("", tmp_path)
    _write(urls.pipeline, b"")
    _write(urls.intake, b"")
    (result,) = await check_database(urls)
    assert result.state is WARNING
    assert "db upgrade" in result.advice


async def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    urls = database_urls("", tmp_path)
    upgrade(urls)
    _write(urls.pipeline, b"no database" * 1000)
    assert (await check_database(urls))[0].state is FAILED


async def test_migrated_postgres_is_fine(postgres_url: str) -> None:
    (result,) = await check_database(database_urls(postgres_url, Path()))
    assert result.state is OK


async def test_empty_postgres_is_a_warning(empty_postgres_url: str) -> None:
    (result,) = await check_database(database_urls(empty_postgres_url, Path()))
    assert result.state is WARNING


async def test_postgres_that_takes_no_writes_is_told(postgres_url: str) -> None:
    urls = database_urls(postgres_url, Path())
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(f'ALTER DATABASE "{urls.pipeline.database}" SET default_transaction_read_only = on')
    (result,) = await check_database(urls)
    assert result.state is FAILED


async def test_postgres_that_is_not_there_is_told_without_the_password() -> None:
    url = f"postgresql://me:pa55-w0rd@127.0.0.1:{free_port()}/x"
    (result,) = await check_database(database_urls(url, Path()))
    assert result.state is FAILED
    assert "pa55-w0rd" not in result.sentence + result.advice


@pytest.mark.parametrize(
    ("free", "state"), [(LITTLE_BYTES, OK), (LITTLE_BYTES - 1, WARNING), (TOO_LITTLE_BYTES - 1, FAILED)]
)
def test_room_is_judged(free: int, state: CheckState) -> None:
    assert judge_room(Path("data"), free).state is state


async def test_room_is_measured_where_the_folder_will_be(tmp_path: Path) -> None:
    folder = tmp_path / "not"
    (result,) = await check_disk(folder / "there" / "yet")
    assert "GiB are free" in result.sentence
    assert not folder.exists()


def _write(url: URL, content: bytes) -> None:
    Path(url.database or "").write_bytes(content)
