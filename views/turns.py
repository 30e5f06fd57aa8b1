"""Turns of approval in the reader's words: a row of the desk, the picture of the route, how much time is left or was taken."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import url_for

from events.approvals import operations, queries, route
from events.approvals.models import Remark, Review, Round
from events.approvals.route import Because, Plan, PlannedSlot, PlannedStage
from events.approvals.vocabulary import RemarkState, ReviewState, RoundState, RuleKind, SlotKind, StageState, Verdict
from events.foundation.text import N_, Phrase
from events.people.models import Unit, User
from events.people.queries import Offices
from events.people.vocabulary import UnitKind
from events.requests.fields import SECTION_TITLES
from events.worktime import hours
from presenters.reasons import said
from views.presenting import language, number

HOUR = timedelta(hours=1)
WORKING_DAY = timedelta(hours=8)
SOON = 0.75
"""The share of its time after which a turn is said to be due soon."""

_SLOT_STATES = {
    Verdict.APPROVE: "approved",
    Verdict.APPROVE_WITH_REMARKS: "remarks",
    Verdict.RETURN: "returned",
    Verdict.REJECT: "rejected",
    Verdict.OPINION: "opinion",
    Verdict.ACKNOWLEDGED: "acknowledged",
}
_STAGE_STATES = {
    StageState.WAITING: "waiting",
    StageState.OPEN: "current",
    StageState.PASSED: "done",
    StageState.NOT_REQUIRED: "not_required",
    StageState.RETURNED: "returned",
    StageState.REJECTED: "rejected",
}
_ENDED_STAGE = {
    RoundState.TAKEN_BACK: N_("taken back by the author"),
    RoundState.WITHDRAWN: N_("withdrawn"),
    RoundState.LAPSED: N_("the date passed"),
}


def time_of(review: Review, offices: Offices, now: datetime) -> dict[str, Any]:
    """What remains of an open turn's time, as the macro `time_left` takes it; empty when it has no due."""
    if review.due_at is None or review.opened_at is None:
        return {}
    schedule = offices.schedule(review.unit_id)
    remaining = schedule.remaining(now, review.due_at)
    whole = schedule.worked(review.opened_at, review.due_at)
    spent = schedule.worked(review.opened_at, now)
    share = 100 if remaining.overdue or not whole else int(100 * spent / whole)
    return {
        "phrase": hours.phrase(remaining),
        "overdue": remaining.overdue,
        "soon": share >= 100 * SOON,
        "share": share,
        "due": review.due_at,
    }


def taken(review: Review, offices: Offices) -> dict[str, Any]:
    """The working time a decision took against what was given: «3,5 ч из 8»; empty where nothing was counted."""
    if review.opened_at is None or review.decided_at is None or review.state is not ReviewState.DECIDED or review.by_submission:
        return {}
    spent = offices.schedule(review.unit_id).worked(review.opened_at, review.decided_at)
    if not review.sla_hours:
        return {"took": hours_spent(spent)}
    share = int(100 * spent / (review.sla_hours * HOUR))
    took = N_("%(hours)s h of %(given)s", hours=_in_hours(spent), given=review.sla_hours)
    return {"took": took, "share": share, "late": share > 100}


def hours_spent(spent: timedelta) -> Phrase:
    """«3,5 ч»; minutes below a tenth of an hour."""
    if spent < HOUR / 10:
        return N_("%(minutes)s min", minutes=spent // timedelta(minutes=1))
    return N_("%(hours)s h", hours=_in_hours(spent))


def days_spent(spent: timedelta) -> Phrase:
    """Working days of eight hours from two full ones on, else hours (cases.md 25)."""
    days = spent // WORKING_DAY
    if days >= 2:
        return N_("%(n)s working day", "%(n)s working days", n=days)
    return hours_spent(spent)


def _in_hours(spent: timedelta) -> str:
    """Hours to a tenth."""
    return number(round(Decimal(spent.total_seconds()) / 3600, 1).normalize() + 0)


def why(planned: PlannedSlot) -> tuple[Phrase | str, ...]:
    """The reasons of a turn; that a unit always takes part is no news."""
    return tuple(said(reason) for reason in planned.reasons if reason.code is not Because.ALWAYS)


def task(review: Review, planned: PlannedSlot) -> Phrase:
    """What the turn is for: «виза: 120 участников ≥ 50»."""
    reasons = why(planned)
    if review.kind is SlotKind.CONSULT:
        return N_("opinion: %(why)s", why=reasons) if reasons else N_("opinion")
    if review.kind is SlotKind.INFORM:
        return N_("for information: %(why)s", why=reasons) if reasons else N_("for information")
    if review.confirming:
        return N_("final approval")
    return N_("visa: %(why)s", why=reasons) if reasons else N_("visa")


def row(review: Review, offices: Offices, now: datetime) -> dict[str, Any]:
    """A turn as a row of the desk; it opens the review itself."""
    event_request = review.round.event_request
    return {
        "url": url_for("approvals.review", review_id=review.id),
        "title": event_request.title,
        "number": event_request.number,
        "when": event_request.first_start,
        "from_whom": offices.units[event_request.lead_unit_id].short_name,
        "why": task(review, queries.planned(review)),
        "unit": offices.units[review.unit_id].short_name,
        "again": review.round.no if review.round.no > 1 else None,
        "amendment": review.round.amendment,
        "time": time_of(review, offices, now),
    }


def recallable(review: Review, user: User, now: datetime) -> bool:
    """Whether the reader made the decision in force on the turn and may still take it back."""
    if not operations.can_be_recalled(review, now):
        return False
    decision = queries.effective_decision(review.id)
    return decision is not None and decision.decided_by_id == user.id


def just_decided(review_id: int | None, user: User, now: datetime) -> dict[str, Any] | None:
    """What the reader has just decided, for the note «Решение принято. Отозвать»; None when it is nobody's or nothing of his."""
    review = queries.find_review(review_id, user) if review_id is not None else None
    if review is None or review.decided_by_id != user.id or review.state is not ReviewState.DECIDED:
        return None
    return {"review": review, "event_request": review.round.event_request, "recallable": recallable(review, user, now)}


def remark(one: Remark, answered_by: Mapping[int, str]) -> dict[str, Any]:
    """A remark with its answer as the macro `remark_block` takes it. `answered_by`: names by user id."""
    words = {RemarkState.ACCEPTED: N_("Taken into account"), RemarkState.DECLINED: N_("Declined")}
    return {
        "id": one.id,
        "unit": one.review.unit.short_name,
        "section": SECTION_TITLES[one.section],
        "text": one.text,
        "blocking": one.blocking,
        "answer": one.answer,
        "answer_word": words.get(one.state),
        "answered_by": answered_by.get(one.answered_by_id or 0),
    }


# --- The picture of the route -------------------------------------------------------------------------------------------------------------


def picture(
    round_: Round, offices: Offices, now: datetime, *, names: Mapping[int, tuple[str, ...]], mine: Iterable[int] = ()
) -> list[dict[str, Any]]:
    """The stages of a round as the macro `route_picture` takes them. `names`: who may decide, by review id; `mine`: the reader's turns."""
    plan = Plan.from_plain(round_.plan)
    states = route.progress(plan, queries.review_facts(round_.reviews), now=now).states
    turns = {(one.stage, one.slot, one.unit_id): one for one in round_.reviews}
    own = frozenset(mine)
    return [_stage(round_, stage, states[stage.key], turns, offices, now, names, own) for stage in plan.stages]


def _stage(
    round_: Round,
    stage: PlannedStage,
    state: StageState,
    turns: Mapping[tuple[str, str, int], Review],
    offices: Offices,
    now: datetime,
    names: Mapping[int, tuple[str, ...]],
    mine: frozenset[int],
) -> dict[str, Any]:
    """One station with its turns."""
    reviews = [(turns[stage.key, slot.key, slot.unit], slot) for slot in stage.slots if (stage.key, slot.key, slot.unit) in turns]
    dues = [one.due_at for one, _ in reviews if one.state is ReviewState.OPEN and one.kind is SlotKind.GATE and one.due_at]
    open_ = round_.state is RoundState.OPEN
    return {
        "title": stage.title,
        "state": _STAGE_STATES[state] if open_ or state is not StageState.OPEN else "waiting",
        "word": _stage_word(round_, stage, state),
        "rule": _rule(stage),
        "reason": [said(one) for one in stage.skipped[1:]] or None if not stage.slots else None,
        "due": max(dues) if dues else None,
        "slots": [_slot(one, slot, offices, now, names.get(one.id, ()), mine=one.id in mine) for one, slot in reviews],
    }


def _stage_word(round_: Round, stage: PlannedStage, state: StageState) -> Phrase | str | None:
    """Words of its own: why a stage is not required, how a round ended in it."""
    if not stage.slots and stage.skipped:
        return said(stage.skipped[0])
    return _ENDED_STAGE.get(round_.state) if state in (StageState.RETURNED, StageState.OPEN) else None


def _slot(review: Review, slot: PlannedSlot, offices: Offices, now: datetime, names: Sequence[str], *, mine: bool) -> dict[str, Any]:
    """One turn."""
    running = review.state is ReviewState.OPEN
    time = time_of(review, offices, now) if running else taken(review, offices)
    return {
        "unit": review.unit.short_name,
        "role": slot.note or None,
        "person": review.decided_by.full_name if review.decided_by else names[0] if names else None,
        "acting": acting(review),
        "kind": review.kind.value,
        "state": slot_state(review),
        "word": slot_word(review),
        "time": time.get("phrase") or time.get("took"),
        "share": time.get("share"),
        "overdue": time.get("overdue", False),
        "reasons": why(slot),
        "mine": mine,
        "url": url_for("approvals.review", review_id=review.id) if mine else None,
    }


def slot_state(review: Review) -> str:
    """The turn's state in the words of the route picture."""
    if review.state is ReviewState.OPEN:
        return "orphaned" if review.orphaned else "open"
    if review.state is ReviewState.CARRIED:
        return "carried"
    if review.state is ReviewState.LAPSED:
        return "silent"
    if review.state is not ReviewState.DECIDED or review.verdict is None:
        return review.state.value
    if review.by_submission:
        return "submitted"
    return "confirmed" if review.confirming and review.verdict.positive else _SLOT_STATES[review.verdict]


def slot_word(review: Review) -> Phrase | None:
    """Words of its own where the usual ones do not say enough."""
    if review.state is ReviewState.CARRIED:
        return N_("agreement stands, round %(no)s", no=review.carried_from_round)
    if review.state is ReviewState.LAPSED and review.kind is SlotKind.GATE:
        return N_("not decided: the date passed")
    if review.state is ReviewState.OPEN and review.kind is SlotKind.INFORM:
        return N_("sent for information")
    if review.state is ReviewState.LAPSED and review.kind is SlotKind.INFORM:
        return N_("was told, did not confirm")
    return None


def acting(review: Review) -> Phrase | None:
    """«за Дубову Е. П.»"""
    return N_("for %(who)s", who=review.acting_for.surname_initials) if review.acting_for else None


def _rule(stage: PlannedStage) -> Phrase | None:
    """How many have to agree, where it is not all."""
    gates = len(stage.ids(SlotKind.GATE))
    if stage.rule.kind is RuleKind.ALL or gates < 2:
        return None
    needed = stage.rule.needed(gates)
    return N_("%(n)s of %(gates)s is enough", "%(n)s of %(gates)s are enough", n=needed, gates=gates)


# --- Whom one waits for -------------------------------------------------------------------------------------------------------------------


def waiting_sentence(reviews: Sequence[Review], offices: Offices) -> Phrase:
    """«Ждём ОЗПБ и отдел культуры, срок — вторник, 18:00»: with whom the request is, and when the last of them is due."""
    units = list(dict.fromkeys(offices.units[one.unit_id].short_name for one in reviews))
    whom = listed([accusative(offices.units[one.unit_id]) for one in {one.unit_id: one for one in reviews}.values()])
    due = max((one.due_at for one in reviews if one.due_at), default=None)
    if not units:
        return N_("The next turns are being opened")
    return N_("Awaiting %(whom)s, due %(due)s", whom=whom, due=due) if due else N_("Awaiting %(whom)s", whom=whom)


def listed(names: Sequence[str]) -> Phrase | str:
    """«ОЗПБ, отдел культуры и пресс-службу»"""
    if len(names) < 2:
        return "".join(names)
    return N_("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def accusative(unit: Unit) -> str:
    """The unit's name as the one awaited: «отдел культуры», «пресс-службу», «главу администрации района»."""
    name = unit.short_name
    if language() != "ru":
        return name
    first, *rest = name.split(" ")
    if unit.kind in (UnitKind.DEPARTMENT, UnitKind.ADMINISTRATION) and first[1:].islower():
        first = first.lower()
    if first.endswith("ая") and rest:
        return " ".join([f"{first[:-2]}ую", _accused(rest[0]), *rest[1:]])
    return " ".join([_accused(first), *rest])


def _accused(word: str) -> str:
    """The head word in the accusative, as the names of offices need it: feminine -а and -я, the person «заместитель»."""
    if word.endswith("тель"):
        return f"{word[:-1]}я"
    if word.isupper() or not word.endswith(("а", "я")):
        return word
    return f"{word[:-1]}{'у' if word.endswith('а') else 'ю'}"
