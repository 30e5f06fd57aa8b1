"""Whose each act on a whole request is, and what is said when it is somebody else's or cannot be done now. Pure.

Who may do an act depends on the person alone; whether it can be done now on how the request stands. The two are never said for one another.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from events.approvals.vocabulary import Act
from events.foundation.text import N_, Name, Phrase
from events.requests.vocabulary import IN_FORCE, RequestStatus
from events.requests.writers import only_writers


class Hand(StrEnum):
    """What a person is to a request."""

    WRITER = "writer"
    """Files requests for its lead unit: its author or head."""
    HEAD = "head"
    """The head of its lead unit."""
    COORDINATOR = "coordinator"
    """The coordinator of the district."""


_WRITERS = frozenset({Hand.WRITER})
_HEAD = frozenset({Hand.HEAD})
_COORDINATOR = frozenset({Hand.COORDINATOR})

WHOSE: Mapping[Act, frozenset[Hand]] = {
    Act.EDIT: _WRITERS,
    Act.THROW_AWAY: _WRITERS,
    Act.COPY: _WRITERS,
    Act.TAKE_BACK: _WRITERS,
    Act.WITHDRAW: _WRITERS,
    Act.AMEND: _WRITERS,
    Act.CANCEL: _WRITERS | _COORDINATOR,
    Act.POSTPONE: _HEAD | _COORDINATOR,
    Act.RESTORE: _HEAD,
    Act.RESTORE_DATE: _HEAD,
    Act.STOP: _COORDINATOR,
    Act.RETURN_NOW: _COORDINATOR,
}
"""Who may ever do each act (cases.md 12, 14, 20, 33-37)."""

_BY_STATUS: Mapping[RequestStatus, Phrase] = {
    RequestStatus.DRAFT: N_("This is a draft, not submitted yet. It is changed or thrown away in its form."),
    RequestStatus.RETURNED: N_("The request is back with its author. Mend it in its form and submit it, or withdraw it."),
    RequestStatus.IN_REVIEW: N_(
        "The request is under review and not approved yet. To change it, take it back for mending; to end it, withdraw it."
    ),
    **dict.fromkeys(IN_FORCE, N_("The request is approved. The event can be changed, put off or cancelled.")),
    **dict.fromkeys(
        (RequestStatus.COMPLETED, RequestStatus.REPORTED, RequestStatus.CLOSED),
        N_("The event has taken place, so nothing of it can be changed any more. You can go on with a copy."),
    ),
    **dict.fromkeys(
        (RequestStatus.REJECTED, RequestStatus.WITHDRAWN),
        N_("The request is closed: it was rejected or withdrawn. You can go on with a copy."),
    ),
    RequestStatus.CANCELLED: N_(
        "The event is cancelled. For a while the head of the institution can restore it; later you can go on with a copy."
    ),
}
"""Why nothing else can be done with a request that stands so, and what can."""

TOO_LATE = N_("The last date has begun, so nothing of this event can be changed any more.")


def who_may(act: Act, unit: Name) -> Phrase:
    """To whom the act is left; `unit`: what the lead unit is called."""
    match sorted(WHOSE[act]):
        case [Hand.COORDINATOR]:
            return N_("Only the coordinator of the district does this.")
        case [Hand.HEAD]:
            return N_("Only the head does this: %(unit)s.", unit=unit)
        case [Hand.COORDINATOR, Hand.HEAD]:
            return N_("Only the coordinator of the district and the head do this: %(unit)s.", unit=unit)
        case [Hand.COORDINATOR, Hand.WRITER]:
            return N_("Only the coordinator of the district, the author of requests and the head do this: %(unit)s.", unit=unit)
        case _:
            return only_writers(unit)


def why_not_now(act: Act, status: RequestStatus, *, changing: bool, to_come: bool) -> Phrase:
    """Why the act, given to this person at other times, cannot be done now, and what to do instead.

    `changing`: a change of what is approved is written or under way; `to_come`: a date lies ahead or waits for its new time.
    """
    if status in IN_FORCE:
        return _of_approved(act, changing=changing, to_come=to_come)
    match act, status:
        case Act.RETURN_NOW, RequestStatus.IN_REVIEW:
            return _NO_RETURN
        case Act.RESTORE, RequestStatus.CANCELLED:
            return N_(
                "It is too late to restore the event: too much time has passed, or all its dates have begun. You can go on with a copy."
            )
        case Act.RESTORE, _:
            return _NOT_CANCELLED
    return _BY_STATUS[status]


_NO_RETURN = N_(
    "There is nothing to return now: nobody has returned the request, or the others still have time. You can stop the approval instead."
)
_NOT_CANCELLED = N_("The event is not cancelled, so there is nothing to restore.")


def _of_approved(act: Act, *, changing: bool, to_come: bool) -> Phrase:
    """The same while what was approved is in force."""
    match act:
        case Act.RESTORE:
            return _NOT_CANCELLED
        case Act.RESTORE_DATE:
            return N_(
                "No date can be restored now: none was cancelled alone, too much time has passed, or it has begun. "
                "A new date is given by a change."
            )
        case Act.AMEND if changing:
            return N_("This event is being changed already: the change is written or under way. Go on with it, or withdraw it.")
        case Act.RETURN_NOW if changing:
            return _NO_RETURN
        case Act.POSTPONE if to_come:
            return N_("No date lies ahead that could be put off. Its new date is given by a change.")
        case Act.AMEND | Act.CANCEL | Act.POSTPONE:
            return TOO_LATE
    return _BY_STATUS[RequestStatus.APPROVED]


def given(act: Act, hands: Collection[Hand]) -> bool:
    """Whether whoever is this to the request may ever do the act."""
    return bool(WHOSE[act].intersection(hands))
