"""What happened in a round: who, what, when, and how much of their time it took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from events.approvals import queries, route
from events.approvals.models import Decision, Review, Round
from events.approvals.route import Plan
from events.approvals.vocabulary import ReviewState, RoundState, SlotKind, StageState, Verdict
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from events.requests.models import EventRequest
from presenters.history.entries import Entry, decider
from presenters.remarks import remark_shown
from presenters.rounds import round_name
from presenters.tables.reviews import STANDINGS, ReviewStanding
from presenters.tables.rounds import ROUNDS
from presenters.tables.verdicts import VERDICTS, verb
from presenters.working_time import due_words, time_taken


@dataclass(frozen=True)
class Told:
    """What telling the history needs. `hides_unreleased`: the author's side sees remarks only once the stage is over (cases.md 12)."""

    event_request: EventRequest
    offices: Offices
    decisions: Mapping[int, Sequence[Decision]]
    reasons: Mapping[str, str]
    answered_by: Mapping[int, str]
    hides_unreleased: bool
    everything: bool
    unit_id: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class RoundHistory:
    """A round with what happened in it, oldest first."""

    title: Phrase | str
    summary: Phrase | str
    entries: tuple[Entry, ...]


def round_history(round_: Round, told: Told) -> RoundHistory:
    """Everything the reader is told of the round."""
    entries = [*_submission(round_, told), *(entry for one in round_.reviews for entry in _review(one, round_, told)), *_closing(round_)]
    summary = replace(ROUNDS[round_.state].summary, params={"moment": round_.closed_at or round_.opened_at})
    return RoundHistory(round_name(round_), summary, tuple(sorted(entries, key=lambda entry: (entry.at, entry.place))))


def _submission(round_: Round, told: Told) -> list[Entry]:
    """The round begins with its revision being handed in."""
    if told.unit_id not in (None, told.event_request.lead_unit_id):
        return []
    who = round_.revision.submitted_by.full_name if round_.revision.submitted_by else None
    act = N_("The request was submitted, revision %(no)s", no=round_.revision.no)
    if round_.amendment:
        act = N_("A change was submitted, revision %(no)s", no=round_.revision.no)
    elif round_.no > 1:
        act = N_("The request was submitted again, revision %(no)s", no=round_.revision.no)
    return [Entry(round_.opened_at, act, "good", "send", 0, told.event_request.lead_unit.called_at(round_.opened_at), who)]


def _review(review: Review, round_: Round, told: Told) -> list[Entry]:
    if told.unit_id not in (None, review.unit_id):
        return []
    made = [entry for decision in told.decisions.get(review.id, ()) for entry in _decision(review, decision, round_, told)]
    return [*made, *_undecided(review, round_, told.now), *(_minor(review) if told.everything else ())]


def _undecided(review: Review, round_: Round, now: datetime) -> list[Entry]:
    """What became of a review besides the decisions made on it."""
    match review.state:
        case ReviewState.CARRIED:
            return _carried(review, round_)
        case ReviewState.REVOKED:
            return _revoked(review, round_)
        case ReviewState.LAPSED:
            return _lapsed(review, round_)
        case ReviewState.OPEN:
            return _open(review, now)
    return _without_decision_row(review) if review.by_submission or review.verdict is Verdict.ACKNOWLEDGED else []


def _decision(review: Review, decision: Decision, round_: Round, told: Told) -> list[Entry]:
    """A decision as it was made, and its recall."""
    hidden = told.hides_unreleased and _is_running(review, round_)
    effective = decision.recalled_at is None
    words = VERDICTS[decision.verdict]
    time = time_taken(review, told.offices) if effective else None
    remarks = [one for one in review.remarks if one.released or not hidden] if effective else []
    entry = Entry(
        at=decision.decided_at,
        act=_act(review, decision, told, hidden=hidden),
        tone=words.tone if effective else "muted",
        glyph=words.glyph,
        place=2,
        unit=review.unit.called_at(decision.decided_at),
        who=decision.decided_by.full_name,
        acting=N_("for %(who)s", who=decision.acting_for.full_name) if decision.acting_for else None,
        took=time.phrase if time else None,
        share=time.share if time else None,
        remarks=tuple(remark_shown(one, told.offices, told.answered_by) for one in remarks),
    )
    if decision.recalled_at is None:
        return [entry]
    return [entry, replace(entry, at=decision.recalled_at, act=N_("The decision was recalled"), glyph="arrow-counterclockwise")]


def _act(review: Review, decision: Decision, told: Told, *, hidden: bool) -> Phrase:
    """What was decided, with its reason and comment once they may be read."""
    done = verb(decision.verdict, confirming=review.confirming)
    reason = told.reasons.get(decision.reason_code or "")
    said = [part for part in (reason, decision.comment) if part and not hidden]
    if not said:
        return done
    return N_("%(verb)s: %(said)s", verb=done, said=". ".join(said))


def _is_running(review: Review, round_: Round) -> bool:
    """Whether the review's stage is still open."""
    if round_.state is not RoundState.OPEN:
        return False
    plan = Plan.from_plain(round_.plan)
    states = route.progress(plan, queries.review_facts(round_.reviews), now=round_.opened_at).states
    return states[review.stage] is StageState.OPEN


def _without_decision_row(review: Review) -> list[Entry]:
    """Agreed by submitting; informed."""
    if review.decided_at is None:
        return []
    noted = VERDICTS[Verdict.ACKNOWLEDGED]
    act, glyph = noted.verb, noted.glyph
    if review.by_submission:
        act, glyph = N_("Agreed by submitting: the head handed the request in"), STANDINGS[ReviewStanding.SUBMITTED].glyph
    return [Entry(review.decided_at, act, "good", glyph, 1, review.unit.called_at(review.decided_at), decider(review))]


def _carried(review: Review, round_: Round) -> list[Entry]:
    """An agreement that stays valid, in a full sentence."""
    act = N_("The agreement of round %(no)s stands: nothing this unit looks at has changed since.", no=review.carried_from_round)
    words = STANDINGS[ReviewStanding.CARRIED]
    return [Entry(round_.opened_at, act, words.tone, words.glyph, 1, review.unit.called_at(round_.opened_at), decider(review))]


def _revoked(review: Review, round_: Round) -> list[Entry]:
    """A review nobody needed any more."""
    if review.opened_at is None:
        return []
    return [_quiet(review, round_, ROUNDS[round_.state].unneeded, STANDINGS[ReviewStanding.REVOKED].glyph)]


def _lapsed(review: Review, round_: Round) -> list[Entry]:
    """Silence, said as such; of one who was only told nothing was expected."""
    if review.kind is SlotKind.INFORM:
        return []
    act = N_("No opinion was received before the round ended.")
    if review.kind is SlotKind.GATE:
        act = N_("The date of the event came before a decision.")
    return [_quiet(review, round_, act, STANDINGS[ReviewStanding.SILENT].glyph)]


def _open(review: Review, now: datetime) -> list[Entry]:
    if review.kind is SlotKind.INFORM or review.opened_at is None:
        return []
    act = N_("is looking at it, %(due)s", due=due_words(review.due_at, now)) if review.due_at else N_("is looking at it")
    words = STANDINGS[ReviewStanding.OPEN]
    return [Entry(review.opened_at, act, words.tone, words.glyph, 3, review.unit.called)]


def _quiet(review: Review, round_: Round, act: Phrase, glyph: str) -> Entry:
    """An entry nobody made."""
    at = round_.closed_at or review.due_at or round_.opened_at
    return Entry(at, act, "muted", glyph, 3, review.unit.called_at(at))


def _minor(review: Review) -> list[Entry]:
    """When the review was asked for and when the page was first opened: shown with everything."""
    entries: list[Entry] = []
    unit = review.unit.called_at(review.opened_at or review.seen_at)
    if review.opened_at is not None and review.state is not ReviewState.OPEN and not review.by_submission:
        entries.append(Entry(review.opened_at, N_("was asked"), "muted", "hourglass", 1, unit))
    if review.seen_at is not None:
        entries.append(Entry(review.seen_at, N_("opened the request"), "muted", "eye", 1, unit))
    return entries


def _closing(round_: Round) -> list[Entry]:
    """How the round ended, with the words of whoever ended it."""
    words = ROUNDS[round_.state]
    if round_.closed_at is None or words.closing is None:
        return []
    act = words.closing
    if round_.state is RoundState.RETURNED and round_.closing_note:
        act = N_("The coordinator stopped the approval")
    if round_.closing_note:
        act = N_("%(verb)s: %(said)s", verb=act, said=round_.closing_note)
    who = round_.closed_by.full_name if round_.closed_by else None
    return [Entry(round_.closed_at, act, words.tone, words.glyph, 9, None, who)]
