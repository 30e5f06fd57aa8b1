"""Who should be told what and when, derived from the state of one request. Pure: no database, no clock.

Levels of a review (cases.md 42): the holders halfway when it has time enough, shortly before the deadline and at it; then, by working
days, the head of the unit and the head of the unit that curates it. How much and how long the district's rules say. A level is skipped
for whoever holds the review. Working days end with the office's day, as everywhere (domain.md section 6).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from events.approvals.vocabulary import ReviewState, RoundState, SlotKind
from events.district.rules import Rules
from events.outbox.vocabulary import ChannelKind, Subject, channels_for, dedupe_key, kept_values
from events.reminders.leaving import ahead_of, leaves_at
from events.reminders.request_facts import RequestFacts, ReviewFacts, RoundFacts
from events.reminders.vocabulary import HALF_TIME, HEAD, LAST_HOUR, Kind
from events.requests.vocabulary import IN_FORCE, RequestStatus
from events.worktime.hours import Schedule

Hours = Callable[[int], Schedule]
"""The office hours of a unit, by its id."""


class Planned(NamedTuple):
    """A message that should exist, one of thousands. From `until` on it would say nothing that a later one does not."""

    kind: Kind
    subject: Subject
    recipient: int
    channel: ChannelKind
    due_at: datetime
    level: str = ""
    until: datetime | None = None
    params: Mapping[str, Any] = MappingProxyType({})

    @property
    def key(self) -> str:
        """Its identity in the outbox."""
        return dedupe_key(self.kind, self.subject, self.level, self.recipient, self.channel)

    def is_kept_as(self, due_at: datetime, params: Mapping[str, Any]) -> bool:
        """Whether a message of this key that keeps these says the same at the same moment."""
        return due_at == self.due_at and params == kept_values(self.params, self.level)


def timetable(facts: RequestFacts, hours: Hours, rules: Rules) -> list[Planned]:
    """Every message that this state asks for, past and future ones alike; whether it was sent already is the outbox's matter."""
    planned: list[Planned] = []
    if facts.round is not None:
        for review in facts.round.reviews:
            planned.extend(_about_review(review, facts, hours, rules))
        planned.extend(_about_outcome(facts.round, facts, hours, rules))
    planned.extend(_about_cancellation(facts, hours))
    planned.extend(_about_dates(facts, hours, rules))
    planned.extend(_about_remarks(facts, hours, rules))
    return planned


def wanted(facts: RequestFacts, hours: Hours, rules: Rules, now: datetime) -> dict[str, Planned]:
    """The messages that still make sense at `now`, by key."""
    return {one.key: one for one in timetable(facts, hours, rules) if one.until is None or now < one.until}


def _about_review(review: ReviewFacts, facts: RequestFacts, hours: Hours, rules: Rules) -> Iterator[Planned]:
    """What an open review asks for; one that is decided, revoked, carried or waiting asks for nothing (I12)."""
    subject = Subject("review", review.id)
    if review.opened_at is None:
        return
    if review.kind is SlotKind.INFORM:
        if review.state in (ReviewState.OPEN, ReviewState.LAPSED):
            yield from _to(review.holders, Kind.INFORMED, subject, review.opened_at, hours(review.unit_id), news=rules.news_days)
        return
    if review.state is not ReviewState.OPEN:
        return
    schedule = hours(review.unit_id)
    yield from _to(review.holders, Kind.ASSIGNED, subject, review.opened_at, schedule)
    if review.kind is SlotKind.GATE and (review.orphaned or not review.holders):
        asked, curated = (*review.curator_heads, *facts.caretakers), {"curator": review.curator}
        yield from _to(asked, Kind.ORPHANED, subject, review.opened_at, schedule, params=curated)
    if review.due_at is not None:
        yield from _before_due(review, subject, review.opened_at, review.due_at, schedule, rules)
        if review.kind is SlotKind.GATE:
            yield from _from_due(review, subject, review.due_at, hours, rules)


def _before_due(
    review: ReviewFacts, subject: Subject, opened: datetime, due: datetime, schedule: Schedule, rules: Rules
) -> Iterator[Planned]:
    """Halfway and shortly before the deadline; a review with no more time than that is reminded of at the deadline only."""
    whole, shortly = schedule.worked(opened, due), timedelta(hours=rules.last_reminder_working_hours)
    last = schedule.due(opened, _as_hours(whole - shortly)) if whole > shortly else due
    if whole > timedelta(hours=rules.half_time_above_working_hours):
        half = schedule.due(opened, _as_hours(whole / 2))
        yield from _to(review.holders, Kind.DUE_SOON, subject, half, schedule, level=HALF_TIME, until=last)
    if whole > shortly:
        left = {"hours": rules.last_reminder_working_hours}
        yield from _to(review.holders, Kind.DUE_SOON, subject, last, schedule, level=LAST_HOUR, until=due, params=left)


def _from_due(review: ReviewFacts, subject: Subject, due: datetime, hours: Hours, rules: Rules) -> Iterator[Planned]:
    """At the deadline the holders, then upwards by working days; only gates escalate (cases.md 15)."""
    schedule = hours(review.unit_id)
    yield from _to(review.holders, Kind.DUE, subject, due, schedule)
    heads = [one for one in review.heads if one not in review.holders]
    curators = [one for one in review.curator_heads if one not in review.holders]
    days = rules.overdue_curator_working_days
    yield from _to(heads, Kind.OVERDUE_HEAD, subject, schedule.nth_working_day_end(due, rules.overdue_head_working_days), schedule)
    late, curated = schedule.nth_working_day_end(due, days), {"curator": review.curator, "days": days}
    yield from _to(curators, Kind.OVERDUE_CURATOR, subject, late, hours(review.curator or review.unit_id), params=curated)


_TOLD_TO_AUTHORS = {
    RoundState.RETURNED: Kind.RETURNED,
    RoundState.LAPSED: Kind.DATE_PASSED,
    RoundState.APPROVED: Kind.APPROVED,
    RoundState.REJECTED: Kind.REJECTED,
}


def _about_outcome(round_: RoundFacts, facts: RequestFacts, hours: Hours, rules: Rules) -> Iterator[Planned]:
    """How the latest round ended. One message per person with everything in it; a new round ends its claim to be told."""
    if round_.closed_at is None or facts.status is RequestStatus.CANCELLED:
        return
    subject, schedule = Subject("round", round_.id), hours(facts.lead_unit_id)
    kind = _TOLD_TO_AUTHORS.get(round_.state)
    if kind is not None:
        told = [one for one in facts.authors if facts.joined.get(one, round_.closed_at) <= round_.closed_at]  # those at it then
        news = rules.news_days if _stand_in(told, facts) else None
        yield from _to(told, kind, subject, round_.closed_at, schedule, facts.starts, news=news)
    if round_.state is RoundState.APPROVED and facts.status in IN_FORCE:
        partners = [one for one in facts.partners if one not in facts.authors]
        yield from _to(partners, Kind.CONFIRMED, subject, round_.closed_at, schedule, facts.starts, news=rules.news_days)
    interrupted = [one for review in _interrupted(round_) for one in review.holders]
    yield from _to(interrupted, Kind.WITHDRAWN, subject, round_.closed_at, schedule)


def _stand_in(told: Iterable[int], facts: RequestFacts) -> bool:
    """Whether these are told in place of authors who have all gone (cases.md 42); what waits for mending is never old news to them."""
    return bool(facts.joined) and facts.status is not RequestStatus.RETURNED and facts.joined.keys().isdisjoint(told)


def _interrupted(round_: RoundFacts) -> list[ReviewFacts]:
    """The reviews that were open when the round was withdrawn (cases.md 34): the gates of its last open stage, and opinions and notes
    asked for in whatever stage, which stay open when theirs has passed."""
    if round_.state is not RoundState.WITHDRAWN:
        return []
    opened = [one for one in round_.reviews if one.opened_at is not None]
    last = max((one.position for one in opened), default=None)
    asked = [one for one in opened if one.position == last or one.kind is not SlotKind.GATE]
    return [one for one in asked if one.state is ReviewState.REVOKED]


def _about_cancellation(facts: RequestFacts, hours: Hours) -> Iterator[Planned]:
    """Everyone who had agreed, and the organisers, learn of a cancellation (cases.md 37); one after a restoring is told anew."""
    if facts.status is RequestStatus.CANCELLED and facts.ended_at is not None:
        subject = Subject("request", facts.id, _stamp(facts.ended_at))
        yield from _to(_concerned(facts), Kind.CANCELLED, subject, facts.ended_at, hours(facts.lead_unit_id), facts.starts)


def _about_dates(facts: RequestFacts, hours: Hours, rules: Rules) -> Iterator[Planned]:
    """The organisers before each date, and all concerned when one is called off alone, though the others are over (cases.md 36, 37)."""
    if facts.status not in (*IN_FORCE, RequestStatus.COMPLETED):
        return
    schedule = hours(facts.lead_unit_id)
    for one in facts.dates:
        about = {"key": one.key, "starts_at": one.starts_at.isoformat()}
        if one.called_off_at is None and facts.postponing:
            continue
        if one.called_off_at is None:
            subject = Subject("occurrence", facts.id, f"{one.key}@{_stamp(one.starts_at)}")
            due = ahead_of(one.starts_at, schedule, rules)
            yield from _to(facts.organisers, Kind.EVENT_TOMORROW, subject, due, schedule, until=one.starts_at, params=about)
        else:
            subject, off = Subject("occurrence", facts.id, f"{one.key}@{_stamp(one.called_off_at)}"), {**about, "mark": one.mark}
            read = leaves_at(Kind.DATE_CALLED_OFF, one.called_off_at, schedule, (one.starts_at,))
            about_it = partial(_to, until=max(one.starts_at, read + timedelta(days=rules.news_days)), params=off)
            yield from about_it(
                (*_concerned(facts), *one.at_it), Kind.DATE_CALLED_OFF, subject, one.called_off_at, schedule, (one.starts_at,)
            )


def _about_remarks(facts: RequestFacts, hours: Hours, rules: Rules) -> Iterator[Planned]:
    """Remarks given with an approval and left without an answer (cases.md 17)."""
    days, days_of_head = rules.remarks_author_working_days, rules.remarks_head_working_days
    heads = [head for head in facts.lead_heads if head not in facts.authors]
    for one in facts.remarks:
        subject, schedule = Subject("review", one.review_id), hours(facts.lead_unit_id)
        first, later = schedule.nth_working_day_end(one.since, days), schedule.nth_working_day_end(one.since, days_of_head)
        yield from _to(facts.authors, Kind.REMARKS_UNANSWERED, subject, first, schedule, params={"days": days})
        yield from _to(heads, Kind.REMARKS_UNANSWERED, subject, later, schedule, level=HEAD, params={"days": days_of_head})


def _concerned(facts: RequestFacts) -> Iterable[int]:
    """Those who had agreed, those interrupted in judging a change, the organisers and the co-organizers."""
    interrupted = [one for review in _interrupted(facts.round) for one in review.holders] if facts.round else []
    return (*facts.approvers, *interrupted, *facts.organisers, *facts.partners)


def _to(
    people: Iterable[int], kind: Kind, subject: Subject, at: datetime, schedule: Schedule, starts: Iterable[datetime] = (), *,
    news: int | None = None, **more: Any,
) -> Iterator[Planned]:  # fmt: skip
    """The same message to each, once on each of their channels, when its kind may leave; for `news` days from then on it is news."""
    told = dict.fromkeys(people)
    if not told:
        return iter(())
    due_at = leaves_at(kind, at, schedule, starts)
    more |= {"until": due_at + timedelta(days=news)} if news is not None else {}
    return (Planned(kind, subject, one, channel, due_at, **more) for one in told for channel in channels_for(one, kind))


def _as_hours(span: timedelta) -> Decimal:
    """Working time as hours, half a microsecond up so that turning it back rounds to the same microsecond."""
    return Decimal(span // timedelta(microseconds=1) * 2 + 1) / Decimal(7_200_000_000)


def _stamp(moment: datetime) -> str:
    """A moment as a part of a key, to the second."""
    return moment.strftime("%Y%m%dT%H%M%S")
