"""What stands beside the form: the way the request would go, when it would end, what is still missing, in the words of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.approvals import planning, queries
from events.approvals.planning import Preview, PreviewSlot, PreviewStage
from events.approvals.vocabulary import StageState
from events.foundation.text import N_, Name, Phrase
from events.requests import queries as requests
from events.requests import rules
from events.requests.bookings import Clash
from events.requests.fields import Content
from events.requests.models import EventRequest
from events.requests.rules import Finding
from events.venues.conflicts import Span
from presenters.moments import closing_day
from presenters.phrases import Words
from presenters.reasons import said
from presenters.route_picture import Stage, StageReview, review_in, stage_in
from presenters.tables.reviews import ReviewStanding


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time near by at which the venue is free; `shift`: by so many minutes the date would have to be moved."""

    span: Span
    shift: int


@dataclass(frozen=True, slots=True)
class TakenVenue:
    """A date whose venue others have. `row`: its place in the form, None for a date that is not there."""

    venue: str
    span: Span
    key: str
    row: int | None
    free: tuple[FreeTime, ...]


@dataclass(frozen=True, slots=True)
class EarlierAgreement:
    """A unit that has agreed before; `stands`: it will not be asked again (cases.md 20)."""

    unit: Name
    stands: bool


@dataclass(frozen=True, slots=True)
class RequestPreview:
    """Everything the side box says of a content as it would be submitted now. `route` is the key of the route; empty when there is none."""

    route: str
    route_name: Name
    reasons: tuple[Words, ...]
    stages: tuple[Stage, ...]
    finish: datetime | None
    last_moment: datetime | None
    late: bool
    unknown_years: Phrase | None
    taken: tuple[TakenVenue, ...]
    venue_is_free: bool
    overcrowded: tuple[Phrase, ...]
    agreements: tuple[EarlierAgreement, ...]
    problems: tuple[Finding, ...]
    refusal: Phrase | None
    orphans: tuple[Phrase, ...]
    advice: tuple[Finding, ...]
    safety_note_from: int
    """From so many people on a note on safety is needed."""


def preview_of(event_request: EventRequest, content: Content, now: datetime) -> RequestPreview:
    """Work it out. Writes nothing."""
    return shown(event_request, content, planning.preview(event_request, content, now))


def shown(event_request: EventRequest, content: Content, ahead: Preview) -> RequestPreview:
    """What was worked out, in words."""
    rows = {one.key: place for place, one in enumerate(content.occurrences)}
    plan = ahead.plan
    return RequestPreview(
        route=plan.route_key if plan else "",
        route_name=Name(plan.route_name, plan.route_name_en) if plan else Name(""),
        reasons=tuple(said(one) for one in ahead.reasons),
        stages=tuple(_stage(one) for one in ahead.stages),
        finish=ahead.finish,
        last_moment=ahead.last_moment,
        late=ahead.late,
        unknown_years=ahead.unknown_years,
        taken=tuple(_taken(one, rows) for one in ahead.clashes),
        venue_is_free=bool(ahead.wanted) and not ahead.clashes,
        overcrowded=tuple(one.phrase for one in rules.overcrowded(ahead.content, ahead.around)),
        agreements=_agreements(event_request, ahead) if event_request.submitted_at else (),
        problems=ahead.problems,
        refusal=ahead.refusal,
        orphans=ahead.warnings,
        advice=ahead.advice,
        safety_note_from=ahead.around.rules.safety_note_from_people,
    )


def _stage(stage: PreviewStage) -> Stage:
    """A stage for the route's picture."""
    reviews = [_review(slot) for slot in stage.slots]
    if not reviews:
        return stage_in(StageState.NOT_REQUIRED, stage.called, word=said(stage.skipped[0]) if stage.skipped else None)
    if all(slot.carried for slot in stage.slots):
        return stage_in(StageState.PASSED, stage.called, reviews)
    return stage_in(StageState.WAITING, stage.called, reviews, N_("until %(day)s", day=closing_day(stage.due)))


def _review(slot: PreviewSlot) -> StageReview:
    """A review that will be asked for, or an agreement that will stand."""
    reasons = tuple(said(one) for one in slot.reasons)
    if slot.carried:
        word = N_("the agreement of round %(round)s stands", round=slot.carried_round)
        return review_in(ReviewStanding.CARRIED, slot.unit.called, slot.kind, reasons, word)
    state = ReviewStanding.ORPHANED if slot.orphaned else ReviewStanding.WAITING
    return review_in(state, slot.unit.called, slot.kind, reasons)


def _agreements(event_request: EventRequest, ahead: Preview) -> tuple[EarlierAgreement, ...]:
    """Whose agreement stands and who will be asked again, each unit once."""
    given = {one.unit for one in queries.agreements(event_request.id, requests.dropped(event_request))}
    units = {slot.unit.id: slot.unit.called for stage in ahead.stages for slot in stage.slots}
    again = {slot.unit.id for stage in ahead.stages for slot in stage.slots if not slot.carried}
    return tuple(EarlierAgreement(name, key not in again) for key, name in units.items() if key in given)


def _taken(clash: Clash, rows: Mapping[str, int]) -> TakenVenue:
    """A taken venue: which row of the form, when, and how far to move the date."""
    free = tuple(FreeTime(one, int((one.start - clash.span.start).total_seconds() // 60)) for one in clash.alternatives)
    return TakenVenue(clash.venue.name, clash.span, clash.occurrence_key, rows.get(clash.occurrence_key), free)
