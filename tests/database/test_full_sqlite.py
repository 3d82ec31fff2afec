"""A SQLite file that may not grow refuses, and the next commit after that is served again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from issue_intelligence.adapters.database.engines import sync_engine
from issue_intelligence.adapters.database.group_commit import GroupCommitter
from issue_intelligence.ports.errors import TransientError
from tests.database.test_committer_faults import CREATE, insert_rows


async def test_a_full_sqlite_file_refuses_and_recovers(tmp_path: Path) -> None:
    engine = sync_engine(URL.create("sqlite", database=str(tmp_path / "kept.db")))
    committer = GroupCommitter(engine)
    committer.start()
    with engine.begin() as connection:
        connection.execute(CREATE)
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def write_into_a_full_file(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
        insert_rows(connection, rows)

    with pytest.raises(TransientError, match="full"):
        await committer.write(write_into_a_full_file, [{"name": "x" * 100_000}])
    # The limit went away with the connection that the committer gave up.
    await committer.write(insert_rows, [{"name": "after"}])
    with engine.connect() as connection:
        assert list(connection.execute(text("SELECT name FROM kept")).scalars()) == ["after"]
    await committer.stop()
    engine.dispose()
