"""A second step at signing in: apps with codes, recovery codes, sign-ins that wait for it, and whose sign-in needs it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

RENEW = (
    "UPDATE standing SET token = lower(hex(randomblob(16))) WHERE id = 1; "
    "INSERT INTO standing (id, token) SELECT 1, lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM standing WHERE id = 1);"
)
NAME = "secured_account_renews_standing"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "secured_account",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_secured_account_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_secured_account")),
    )
    op.create_table(
        "authenticator",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.String(length=300), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.String(length=300), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=True),
        sa.CheckConstraint("(sealed = '') = (confirmed_at IS NULL)", name=op.f("ck_authenticator_confirmed")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_authenticator_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("user_id", "digest", name=op.f("uq_recovery_code_user_id_digest")),
    )
    op.create_table(
        "second_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_second_step_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_step")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_second_step_token_hash")),
    )
    op.create_index("ix_second_step_user_id", "second_step", ["user_id"])
    op.create_index("ix_second_step_begun_at", "second_step", ["begun_at"])
    for statement in _triggers():
        op.execute(sa.text(statement))


def downgrade() -> None:
    for table in ("second_step", "recovery_code", "authenticator", "secured_account"):
        op.drop_table(table)


def _triggers() -> list[str]:
    if op.get_bind().dialect.name == "postgresql":
        events = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
        return [f'CREATE TRIGGER {NAME} AFTER {events} ON "secured_account" FOR EACH STATEMENT EXECUTE FUNCTION renew_standing()']
    kinds = ("insert", "update", "delete")
    return [f'CREATE TRIGGER {NAME}_{kind} AFTER {kind.upper()} ON "secured_account" BEGIN {RENEW} END' for kind in kinds]
