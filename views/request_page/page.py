"""The request page: one sentence, the route, remarks, sections; and the comparison of two revisions."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import queries
from events.approvals.models import Round
from events.approvals.vocabulary import RemarkState, RoundState
from events.calendars import queries as calendars
from events.foundation import work
from events.foundation.errors import NotFound
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests.models import EventRequest, Revision
from events.requests.vocabulary import RevisionState
from views import access, contents, turns
from views.request_page.blueprint import bp
from views.request_page.standing import Seen, my_turns, standing


@bp.get("/<int:request_id>")
@access.staff
def show(request_id: int) -> ResponseReturnValue:
    """How the request stands and what it says."""
    now, offices = work.now(), Offices()
    event_request, rounds = requests.visible(request_id, current_user), queries.rounds(request_id)
    open_ = next((one for one in rounds if one.state is RoundState.OPEN), None)
    remarks = [one for one in queries.open_remarks(request_id) if one.state is RemarkState.OPEN]
    mine = my_turns(open_, current_user)
    fates = requests.fates(request_id)
    seen = Seen(event_request, rounds, queries.acts(current_user, event_request, open_, now), mine, len(remarks), fates, now)
    looked_at = _looked_at(rounds)
    revision = looked_at.revision if looked_at and "round" in request.args else _shown(event_request)
    before = _before(event_request, revision)
    names = contents.names_for(offices, revision, before)
    return render_template(
        "request_page/show.html",
        event_request=event_request,
        standing=standing(seen, offices),
        acts=seen.acts,
        open_round=open_,
        looked_at=looked_at,
        rounds=_round_choices(request_id, rounds, looked_at),
        stages=_stages(looked_at, offices, seen) if looked_at else None,
        revision=revision,
        before=before,
        place=contents.place(revision.content(), names),
        bookings=contents.bookings(event_request, _shown(event_request), now),
        dates=revision.content().dated,
        fates=fates,
        sections=contents.sections(revision.content(), names, before.content() if before else None),
        remarks=[turns.remark(one, {}) for one in remarks],
        may_answer=requests.may_write(current_user, event_request),
        amendment=_amendment(event_request),
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
    names = contents.names_for(Offices(), shown, against)
    return render_template(
        "request_page/revision.html",
        event_request=event_request,
        shown=shown,
        against=against,
        differing=contents.differences(shown.content(), names, against.content()) if against else None,
        sections=contents.sections(shown.content(), names),
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


def _stages(round_: Round, offices: Offices, seen: Seen) -> list[dict[str, Any]]:
    """The picture of the round; while it is under way, with the people whose turn it is."""
    names = queries.people_asked(round_.request_id, round_.reviews) if round_.state is RoundState.OPEN else {}
    return turns.picture(round_, offices, seen.now, names=names, mine=[one.id for one in seen.mine])


def _round_choices(request_id: int, rounds: Sequence[Round], looked_at: Round | None) -> list[dict[str, Any]]:
    """«Круг 1 · Круг 2»; a single round is no choice."""
    if len(rounds) < 2:
        return []
    return [
        {"label": round_name(one), "url": url_for("request_page.show", request_id=request_id, round=one.no), "current": one is looked_at}
        for one in reversed(rounds)
    ]


def round_name(round_: Round) -> Phrase:
    """«Круг 2», «Круг 3, изменение»"""
    return N_("Round %(no)s, change", no=round_.no) if round_.amendment else N_("Round %(no)s", no=round_.no)


def _submitted(event_request: EventRequest) -> list[Revision]:
    """Revisions that were ever handed in."""
    return [one for one in event_request.revisions if one.submitted_at is not None]


def _readable(event_request: EventRequest, no: int) -> Revision:
    """The revision, if it was handed in or is the reader's own draft."""
    found = requests.revision(event_request, no)
    if found.submitted_at is None and not requests.may_write(current_user, event_request):
        raise NotFound
    return found


def _shown(event_request: EventRequest) -> Revision:
    """What the page says: to those who write for the lead unit their draft too, to everybody else only what was handed in."""
    found, submitted = requests.shown(event_request), _submitted(event_request)
    if found.submitted_at is not None or not submitted or requests.may_write(current_user, event_request):
        return found
    return requests.in_force(event_request) or submitted[-1]


def _before(event_request: EventRequest, shown: Revision) -> Revision | None:
    """The revision handed in before this one."""
    earlier = [one for one in _submitted(event_request) if one.no < shown.no]
    return earlier[-1] if earlier else None


def _amendment(event_request: EventRequest) -> Phrase | None:
    """«изменение на согласовании», while the approved revision stays in force."""
    working = requests.working(event_request)
    if working is None or not working.amendment:
        return None
    return N_("change in review") if working.state is RevisionState.IN_REVIEW else N_("change being written")
