"""The table of the processes that work on this database."""

from sqlalchemy import Column, String, Table

from issue_intelligence.adapters.database.tables import metadata
from issue_intelligence.adapters.database.types import UtcDateTime

worker_leases = Table(
    "worker_leases",
    metadata,
    # The name under which the durable engine knows the process.
    Column("id", String(255), primary_key=True),
    Column("version", String(64), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("renewed_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
