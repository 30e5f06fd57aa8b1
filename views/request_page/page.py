"""The request page: one sentence, the route, remarks, sections; and the comparison of two revisions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import deadlines, queries
from events.approvals.models import Review, Round
from events.approvals.vocabulary import ReviewState, RoundState
from events.calendars import queries as calendars
from events.district import queries as district
from events.foundation import work
from events.foundation.errors import NotFound
from events.foundation.text import Phrase
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.fields import Content
from events.requests.models import OccurrenceFate
from events.requests.queries import OneRequest, RequestRead, Revised, RevisionRead
from presenters import content
from presenters.bookings import bookings
from presenters.main_facts import place
from presenters.moments import short_day_time
from presenters.remarks import remark_shown
from presenters.request_flags import request_flags
from presenters.request_state import Seen, request_state
from presenters.rounds import round_name
from presenters.route_picture import Stage, route_picture
from presenters.tables.acts import offered_acts
from presenters.tables.marks import MARKS
from views import access
from views.choices import Choice
from views.request_page.blueprint import bp


@bp.get("/<int:request_id>")
@access.staff
def show(request_id: int) -> ResponseReturnValue:
    """How the request stands and what it says."""
    now, offices = work.now(), Offices()
    event_request, way = requests.reading(request_id, current_user), queries.way(request_id)
    rounds, remarks = way.rounds, way.remarks
    open_ = next((one for one in rounds if one.state is RoundState.OPEN), None)
    mine = _my_reviews(open_, event_request)
    dates, missed = requests.approved_dates(event_request), deadlines.missed([event_request], now).get(request_id)
    seen = Seen(event_request, rounds, queries.acts(current_user, event_request, open_, now), mine, len(remarks), dates, now, missed)
    looked_at = _looked_at(rounds)
    shown = _shown(event_request)
    revision = _of_round(looked_at, event_request) if looked_at and "round" in request.args else shown
    before = _before(event_request, revision)
    names, said = content.names_for(offices, revision, before), revision.content()
    return render_template(
        "request_page/show.html",
        event_request=event_request,
        lead_unit=offices.units[event_request.lead_unit_id],
        state=request_state(seen, offices),
        acts=offered_acts(seen.acts, district.rules, of_change=requests.is_amendment(event_request)),
        open_round=open_,
        looked_at=looked_at,
        rounds=_round_choices(request_id, rounds, looked_at),
        stages=_stages(looked_at, offices, seen) if looked_at else None,
        revision=revision,
        before=before,
        place=place(said, names),
        bookings=bookings(event_request, shown, now),
        dates=said.dated,
        called_off=_called_off(said, dates.fates),
        sections=content.sections(said, names, before.content() if before else None),
        remarks=[remark_shown(one, offices, {}) for one in remarks],
        may_answer=requests.may_write(current_user, event_request),
        flags=request_flags(event_request),
        public_slug=calendars.slug_of(request_id) if event_request.approved_at else None,
        now=now,
    )


@bp.get("/<int:request_id>/revisions/<int:no>")
@access.staff
def revision(request_id: int, no: int) -> ResponseReturnValue:
    """What one revision says, against another: `?compare=1`, by default the one before it."""
    event_request = requests.visible(request_id, current_user)
    shown = _readable(event_request, no)
    other = request.args.get("compare", type=int)
    against = _readable(event_request, other) if other is not None else _before(event_request, shown)
    names = content.names_for(Offices(), shown, against)
    return render_template(
        "request_page/revision.html",
        event_request=event_request,
        shown=shown,
        against=against,
        differing=content.differences(shown.content(), names, against.content()) if against else None,
        sections=content.sections(shown.content(), names),
        others=[one for one in _submitted(event_request) if one.no != no],
    )


def _looked_at(rounds: Sequence[Round]) -> Round | None:
    """The round asked for in the address, else the newest. NotFound for one that does not exist."""
    no = request.args.get("round", type=int)
    if no is None:
        return rounds[0] if rounds else None
    found = next((one for one in rounds if one.no == no), None)
    if found is None:
        raise NotFound
    return found


def _stages(round_: Round, offices: Offices, seen: Seen) -> tuple[Stage, ...]:
    """The picture of the round; while it is under way, with the people who are asked."""
    names = queries.people_asked(round_.request_id, round_.reviews) if round_.state is RoundState.OPEN else {}
    return route_picture(round_, offices, seen.now, names=names, mine=[one.id for one in seen.mine])


def _round_choices(request_id: int, rounds: Sequence[Round], looked_at: Round | None) -> list[Choice]:
    """«Круг 1 · Круг 2»; a single round is no choice."""
    if len(rounds) < 2:
        return []
    return [
        Choice(round_name(one), url_for("request_page.show", request_id=request_id, round=one.no), one is looked_at)
        for one in reversed(rounds)
    ]


def _of_round(round_: Round, event_request: RequestRead) -> RevisionRead:
    """The revision on which the round went."""
    return next(one for one in event_request.revisions if one.id == round_.revision_id)


def _my_reviews(round_: Round | None, event_request: RequestRead) -> tuple[Review, ...]:
    """Open reviews of the round that are the reader's to decide."""
    if round_ is None or event_request.own:
        return ()
    return tuple(one for one in round_.reviews if one.state is ReviewState.OPEN and queries.may_decide(current_user, one))


def _called_off(said: Content, fates: Mapping[str, OccurrenceFate]) -> list[Phrase]:
    """What has happened to single dates of what is shown."""
    dates = {one.key: one.starts_at for one in said.dated}
    return [
        replace(MARKS[fate.mark], params={"date": short_day_time(starts), "reason": fate.reason})
        for key, fate in fates.items()
        if (starts := dates.get(key)) is not None
    ]


def _submitted(event_request: OneRequest[Revised]) -> list[Revised]:
    """RevisionReads that were ever handed in."""
    return [one for one in event_request.revisions if one.submitted_at is not None]


def _readable(event_request: OneRequest[Revised], no: int) -> Revised:
    """The revision, if it was handed in or is the reader's own draft."""
    found = requests.revision(event_request, no)
    if found.submitted_at is None and not requests.may_write(current_user, event_request):
        raise NotFound
    return found


def _shown(event_request: RequestRead) -> RevisionRead:
    """What the page says: to those who write for the lead unit their draft too, to everybody else only what was handed in."""
    found, submitted = requests.shown(event_request), _submitted(event_request)
    if found.submitted_at is not None or not submitted or requests.may_write(current_user, event_request):
        return found
    return requests.in_force(event_request) or submitted[-1]


def _before(event_request: OneRequest[Revised], shown: Revised) -> Revised | None:
    """The revision handed in before this one."""
    earlier = [one for one in _submitted(event_request) if one.no < shown.no]
    return earlier[-1] if earlier else None
