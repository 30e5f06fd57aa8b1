"""The end of the night and the carriage of children by bus are rules; the decree on the latter ends on 01.01.2027."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

rule = sa.table(
    "rule", sa.column("key", sa.String), sa.column("value", sa.JSON), sa.column("source", sa.String), sa.column("valid_until", sa.Date)
)
BUSES = "ПП РФ от 23.09.2020 № 1527"
ROWS = (
    ("curfew_until", "06:00", "Закон СПб от 19.02.2014 № 48-14", None),
    *(
        (key, value, BUSES, date(2027, 1, 1))
        for key, value in (
            ("bus_children_from", 8),
            ("bus_notice_city_hours", 24),
            ("bus_notice_intercity_hours", 48),
            ("bus_long_ride_age", 7),
            ("bus_long_ride_hours", 4),
        )
    ),
)


def upgrade() -> None:
    op.bulk_insert(rule, [{"key": key, "value": value, "source": source, "valid_until": until} for key, value, source, until in ROWS])


def downgrade() -> None:
    op.execute(rule.delete().where(rule.c.key.in_([row[0] for row in ROWS])))
