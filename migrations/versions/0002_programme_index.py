"""An index for what lies ahead: the programme asks for events that have not ended, not for their whole history."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_publication_ends_at", "publication", ["ends_at"])


def downgrade() -> None:
    op.drop_index("ix_publication_ends_at", "publication")
