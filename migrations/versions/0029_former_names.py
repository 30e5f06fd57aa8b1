"""What a unit was called before, for what was decided then."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit", sa.Column("former_names", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("unit", "former_names")
