"""The first start: a one-time address, the district's name and address, what administrators did with the first steps."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "district",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_district_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
    )
    op.create_table(
        "set_up",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("start", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_set_up_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_up")),
    )
    op.create_table(
        "first_steps",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("folded", sa.Boolean(), nullable=False),
        sa.Column("letter", sa.String(length=240), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_first_steps")),
    )


def downgrade() -> None:
    for table in ("first_steps", "set_up", "district"):
        op.drop_table(table)
