"""How a round begins: its reviews by the plan, and the agreements that stay valid for it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from events.approvals import route
from events.approvals.models import Review, Round
from events.approvals.planning import Preview
from events.approvals.vocabulary import ReviewState
from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.requests.models import EventRequest, Revision


def open_round(event_request: EventRequest, revision: Revision, ahead: Preview, *, now: datetime) -> Round:
    """The next round with the reviews of its plan: carried where an agreement stays valid, waiting otherwise."""
    plan, forecast = ahead.plan, ahead.forecast
    if plan is None or forecast is None:
        raise ValueError("a round needs its plan")
    last = db.session.scalar(select(func.max(Round.no)).where(Round.request_id == event_request.id)) or 0
    round_ = Round(
        request_id=event_request.id, no=last + 1, revision_id=revision.id, amendment=revision.amendment, pinned=list(ahead.pinned),
        plan=plan.to_plain(), opened_at=now, forecast_at=forecast.finish,
    )  # fmt: skip
    round_.reviews = [
        _waiting_review(event_request.id, position, stage, slot, ahead)
        for position, stage in enumerate(plan.stages)
        for slot in stage.slots
    ]
    db.session.add(round_)
    db.session.flush()
    _copy_agreements(round_.reviews)
    return round_


def _waiting_review(request_id: int, position: int, stage: route.PlannedStage, slot: route.PlannedSlot, ahead: Preview) -> Review:
    agreement = ahead.carried.get((stage.key, slot.key, slot.unit))
    return Review(
        request_id=request_id, position=position, stage=stage.key, slot=slot.key, unit_id=slot.unit, relation=slot.relation,
        role=slot.role, kind=slot.kind, confirming=stage.confirming, watches=sorted(slot.watches), sla_hours=slot.sla_hours,
        state=ReviewState.WAITING, carried_from_id=agreement.review_id if agreement else None,
        carried_from_round=agreement.round_no if agreement else None,
    )  # fmt: skip


def _copy_agreements(reviews: Iterable[Review]) -> None:
    """Carried reviews show the verdict and the person of the agreement they rest on."""
    carried = [one for one in reviews if one.carried_from_id]
    sources = {one.id: one for one in db.session.scalars(select(Review).where(Review.id.in_([one.carried_from_id for one in carried])))}
    for one in carried:
        source = sources[one.carried_from_id or 0]
        one.state, one.verdict, one.decided_at = ReviewState.CARRIED, source.verdict, source.decided_at
        one.decided_by_id, one.acting_for_id = source.decided_by_id, source.acting_for_id
        record(
            Action.CARRIED,
            ("request", one.request_id),
            by=SYSTEM,
            now=one.round.opened_at,
            review=one.id,
            from_round=one.carried_from_round,
        )
