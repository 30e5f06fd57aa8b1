"""What has happened to a request: the page, with its filters in the address."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import queries
from events.approvals.models import Decision, Round
from events.audit import operations as audit
from events.district import queries as district
from events.foundation import work
from events.foundation.names import alphabetical
from events.foundation.text import N_
from events.people.queries import DISTRICT_WIDE, Offices
from events.requests import queries as requests
from events.requests.models import EventRequest
from presenters.directories import names_by_code
from presenters.history.outside_rounds import outside_rounds
from presenters.history.rounds import Told, round_history
from presenters.history.summary import summary, waits
from presenters.phrases import say
from presenters.rounds import round_name
from views import access
from views.choices import Choice, Link
from views.request_page.blueprint import bp


@bp.get("/<int:request_id>/history")
@access.staff
def history(request_id: int) -> ResponseReturnValue:
    """The whole way; `?round=`, `?unit=`, `?show=all` narrow or widen it; `?verify=1` checks the chain of records."""
    event_request, rounds, now = requests.visible(request_id, current_user), queries.rounds(request_id), work.now()
    offices = Offices()
    told = _told(event_request, rounds, offices, now)
    lead_time = queries.lead_time(event_request, rounds, offices.district, now)
    no = request.args.get("round", type=int)
    shown = [one for one in rounds if no is None or one.no == no]
    return render_template(
        "request_page/history.html",
        event_request=event_request,
        lead_time=summary(event_request, lead_time),
        waits=waits(rounds, lead_time, offices, now),
        rounds=[round_history(one, told) for one in shown],
        outside=outside_rounds(event_request, rounds) if no is None and told.unit_id in (None, event_request.lead_unit_id) else (),
        any_rounds=bool(rounds),
        round_choices=_round_choices(rounds, no),
        unit_choices=_unit_choices(rounds, told.unit_id),
        show_choices=_show_choices(everything=told.everything),
        compare=_comparisons(event_request),
        chain=audit.verify() if "verify" in request.args and _may_verify() else None,
        now=now,
        verify_url=_here(verify="1") if _may_verify() else None,
    )


def _may_verify() -> bool:
    """Whether the reader answers for the whole district: all its records are read, and that takes seconds."""
    return any(held.role in DISTRICT_WIDE for held in current_user.memberships)


def _told(event_request: EventRequest, rounds: Sequence[Round], offices: Offices, now: datetime) -> Told:
    """Everything read at once."""
    made: dict[int, list[Decision]] = {}
    for decision in queries.decisions(event_request.id):
        made.setdefault(decision.review_id, []).append(decision)
    remarks = [remark for one in rounds for review in one.reviews for remark in review.remarks]
    return Told(
        event_request,
        offices,
        made,
        names_by_code(district.reason_codes()),
        queries.answering_names(remarks),
        hides_unreleased=requests.may_write(current_user, event_request),
        everything=request.args.get("show") == "all",
        unit_id=request.args.get("unit", type=int),
        now=now,
    )


def _here(**changes: str | int | None) -> str:
    """This page with other filters; None takes one away."""
    kept = {name: request.args[name] for name in ("round", "unit", "show") if name in request.args}
    wanted: dict[str, Any] = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    return url_for("request_page.history", **(request.view_args or {}), **wanted)


def _round_choices(rounds: Sequence[Round], no: int | None) -> list[Choice]:
    """All rounds, or one."""
    every = Choice(N_("All rounds"), _here(round=None), no is None)
    return [every, *(Choice(round_name(one), _here(round=one.no), one.no == no) for one in reversed(rounds))]


def _unit_choices(rounds: Sequence[Round], unit_id: int | None) -> list[Choice]:
    """All units, or one."""
    units = {review.unit_id: say(review.unit.called) for one in rounds for review in one.reviews}
    every = Choice(N_("All units"), _here(unit=None), unit_id is None)
    return [
        every,
        *(Choice(name, _here(unit=key), key == unit_id) for key, name in sorted(units.items(), key=lambda pair: alphabetical(pair[1]))),
    ]


def _show_choices(*, everything: bool) -> list[Choice]:
    """Only decisions, or everything."""
    return [
        Choice(N_("Only decisions"), _here(show=None), not everything),
        Choice(N_("Everything"), _here(show="all"), everything),
    ]


def _comparisons(event_request: EventRequest) -> list[Link]:
    """Links to compare each revision with the one before it."""
    handed_in = [one.no for one in event_request.revisions if one.submitted_at is not None]
    return [
        Link(
            N_("Compare revision %(later)s with revision %(earlier)s", later=later, earlier=earlier),
            url_for("request_page.revision", request_id=event_request.id, no=later, compare=earlier),
        )
        for earlier, later in pairwise(handed_in)
    ]
