"""Times keep their moment, whatever zone they are given in; values come back as they were."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.types import UtcDateTime

moments = Table(
    "test_moments", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcDateTime)
)


async def there_and_back(databases: Databases, at: datetime | None) -> datetime | None:
    async with databases.pipeline.begin() as connection:
        await connection.run_sync(moments.create)
        await connection.execute(insert(moments).values(id=1, at=at))
        back: datetime | None = (await connection.execute(select(moments.c.at))).scalar_one()
        return back


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 24, 11, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 11, 24, 11, 0, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2261, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
async def test_time_keeps_its_moment_and_comes_back_in_utc(at: datetime, databases: Databases) -> None:
    back = await there_and_back(databases, at)
    assert back == at
    assert back is not None
    assert back.utcoffset() == timedelta()


async def test_no_time_stays_none(databases: Databases) -> None:
    assert await there_and_back(databases, None) is None


async def test_time_without_a_zone_is_refused(databases: Databases) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        await there_and_back(databases, datetime(2026, 11, 24))  # noqa: DTZ001
