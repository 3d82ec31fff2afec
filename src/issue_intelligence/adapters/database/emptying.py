"""Empties the pipeline's tables, for databases that are made to be thrown away."""

from sqlalchemy import delete

from issue_intelligence.adapters.database import report_tables, worker_tables  # noqa: F401  (registers tables)
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.tables import metadata


async def empty_pipeline(databases: Databases) -> None:
    """Delete every row of the pipeline, in one transaction; the tables stay."""
    with translated():
        async with databases.pipeline.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                await connection.execute(delete(table))
