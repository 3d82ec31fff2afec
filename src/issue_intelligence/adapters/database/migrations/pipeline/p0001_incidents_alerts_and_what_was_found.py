"""incidents, alerts and what was found."""

import sqlalchemy as sa
from alembic import op

from issue_intelligence.adapters.database.types import JsonValue, UtcDateTime

revision = "p0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispatched_events",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dispatched_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_dispatched_events")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=255), nullable=False),
        sa.Column("environment", sa.String(length=255), nullable=False),
        sa.Column("alert_name", sa.String(length=512), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("alert_count", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_revision", sa.Integer(), nullable=False),
        sa.Column("handled_revision", sa.Integer(), nullable=False),
        sa.Column("recheck_at", UtcDateTime(), nullable=True),
        sa.Column("quiet_until", UtcDateTime(), nullable=True),
        sa.Column("issue_key", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index("ix_incidents_issue_key", "incidents", ["issue_key", "opened_at"], unique=False)
    op.create_index("ix_incidents_key", "incidents", ["key", "opened_at"], unique=False)
    op.create_index(
        "ix_incidents_recheck_at",
        "incidents",
        ["recheck_at"],
        unique=False,
        sqlite_where=sa.text("recheck_at IS NOT NULL"),
        postgresql_where=sa.text("recheck_at IS NOT NULL"),
    )
    op.create_index(
        "ix_incidents_unhandled",
        "incidents",
        ["id"],
        unique=False,
        sqlite_where=sa.text("revision != handled_revision"),
        postgresql_where=sa.text("revision != handled_revision"),
    )
    op.create_index(
        "uq_incidents_open_key",
        "incidents",
        ["key"],
        unique=True,
        sqlite_where=sa.text("status != 'closed'"),
        postgresql_where=sa.text("status != 'closed'"),
    )
    op.create_table(
        "issue_patterns",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("component", sa.String(length=255), nullable=False),
        sa.Column("known_false_positive", sa.Boolean(), nullable=False),
        sa.Column("occurrences", sa.Integer(), nullable=False),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_patterns")),
    )
    op.create_table(
        "alert_events",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("incident_id", sa.String(length=32), nullable=False),
        sa.Column("inbound_event_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("alert_name", sa.String(length=512), nullable=False),
        sa.Column("alert_severity", sa.String(length=16), nullable=False),
        sa.Column("service", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("status_since", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("repeat_count", sa.Integer(), nullable=False),
        sa.Column("alert", JsonValue, nullable=False),
        sa.Column("context", JsonValue, nullable=False),
        sa.Column("investigated_at", UtcDateTime(), nullable=True),
        sa.Column("is_real_issue", sa.Boolean(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("validation_reason", sa.Text(), nullable=True),
        sa.Column("conclusion", sa.String(length=16), nullable=True),
        sa.Column("severity", sa.String(length=16), nullable=True),
        sa.Column("type", sa.String(length=32), nullable=True),
        sa.Column("component", sa.String(length=255), nullable=True),
        sa.Column("remediation_attempted", sa.Boolean(), nullable=False),
        sa.Column("remediation_success", sa.Boolean(), nullable=True),
        sa.Column("remediation_strategy", sa.String(length=255), nullable=True),
        sa.Column("slack_message_ts", sa.String(length=64), nullable=True),
        sa.Column("slack_channel", sa.String(length=64), nullable=True),
        sa.Column("github_issue_number", sa.Integer(), nullable=True),
        sa.Column("github_issue_url", sa.Text(), nullable=True),
        sa.Column("created_issue_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_alert_events_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_alert_events")),
        sa.UniqueConstraint("alert_id", name=op.f("uq_alert_events_alert_id")),
    )
    op.create_index("ix_alert_events_incident", "alert_events", ["incident_id", "sequence"], unique=False)
    op.create_index("ix_alert_events_issue", "alert_events", ["github_issue_number"], unique=False)
    op.create_index(
        "ix_alert_events_name_received", "alert_events", ["alert_name", "received_at"], unique=False
    )
    op.create_index("ix_alert_events_service", "alert_events", ["service", "sequence"], unique=False)
    op.create_index("ix_alert_events_slack", "alert_events", ["slack_message_ts"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("incident_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("collector", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("collected_at", UtcDateTime(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_evidence_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("incident_id", "revision", "collector", name=op.f("pk_evidence")),
    )
    op.create_table(
        "verdicts",
        sa.Column("incident_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("issue_key", sa.String(length=32), nullable=False),
        sa.Column("alert_count", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_verdicts_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("incident_id", "revision", name=op.f("pk_verdicts")),
    )
    op.create_table(
        "alert_updates",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("update_type", sa.String(length=32), nullable=False),
        sa.Column("details", JsonValue, nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert_events.alert_id"], name=op.f("fk_alert_updates_alert_id_alert_events")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_updates")),
    )
    op.create_index(op.f("ix_alert_updates_alert_id"), "alert_updates", ["alert_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_alert_updates_alert_id"), table_name="alert_updates")
    op.drop_table("alert_updates")
    op.drop_table("verdicts")
    op.drop_table("evidence")
    op.drop_index("ix_alert_events_slack", table_name="alert_events")
    op.drop_index("ix_alert_events_service", table_name="alert_events")
    op.drop_index("ix_alert_events_name_received", table_name="alert_events")
    op.drop_index("ix_alert_events_issue", table_name="alert_events")
    op.drop_index("ix_alert_events_incident", table_name="alert_events")
    op.drop_table("alert_events")
    op.drop_table("issue_patterns")
    op.drop_index(
        "uq_incidents_open_key",
        table_name="incidents",
        sqlite_where=sa.text("status != 'closed'"),
        postgresql_where=sa.text("status != 'closed'"),
    )
    op.drop_index(
        "ix_incidents_unhandled",
        table_name="incidents",
        sqlite_where=sa.text("revision != handled_revision"),
        postgresql_where=sa.text("revision != handled_revision"),
    )
    op.drop_index(
        "ix_incidents_recheck_at",
        table_name="incidents",
        sqlite_where=sa.text("recheck_at IS NOT NULL"),
        postgresql_where=sa.text("recheck_at IS NOT NULL"),
    )
    op.drop_index("ix_incidents_key", table_name="incidents")
    op.drop_index("ix_incidents_issue_key", table_name="incidents")
    op.drop_table("incidents")
    op.drop_table("dispatched_events")
