"""Section «Dates and times»: each date, the dates among themselves, the hours of quiet."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from events.district.rules import Rules
from events.foundation.place import local, local_day
from events.foundation.text import N_
from events.requests.fields import Content, Occurrence
from events.requests.rules.finding import Around, Finding
from events.requests.rules.open_air import in_the_open
from events.venues.conflicts import Span, full

A_DAY = timedelta(days=1)


def dates(content: Content, around: Around) -> Iterator[Finding]:
    """Every date is whole, runs forward, and lies ahead."""
    if not content.occurrences:
        yield Finding("occurrences", N_("Add at least one date."))
    if len(content.occurrences) > around.rules.most_dates:
        phrase = N_("Leave at most %(n)s date in one request.", "Leave at most %(n)s dates in one request.", n=around.rules.most_dates)
        yield Finding("occurrences", phrase)
    for one in content.occurrences:
        yield from _one_date(one, around)
    yield from _own_clashes(content, around)


def _own_clashes(content: Content, around: Around) -> Iterator[Finding]:
    """Dates of the same request that need one venue at once, more than it takes; set-up, clearing and the venue's buffers included."""
    taken: dict[int, list[Span]] = {}
    for one in sorted(content.dated, key=lambda date: (date.setup_from or date.starts_at or around.now, date.key)):
        venue_id = content.venue_of(one) or 0
        venue, own = around.venues.get(venue_id), _span(one)
        if venue is None or venue.most is None or own is None:
            continue
        before, after = (timedelta(), timedelta()) if _is_in_force(one, around) else venue.buffers
        wide, others = Span(own.start - before, own.end + after), taken.setdefault(venue_id, [])
        if full(wide, others, venue.most):
            yield Finding("occurrences", N_("This date overlaps another date of this request at the same venue."), occurrence=one.key)
        others.append(wide)


def _span(one: Occurrence) -> Span | None:
    """From set-up to clearing, None of what runs backwards."""
    begins, ends = one.setup_from or one.starts_at, one.teardown_to or one.ends_at
    return Span(begins, ends) if begins and ends and begins < ends else None


def _is_in_force(one: Occurrence, around: Around) -> bool:
    """Whether it stands so already: buffers that were set wider since are none of its business."""
    return one.starts_at is not None and around.approved.get(one.key) == one.starts_at


def _one_date(one: Occurrence, around: Around) -> Iterator[Finding]:
    """A single date, I20."""
    if one.starts_at is None or one.ends_at is None:
        yield Finding("occurrences", N_("Fill in the day, the beginning and the end."), occurrence=one.key)
        return
    if one.ends_at <= one.starts_at:
        phrase = N_("The end must be later than the beginning. If it ends on another day, give that day too.")
        yield Finding("occurrences", phrase, occurrence=one.key, part="ends")
    elif one.ends_at - one.starts_at > timedelta(days=around.rules.longest_event_days):
        phrase = N_(
            "One date may last at most %(n)s day: add further dates instead.",
            "One date may last at most %(n)s days: add further dates instead.",
            n=around.rules.longest_event_days,
        )
        yield Finding("occurrences", phrase, occurrence=one.key, part="last_day")
    if one.setup_from and one.setup_from > one.starts_at:
        yield Finding("occurrences", N_("Setting up must begin before the event."), occurrence=one.key, part="setup_at")
    if one.teardown_to and one.teardown_to < one.ends_at:
        yield Finding("occurrences", N_("Clearing up must end after the event."), occurrence=one.key, part="teardown_at")
    if one.starts_at <= around.now and around.approved.get(one.key) != one.starts_at:
        yield Finding("occurrences", N_("This date has passed: choose a new one."), occurrence=one.key)
    elif local(one.starts_at).year > 2100:
        yield Finding("occurrences", N_("Check the year of this date."), occurrence=one.key)


def ends_late(one: Occurrence, limit: time, night_ends: time) -> bool:
    """Whether one leaves at or after `limit` on the office's clock or before the night ends, or stays over a night.

    Of what lasts a day or longer, an exhibition or a camp, the hour at which it closes on its last day is judged and nothing else.
    """
    if one.starts_at is None or one.ends_at is None:
        return False
    over = local(one.ends_at).time()
    return over >= limit or over < night_ends or _over_one_night(one.starts_at, one.ends_at)


def _over_one_night(starts: datetime, ends: datetime) -> bool:
    """Past midnight in one go."""
    return local_day(ends) > local_day(starts) and ends - starts < A_DAY


def noise(content: Content, around: Around) -> Iterator[Finding]:
    """Sound in the open during the hours of quiet."""
    if not (content.sound and in_the_open(content, around.venues)):
        return
    for one in content.dated:
        if _in_quiet_hours(one, around):
            yield Finding(
                "occurrences",
                N_("Sound in the open falls into the hours of quiet."),
                source=around.law(one).source("noise_from"),
                occurrence=one.key,
            )


def _in_quiet_hours(one: Occurrence, around: Around) -> bool:
    """Begins (set-up included) before the quiet ends, or ends after it begins; a night in between counts in one go only."""
    if one.starts_at is None or one.ends_at is None:
        return False
    begins, ends, rules = local(one.setup_from or one.starts_at), local(one.ends_at), around.law(one)
    if begins.time() < _quiet_until(begins.date(), around, rules) or ends.time() > rules.noise_from:
        return True
    later = ends.date() > begins.date()
    return _over_one_night(one.starts_at, one.ends_at) or (later and ends.time() <= _quiet_until(ends.date(), around, rules))


def _quiet_until(day: date, around: Around, rules: Rules) -> time:
    return rules.noise_until_weekend if around.is_day_off(day) else rules.noise_until_weekday
