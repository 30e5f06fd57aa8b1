"""What has become of a published date, as the public is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from events.calendars.vocabulary import PublicationStatus
from events.foundation.text import N_, Phrase


class DateState(StrEnum):
    """What the public must know of a date: its status together with where it stood before and whether it is about to be moved."""

    ON = "on"
    MOVED = "moved"
    BEING_MOVED = "being_moved"
    PUT_OFF = "put_off"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DateWords:
    """`flag`: what a card or a line says, with %(date)s where it stood before; `sentence`: what its page says, with %(before)s, %(after)s
    and %(day)s; `schema`: its eventStatus of schema.org. A date that is simply on has nothing to say."""

    flag: Phrase | None
    sentence: Phrase | None
    tone: str
    glyph: str
    schema: str


_PUT_OFF = N_("Postponed, the new date is being settled")

DATE_STATES: Mapping[DateState, DateWords] = {
    DateState.ON: DateWords(None, None, "good", "calendar-event", "EventScheduled"),
    DateState.MOVED: DateWords(
        N_("Moved from %(date)s"), N_("Moved from %(before)s to %(after)s."), "warn", "calendar-event", "EventRescheduled"
    ),
    DateState.BEING_MOVED: DateWords(
        _PUT_OFF,
        N_("It will be moved: the new date is being settled. Please do not come at the old time."),
        "warn",
        "calendar-event",
        "EventPostponed",
    ),
    DateState.PUT_OFF: DateWords(
        _PUT_OFF,
        N_("Postponed; the new date is not known yet."),
        "warn",
        "calendar-event",
        "EventPostponed",
    ),
    DateState.CANCELLED: DateWords(N_("Cancelled"), N_("Cancelled on %(day)s."), "bad", "slash-circle", "EventCancelled"),
    DateState.WITHDRAWN: DateWords(N_("This event has been taken off the programme"), None, "bad", "slash-circle", "EventCancelled"),
}
PUBLICATION_STATES: Mapping[PublicationStatus, DateState] = {
    PublicationStatus.CONFIRMED: DateState.ON,
    PublicationStatus.CANCELLED: DateState.CANCELLED,
    PublicationStatus.POSTPONED: DateState.PUT_OFF,
    PublicationStatus.WITHDRAWN: DateState.WITHDRAWN,
}


def date_state(row: Any) -> DateState:
    """The state of a publication, or of a row with its status, `postponing` and `moved_from`."""
    state = PUBLICATION_STATES[row.status]
    if state in (DateState.CANCELLED, DateState.WITHDRAWN):
        return state
    if state is DateState.ON and row.postponing:
        return DateState.BEING_MOVED
    return DateState.MOVED if state is DateState.ON and row.moved_from is not None else state
