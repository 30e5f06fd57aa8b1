"""Rows of directories can be taken out of use; a file that is read in waits for its reader. The office token follows, as at any change."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("direction", "event_type", "reason_code")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "loaded_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("directory", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loaded_file")),
        sa.UniqueConstraint("token", name=op.f("uq_loaded_file_token")),
    )
    op.create_index("ix_loaded_file_at", "loaded_file", ["at"])


def downgrade() -> None:
    op.drop_index("ix_loaded_file_at", table_name="loaded_file")
    op.drop_table("loaded_file")
    for table in TABLES:
        op.drop_column(table, "active")
