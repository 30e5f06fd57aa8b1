"""A draft keeps the day of a date whose hours are not known yet, and how long an event like it usually lasts."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TWICE = "NEW.day IS NOT NULL AND (NEW.starts_at IS NOT NULL OR NEW.ends_at IS NOT NULL)"
REFUSED = "a date with hours has its day in them"
ACTIONS = ("insert", "update")


def upgrade() -> None:
    op.add_column("occurrence", sa.Column("day", sa.Date(), nullable=True))
    op.add_column("event_request", sa.Column("usual_minutes", sa.Integer(), nullable=True))
    for action in ACTIONS:
        name = f"occurrence_day_{action}"
        head = f"CREATE TRIGGER {name} BEFORE {action.upper()} ON occurrence FOR EACH ROW WHEN ({TWICE})"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSED}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            op.execute(f"{head} EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for action in ACTIONS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER occurrence_day_{action}")
        else:
            op.execute(f"DROP TRIGGER occurrence_day_{action} ON occurrence")
            op.execute(f"DROP FUNCTION occurrence_day_{action}()")
    op.drop_column("event_request", "usual_minutes")
    op.drop_column("occurrence", "day")
