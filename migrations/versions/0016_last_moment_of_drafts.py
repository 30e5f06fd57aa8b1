"""The last moment to submit a draft stands with it, and from what it was counted. Nothing is counted here: the worker's tick does it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event_request", sa.Column("submit_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("event_request", sa.Column("submit_by_basis", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("event_request", "submit_by_basis")
    op.drop_column("event_request", "submit_by")
