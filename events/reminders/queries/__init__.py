"""Reading for reminders: what the state of requests asks for, and what a letter about it says."""

from events.reminders.queries.letter_facts import Told, ToldRemark, told
from events.reminders.queries.request_facts import candidates, entries, still_wanted, wanted

__all__ = ["Told", "ToldRemark", "candidates", "entries", "still_wanted", "told", "wanted"]
