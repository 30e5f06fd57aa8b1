"""What way a request would go: the facts routes ask about, the plan they give, its forecast, and what stands against it.

The form shows it before submission and submission rests on the same answer. Writes nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from events.approvals import queries, route
from events.approvals.route import Forecast, Plan, SlotId, Visa
from events.approvals.vocabulary import Facts, SlotKind, SlotRole
from events.district import queries as district
from events.foundation.place import local
from events.foundation.text import N_, Phrase
from events.people.models import Unit
from events.people.queries import Offices
from events.requests import queries as requests
from events.requests import rules
from events.requests.models import EventRequest
from events.requests.rules import Around, VenueFacts
from events.requests.sections import SECTION_OF, Content, Occurrence, changed_sections
from events.requests.vocabulary import BudgetSource, RevisionState
from events.venues import queries as venue_queries
from events.venues.conflicts import Span, alternatives, without
from events.venues.lifecycle import Wanted
from events.venues.models import Booking, Venue
from events.venues.vocabulary import Tenure, VenueKind
from events.worktime import hours
from events.worktime.hours import Calendar, Schedule

EVENING = time(21)
SCHOOL_DAY = (time(8, 30), time(15))
ALTERNATIVES_REACH = timedelta(hours=6)


def facts(content: Content, lead_unit_id: int, venues: Mapping[int, Venue], calendar: Calendar) -> Facts:
    """What routes ask about this event; in a series a mark is true if true for any date (cases.md 10)."""
    schedule = Schedule(calendar)
    used = [venues[key] for key in content.venue_ids if key in venues]
    return Facts(
        expected=content.expected or 0,
        outdoor=content.outdoor or any(venue.kind is VenueKind.OUTDOOR for venue in used),
        age_from=content.age_from or 0,
        ends_after_21=any(rules.ends_late(one, EVENING) and _past_evening(one) for one in content.dated),
        school_hours=any(_in_school_hours(one, schedule) for one in content.dated),
        pupils=content.pupils,
        budget_rub=content.budget_rub,
        budget_needs_accounting=any(line.source is not BudgetSource.STATE_TASK for line in content.budget),
        institutions=1 + len({one.unit_id for one in content.co_organizers} - {lead_unit_id}),
        two_districts=content.two_districts,
        city_square=any(venue.city_square for venue in used),
        public=content.public,
        vip=content.vip,
        buses=content.buses,
        street_closure=content.street_closure,
        food=content.food,
        sound=content.sound,
        stage=content.stage,
        sport=content.sport,
        prizes=content.prizes,
        partners=content.partners,
        pyro=content.pyro,
    )


def _past_evening(one: Occurrence) -> bool:
    """Later than 21:00 sharp."""
    return one.ends_at is not None and local(one.ends_at).time() != EVENING


def _in_school_hours(one: Occurrence, schedule: Schedule) -> bool:
    """Overlaps Mon-Fri 08:30-15:00 of a working day from 1 September to 25 May (data/demo.json, facts)."""
    if one.starts_at is None or one.ends_at is None:
        return False
    day = local(one.starts_at).date()
    while day <= local(one.ends_at).date():
        if _is_school_day(day, schedule) and _overlaps(one, day):
            return True
        day += timedelta(days=1)
    return False


def _is_school_day(day: date, schedule: Schedule) -> bool:
    """A working weekday of the school year."""
    in_term = day.month >= 9 or day.month < 5 or (day.month == 5 and day.day <= 25)
    return day.weekday() < 5 and in_term and schedule.is_working_day(day)


def _overlaps(one: Occurrence, day: date) -> bool:
    """Whether the date touches lessons of that day."""
    starts, ends = local(one.starts_at), local(one.ends_at)  # type: ignore[arg-type]  # the caller knows both ends
    begins = starts.time() if starts.date() == day else time.min
    finishes = ends.time() if ends.date() == day else time.max
    return begins < SCHOOL_DAY[1] and finishes > SCHOOL_DAY[0]


@dataclass(frozen=True)
class PreviewSlot:
    """One turn of the plan as the author sees it before submitting."""

    unit: Unit
    role: SlotRole
    kind: SlotKind
    reasons: tuple[Phrase, ...]
    carried: bool
    carried_round: int | None
    orphaned: bool
    due: datetime | None


@dataclass(frozen=True)
class PreviewStage:
    """One stage: its turns, or what is not required; the moments it opens and is due (UTC)."""

    key: str
    title: str
    slots: tuple[PreviewSlot, ...]
    skipped: tuple[Phrase, ...]
    opens: datetime
    due: datetime


@dataclass(frozen=True)
class Clash:
    """A date for which the venue is taken, and the nearest free times."""

    occurrence_key: str
    venue: Venue
    span: Span
    alternatives: tuple[Span, ...]


@dataclass(frozen=True)
class Booked:
    """How one date stands with its venue; `until` is when its hold runs out, `clash` comes with a venue that others have."""

    occurrence: Occurrence
    venue: Venue
    tenure: Tenure
    until: datetime | None = None
    clash: Clash | None = None


@dataclass(frozen=True)
class Preview:
    """Which way a request would go if submitted now, and what stands against it."""

    around: Around
    plan: Plan | None = None
    reasons: tuple[Phrase, ...] = ()
    stages: tuple[PreviewStage, ...] = ()
    finish: datetime | None = None
    last_moment: datetime | None = None
    late: bool = False
    clashes: tuple[Clash, ...] = ()
    warnings: tuple[Phrase, ...] = ()
    unknown_years: Phrase | None = None
    refusal: Phrase | None = None
    carried: Mapping[SlotId, Visa] = field(default_factory=dict)
    pinned: tuple[int, ...] = ()
    forecast: Forecast | None = None
    wanted: tuple[Wanted, ...] = ()


def preview(event_request: EventRequest, content: Content, now: datetime, *, amendment: bool | None = None) -> Preview:
    """The plan of this content, its forecast, clashes and warnings. Writes nothing; submission rests on the same preview."""
    is_amendment = _is_amendment(event_request) if amendment is None else amendment
    offices, venues = Offices(), venue_queries.venues_by_id(content.venue_ids)
    around = _around(event_request, venues, offices, now)
    versions = queries.pinned_versions(event_request, now, amendment=is_amendment)
    known = facts(content, event_request.lead_unit_id, venues, offices.calendar)
    try:
        chosen = route.select([route.parse_route(version.definition) for version in versions], known)
    except route.NoRoute:
        return Preview(around, refusal=N_("No route fits this request. Ask the coordinator of the youth policy department to add one."))
    plan = route.plan(chosen.route, known, _units(event_request, content, venues, offices), reasons=chosen.reasons)
    return _preview_of(event_request, content, plan, around, offices, venues, tuple(version.id for version in versions), is_amendment)


def _preview_of(
    event_request: EventRequest,
    content: Content,
    plan: Plan,
    around: Around,
    offices: Offices,
    venues: Mapping[int, Venue],
    pinned: tuple[int, ...],
    amendment: bool,
) -> Preview:
    """The preview of a chosen plan."""
    now = around.now
    remarked = queries.remarked_sections(event_request.id)
    plan = route.widened(plan, remarked)
    carried = _carried(event_request, content, plan, remarked, amendment, around.rules)
    ahead = route.forecast(plan, carried, now, offices.due)
    first = None if amendment else content.first_start
    last = offices.district.last_moment_before(first, plan.min_lead_days) if first else None
    stages = _stages(event_request.id, plan, carried, ahead, offices)
    wanted = wanted_bookings(content, venues, off=requests.called_off(event_request, content))
    return Preview(
        around=_with_last_moment(around, last),
        plan=plan,
        reasons=plan.reasons,
        stages=stages,
        finish=ahead.finish,
        last_moment=last,
        late=last is not None and now > last,
        clashes=_clashes(event_request.id, wanted, venues, now),
        warnings=_orphan_warnings(stages),
        unknown_years=hours.warning(offices.district.unknown_years(now, max(ahead.finish, last or now))),
        refusal=None if plan.can_be_submitted else N_("The route has no confirming stage. Ask the coordinator to mend it."),
        carried=carried,
        pinned=pinned,
        forecast=ahead,
        wanted=wanted,
    )


def _around(event_request: EventRequest, venues: Mapping[int, Venue], offices: Offices, now: datetime) -> Around:
    """What the pure rules need to know."""
    known = {key: VenueFacts(venue.name, venue.capacity, venue.kind is VenueKind.ONLINE, venue.exclusive) for key, venue in venues.items()}
    in_force = requests.in_force(event_request)
    return Around(
        now,
        district.rules(),
        known,
        event_request.lead_unit_id,
        lambda day: not offices.district.is_working_day(day),
        approved={one.key: one.starts_at for one in in_force.occurrences} if in_force else {},
    )


def _with_last_moment(around: Around, last: datetime | None) -> Around:
    """The same surroundings with the route's lead time known."""
    return replace(around, last_moment=last)


def _units(event_request: EventRequest, content: Content, venues: Mapping[int, Venue], offices: Offices) -> route.Units:
    """Who is concerned, by unit id."""
    return route.Units(
        lead=event_request.lead_unit_id,
        co_organizers=tuple(dict.fromkeys(one.unit_id for one in content.co_organizers)),
        venue_owners=tuple(dict.fromkeys(venues[key].owner_id for key in content.venue_ids if key in venues)),
        curators={unit.id: unit.curator_id for unit in offices.units.values()},
        named={unit.key: unit.id for unit in offices.units.values()},
    )


def wanted_bookings(content: Content, venues: Mapping[int, Venue], *, off: Collection[str] = ()) -> tuple[Wanted, ...]:
    """The venue each date takes, set-up and clearing included; dates called off (`off`, by key) take none."""
    wanted = []
    for one in content.dated:
        venue = venues.get(content.venue_of(one) or 0)
        if one.key in off or venue is None or one.starts_at is None or one.ends_at is None or one.ends_at <= one.starts_at:
            continue
        start, end = min(one.setup_from or one.starts_at, one.starts_at), max(one.teardown_to or one.ends_at, one.ends_at)
        wanted.append(Wanted(one.key, venue.id, venue.exclusive, Span(start, end)))
    return tuple(wanted)


def _clashes(request_id: int | None, wanted: Iterable[Wanted], venues: Mapping[int, Venue], now: datetime) -> tuple[Clash, ...]:
    """Dates whose venue others have taken, with free times near by (cases.md 10)."""
    found = []
    for item in wanted:
        if not item.exclusive or not venue_queries.clashing(item.venue_id, item.span, request_id=request_id, now=now):
            continue
        wide = Span(item.span.start - ALTERNATIVES_REACH, item.span.end + ALTERNATIVES_REACH)
        taken = venue_queries.taken(item.venue_id, wide, request_id=request_id, now=now)
        free = tuple(one for one in alternatives(item.span, taken, reach=ALTERNATIVES_REACH) if one.start > now)
        found.append(Clash(item.occurrence_key, venues[item.venue_id], item.span, free))
    return tuple(found)


def booked(event_request: EventRequest, content: Content, now: datetime) -> tuple[Booked, ...]:
    """How the dates still to come stand with their venues; dates at a free address and dates called off have none (cases.md 31)."""
    venues = venue_queries.venues_by_id(content.venue_ids)
    wanted = wanted_bookings(content, venues, off=requests.called_off(event_request, content)) if venues else ()
    ahead = [item for item in wanted if item.span.end > now]
    if not ahead:
        return ()
    rows = venue_queries.all_bookings_of(event_request.id)
    found = {item.occurrence_key: _tenure(item, rows, now) for item in ahead}
    uncovered = [item for item in ahead if found[item.occurrence_key][0] in (Tenure.EXPIRED, Tenure.UNHELD)]
    lost = {one.occurrence_key: one for one in _clashes(event_request.id, uncovered, venues, now)}
    dates = {one.key: one for one in content.dated}
    return tuple(_booked(item, dates, venues, found[item.occurrence_key], lost.get(item.occurrence_key)) for item in ahead)


def _booked(
    item: Wanted, dates: Mapping[str, Occurrence], venues: Mapping[int, Venue], found: tuple[Tenure, datetime | None], clash: Clash | None
) -> Booked:
    """One date with its venue."""
    tenure, until = found
    if clash is not None:
        tenure = Tenure.LOST if tenure is Tenure.EXPIRED else Tenure.TAKEN
    return Booked(dates[item.occurrence_key], venues[item.venue_id], tenure, until, clash)


def _tenure(item: Wanted, rows: Iterable[Booking], now: datetime) -> tuple[Tenure, datetime | None]:
    """What the request's own bookings say of one date, and when a hold of it runs out. Others are not asked about."""
    if not item.exclusive:
        return Tenure.SHARED, None
    near = [one for one in rows if one.venue_id == item.venue_id and item.span.overlaps(Span(one.starts_at, one.ends_at))]
    standing = [one for one in near if one.state in venue_queries.ACTIVE and (one.expires_at is None or one.expires_at > now)]
    if without(item.span, [Span(one.starts_at, one.ends_at) for one in standing]):
        return (Tenure.EXPIRED if near else Tenure.UNHELD), None
    until = min((one.expires_at for one in standing if one.expires_at is not None), default=None)
    return (Tenure.HELD if until else Tenure.CONFIRMED), until


def _is_amendment(event_request: EventRequest) -> bool:
    """Whether what is being written changes an approved request."""
    working = requests.working(event_request)
    return working is not None and working.amendment


def _carried(
    event_request: EventRequest,
    content: Content,
    plan: Plan,
    remarked: Mapping[tuple[str, int], frozenset[str]],
    amendment: bool,
    district_rules: object,
) -> Mapping[SlotId, Visa]:
    """Visas that stay valid for this content (cases.md 9, 18, 19, 20, 35)."""
    if event_request.id is None:
        return {}
    changed = {
        revision.no: _changed(revision.content(), content, amendment, district_rules)
        for revision in event_request.revisions
        if revision.state is not RevisionState.DRAFT
    }
    carried = route.carry_over(plan, queries.visas(event_request.id), changed, queries.returned_by(event_request.id), remarked)
    if amendment:
        return {slot: visa for slot, visa in carried.items() if slot[0] != "lead"}
    return carried


def _changed(before: Content, after: Content, amendment: bool, district_rules: object) -> frozenset[str]:
    """Sections that count as changed: all of them before approval, only material fields' after it."""
    if not amendment:
        return changed_sections(before, after)
    return frozenset(SECTION_OF[name].value for name in rules.material_change(before, after, district_rules))  # type: ignore[arg-type]  # Rules


def _stages(
    request_id: int | None, plan: Plan, carried: Mapping[SlotId, Visa], ahead: Forecast, offices: Offices
) -> tuple[PreviewStage, ...]:
    """The plan with people's names on it."""
    able = queries.able_deciders(request_id, {slot.unit for stage in plan.stages for slot in stage.slots})
    shown = []
    for stage, (_, opens, due) in zip(plan.stages, ahead.stages, strict=True):
        slots = []
        for slot in stage.slots:
            visa = carried.get((stage.key, slot.key, slot.unit))
            own_due = offices.due(slot.unit, opens, slot.sla_hours) if slot.sla_hours and not visa else None
            alone = slot.kind is SlotKind.GATE and not visa and not able[slot.unit, slot.role]
            slots.append(
                PreviewSlot(
                    offices.units[slot.unit],
                    slot.role,
                    slot.kind,
                    slot.reasons,
                    bool(visa),
                    visa.round_no if visa else None,
                    alone,
                    own_due,
                )
            )
        shown.append(PreviewStage(stage.key, stage.title, tuple(slots), stage.skipped, opens, due))
    return tuple(shown)


def _orphan_warnings(stages: Iterable[PreviewStage]) -> tuple[Phrase, ...]:
    """Units in which nobody can decide; the request may be submitted all the same (cases.md 8)."""
    return tuple(
        N_("“%(unit)s” has nobody who could decide. Their curator and the coordinator will be told.", unit=slot.unit.short_name)
        for stage in stages
        for slot in stage.slots
        if slot.orphaned
    )
