"""How long venues stay held for a round."""

from datetime import datetime

from events.approvals import holds
from events.approvals.models import Round
from events.people.queries import Offices
from events.venues import lifecycle as bookings
from events.venues import queries as venue_queries


def keep_holds(round_: Round) -> None:
    """Holds last as long as the way ahead takes: when a stage passes, what remains is forecast anew (cases.md 31)."""
    ends = holds.last_until(round_, Offices()) if venue_queries.hold_ends(round_.request_id) else None
    if ends is not None:
        bookings.extend(round_.request_id, ends)


def recount_holds(request_id: int, now: datetime) -> None:
    """What the holds of the request are counted from is different today (cases.md 26, 31)."""
    for ends in holds.otherwise(now, request_id=request_id).values():
        bookings.extend(request_id, ends)
