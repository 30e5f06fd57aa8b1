"""Checks of the whole log that an administrator asks for: how far each has come and what it found."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("end_seq", sa.Integer(), nullable=False),
        sa.Column("end_hash", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("broken_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
        sa.UniqueConstraint("running", name=op.f("uq_audit_check_running")),
        sa.CheckConstraint("running = 1", name=op.f("ck_audit_check_running_or_not")),
        sa.CheckConstraint("(running IS NULL) = (finished_at IS NOT NULL)", name=op.f("ck_audit_check_finished_when_not_running")),
    )


def downgrade() -> None:
    op.drop_table("audit_check")
