"""Maintenance windows and ignore patterns."""

import sqlalchemy as sa
from alembic import op

from issue_intelligence.adapters.database.types import JsonValue, UtcDateTime

revision = "p0010"
down_revision = "p0009"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "ignore_patterns",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=255), nullable=False),
        sa.Column("environment", sa.String(length=255), nullable=False),
        sa.Column("alert_name", sa.String(length=512), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("cause_text", sa.Text(), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=False),
        sa.Column("error_count", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=255), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ignore_patterns")),
    )
    op.create_index(op.f("ix_ignore_patterns_expires_at"), "ignore_patterns", ["expires_at"], unique=False)
    op.create_index("ix_ignore_patterns_service", "ignore_patterns", ["service", "environment"], unique=False)
    op.create_table(
        "maintenance_windows",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("matchers", JsonValue, nullable=False),
        sa.Column("schedule", JsonValue, nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_windows")),
    )
    op.create_index(op.f("ix_maintenance_windows_ends_at"), "maintenance_windows", ["ends_at"], unique=False)
    op.create_table(
        "ignored_incidents",
        sa.Column("pattern_id", sa.String(length=32), nullable=False),
        sa.Column("incident_id", sa.String(length=32), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pattern_id"],
            ["ignore_patterns.id"],
            name=op.f("fk_ignored_incidents_pattern_id_ignore_patterns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("pattern_id", "incident_id", name=op.f("pk_ignored_incidents")),
    )
    op.add_column("silences", sa.Column("ended_by", sa.String(length=255), server_default="", nullable=False))


def downgrade() -> None:

    op.drop_column("silences", "ended_by")
    op.drop_table("ignored_incidents")
    op.drop_index(op.f("ix_maintenance_windows_ends_at"), table_name="maintenance_windows")
    op.drop_table("maintenance_windows")
    op.drop_index("ix_ignore_patterns_service", table_name="ignore_patterns")
    op.drop_index(op.f("ix_ignore_patterns_expires_at"), table_name="ignore_patterns")
    op.drop_table("ignore_patterns")
