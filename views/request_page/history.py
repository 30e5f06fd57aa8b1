"""What has happened to a request, round by round: who, what, when, and how much of their time it took."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import queries, route
from events.approvals.models import Decision, Review, Round
from events.approvals.queries import LeadTime
from events.approvals.route import Plan
from events.approvals.vocabulary import ReviewState, RoundState, SlotKind, StageState, Verdict
from events.audit import operations as audit
from events.district import queries as district
from events.foundation import work
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people.queries import DISTRICT_WIDE, Offices
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.worktime.hours import Schedule
from views import access, turns
from views.presenting import language
from views.request_page.blueprint import bp
from views.request_page.outside import outside_rounds
from views.request_page.page import round_name

Entry = dict[str, Any]
MINUTE = timedelta(minutes=1)


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


@bp.get("/<int:request_id>/history")
@access.staff
def history(request_id: int) -> ResponseReturnValue:
    """The whole way; `?round=`, `?unit=`, `?show=all` narrow or widen it; `?verify=1` checks the chain of records."""
    event_request, rounds, now = requests.visible(request_id, current_user), queries.rounds(request_id), work.now()
    offices = Offices()
    told = _told(event_request, rounds, offices, now)
    no = request.args.get("round", type=int)
    shown = [one for one in rounds if no is None or one.no == no]
    return render_template(
        "request_page/history.html",
        event_request=event_request,
        lead_time=_summary(event_request, rounds, offices.district, now),
        waits=_waits(rounds, told),
        rounds=[_round(one, told) for one in shown],
        outside=outside_rounds(event_request, rounds) if no is None and told.unit_id in (None, event_request.lead_unit_id) else [],
        any_rounds=bool(rounds),
        round_choices=_round_choices(rounds, no),
        unit_choices=_unit_choices(rounds, told.unit_id),
        show_choices=_show_choices(everything=told.everything),
        compare=_comparison(event_request),
        chain=audit.verify() if "verify" in request.args and _may_verify() else None,
        now=now,
        verify_url=_here(verify=1) if _may_verify() else None,
    )


def _may_verify() -> bool:
    """Whether the reader answers for the whole district: all its records are read, and that takes seconds."""
    return any(held.role in DISTRICT_WIDE for held in current_user.memberships)


def _told(event_request: EventRequest, rounds: Sequence[Round], offices: Offices, now: datetime) -> Told:
    """Everything read at once."""
    made: dict[int, list[Decision]] = {}
    for decision in queries.decisions(event_request.id):
        made.setdefault(decision.review_id, []).append(decision)
    column = "name_en" if language() == "en" else "name"
    remarks = [remark for one in rounds for review in one.reviews for remark in review.remarks]
    return Told(
        event_request,
        offices,
        made,
        {one.code: getattr(one, column) for one in district.reason_codes()},
        queries.answering_names(remarks),
        hides_unreleased=requests.may_write(current_user, event_request),
        everything=request.args.get("show") == "all",
        unit_id=request.args.get("unit", type=int),
        now=now,
    )


# --- The summary --------------------------------------------------------------------------------------------------------------------------


def _summary(event_request: EventRequest, rounds: Sequence[Round], schedule: Schedule, now: datetime) -> list[Phrase]:
    """«Подана 3 июня, утверждена 8 июня: 3 рабочих дня, из них у автора 4 ч; кругов 2» (cases.md 27, 28)."""
    found = queries.lead_time(event_request, rounds, schedule, now)
    if found is None:
        return []
    return [_way(event_request, found), _parts(found)]


def _way(event_request: EventRequest, found: LeadTime) -> Phrase:
    """From when to when, in days of the office's clock."""
    submitted = local_day(found.submitted)
    if event_request.approved_at is not None:
        return N_("Submitted on %(submitted)s, approved on %(ended)s", submitted=submitted, ended=local_day(event_request.approved_at))
    if found.ended is not None:
        return N_("Submitted on %(submitted)s, closed on %(ended)s", submitted=submitted, ended=local_day(found.ended))
    return N_("Submitted on %(submitted)s, not approved yet", submitted=submitted)


def _parts(found: LeadTime) -> Phrase:
    """Gross, net, rounds."""
    gross, net = turns.days_spent(found.gross), turns.hours_spent(found.gross - found.with_author)
    rounds = N_("%(n)s round", "%(n)s rounds", n=found.rounds)
    if not found.with_author:
        return N_("%(gross)s; %(rounds)s", gross=gross, rounds=rounds)
    author = turns.hours_spent(found.with_author)
    return N_(
        "%(gross)s, of them %(author)s with the author, %(net)s without; %(rounds)s", gross=gross, author=author, net=net, rounds=rounds
    )


def _waits(rounds: Sequence[Round], told: Told) -> list[dict[str, Any]]:
    """How long the request lay with each unit and with its author, in working time; the longest first."""
    spent: dict[Phrase | str, timedelta] = {}
    for review in (review for one in rounds for review in one.reviews if review.kind is SlotKind.GATE and review.opened_at is not None):
        end = review.decided_at or review.round.closed_at or told.now
        name = review.unit.short_name
        spent[name] = spent.get(name, timedelta()) + told.offices.schedule(review.unit_id).worked(review.opened_at, end)  # type: ignore[arg-type]  # opened
    found = queries.lead_time(told.event_request, rounds, told.offices.district, told.now)
    if found is not None and found.with_author:
        spent[N_("the author")] = found.with_author
    rows = sorted(((who, time) for who, time in spent.items() if time >= MINUTE), key=lambda item: -item[1])
    return [{"who": who, "time": turns.hours_spent(time), "share": int(100 * time / rows[0][1])} for who, time in rows]


# --- One round ----------------------------------------------------------------------------------------------------------------------------


def _round(round_: Round, told: Told) -> dict[str, Any]:
    """A round with what happened in it, oldest first."""
    entries = [*_submission(round_, told), *(entry for one in round_.reviews for entry in _turn(one, round_, told)), *_closing(round_)]
    return {
        "title": round_name(round_),
        "summary": _round_summary(round_),
        "entries": sorted(entries, key=lambda entry: (entry["at"], entry["place"])),
    }


def _round_summary(round_: Round) -> Phrase:
    """How it stands or ended."""
    if round_.closed_at is None:
        return N_("under way since %(moment)s", moment=round_.opened_at)
    return replace(_OUTCOMES[round_.state], params={"moment": round_.closed_at})


_OUTCOMES: Mapping[RoundState, Phrase] = {
    RoundState.APPROVED: N_("approved %(moment)s"),
    RoundState.RETURNED: N_("returned %(moment)s"),
    RoundState.TAKEN_BACK: N_("taken back by the author %(moment)s"),
    RoundState.REJECTED: N_("rejected %(moment)s"),
    RoundState.WITHDRAWN: N_("withdrawn %(moment)s"),
    RoundState.LAPSED: N_("the date passed %(moment)s"),
}


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
    unit = told.event_request.lead_unit.short_name
    return [{"at": round_.opened_at, "place": 0, "unit": unit, "who": who, "act": act, "tone": "good", "glyph": "send"}]


def _turn(review: Review, round_: Round, told: Told) -> list[Entry]:
    """Everything about one turn."""
    if told.unit_id not in (None, review.unit_id):
        return []
    entries = [entry for decision in told.decisions.get(review.id, ()) for entry in _decision(review, decision, round_, told)]
    settled = _SETTLED.get(review.state)
    if settled is not None:
        entries += settled(review, round_)
    elif review.by_submission or review.verdict is Verdict.ACKNOWLEDGED:
        entries += _without_decision_row(review)
    return [*entries, *(_minor(review) if told.everything else ())]


def _decision(review: Review, decision: Decision, round_: Round, told: Told) -> list[Entry]:
    """A decision as it was made, and its recall."""
    hidden = told.hides_unreleased and _is_running(review, round_)
    effective = decision.recalled_at is None
    entry = {
        "at": decision.decided_at,
        "place": 2,
        "unit": review.unit.short_name,
        "who": decision.decided_by.full_name,
        "acting": N_("for %(who)s", who=decision.acting_for.full_name) if decision.acting_for else None,
        "act": _act(review, decision, told, hidden=hidden),
        "tone": _TONES[decision.verdict] if effective else "muted",
        "glyph": _GLYPHS[decision.verdict],
        **({name: value for name, value in turns.taken(review, told.offices).items() if name != "late"} if effective else {}),
        "remarks": [turns.remark(one, told.answered_by) for one in review.remarks if one.released or not hidden] if effective else [],
    }
    if effective:
        return [entry]
    recall = {**entry, "at": decision.recalled_at, "act": N_("The decision was recalled"), "glyph": "arrow-counterclockwise"}
    return [entry, recall]


def _act(review: Review, decision: Decision, told: Told, *, hidden: bool) -> Phrase:
    """What was decided, with its reason and comment once they may be read."""
    verb = N_("approved finally") if review.confirming and decision.verdict is Verdict.APPROVE else _VERBS[decision.verdict]
    reason = told.reasons.get(decision.reason_code or "")
    said = [part for part in (reason, decision.comment) if part and not hidden]
    if not said:
        return verb
    return N_("%(verb)s: %(said)s", verb=verb, said=". ".join(said))


def _is_running(review: Review, round_: Round) -> bool:
    """Whether the turn's stage is still open."""
    if round_.state is not RoundState.OPEN:
        return False
    plan = Plan.from_plain(round_.plan)
    states = route.progress(plan, queries.review_facts(round_.reviews), now=round_.opened_at).states
    return states[review.stage] is StageState.OPEN


def _without_decision_row(review: Review) -> list[Entry]:
    """Agreed by submitting; informed."""
    if review.decided_at is None:
        return []
    act = N_("Agreed by submitting: the head handed the request in") if review.by_submission else N_("has been informed")
    who = review.decided_by.full_name if review.decided_by else None
    glyph = "send-check" if review.by_submission else "eye"
    return [{"at": review.decided_at, "place": 1, "unit": review.unit.short_name, "who": who, "act": act, "tone": "good", "glyph": glyph}]


def _carried(review: Review, round_: Round) -> list[Entry]:
    """An agreement that stays valid, in a full sentence."""
    act = N_("The agreement of round %(no)s stands: nothing this unit looks at has changed since.", no=review.carried_from_round)
    who = review.decided_by.full_name if review.decided_by else None
    entry = {"at": round_.opened_at, "place": 1, "unit": review.unit.short_name, "who": who, "act": act}
    return [{**entry, "tone": "good", "glyph": "arrow-repeat"}]


def _revoked(review: Review, round_: Round) -> list[Entry]:
    """A turn nobody needed any more."""
    if review.opened_at is None:
        return []
    act = {
        RoundState.TAKEN_BACK: N_("No decision was needed: the author took the request back."),
        RoundState.WITHDRAWN: N_("No decision was needed: the request was withdrawn."),
    }.get(round_.state, N_("No decision was needed any more: the stage was settled without it."))
    return [_quiet(review, round_, act, "dash-lg")]


def _lapsed(review: Review, round_: Round) -> list[Entry]:
    """Silence, said as such; of one who was only told nothing was expected."""
    if review.kind is SlotKind.INFORM:
        return []
    act = N_("No opinion was received before the round ended.")
    if review.kind is SlotKind.GATE:
        act = N_("The date of the event came before a decision.")
    return [_quiet(review, round_, act, "chat-left")]


def _open(review: Review, round_: Round) -> list[Entry]:
    """A turn under way."""
    if review.kind is SlotKind.INFORM or review.opened_at is None:
        return []
    act = N_("is looking at it, due %(due)s", due=review.due_at) if review.due_at else N_("is looking at it")
    glyph = "record-circle"
    return [{"at": review.opened_at, "place": 3, "unit": review.unit.short_name, "act": act, "tone": "active", "glyph": glyph}]


def _quiet(review: Review, round_: Round, act: Phrase, glyph: str) -> Entry:
    """An entry nobody made."""
    at = round_.closed_at or review.due_at or round_.opened_at
    return {"at": at, "place": 3, "unit": review.unit.short_name, "act": act, "tone": "muted", "glyph": glyph}


_SETTLED: Mapping[ReviewState, Callable[[Review, Round], list[Entry]]] = {
    ReviewState.CARRIED: _carried,
    ReviewState.REVOKED: _revoked,
    ReviewState.LAPSED: _lapsed,
    ReviewState.OPEN: _open,
}


def _minor(review: Review) -> list[Entry]:
    """When the turn came and when the page was first opened: shown with everything."""
    entries: list[Entry] = []
    unit = review.unit.short_name
    if review.opened_at is not None and review.state is not ReviewState.OPEN and not review.by_submission:
        entries.append({"at": review.opened_at, "place": 1, "unit": unit, "act": N_("was asked"), "tone": "muted", "glyph": "hourglass"})
    if review.seen_at is not None:
        entries.append({"at": review.seen_at, "place": 1, "unit": unit, "act": N_("opened the request"), "tone": "muted", "glyph": "eye"})
    return entries


def _closing(round_: Round) -> list[Entry]:
    """How the round ended, with the words of whoever ended it."""
    if round_.closed_at is None:
        return []
    act, tone, glyph = _CLOSINGS[round_.state]
    if round_.state is RoundState.RETURNED and round_.closing_note:
        act = N_("The coordinator stopped the approval")
    if round_.closing_note:
        act = N_("%(verb)s: %(said)s", verb=act, said=round_.closing_note)
    who = round_.closed_by.full_name if round_.closed_by else None
    return [{"at": round_.closed_at, "place": 9, "unit": None, "who": who, "act": act, "tone": tone, "glyph": glyph}]


_CLOSINGS: Mapping[RoundState, tuple[Phrase, str, str]] = {
    RoundState.APPROVED: (N_("The request is approved"), "good", "check-all"),
    RoundState.RETURNED: (N_("The request went back to its author with all remarks"), "bad", "arrow-return-left"),
    RoundState.TAKEN_BACK: (N_("The author took the request back for mending"), "muted", "arrow-return-left"),
    RoundState.REJECTED: (N_("The request is rejected"), "bad", "x-lg"),
    RoundState.WITHDRAWN: (N_("The request was withdrawn"), "muted", "arrow-counterclockwise"),
    RoundState.LAPSED: (N_("The date of the event passed before the approval"), "bad", "calendar-x"),
}
_VERBS: Mapping[Verdict, Phrase] = {
    Verdict.APPROVE: N_("agreed"),
    Verdict.APPROVE_WITH_REMARKS: N_("agreed with remarks"),
    Verdict.RETURN: N_("returned for revision"),
    Verdict.REJECT: N_("rejected"),
    Verdict.OPINION: N_("gave an opinion"),
    Verdict.ACKNOWLEDGED: N_("has been informed"),
}
_TONES: Mapping[Verdict, str] = {
    Verdict.APPROVE: "good",
    Verdict.APPROVE_WITH_REMARKS: "warn",
    Verdict.RETURN: "bad",
    Verdict.REJECT: "bad",
    Verdict.OPINION: "good",
    Verdict.ACKNOWLEDGED: "good",
}
_GLYPHS: Mapping[Verdict, str] = {
    Verdict.APPROVE: "check-lg",
    Verdict.APPROVE_WITH_REMARKS: "chat-left-dots",
    Verdict.RETURN: "arrow-return-left",
    Verdict.REJECT: "x-lg",
    Verdict.OPINION: "chat-left-text",
    Verdict.ACKNOWLEDGED: "eye",
}


# --- Filters ------------------------------------------------------------------------------------------------------------------------------


def _here(**changes: Any) -> str:
    """This page with other filters; None takes one away."""
    kept = {name: request.args[name] for name in ("round", "unit", "show") if name in request.args}
    wanted = {name: value for name, value in {**kept, **changes}.items() if value is not None}
    return url_for("request_page.history", **(request.view_args or {}), **wanted)


def _round_choices(rounds: Sequence[Round], no: int | None) -> list[dict[str, Any]]:
    """All rounds, or one."""
    every = {"label": N_("All rounds"), "url": _here(round=None), "current": no is None}
    return [every, *({"label": round_name(one), "url": _here(round=one.no), "current": one.no == no} for one in reversed(rounds))]


def _unit_choices(rounds: Sequence[Round], unit_id: int | None) -> list[dict[str, Any]]:
    """All units, or one."""
    units = {review.unit_id: review.unit.short_name for one in rounds for review in one.reviews}
    every = {"label": N_("All units"), "url": _here(unit=None), "current": unit_id is None}
    return [every, *({"label": name, "url": _here(unit=key), "current": key == unit_id} for key, name in sorted(units.items()))]


def _show_choices(*, everything: bool) -> list[dict[str, Any]]:
    """Only decisions, or everything."""
    return [
        {"label": N_("Only decisions"), "url": _here(show=None), "current": not everything},
        {"label": N_("Everything"), "url": _here(show="all"), "current": everything},
    ]


def _comparison(event_request: EventRequest) -> list[dict[str, Any]]:
    """Links to compare each revision with the one before it."""
    handed_in = [one.no for one in event_request.revisions if one.submitted_at is not None]
    return [
        {
            "url": url_for("request_page.revision", request_id=event_request.id, no=later, compare=earlier),
            "label": N_("Compare revision %(later)s with revision %(earlier)s", later=later, earlier=earlier),
        }
        for earlier, later in pairwise(handed_in)
    ]
