"""The tables of what we know, did and told."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from issue_intelligence.adapters.database.tables import metadata
from issue_intelligence.adapters.database.types import Id, JsonValue, UtcDateTime

# mission.md, KnownIssue.
known_issues = Table(
    "known_issues",
    metadata,
    Column("id", String(255), primary_key=True),
    Column("title", Text, nullable=False),
    Column("error_pattern", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("solution", Text, nullable=False),
    Column("disposition", String(32), nullable=False),
    Column("category", String(64), nullable=False),
    Column("component", String(255), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("auto_remediable", Boolean, nullable=False, default=False),
    Column("remediation_script", String(255)),
    Column("tags", JsonValue, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("created_by", String(255), nullable=False),
    Column("occurrences", Integer, nullable=False, default=0),
    Column("last_seen", UtcDateTime),
    Column("github_issue_number", Integer),
    Column("github_issue_url", Text),
    Column("auto_fix_success_count", Integer, nullable=False, default=0),
    Column("auto_fix_fail_count", Integer, nullable=False, default=0),
)
Index("ix_known_issues_component_category", known_issues.c.component, known_issues.c.category)

# mission.md, RemediationAttempt; a refusal is kept too, since it explains why nothing was tried.
remediation_attempts = Table(
    "remediation_attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident_id", Id, ForeignKey("incidents.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("known_issue_id", String(255)),
    Column("attempted_at", UtcDateTime, nullable=False),
    Column("attempted", Boolean, nullable=False),
    Column("strategy", String(255), nullable=False),
    Column("success", Boolean, nullable=False),
    Column("error_message", Text),
    Column("logs", JsonValue, nullable=False),
    Column("result", Text, nullable=False),
)
Index(
    "uq_remediation_attempts_run",
    remediation_attempts.c.incident_id,
    remediation_attempts.c.revision,
    unique=True,
)
Index("ix_remediation_attempts_known_issue", remediation_attempts.c.known_issue_id)

# Intents to repair: committed before the action, so that it is never repeated. One an incident.
remediation_intents = Table(
    "remediation_intents",
    metadata,
    Column("incident_id", Id, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("service", String(255), nullable=False),
    Column("action", String(64), nullable=False),
    Column("known_issue_id", String(255)),
    # Why it was wanted.
    Column("why", Text, nullable=False),
    # Text as the codec wrote it, as in `evidence`.
    Column("before", Text, nullable=False),
    Column("intended_at", UtcDateTime, nullable=False),
    Column("performed_at", UtcDateTime),
    Column("report", Text),
    Column("proven_at", UtcDateTime),
    Column("outcome", String(16)),
    Column("result", Text),
    # It had helped, and that did not last.
    Column("relapsed_at", UtcDateTime),
    # Set by a person: neither the cool-down nor the circuit breaker counts it any more.
    Column("cleared_at", UtcDateTime),
)
Index(
    "ix_remediation_intents_service",
    remediation_intents.c.service,
    remediation_intents.c.action,
    remediation_intents.c.intended_at,
)
Index("ix_remediation_intents_intended_at", remediation_intents.c.intended_at)

# The issue that stands for a cause.
tracked_issues = Table(
    "tracked_issues",
    metadata,
    Column("issue_key", Id, primary_key=True),
    # Of the tracker that gave the number.
    Column("place", String(255), nullable=False, server_default="files"),
    Column("number", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("generation", Integer, nullable=False, default=0),
)

# Intents on the tracker: committed before the effect, completed after it.
effects = Table(
    "effects",
    metadata,
    Column("marker", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("incident_id", Id, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("issue_key", Id, nullable=False),
    Column("issue_number", Integer),
    # intended, done, failed, waiting
    Column("state", String(16), nullable=False),
    Column("intended_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("reason", Text, nullable=False, default=""),
)
Index("ix_effects_run", effects.c.incident_id, effects.c.revision)

# What became of the issue in each run, and why; also why nothing did.
issue_decisions = Table(
    "issue_decisions",
    metadata,
    Column("incident_id", Id, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("incident_id", "revision"),
)

# Deliveries to people, each committed before it is sent.
notifications = Table(
    "notifications",
    metadata,
    Column("marker", Id, primary_key=True),
    Column("incident_id", Id, nullable=False, index=True),
    Column("channel", String(255), nullable=False),
    Column("notice", JsonValue, nullable=False),
    Column("intended_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
)

# Where the messages about an incident stand in channels that keep them up to date.
notice_threads = Table(
    "notice_threads",
    metadata,
    Column("incident_id", Id, nullable=False),
    Column("channel", String(255), nullable=False),
    Column("channel_id", String(64), nullable=False),
    Column("message_id", String(64), nullable=False),
    Column("follows", Boolean, nullable=False),
    Column("told", JsonValue, nullable=False),
    Column("marker", String(64), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("incident_id", "channel"),
)

silences = Table(
    "silences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("matchers", JsonValue, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False, index=True),
    Column("created_by", String(255), nullable=False),
    Column("comment", Text, nullable=False),
    # Who ended it before its time; "" when nobody did.
    Column("ended_by", String(255), nullable=False, server_default=""),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("step", String(64), nullable=False),
    Column("incident_id", Id, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("rerun_at", UtcDateTime),
)

# What CI said of deployments; one row a deployment, whatever the number of reports.
deployments = Table(
    "deployments",
    metadata,
    Column("key", Id, primary_key=True),
    Column("service", String(255), nullable=False),
    Column("environment", String(255), nullable=False),
    Column("version", Text, nullable=False),
    # started, finished, failed
    Column("status", String(16), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    # The sender's own.
    Column("id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("by", Text, nullable=False),
)
Index("ix_deployments_service_started_at", deployments.c.service, deployments.c.started_at)

# What was changed, by whom; rows are added and never changed.
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    # "system", or a person's name.
    Column("actor", String(255), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("details", JsonValue, nullable=False),
)
