"""Publishing: what the office has approved becomes what the public sees."""

from events.calendars.operations.publishing import daily, refresh

__all__ = ["daily", "refresh"]
