"""Until when a request holds its venues (cases.md 31), counted over the calendar, the hours and the rules of today.

It rests on moments that stand: the opening of the round and of its stage, or its end. So it can be counted again whenever what lies
between has changed, and comes to the same as long as nothing has (cases.md 26).
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload

from events.approvals import route
from events.approvals.models import Round
from events.approvals.route import Plan
from events.approvals.vocabulary import ReviewState, RoundState
from events.district import queries as district
from events.foundation.db import db
from events.people.queries import Offices
from events.venues import queries as venues

SENT_BACK = frozenset({RoundState.RETURNED, RoundState.TAKEN_BACK, RoundState.LAPSED})
"""How a round ends after which its author goes on, with what is held."""


def until(finish: datetime, offices: Offices) -> datetime:
    """When a hold for a round that ends at `finish` runs out."""
    return offices.district.nth_working_day_end(finish, district.rules().hold_slack_working_days)


def last_until(round_: Round, offices: Offices) -> datetime | None:
    """When the holds of a request run out whose latest round this is; None for a round that leaves none.

    While it is open: some days after its forecast finish, which never counts as earlier than at first; what remains is forecast anew from
    each stage. While it is with its author: some days after its end.
    """
    if round_.state is RoundState.OPEN:
        return until(_finish(round_, offices), offices)
    if round_.state in SENT_BACK and round_.closed_at is not None:
        return offices.district.nth_working_day_end(round_.closed_at, district.rules().hold_returned_working_days)
    return None


def otherwise(now: datetime, *, request_id: int | None = None) -> Mapping[int, datetime]:
    """Requests whose holds should run out at another moment than they do, with that moment; of the one alone when it is named.

    What has run out stays so unless it should not have by now.
    """
    held = venues.hold_ends(request_id)
    if not held:
        return {}
    offices, found = Offices(), {}
    for round_ in _latest_rounds([*held]):
        right = last_until(round_, offices)
        ends = held[round_.request_id]
        if right is not None and ends != {right} and max(right, *ends) > now:
            found[round_.request_id] = right
    return found


def _latest_rounds(request_ids: list[int]) -> list[Round]:
    """The latest round of each request, with its reviews."""
    other = aliased(Round)
    last = select(func.max(other.no)).where(other.request_id == Round.request_id).scalar_subquery()
    asked = select(Round).where(Round.request_id.in_(request_ids), Round.no == last).options(selectinload(Round.reviews))
    return list(db.session.scalars(asked))


def _finish(round_: Round, offices: Offices) -> datetime:
    """When the round is over: as forecast at first, as it would be forecast for the same moment today, or from the stage that is open."""
    plan = Plan.from_plain(round_.plan)
    carried = {(one.stage, one.slot, one.unit_id) for one in round_.reviews if one.state is ReviewState.CARRIED}
    whole = route.forecast(plan, carried, round_.opened_at, offices.due).finish
    given = carried | {(one.stage, one.slot, one.unit_id) for one in round_.reviews if one.by_submission}
    asked = [(one.position, one.opened_at, one.stage) for one in round_.reviews if one.opened_at is not None and not one.by_submission]
    _, opened, stage = max(asked, default=(0, round_.opened_at, None))
    rest = route.remaining(plan, stage, given, opened, offices.due) if stage is not None else whole
    return max(round_.forecast_at, whole, rest)
