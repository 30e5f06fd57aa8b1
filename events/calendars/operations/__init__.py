"""Publishing: what the office has approved becomes what the public sees."""

from events.calendars.operations.publishing import daily, refresh, render_again

__all__ = ["daily", "refresh", "render_again"]
