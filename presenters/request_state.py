"""How a request stands, in one sentence, beside the one thing that is to be done by the reader."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from events.approvals import queries
from events.approvals.models import Review, Round
from events.approvals.vocabulary import Act, RoundState, SlotKind
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.vocabulary import IN_FORCE, RevisionState
from presenters.moments import closing_day
from presenters.people import accusative
from presenters.phrases import listed, say
from presenters.tables.acts import ACTS
from presenters.tables.rounds import ROUNDS
from presenters.tables.statuses import NOT_SUBMITTED, STATUSES
from presenters.working_time import due_words


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the reader is asked to do: to decide the review of that id, else to go on in the form."""

    words: Phrase
    review_id: int | None = None


@dataclass(frozen=True, slots=True)
class RequestState:
    """The first sentence of the page. `mine`: the reader is awaited; `detail` in a person's own words."""

    sentence: Phrase
    tone: str = "active"
    mine: bool = False
    step: NextStep | None = None
    detail: str = ""


@dataclass(frozen=True)
class Seen:
    """A request as the reader meets it."""

    event_request: requests.AnyRequest
    rounds: Sequence[Round]
    acts: frozenset[Act]
    mine: tuple[Review, ...]
    unanswered: int
    dates: requests.ApprovedDates
    now: datetime
    missed: datetime | None = None
    """The last moment to submit a draft, where it has passed."""

    @property
    def under_way(self) -> Round | None:
        """The round at work."""
        return next((one for one in self.rounds if one.state is RoundState.OPEN), None)


def request_state(seen: Seen, offices: Offices) -> RequestState:
    """The sentence and the step due from the reader."""
    working = requests.working(seen.event_request)
    if seen.under_way is not None:
        return _under_review(seen, seen.under_way, offices)
    if working is not None and working.state is RevisionState.DRAFT:
        return _with_author(seen, amendment=working.amendment)
    if seen.event_request.status in IN_FORCE and seen.dates.have_no_time:
        return RequestState(N_("Put off without a date. Give the new date in a change, or cancel the event."), "warn")
    return _settled(seen.event_request)


def _under_review(seen: Seen, round_: Round, offices: Offices) -> RequestState:
    """«Ждём вас», or whom."""
    mine = next((one for one in seen.mine if one.kind is not SlotKind.INFORM), None)
    if mine is not None:
        sentence = N_("Awaiting you, %(due)s", due=due_words(mine.due_at, seen.now)) if mine.due_at else N_("Awaiting you")
        return RequestState(sentence, mine=True, step=NextStep(N_("Look and decide"), mine.id))
    waited = queries.awaited(round_)
    orphaned = [one for one in waited if one.orphaned]
    if orphaned and len(orphaned) == len(waited):
        units = listed([say(offices.units[one.unit_id].called) for one in orphaned])
        return RequestState(N_("Nobody can decide for: %(units)s. Their curator and the coordinator know.", units=units), "warn")
    late = any(one.due_at is not None and one.due_at < seen.now for one in waited)
    return RequestState(_awaited(waited, offices, seen.now), "warn" if late else "active")


def _awaited(reviews: Sequence[Review], offices: Offices, now: datetime) -> Phrase:
    """«Ждём ОЗПБ и отдел культуры, срок — вт, 2 июня, 18:00»: with whom the request is, and when the last of them is or was due."""
    units = list(dict.fromkeys(one.unit_id for one in reviews))
    due = max((one.due_at for one in reviews if one.due_at), default=None)
    if not units:
        return N_("The next reviews are being opened")
    whom = listed([accusative(offices.units[unit]) for unit in units])
    if due is None:
        return N_("Awaiting %(whom)s", whom=whom)
    return N_("Awaiting %(whom)s, %(due)s", whom=whom, due=due_words(due, now))


def _with_author(seen: Seen, *, amendment: bool) -> RequestState:
    """A draft, or a revision that came back."""
    mine = Act.EDIT in seen.acts
    last = seen.rounds[0] if seen.rounds and seen.rounds[0].amendment == amendment else None
    to_mend = ROUNDS[last.state].to_mend if last is not None else None
    if last is None or to_mend is None:
        sentence = N_("A change is being written; what is approved stays in force.") if amendment else _not_submitted(seen)
        return RequestState(sentence, "warn" if mine else "active", mine=mine, step=NextStep(ACTS[Act.EDIT].button) if mine else None)
    if mine:
        step = NextStep(ACTS[Act.EDIT].title)
        return RequestState(_to_mend(seen.unanswered, last, to_mend), "bad", step=step, detail=last.closing_note)
    return RequestState(N_("The author is mending the request since %(moment)s.", moment=last.closed_at), detail=last.closing_note)


def _not_submitted(seen: Seen) -> Phrase:
    """A draft, and whether its time has run out."""
    first = seen.event_request.first_start
    if seen.missed is None:
        return NOT_SUBMITTED
    if first is not None and first <= seen.now:
        return N_("A draft whose date has passed. Give it a new date, or throw it away.")
    return N_(
        "A draft. Its last day to submit was %(day)s: it can still be submitted with the reason of the delay.", day=closing_day(seen.missed)
    )


def _to_mend(unanswered: int, last: Round, usual: Phrase) -> Phrase:
    """Why the request is in its author's hands."""
    if last.state is not RoundState.RETURNED:
        return usual
    if last.closing_note:
        return N_("The approval was stopped by the coordinator.")
    if not unanswered:
        return usual
    return N_(
        "Returned for revision: %(n)s remark awaits an answer.", "Returned for revision: %(n)s remarks await an answer.", n=unanswered
    )


def _settled(event_request: requests.AnyRequest) -> RequestState:
    """Nothing is under way."""
    words = STATUSES[event_request.status]
    settled_at = event_request.approved_at if event_request.status in IN_FORCE else event_request.ended_at
    sentence = replace(words.sentence, params={"day": local_day(settled_at) if settled_at else ""})
    return RequestState(sentence, words.said_as, detail=event_request.end_reason if words.with_reason else "")
