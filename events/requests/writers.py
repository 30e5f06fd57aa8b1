"""Whose the writing of requests is. Pure."""

from events.foundation.text import N_, Name, Phrase
from events.people.vocabulary import Role

WRITERS = (Role.AUTHOR, Role.HEAD)
"""The roles that write the requests of their unit."""


def only_writers(unit: Name) -> Phrase:
    """To whom the writing is left; `unit`: what the lead unit is called."""
    return N_("Only the author of requests and the head do this: %(unit)s.", unit=unit)
