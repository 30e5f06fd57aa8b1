"""Whether the demo is whole stands in the database. Of one loaded before nothing is known, and it is taken for whole, as it was then."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demo_play",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_demo_play_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_play")),
    )


def downgrade() -> None:
    op.drop_table("demo_play")
