"""what became of issues and why."""

import sqlalchemy as sa
from alembic import op

from issue_intelligence.adapters.database.types import UtcDateTime

revision = "p0011"
down_revision = "p0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issue_decisions",
        sa.Column("incident_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "revision", name=op.f("pk_issue_decisions")),
    )
    op.create_index("ix_incidents_opened_at", "incidents", ["opened_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_incidents_opened_at", table_name="incidents")
    op.drop_table("issue_decisions")
