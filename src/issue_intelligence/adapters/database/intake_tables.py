"""The inbound log: on SQLite a file of its own, so that the pipeline's writes do not stand in its way."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

from issue_intelligence.adapters.database.types import Body, UtcDateTime

intake_metadata = MetaData()

inbound_events = Table(
    "inbound_events",
    intake_metadata,
    # SQLite numbers rows itself only where the type is INTEGER.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("source", String(32), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    # Ids joined by spaces: a lookup reads only what is not dispatched, which is little.
    Column("alert_ids", Text, nullable=False),
    Column("rejected", Text, nullable=False, default=""),
    Column("dispatched_at", UtcDateTime),
    # Last, since SQLite walks through a row up to the column it is asked for, and this one has megabytes.
    Column("body", Body, nullable=False),
    sqlite_autoincrement=True,
)

Index(
    "ix_inbound_events_waiting",
    inbound_events.c.id,
    sqlite_where=inbound_events.c.dispatched_at.is_(None),
    postgresql_where=inbound_events.c.dispatched_at.is_(None),
)

# One row that /ready rewrites: only a commit proves that the disk takes commits.
commit_proof = Table("commit_proof", intake_metadata, Column("at", UtcDateTime, nullable=False))
