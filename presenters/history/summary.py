"""How long a request was on its way, and with whom that time went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.approvals.models import Round
from events.approvals.queries import LeadTime
from events.approvals.vocabulary import SlotKind
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from events.requests.models import EventRequest
from presenters.phrases import Words
from presenters.working_time import days_spent, hours_spent

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long the request lay with somebody; `share`: in percent of the longest."""

    who: Words
    time: Phrase
    share: int


def summary(event_request: EventRequest, found: LeadTime | None) -> tuple[Phrase, ...]:
    """«Подана 3 июня, утверждена 8 июня: 3 рабочих дня, из них у автора 4 ч; кругов 2» (cases.md 27, 28)."""
    return (_way(event_request, found), _parts(found)) if found is not None else ()


def waits(rounds: Sequence[Round], found: LeadTime | None, offices: Offices, now: datetime) -> tuple[Wait, ...]:
    """How long the request lay with each unit and with its author, in working time; the longest first."""
    spent: dict[Words, timedelta] = {}
    for review in (review for one in rounds for review in one.reviews if review.kind is SlotKind.GATE and review.opened_at is not None):
        end = review.decided_at or review.round.closed_at or now
        name = review.unit.called
        spent[name] = spent.get(name, timedelta()) + offices.schedule(review.unit_id).worked(review.opened_at, end)  # type: ignore[arg-type]  # opened
    if found is not None and found.with_author:
        spent[N_("the author")] = found.with_author
    rows = sorted(((who, time) for who, time in spent.items() if time >= MINUTE), key=lambda item: -item[1])
    return tuple(Wait(who, hours_spent(time), int(100 * time / rows[0][1])) for who, time in rows)


def _way(event_request: EventRequest, found: LeadTime) -> Phrase:
    """From when to when, in days of the office's clock."""
    submitted = local_day(found.submitted)
    if event_request.approved_at is not None:
        return N_("Submitted on %(submitted)s, approved on %(ended)s", submitted=submitted, ended=local_day(event_request.approved_at))
    if found.ended is not None:
        return N_("Submitted on %(submitted)s, closed on %(ended)s", submitted=submitted, ended=local_day(found.ended))
    return N_("Submitted on %(submitted)s, not approved yet", submitted=submitted)


def _parts(found: LeadTime) -> Phrase:
    """Gross, net, rounds."""
    gross, net = days_spent(found.gross), hours_spent(found.gross - found.with_author)
    rounds = N_("%(n)s round", "%(n)s rounds", n=found.rounds)
    if not found.with_author:
        return N_("%(gross)s; %(rounds)s", gross=gross, rounds=rounds)
    author = hours_spent(found.with_author)
    return N_(
        "%(gross)s, of them %(author)s with the author, %(net)s without; %(rounds)s", gross=gross, author=author, net=net, rounds=rounds
    )
