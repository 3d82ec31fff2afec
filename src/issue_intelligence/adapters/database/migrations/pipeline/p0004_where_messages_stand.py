"""where messages stand."""

import sqlalchemy as sa
from alembic import op

from issue_intelligence.adapters.database.types import JsonValue, UtcDateTime

revision = "p0004"
down_revision = "p0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_threads",
        sa.Column("incident_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("told", JsonValue, nullable=False),
        sa.Column("marker", sa.String(length=64), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "channel", name=op.f("pk_notice_threads")),
    )


def downgrade() -> None:
    op.drop_table("notice_threads")
