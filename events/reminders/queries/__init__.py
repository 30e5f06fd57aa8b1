"""Reading for reminders: what the state of requests asks for, and what a message about it tells."""

from events.reminders.queries.notices import notices
from events.reminders.queries.request_facts import candidates, entries, still_wanted, wanted

__all__ = ["candidates", "entries", "notices", "still_wanted", "wanted"]
