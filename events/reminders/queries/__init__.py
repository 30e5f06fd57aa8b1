"""Reading for reminders: what the state of requests asks for, and what a message about it tells."""

from events.reminders.queries.notices import notices
from events.reminders.queries.request_facts import candidates, entries, still_wanted, wanted
from events.reminders.queries.units import curators_asked

__all__ = ["candidates", "curators_asked", "entries", "notices", "still_wanted", "wanted"]
