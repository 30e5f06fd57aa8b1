"""Search compares another form: «MM» in Latin letters is «ММ», «No 5» is «№ 5», compounds and abbreviations are found written either way.

What is looked through is stored in that form, so it is made anew from what it was made of, a portion of rows at a time. The form is the
application's own: whatever it is when a database comes through here, questions will be asked in it. The way back writes the earlier one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from alembic import op

from events.foundation.search import searched

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PORTION = 500
EARLIER = re.compile(r"[^\w]+")

REQUESTS = """
    SELECT e.id, e.number, e.title, r.place_name, r.place_address FROM event_request e JOIN revision r ON r.id = (
        SELECT id FROM revision WHERE request_id = e.id
        ORDER BY CASE WHEN state IN ('draft', 'in_review') THEN 0 WHEN state = 'approved' THEN 1 ELSE 2 END, no DESC LIMIT 1
    ) ORDER BY e.id
"""
"""What lists show of each request: the revision at work, else the one in force, else the last."""
PUBLICATIONS = """
    SELECT p.id, p.title, p.short_desc, p.place, p.address, p.metro, p.unit_name, d.name AS direction, t.name AS type,
    u.name AS unit, u.code FROM publication p LEFT JOIN unit u ON u.key = p.unit_key LEFT JOIN direction d ON d.code = p.direction
    LEFT JOIN event_type t ON t.code = p.event_type ORDER BY p.id
"""


def upgrade() -> None:
    _rewrite(searched)


def downgrade() -> None:
    _rewrite(_earlier, {"publication": ("unit", "code")})


def _earlier(*texts: str | None) -> str:
    return EARLIER.sub(" ", " ".join(text for text in texts if text).lower().replace("ё", "е")).strip()


def _rewrite(form: Callable[..., str], without: Mapping[str, Sequence[str]] = MappingProxyType({})) -> None:
    """Give every row its searched text in that form; `without`: what of a table was not looked through."""
    bind = op.get_bind()
    for table, asked in (("event_request", REQUESTS), ("publication", PUBLICATIONS)):
        known = sa.table(table, sa.column("id", sa.Integer), sa.column("search", sa.Text))
        change = sa.update(known).where(known.c.id == sa.bindparam("which")).values(search=sa.bindparam("made"))
        rows = bind.execute(sa.text(asked)).all()
        for first in range(0, len(rows), PORTION):
            made = [{"which": row[0], "made": form(*_words(row, without.get(table, ())))} for row in rows[first : first + PORTION]]
            bind.execute(change, made)


def _words(row: sa.Row[Any], without: Sequence[str]) -> list[str | None]:
    """What is looked through of a row."""
    return [text for name, text in row._mapping.items() if name != "id" and name not in without]
