"""what became of issues and why."""

import sqlalchemy as sa
from alembic import op

from issue_intelligence.adapters.database.types import UtcDateTime

revision = "p0012"
down_revision = "p0011"
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


def downgrade() -> None:
    op.drop_table("issue_decisions")
