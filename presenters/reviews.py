"""A review in the reader's words: how it stands, what it is for, a row of a list."""

from dataclasses import dataclass, replace
from datetime import datetime

from events.approvals.models import Review
from events.approvals.queries import ListedReview, MadeDecision
from events.approvals.route import Because, PlannedSlot
from events.approvals.vocabulary import ReviewState, SlotKind
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from presenters.phrases import Words
from presenters.reasons import said
from presenters.tables.reviews import KINDS, REVIEW_STATES, STANDINGS, ReviewStanding
from presenters.tables.verdicts import VERDICTS
from presenters.working_time import TimeLeft, time_left


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """An open review as a row. `again`: the number of its round from the second on; `amendment`: it is about a change."""

    review_id: int
    title: str
    number: str | None
    when: datetime | None
    from_whom: Words
    why: Words
    unit: Words
    again: int | None
    amendment: bool
    time: TimeLeft | None


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A review with the decision made on it, as a row."""

    review_id: int
    title: str
    number: str | None
    when: datetime | None
    from_whom: Words
    word: Phrase
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """What the page of a review asks of its reader, with the `reasons` of its unit and the `note` of the route.

    `opinion`: the caption of the comment where it is the answer itself and must be written; `to_decide`: more than taking note.
    """

    asked: Phrase
    about: Phrase | None
    reasons: tuple[Words, ...]
    note: Words
    opinion: Phrase | None
    to_decide: bool


@dataclass(frozen=True, slots=True)
class JustDecided:
    """What the reader has just decided, for the note «Решение принято. Отозвать»."""

    review_id: int
    title: str
    recallable: bool


def review_row(review: ListedReview, offices: Offices, now: datetime) -> ReviewRow:
    return ReviewRow(
        review_id=review.id,
        title=review.title,
        number=review.number,
        when=review.when,
        from_whom=offices.units[review.lead_unit_id].called,
        why=_task(review, review.planned),
        unit=offices.units[review.unit_id].called,
        again=review.round_no if review.round_no > 1 else None,
        amendment=review.amendment,
        time=time_left(review, offices, now),
    )


def decided_row(made: MadeDecision, offices: Offices) -> DecidedRow:
    review = made.review
    return DecidedRow(
        review_id=review.id,
        title=review.title,
        number=review.number,
        when=review.when,
        from_whom=offices.units[review.lead_unit_id].called,
        word=STANDINGS[standing(review)].word,
        decided_at=made.decided_at,
    )


def standing(review: Review | ListedReview) -> ReviewStanding:
    """How the review stands."""
    if review.state is ReviewState.OPEN:
        kind = KINDS[review.kind]
        return ReviewStanding.ORPHANED if review.orphaned and kind.open is ReviewStanding.OPEN else kind.open
    if review.state is ReviewState.LAPSED:
        return KINDS[review.kind].lapsed
    if review.state is ReviewState.DECIDED and review.verdict is not None:
        if review.by_submission:
            return ReviewStanding.SUBMITTED
        return ReviewStanding.CONFIRMED if review.confirming and review.verdict.positive else VERDICTS[review.verdict].standing
    return REVIEW_STATES[review.state] or ReviewStanding.WAITING


def standing_word(review: Review) -> Phrase:
    word = STANDINGS[standing(review)].word
    return replace(word, params={"no": review.carried_from_round}) if review.state is ReviewState.CARRIED else word


def why(planned: PlannedSlot) -> tuple[Words, ...]:
    """The reasons of a review; that a unit always takes part is no news."""
    return tuple(said(reason) for reason in planned.reasons if reason.code is not Because.ALWAYS)


def review_task(review: Review, planned: PlannedSlot, unit: Words, *, public: bool) -> ReviewTask:
    """What is asked of the unit; `public`: the event is published with its approval."""
    words, reasons = KINDS[review.kind], why(planned)
    about = words.about
    if about is None and review.confirming:
        about = N_("Final approval: after it the event is published.") if public else N_("Final approval.")
    elif about is None and not reasons:
        about = N_("On this route the approval of your unit is always needed.")
    asked = replace(words.asked, params={"unit": unit})
    return ReviewTask(asked, about, reasons, planned.noted if planned.note else "", words.opinion, words.to_decide)


def acting(review: Review) -> Phrase | None:
    """«за Дубову Е. П.»"""
    return N_("for %(who)s", who=review.acting_for.surname_initials) if review.acting_for else None


def _task(review: ListedReview, planned: PlannedSlot) -> Phrase:
    """What the review is for: «виза: 120 участников (50 и больше)»."""
    words, reasons = KINDS[review.kind], why(planned)
    if review.confirming and review.kind is SlotKind.GATE:
        return N_("final approval")
    return replace(words.task_because, params={"why": reasons}) if reasons else words.task
