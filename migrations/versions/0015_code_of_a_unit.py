"""No two units have one code: the numbers of their requests would repeat, and none of them could be submitted.

Where two have, an upgrade stops and says which and what to do; nothing is changed meanwhile.
"""

from collections import defaultdict

import click
import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UNITS = "SELECT unit.code, unit.key, count(event_request.number) AS numbered FROM unit LEFT JOIN event_request ON "
UNITS += "event_request.lead_unit_id = unit.id GROUP BY unit.id, unit.code, unit.key ORDER BY unit.id"


def upgrade() -> None:
    units = defaultdict(list)
    for row in op.get_bind().execute(sa.text(UNITS)):
        units[row.code.casefold()].append(row)
    if twice := [rows for rows in units.values() if len(rows) > 1]:
        raise click.ClickException(_said(twice))
    with op.batch_alter_table("unit") as table:
        table.create_unique_constraint(op.f("uq_unit_code"), ["code"])


def downgrade() -> None:
    with op.batch_alter_table("unit") as table:
        table.drop_constraint(op.f("uq_unit_code"), type_="unique")


def _said(twice: list[list[sa.Row[tuple[str, str, int]]]]) -> str:
    """Which units share a code, how many numbered requests each has, and how to part them."""
    lines = [
        f"код «{rows[0].code}» — у {', '.join(f'{one.key} (заявок с номером: {one.numbered})' for one in rows)}" for rows in twice
    ]
    return (
        "Обновление остановлено, в базе ничего не изменилось. Один код — у нескольких подразделений, а номера заявок различаются только "
        f"им: {'; '.join(lines)}. Дайте каждому лишнему другой код (лучше тому, у кого номеров нет: прежние номера не меняются): "
        "flask --app app district code КЛЮЧ НОВЫЙ_КОД. Затем повторите: flask --app app db upgrade."
    )
