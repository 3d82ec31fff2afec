"""Reads tables as a person with a database client would."""

from typing import Any

from sqlalchemy import Table, select

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.tables import alert_events, alert_updates, incidents


async def rows_of(databases: Databases, table: Table) -> list[Any]:
    order = [column for column in (table.c.get("sequence"), table.c.get("id")) if column is not None]
    async with databases.pipeline.connect() as connection:
        return list((await connection.execute(select(table).order_by(*order[:1]))).all())


async def stored_incidents(databases: Databases) -> list[Any]:
    async with databases.pipeline.connect() as connection:
        return list((await connection.execute(select(incidents).order_by(incidents.c.opened_at))).all())


async def stored_alerts(databases: Databases) -> list[Any]:
    return await rows_of(databases, alert_events)


async def update_types(databases: Databases) -> list[str]:
    return [row.update_type for row in await rows_of(databases, alert_updates)]
