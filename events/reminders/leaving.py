"""When a letter may leave: what can wait keeps the hours of the office, so that nobody is written to on a Sunday evening. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.district.rules import Rules
from events.foundation.place import local_day, midnight
from events.reminders.vocabulary import Kind
from events.worktime.hours import Schedule


class Wait(StrEnum):
    """Whether a letter waits until the office is open."""

    ALWAYS = "always"
    UNLESS_NEAR = "unless_near"
    """It leaves at once when the event begins before the office day until which it would wait is over."""
    NEVER = "never"


@dataclass(frozen=True)
class Leaving:
    """How long letters of a kind wait, and why."""

    wait: Wait
    why: str


LEAVING: Mapping[Kind, Leaving] = {
    Kind.ASSIGNED: Leaving(Wait.ALWAYS, "the time for the review runs in office hours alone: who reads it at the opening has all of it"),
    Kind.INFORMED: Leaving(Wait.ALWAYS, "nothing has to be done"),
    Kind.DUE_SOON: Leaving(Wait.ALWAYS, "counted back from the deadline in office hours"),
    Kind.DUE: Leaving(Wait.ALWAYS, "a deadline is a moment of the office, its closing at the latest"),
    Kind.OVERDUE_HEAD: Leaving(Wait.ALWAYS, "counted in working days, due at the closing"),
    Kind.OVERDUE_CURATOR: Leaving(Wait.ALWAYS, "counted in working days; the curator's office may close earlier than the unit"),
    Kind.ORPHANED: Leaving(Wait.ALWAYS, "a person who decides is named in the office, and the time of the review stands still until then"),
    Kind.RETURNED: Leaving(Wait.UNLESS_NEAR, "it is mended in the office; shortly before the event every hour of its author counts"),
    Kind.DATE_PASSED: Leaving(Wait.ALWAYS, "the date is past, nothing can be saved by haste"),
    Kind.APPROVED: Leaving(Wait.UNLESS_NEAR, "good news for the morning, unless the event would begin before it is read"),
    Kind.CONFIRMED: Leaving(Wait.UNLESS_NEAR, "the same for who takes part in it"),
    Kind.REJECTED: Leaving(Wait.UNLESS_NEAR, "nobody may come to what will not be held"),
    Kind.WITHDRAWN: Leaving(Wait.ALWAYS, "it only says that nothing has to be decided any more"),
    Kind.CANCELLED: Leaving(Wait.UNLESS_NEAR, "nobody may come to what will not be held; with weeks left the morning is early enough"),
    Kind.DATE_CALLED_OFF: Leaving(Wait.UNLESS_NEAR, "the same for one date"),
    Kind.EVENT_TOMORROW: Leaving(Wait.NEVER, "counted back from the event to a working day, at least so many hours: later is too late"),
    Kind.REMARKS_UNANSWERED: Leaving(Wait.ALWAYS, "counted in working days, due at the closing"),
}
"""By kind. Letters about accounts (an invitation, a new password) are asked for by somebody who waits for them, and never wait."""


def leaves_at(kind: Kind, moment: datetime, schedule: Schedule, starts: Iterable[datetime] = ()) -> datetime:
    """When a letter of the kind leaves about what happened at `moment` (UTC); `starts`: when the dates it concerns begin.

    A moment from the opening to the closing of a working day, both included, is the office's own. ValueError for hours that never open.
    """
    wait = LEAVING[kind].wait
    if wait is Wait.NEVER:
        return moment
    opens = schedule.office_moment(moment)
    if wait is Wait.UNLESS_NEAR and opens > moment:
        read_by = schedule.end_of_day(local_day(opens))
        if any(moment < one <= read_by for one in starts):
            return moment
    return opens


def ahead_of(starts: datetime, schedule: Schedule, rules: Rules) -> datetime:
    """The opening of a working day before a date, but at least so many hours ahead: a Monday event is recalled on Friday morning."""
    last_day = schedule.day_before(starts, rules.event_reminder_working_days)
    opening = schedule.next_open(midnight(last_day))
    return min(starts - timedelta(hours=rules.event_reminder_hours), opening)
