"""What revisions say, from plain rows: their columns, and their parts by one statement."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, null, select, type_coerce, union_all
from sqlalchemy.orm import InstrumentedAttribute

from events.requests import sections
from events.requests.applying import applied
from events.requests.fields import BudgetLine, Content, CoOrganizer, Occurrence
from events.requests.models import PART_FIELDS
from events.requests.models import BudgetLine as BudgetRow
from events.requests.models import CoOrganizer as CoOrganizerRow
from events.requests.models import Occurrence as OccurrenceRow
from events.venues import queries as venues

PLAIN = tuple(name for name in sections.SECTION_OF if name not in PART_FIELDS)
"""The fields that are columns of a revision."""

_PART: Mapping[str, Callable[[Any], Any]] = {
    "occurrences": lambda row: Occurrence(
        row.text, row.starts_at, row.ends_at, row.setup_from, row.teardown_to, row.identity, row.day
    ),
    "budget": lambda row: BudgetLine(row.text, row.amount, row.source),
    "co_organizers": lambda row: CoOrganizer(row.identity, row.text),
}  # fmt: skip


def content_of(plain: Any, parts: Iterable[Any]) -> Content:
    """All that stands in a revision, also what does not apply beside the other answers. `plain` has its columns, `parts` are its rows of
    `parts_of`."""
    found: dict[str, list[Any]] = {name: [] for name in PART_FIELDS}
    for row in parts:
        found[row.part].append(_PART[row.part](row))
    said: dict[str, Any] = {name: getattr(plain, name) for name in PLAIN}
    said["extra_directions"] = tuple(said["extra_directions"] or ())
    said |= {name: tuple(rows) for name, rows in found.items()}
    return Content(**said)


def what_applies(content: Content) -> Content:
    """The answers of it that apply; of an online event its venues are looked up."""
    named = venues.venues_by_id(content.venue_ids if content.online else ())
    return applied(content, [key for key, venue in named.items() if venue.is_on_the_net])


def parts_of(which: Callable[[InstrumentedAttribute[int]], ColumnElement[bool]]) -> CompoundSelect[Any]:
    """Dates, estimate and co-organizers of those revisions by one statement; PostgreSQL learns from the first two what the empty columns
    are."""
    return union_all(
        _part(
            "occurrences", OccurrenceRow, which, position=OccurrenceRow.position, text=OccurrenceRow.key, starts_at=OccurrenceRow.starts_at,
            ends_at=OccurrenceRow.ends_at, setup_from=OccurrenceRow.setup_from, teardown_to=OccurrenceRow.teardown_to,
            identity=OccurrenceRow.venue_id, day=OccurrenceRow.day,
        ),
        _part(
            "budget", BudgetRow, which, position=BudgetRow.position, text=BudgetRow.name, amount=BudgetRow.amount, source=BudgetRow.source
        ),
        _part(
            "co_organizers", CoOrganizerRow, which, position=CoOrganizerRow.position, text=CoOrganizerRow.contributes,
            identity=CoOrganizerRow.unit_id,
        ),
    ).order_by("position")  # fmt: skip


def _part(part: str, row: Any, which: Callable[[InstrumentedAttribute[int]], ColumnElement[bool]], **columns: Any) -> Any:
    """The rows of one part, under the names of all of them."""
    kinds = {
        "position": OccurrenceRow.position, "text": OccurrenceRow.key, "starts_at": OccurrenceRow.starts_at,
        "ends_at": OccurrenceRow.ends_at, "setup_from": OccurrenceRow.setup_from, "teardown_to": OccurrenceRow.teardown_to,
        "identity": OccurrenceRow.venue_id, "day": OccurrenceRow.day, "amount": BudgetRow.amount, "source": BudgetRow.source,
    }  # fmt: skip
    told = {name: columns.get(name, type_coerce(null(), kind.type)) for name, kind in kinds.items()}
    label = type_coerce(part, OccurrenceRow.key.type).label("part")
    return select(row.revision_id, label, *(column.label(name) for name, column in told.items())).where(which(row.revision_id))
