"""Tables of what is usual, and of what was told of alerts that come and go."""

from sqlalchemy import Column, Float, Index, Integer, PrimaryKeyConstraint, String, Table

from issue_intelligence.adapters.database.tables import metadata
from issue_intelligence.adapters.database.types import Id, UtcDateTime

# One number of one hour of a service, as one source gave it.
hourly_samples = Table(
    "hourly_samples",
    metadata,
    Column("service", String(255), nullable=False),
    Column("environment", String(255), nullable=False),
    Column("hour_at", UtcDateTime, nullable=False),
    Column("metric", String(32), nullable=False),
    # Of PostgreSQL's 2,704 bytes for an entry of an index, four for each character, this much is left.
    Column("source", String(128), nullable=False),
    Column("value", Float, nullable=False),
    Column("covered_seconds", Integer, nullable=False),
    PrimaryKeyConstraint("service", "environment", "hour_at", "metric", "source"),
)
Index("ix_hourly_samples_hour_at", hourly_samples.c.hour_at)

# The hours that the sampler has measured, or is measuring: one process each.
sampled_hours = Table(
    "sampled_hours",
    metadata,
    Column("service", String(255), nullable=False),
    Column("environment", String(255), nullable=False),
    Column("hour_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    PrimaryKeyConstraint("service", "environment", "hour_at"),
)
Index("ix_sampled_hours_hour_at", sampled_hours.c.hour_at)

# What is told once of alerts that come and go, and by which run.
tellings = Table(
    "tellings",
    metadata,
    # An incident, or the key of incidents.
    Column("subject", Id, nullable=False),
    # flapping, calm, recurring
    Column("kind", String(16), nullable=False),
    # Of what is told: the moment from which it holds.
    Column("since", UtcDateTime, nullable=False),
    Column("incident_id", Id, nullable=False),
    Column("revision", Integer, nullable=False),
    PrimaryKeyConstraint("subject", "kind", "since"),
)
