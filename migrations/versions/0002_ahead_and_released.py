"""What lies ahead has an index, and a remark says since when its author could answer it."""

import sqlalchemy as sa
from alembic import op
from events.foundation.db import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_publication_ends_at", "publication", ["ends_at"])
    op.add_column("remark", sa.Column("released_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE remark SET released_at = created_at WHERE released")


def downgrade() -> None:
    op.drop_column("remark", "released_at")
    op.drop_index("ix_publication_ends_at", "publication")
