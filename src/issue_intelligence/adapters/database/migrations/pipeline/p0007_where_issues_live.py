"""Where issues live."""

import sqlalchemy as sa
from alembic import op

revision = "p0007"
down_revision = "p0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No release before this one wrote to anything but files.
    op.add_column(
        "tracked_issues",
        sa.Column("place", sa.String(length=255), server_default="files", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("tracked_issues", "place")
