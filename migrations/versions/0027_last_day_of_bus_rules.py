"""The decree on the carriage of children by bus holds «до 1 января 2027 г.»: its last day is 31.12.2026. What an office has set itself stays."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BUSES = "ПП РФ от 23.09.2020 № 1527"
ENDS, NOT_ANY_MORE = date(2026, 12, 31), date(2027, 1, 1)

rule = sa.table("rule", sa.column("key", sa.String), sa.column("source", sa.String), sa.column("valid_until", sa.Date))


def upgrade() -> None:
    _end(NOT_ANY_MORE, ENDS)


def downgrade() -> None:
    _end(ENDS, NOT_ANY_MORE)


def _end(was: date, becomes: date) -> None:
    of_the_decree = rule.c.key.startswith("bus\\_", escape="\\") & (rule.c.source == BUSES)
    op.execute(rule.update().where(of_the_decree, rule.c.valid_until == was).values(valid_until=becomes))
