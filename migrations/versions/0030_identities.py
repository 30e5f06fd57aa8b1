"""Sign-in through the office's provider: whose account a subject opens, roles by its claims, and which roles came from it."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

RENEW = (
    "UPDATE standing SET token = lower(hex(randomblob(16))) WHERE id = 1; "
    "INSERT INTO standing (id, token) SELECT 1, lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM standing WHERE id = 1);"
)
NAME = "claim_role_renews_standing"
ROLES = ("author", "head", "reviewer", "coordinator", "admin", "analyst")


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_identity_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
        sa.UniqueConstraint("user_id", "issuer", name=op.f("uq_identity_user_id_issuer")),
    )
    op.create_table(
        "claim_role",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Enum(*ROLES, name="claim_role_role", native_enum=False, create_constraint=True, length=32), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_claim_role_unit_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_claim_role")),
        sa.UniqueConstraint("value", "unit_id", "role", name=op.f("uq_claim_role_value_unit_id_role")),
    )
    op.create_index("ix_claim_role_unit_id", "claim_role", ["unit_id"])
    op.add_column("membership", sa.Column("by_claim", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("login_session", sa.Column("id_token", sa.Text(), nullable=True))
    for statement in _triggers():
        op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_column("login_session", "id_token")
    op.drop_column("membership", "by_claim")
    op.drop_table("claim_role")
    op.drop_table("identity")


def _triggers() -> list[str]:
    if op.get_bind().dialect.name == "postgresql":
        events = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
        return [f'CREATE TRIGGER {NAME} AFTER {events} ON "claim_role" FOR EACH STATEMENT EXECUTE FUNCTION renew_standing()']
    kinds = ("insert", "update", "delete")
    return [f'CREATE TRIGGER {NAME}_{kind} AFTER {kind.upper()} ON "claim_role" BEGIN {RENEW} END' for kind in kinds]
