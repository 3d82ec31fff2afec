"""The tables of the pipeline. Columns of mission.md keep their names, in snake_case.

Evidence belongs to the incident and is kept once for all of its alerts (docs/adr/0006).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from issue_intelligence.adapters.database.types import Id, JsonValue, UtcDateTime

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

# The inbound events whose alerts are stored, so that a second dispatch changes nothing.
dispatched_events = Table(
    "dispatched_events",
    metadata,
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("dispatched_at", UtcDateTime, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Id, nullable=False),
    Column("service", String(255), nullable=False),
    Column("environment", String(255), nullable=False),
    # In PostgreSQL an index entry has at most 2,704 bytes, and a character up to four.
    Column("alert_name", String(512), nullable=False),
    Column("status", String(16), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("alert_count", Integer, nullable=False, default=0),
    Column("revision", Integer, nullable=False, default=0),
    Column("started_revision", Integer, nullable=False, default=0),
    Column("handled_revision", Integer, nullable=False, default=0),
    Column("recheck_at", UtcDateTime),
    Column("quiet_until", UtcDateTime),
    # Of the newest verdict; joins incidents of different rules that have one cause.
    Column("issue_key", Id),
)
Index(
    "uq_incidents_open_key",
    incidents.c.key,
    unique=True,
    sqlite_where=incidents.c.status != "closed",
    postgresql_where=incidents.c.status != "closed",
)
Index("ix_incidents_issue_key", incidents.c.issue_key, incidents.c.opened_at)
Index("ix_incidents_opened_at", incidents.c.opened_at, incidents.c.id)
Index("ix_incidents_key", incidents.c.key, incidents.c.opened_at)
Index(
    "ix_incidents_recheck_at",
    incidents.c.recheck_at,
    sqlite_where=incidents.c.recheck_at.is_not(None),
    postgresql_where=incidents.c.recheck_at.is_not(None),
)
Index(
    "ix_incidents_unhandled",
    incidents.c.id,
    sqlite_where=incidents.c.revision != incidents.c.handled_revision,
    postgresql_where=incidents.c.revision != incidents.c.handled_revision,
)

# One row an episode (mission.md, AlertEvent).
alert_events = Table(
    "alert_events",
    metadata,
    # Newest first is by this number: it rises in the order of storing, times may tie.
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("alert_id", Id, nullable=False, unique=True),
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    Column("inbound_event_id", BigInteger, nullable=False),
    Column("source", String(32), nullable=False),
    Column("alert_name", String(512), nullable=False),
    # The alert's own.
    Column("alert_severity", String(16), nullable=False),
    Column("service", String(255), nullable=False),
    Column("status", String(16), nullable=False),
    # When the delivery that gave it this status was received.
    Column("status_since", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("repeat_count", Integer, nullable=False, default=0),
    Column("alert", JsonValue, nullable=False),
    Column("context", JsonValue, nullable=False),
    # What the newest finished run made of its incident.
    Column("investigated_at", UtcDateTime),
    Column("is_real_issue", Boolean),
    Column("confidence", Float),
    Column("validation_reason", Text),
    Column("conclusion", String(16)),
    Column("severity", String(16)),
    Column("type", String(32)),
    Column("component", String(255)),
    Column("remediation_attempted", Boolean, nullable=False, default=False),
    Column("remediation_success", Boolean),
    Column("remediation_strategy", String(255)),
    Column("slack_message_ts", String(64)),
    Column("slack_channel", String(64)),
    Column("github_issue_number", Integer),
    Column("github_issue_url", Text),
    Column("created_issue_at", UtcDateTime),
)
Index("ix_alert_events_name_received", alert_events.c.alert_name, alert_events.c.received_at)
Index("ix_alert_events_issue", alert_events.c.github_issue_number)
Index("ix_alert_events_slack", alert_events.c.slack_message_ts)
Index("ix_alert_events_incident", alert_events.c.incident_id, alert_events.c.sequence)
Index("ix_alert_events_service", alert_events.c.service, alert_events.c.sequence)

# What happened to an episode after it was stored (mission.md, AlertUpdate).
alert_updates = Table(
    "alert_updates",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("alert_id", Id, ForeignKey("alert_events.alert_id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("update_type", String(32), nullable=False),
    Column("details", JsonValue, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("collector", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("collected_at", UtcDateTime, nullable=False),
    # Text as the codec wrote it: the database never looks inside, and text costs one encoding less.
    Column("evidence", Text, nullable=False),
    PrimaryKeyConstraint("incident_id", "revision", "collector"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("issue_key", Id, nullable=False),
    Column("alert_count", Integer, nullable=False),
    Column("verdict", Text, nullable=False),
    PrimaryKeyConstraint("incident_id", "revision"),
)

# Error patterns and how often they decided an incident (mission.md, IssuePattern).
issue_patterns = Table(
    "issue_patterns",
    metadata,
    # The issue key: one row a cause.
    Column("id", Id, primary_key=True),
    Column("pattern", Text, nullable=False),
    Column("category", String(32), nullable=False),
    Column("component", String(255), nullable=False),
    Column("known_false_positive", Boolean, nullable=False, default=False),
    Column("occurrences", Integer, nullable=False, default=1),
    Column("last_seen", UtcDateTime, nullable=False),
)
