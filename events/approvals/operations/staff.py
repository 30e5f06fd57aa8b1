"""People go: what waits for them goes over to others."""

from collections.abc import Sequence
from datetime import datetime

from events.approvals import queries
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import Actor
from events.foundation.errors import Refused
from events.foundation.text import N_
from events.people import operations as people
from events.people.models import User
from events.requests import lifecycle
from events.requests import queries as requests
from events.requests.vocabulary import AuthorHow


def dismiss(leaving: User, successor: User | None, *, by: Actor, now: datetime) -> Sequence[int]:
    """Dismiss a person of the staff, in one step with the successor's taking over: their roles, and a hand in the requests that are not
    over and in which they have one or are named in charge; drafts name the successor in charge from now on, what was submitted stays as it
    is. Where the successor is still asked for a decision they get no hand, or could not decide (I1). Gives the requests that went over.

    Refused for the last administrator, and for a successor who is no other active person.
    """
    if successor is not None and (successor.id == leaving.id or not successor.active):
        phrase = N_("Choose somebody else, who works here.")
        raise Refused(phrase, {"successor": phrase})
    handed: Sequence[int] = ()
    if successor is not None:
        for unit_id, role in leaving.held:
            if (unit_id, role) not in successor.held:
                people.grant(successor, unit_id, role, by=by, now=now)
        theirs = requests.in_hand(leaving.id).all
        deciding = queries.asked_of(successor, theirs)
        handed = [one for one in theirs if one not in deciding]
        for request_id in handed:
            requests.locked(request_id)
            lifecycle.author(request_id, successor.id, AuthorHow.EDITED, now)
        charged = [one for one in handed if lifecycle.put_in_charge(one, leaving.id, successor)]
        record(Action.HANDED_OVER, ("user", leaving.id), by=by, now=now, to=successor.id, requests=list(handed), charged=charged or None)
    people.dismiss(leaving, by=by, now=now)
    return handed
