"""How a round moves: reviews are opened, released and closed as the engine says."""

from collections.abc import Mapping
from datetime import datetime

from events.approvals import queries, route
from events.approvals.lifecycle.ending import close
from events.approvals.lifecycle.holding import keep_holds
from events.approvals.lifecycle.reviews import ask, is_orphaned, let_pass, release_now, settle, settle_remarks
from events.approvals.models import Review, Round
from events.approvals.route import Plan, Progress
from events.approvals.vocabulary import Outcome, ReviewState, StageState, Verdict
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation import work
from events.foundation.acting import SYSTEM, Actor
from events.foundation.db import db
from events.requests import lifecycle as requests_lifecycle
from events.requests.models import EventRequest


def advance(event_request: EventRequest, round_: Round, *, by: Actor, now: datetime, return_now: bool = False) -> None:
    """Do what the engine says follows from the reviews as they stand; asked again, there is nothing more to do."""
    plan = Plan.from_plain(round_.plan)
    step = route.progress(plan, queries.review_facts(round_.reviews), now=now, return_now=return_now)
    by_id = {one.id: one for one in round_.reviews}
    _release(by_id, step, now)
    _open(event_request, round_, step, now)
    _release_remarks(round_, step, now)
    if step.outcome is not None:
        close(event_request, round_, step, by=by, now=now)
    elif step.to_open:
        keep_holds(round_)
    requests_lifecycle.touch_version(event_request)
    db.session.flush()


def _release(by_id: Mapping[int, Review], step: Progress, now: datetime) -> None:
    """Reviews nobody needs any more."""
    for review_id in step.to_revoke:
        settle(by_id[review_id], ReviewState.REVOKED, now)
    for review_id in step.to_lapse:
        settle(by_id[review_id], ReviewState.LAPSED, now)


def _open(event_request: EventRequest, round_: Round, step: Progress, now: datetime) -> None:
    """Ask the units whose turn it is."""
    for one in ask(event_request.id, round_.no, round_.reviews, step.to_open, now):
        review = one.review
        review.state, review.opened_at, review.due_at, review.orphaned = ReviewState.OPEN, now, one.due_at, one.orphaned
        review.version += 1


def note_orphans(event_request: EventRequest, round_: Round) -> None:
    """Staff have come or gone since these reviews were opened: say anew which of them nobody may decide."""
    opened = [one for one in round_.reviews if one.state is ReviewState.OPEN]
    able = queries.able_deciders(event_request.id, {one.unit_id for one in opened})
    for review in opened:
        review.orphaned = is_orphaned(review, able)
    work.touch("request", event_request.id)


def recount(event_request: EventRequest, round_: Round, now: datetime) -> None:
    """The production calendar or the hours of a unit have changed: open reviews have the same working time from the same opening over
    what holds now (cases.md 26). Their reminders follow; decided reviews keep their figures.
    """
    moved = {one: due for one, due in queries.dues_now(round_.reviews).items() if due != one.due_at}
    if not moved:
        return
    for review, due in moved.items():
        review.due_at = due
    told = [[one.id, due.isoformat()] for one, due in moved.items()]
    record(Action.RECOUNTED, ("request", event_request.id), by=SYSTEM, now=now, round=round_.no, due=told)
    db.session.flush()


def _release_remarks(round_: Round, step: Progress, now: datetime) -> None:
    """The author sees a stage's remarks once it is over (cases.md 12)."""
    over = [stage for stage, state in step.states.items() if state not in (StageState.OPEN, StageState.WAITING)]
    ids = [one.id for one in round_.reviews if one.stage in over or step.outcome is not None]
    if step.outcome is Outcome.APPROVED:
        settle_remarks(ids, now)
        return
    release_now(ids, now)
    returned = [one.id for one in round_.reviews if one.stage in over and one.verdict is Verdict.RETURN]
    if step.outcome is not Outcome.RETURNED:
        let_pass(returned)
