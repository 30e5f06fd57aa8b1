"""How much waits for the reader: the number in the bar of every page of the staff, which must cost nothing where nothing has happened."""

from events.approvals import queries
from events.people.models import User

MOST_KEPT = 4096
"""Readers whose number a process remembers."""
_kept: dict[int, tuple[str, int]] = {}
"""By reader: the history under which it was counted, and the number."""


def count(reader: User, history: str) -> int:
    """What waits follows from what the office has done (I9), so it is counted anew only when something has been done since.

    A hand taken in a request by writing in it is no act: it shows with the next one. A history that is not known is never kept.
    """
    known = _kept.get(reader.id)
    if known is not None and history and known[0] == history:
        return known[1]
    found = queries.count_awaited(reader)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[reader.id] = history, found
    return found
