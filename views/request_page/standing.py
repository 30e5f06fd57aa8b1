"""How a request stands, in one sentence, beside the one thing that is to be done by the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from events.approvals import queries
from events.approvals.models import Review, Round
from events.approvals.vocabulary import Act, ReviewState, RoundState, SlotKind
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people.models import User
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.models import EventRequest, OccurrenceFate
from events.requests.vocabulary import IN_FORCE, OccurrenceMark, RequestStatus, RevisionState
from views import turns


@dataclass(frozen=True)
class Standing:
    """The first sentence of the page. `tone` as the macro `lead` knows it; `action`: {url, words} or none; `detail` in a person's words."""

    sentence: Phrase
    tone: str = "active"
    mine: bool = False
    action: dict[str, Any] | None = None
    detail: str = ""


@dataclass(frozen=True)
class Seen:
    """A request as the reader meets it."""

    event_request: EventRequest
    rounds: Sequence[Round]
    acts: frozenset[Act]
    mine: tuple[Review, ...]
    unanswered: int
    fates: Mapping[str, OccurrenceFate]
    now: datetime

    @property
    def under_way(self) -> Round | None:
        """The round at work."""
        return next((one for one in self.rounds if one.state is RoundState.OPEN), None)


def my_turns(round_: Round | None, user: User) -> tuple[Review, ...]:
    """Open turns of the round that are the reader's to decide."""
    if round_ is None:
        return ()
    asked = [one for one in round_.reviews if one.state is ReviewState.OPEN and queries.may_decide(user, one)]
    return tuple(asked) if asked and not queries.is_author(user, round_.request_id) else ()


def standing(seen: Seen, offices: Offices) -> Standing:
    """The sentence and the action due from the reader."""
    working = requests.working(seen.event_request)
    if seen.under_way is not None:
        return _under_review(seen, seen.under_way, offices)
    if working is not None and working.state is RevisionState.DRAFT:
        return _with_author(seen, amendment=working.amendment)
    if seen.event_request.status in IN_FORCE and _has_no_date(seen):
        return Standing(N_("Put off without a date. Give the new date in a change, or cancel the event."), "warn")
    return _settled(seen.event_request)


def _has_no_date(seen: Seen) -> bool:
    """Whether nothing is left to be held and a date put off waits for its new time."""
    approved = requests.in_force(seen.event_request)
    marks = [seen.fates[one.key].mark if one.key in seen.fates else None for one in approved.occurrences] if approved else []
    return None not in marks and OccurrenceMark.POSTPONED in marks


def _under_review(seen: Seen, round_: Round, offices: Offices) -> Standing:
    """«Ждём вас», or whom."""
    mine = next((one for one in seen.mine if one.kind is not SlotKind.INFORM), None)
    if mine is not None:
        action = {"url": url_for("approvals.review", review_id=mine.id), "words": N_("Look and decide")}
        sentence = N_("Awaiting you, due %(due)s", due=mine.due_at) if mine.due_at else N_("Awaiting you")
        return Standing(sentence, mine=True, action=action)
    waited = queries.awaited(round_)
    orphaned = [one for one in waited if one.orphaned]
    if orphaned and len(orphaned) == len(waited):
        units = turns.listed([one.unit.short_name for one in orphaned])
        return Standing(N_("Nobody can decide for: %(units)s. Their curator and the coordinator know.", units=units), "warn")
    late = any(one.due_at is not None and one.due_at < seen.now for one in waited)
    return Standing(turns.waiting_sentence(waited, offices), "warn" if late else "active")


def _with_author(seen: Seen, *, amendment: bool) -> Standing:
    """A draft, or a revision that came back."""
    action = {"url": url_for("requests.edit", request_id=seen.event_request.id), "words": N_("Mend and submit")}
    mine = Act.EDIT in seen.acts
    last = seen.rounds[0] if seen.rounds and seen.rounds[0].amendment == amendment else None
    if last is None or last.state not in _CAME_BACK:
        sentence = N_("A change is being written; what is approved stays in force.") if amendment else N_("A draft, not submitted yet.")
        words = N_("Go on writing")
        return Standing(sentence, "warn" if mine else "active", mine=mine, action={**action, "words": words} if mine else None)
    if mine:
        return Standing(_to_mend(seen.unanswered, last), "bad", action=action, detail=last.closing_note)
    return Standing(N_("The author is mending the request since %(moment)s.", moment=last.closed_at), detail=last.closing_note)


_CAME_BACK = frozenset({RoundState.RETURNED, RoundState.TAKEN_BACK, RoundState.LAPSED})


def _to_mend(unanswered: int, last: Round) -> Phrase:
    """Why the request is in its author's hands."""
    if last.state is RoundState.LAPSED:
        return N_("The date passed before the approval: give a new date, or withdraw the request.")
    if last.state is RoundState.TAKEN_BACK:
        return N_("Taken back for mending. Submit it again when it is ready.")
    if last.closing_note:
        return N_("The approval was stopped by the coordinator.")
    if not unanswered:
        return N_("Returned for revision. All remarks are answered: submit it again.")
    return N_(
        "Returned for revision: %(n)s remark awaits an answer.", "Returned for revision: %(n)s remarks await an answer.", n=unanswered
    )


def _settled(event_request: EventRequest) -> Standing:
    """Nothing is under way."""
    reason = event_request.end_reason
    known = {
        RequestStatus.APPROVED: Standing(N_("Approved on %(day)s.", day=_day(event_request.approved_at)), "good"),
        RequestStatus.PUBLISHED: Standing(N_("Approved on %(day)s and published.", day=_day(event_request.approved_at)), "good"),
        RequestStatus.COMPLETED: Standing(N_("The event took place; its report is to be written."), "warn"),
        RequestStatus.REPORTED: Standing(N_("The report is being looked at.")),
        RequestStatus.CLOSED: Standing(N_("The event took place, its report is accepted."), "good"),
        RequestStatus.REJECTED: Standing(N_("Rejected on %(day)s.", day=_day(event_request.ended_at)), "bad", detail=reason),
        RequestStatus.WITHDRAWN: Standing(N_("Withdrawn on %(day)s.", day=_day(event_request.ended_at)), detail=reason),
        RequestStatus.CANCELLED: Standing(N_("Cancelled on %(day)s.", day=_day(event_request.ended_at)), "bad", detail=reason),
    }
    return known.get(event_request.status, Standing(N_("A draft, not submitted yet.")))


def _day(moment: datetime | None) -> Any:
    """The day of a moment on the office's clock."""
    return local_day(moment) if moment else ""
