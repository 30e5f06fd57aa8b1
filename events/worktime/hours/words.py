"""What is left or overdue, and what is not known, put into words."""

from datetime import timedelta

from events.foundation.text import N_, Phrase
from events.worktime.hours.schedule import Remaining


def phrase(remaining: Remaining) -> Phrase:
    """What is left or overdue: working days from two full ones on, else full working hours, else working minutes (case 25)."""
    hours, minutes = remaining.working // timedelta(hours=1), remaining.working // timedelta(minutes=1)
    if remaining.overdue:
        return _overdue_by(remaining.days, hours, minutes)
    if remaining.days is not None:
        return N_("%(count)s working day left", "%(count)s working days left", n=remaining.days, count=remaining.days)
    if hours:
        return N_("%(count)s working hour left", "%(count)s working hours left", n=hours, count=hours)
    if minutes:
        return N_("%(count)s working minute left", "%(count)s working minutes left", n=minutes, count=minutes)
    return N_("less than a working minute left")


def _overdue_by(days: int | None, hours: int, minutes: int) -> Phrase:
    if days is not None:
        return N_("overdue by %(count)s working day", "overdue by %(count)s working days", n=days, count=days)
    if hours:
        return N_("overdue by %(count)s working hour", "overdue by %(count)s working hours", n=hours, count=hours)
    if minutes:
        return N_("overdue by %(count)s working minute", "overdue by %(count)s working minutes", n=minutes, count=minutes)
    return N_("overdue")


def warning(years: frozenset[int]) -> Phrase | None:
    """What must stand beside a deadline that touches years whose calendar is not decreed; None when there are none."""
    if not years:
        return None
    listed = ", ".join(map(str, sorted(years)))
    return N_(
        "There is no approved working calendar for %(years)s yet: only weekends and public holidays are counted, the date may shift.",
        years=listed,
    )
