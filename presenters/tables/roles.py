"""The roles people have in units."""

from events.people.directories import ROLES

__all__ = ["ROLES"]
