"""How long the form of each revision was worked on, as it is kept of reviews; of what is stored nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("active_seconds", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("revision", "active_seconds")
