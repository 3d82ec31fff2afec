"""The tables of maintenance windows and of what people called a false positive."""

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from issue_intelligence.adapters.database.tables import metadata
from issue_intelligence.adapters.database.types import Id, JsonValue, UtcDateTime

maintenance_windows = Table(
    "maintenance_windows",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("matchers", JsonValue, nullable=False),
    # `weekly` or `once`, as core/model/maintenance.py has them.
    Column("schedule", JsonValue, nullable=False),
    # Of one-off windows.
    Column("ends_at", UtcDateTime, index=True),
    Column("comment", Text, nullable=False),
    Column("created_by", String(255), nullable=False),
)

ignore_patterns = Table(
    "ignore_patterns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("service", String(255), nullable=False),
    Column("environment", String(255), nullable=False),
    # "" for any.
    Column("alert_name", String(512), nullable=False),
    # The issue key.
    Column("cause", Id, nullable=False),
    Column("cause_text", Text, nullable=False),
    # Fingerprint of the first error; "" without.
    Column("error", String(64), nullable=False),
    Column("error_count", Integer),
    Column("incident_id", Id, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(255), nullable=False),
    Column("comment", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("revoked_at", UtcDateTime),
    Column("revoked_by", String(255), nullable=False, default=""),
)
Index("ix_ignore_patterns_service", ignore_patterns.c.service, ignore_patterns.c.environment)

# Which incidents a pattern kept quiet, and when last.
ignored_incidents = Table(
    "ignored_incidents",
    metadata,
    Column("pattern_id", Id, ForeignKey("ignore_patterns.id", ondelete="CASCADE"), nullable=False),
    Column("incident_id", Id, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("pattern_id", "incident_id"),
)
