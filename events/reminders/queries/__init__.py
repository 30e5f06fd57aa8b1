"""Reading for reminders: what the state of requests asks for, and what a letter about it says."""

from events.reminders.queries.facts import candidates, entries, still_wanted, wanted
from events.reminders.queries.telling import Told, ToldRemark, told

__all__ = ["Told", "ToldRemark", "candidates", "entries", "still_wanted", "told", "wanted"]
