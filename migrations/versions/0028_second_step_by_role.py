"""Which roles need a second step at signing in is a rule: at first none does."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

rule = sa.table("rule", sa.column("key", sa.String), sa.column("value", sa.JSON), sa.column("source", sa.String))
KEY = "second_step_roles"


def upgrade() -> None:
    op.bulk_insert(rule, [{"key": KEY, "value": [], "source": "Решение администрации района"}])


def downgrade() -> None:
    op.execute(rule.delete().where(rule.c.key == KEY))
