"""The table of what people say of decisions."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from issue_intelligence.adapters.database.tables import metadata
from issue_intelligence.adapters.database.types import Id, UtcDateTime

# Rows are added and never changed; the newest of each kind counts.
feedback = Table(
    "feedback",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False, unique=True),
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    # None when the incident as a whole is meant.
    Column("alert_id", Id),
    Column("kind", String(32), nullable=False),
    Column("right", String(255), nullable=False),
    Column("by", String(255), nullable=False),
    Column("note", Text, nullable=False),
    Column("source", String(16), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
)
Index("ix_feedback_incident", feedback.c.incident_id, feedback.c.sequence)
Index("ix_feedback_said_at", feedback.c.said_at)
