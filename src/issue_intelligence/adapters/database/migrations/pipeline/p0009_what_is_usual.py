"""What is usual, and what was told of alerts that come and go."""

import sqlalchemy as sa
from alembic import op

from issue_intelligence.adapters.database.types import UtcDateTime

revision = "p0009"
down_revision = "p0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hourly_samples",
        sa.Column("service", sa.String(length=255), nullable=False),
        sa.Column("environment", sa.String(length=255), nullable=False),
        sa.Column("hour_at", UtcDateTime(), nullable=False),
        sa.Column("metric", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("covered_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "service", "environment", "hour_at", "metric", "source", name=op.f("pk_hourly_samples")
        ),
    )
    op.create_index("ix_hourly_samples_hour_at", "hourly_samples", ["hour_at"], unique=False)
    op.create_table(
        "sampled_hours",
        sa.Column("service", sa.String(length=255), nullable=False),
        sa.Column("environment", sa.String(length=255), nullable=False),
        sa.Column("hour_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("service", "environment", "hour_at", name=op.f("pk_sampled_hours")),
    )
    op.create_index("ix_sampled_hours_hour_at", "sampled_hours", ["hour_at"], unique=False)
    op.create_table(
        "tellings",
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("incident_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "kind", "since", name=op.f("pk_tellings")),
    )


def downgrade() -> None:
    op.drop_table("tellings")
    op.drop_index("ix_sampled_hours_hour_at", table_name="sampled_hours")
    op.drop_table("sampled_hours")
    op.drop_index("ix_hourly_samples_hour_at", table_name="hourly_samples")
    op.drop_table("hourly_samples")
