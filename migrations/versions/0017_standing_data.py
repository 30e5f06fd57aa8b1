"""A token that every change of what the office seldom changes renews: units, people, calendar, rules, directories, routes, venues."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = (
    "unit", "user", "membership", "calendar_day", "calendar_year", "rule", "direction", "event_type", "reason_code", "route",
    "route_version", "venue",
)  # fmt: skip
RENEW = (
    "UPDATE standing SET token = lower(hex(randomblob(16))) WHERE id = 1; "
    "INSERT INTO standing (id, token) SELECT 1, lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM standing WHERE id = 1);"
)


def upgrade() -> None:
    standing = op.create_table(
        "standing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_standing_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
    )
    op.bulk_insert(standing, [{"id": 1, "token": secrets.token_hex(16)}])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION renew_standing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO standing (id, token) VALUES (1, replace(gen_random_uuid()::text, '-', '')) "
            "ON CONFLICT (id) DO UPDATE SET token = EXCLUDED.token; RETURN NULL; END $$"
        )
    for table in TABLES:
        for statement in _triggers(table):
            op.execute(sa.text(statement))


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in TABLES:
        name = f"{table}_renews_standing"
        if postgresql:
            op.execute(f'DROP TRIGGER {name} ON "{table}"')
        else:
            for kind in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER {name}_{kind}")
    if postgresql:
        op.execute("DROP FUNCTION renew_standing()")
    op.drop_table("standing")


def _triggers(table: str) -> list[str]:
    name = f"{table}_renews_standing"
    if op.get_bind().dialect.name == "postgresql":
        events = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
        return [f'CREATE TRIGGER {name} AFTER {events} ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION renew_standing()']
    kinds = ("insert", "update", "delete")
    return [f'CREATE TRIGGER {name}_{kind} AFTER {kind.upper()} ON "{table}" BEGIN {RENEW} END' for kind in kinds]
