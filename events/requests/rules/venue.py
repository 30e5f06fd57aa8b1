"""Section «Venue»: a venue or an address, and room enough."""

from collections.abc import Iterator
from datetime import date

from events.foundation.link import is_link
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.requests.fields import Content, Occurrence
from events.requests.rules.finding import Around, Finding, VenueFacts
from events.requests.vocabulary import Format
from events.venues.hours import MIDNIGHT, Closure, closed_for
from events.worktime.hours import Intervals

PASSPORTS = "ПП РФ от 25.03.2015 № 272"
ON_THE_NET = N_("This place is on the net only. Choose where people come to, or say that the event is held online.")


def place(content: Content, around: Around) -> Iterator[Finding]:
    """A venue or an address, and room enough."""
    if not content.venue_id and not content.online:
        if not content.place_name:
            yield Finding("venue_id", N_("Choose a venue or name another place."))
        elif not content.place_address:
            yield Finding("place_address", N_("Give the address of the place."))
    if content.format in {Format.OFFLINE, Format.MIXED}:
        yield from _nowhere_to_come(content, around)
    if content.outdoor and len(content.rain_plan) < 20:
        yield Finding("rain_plan", N_("Say in a sentence what happens in bad weather (at least 20 characters)."))
    if content.format in {Format.ONLINE, Format.MIXED} and not is_link(content.online_url):
        yield Finding("online_url", N_("Give the address of the broadcast, beginning with https://."))
    yield from room(content, around)
    for one, venue in _ahead(content, around):
        yield from _shut(one, venue, around)


def _nowhere_to_come(content: Content, around: Around) -> Iterator[Finding]:
    """People come to a place, and one on the net is none."""
    on_the_net = {key for key in content.venue_ids if key in around.venues and around.venues[key].online}
    if content.venue_id in on_the_net:
        yield Finding("venue_id", ON_THE_NET)
    for one in content.occurrences:
        if one.venue_id in on_the_net:
            yield Finding("occurrences", ON_THE_NET, occurrence=one.key, part="venue_id")


def room(content: Content, around: Around) -> Iterator[Finding]:
    """Every venue holds all who are expected."""
    for venue in (around.venues[key] for key in content.venue_ids if key in around.venues):
        if content.expected and content.expected > venue.capacity:
            yield Finding(
                "expected",
                N_(
                    "“%(venue)s” has room for %(capacity)s: reduce the number of participants or choose another venue.",
                    venue=venue.name,
                    capacity=venue.capacity,
                ),
            )


def set_up_while_shut(content: Content, around: Around) -> Iterator[Finding]:
    """Set-up and clearing while the venue is not open: its owner has to let people in."""
    for one, venue in _ahead(content, around):
        edges = ((one.setup_from, one.starts_at, "setup_at"), (one.ends_at, one.teardown_to, "teardown_at"))
        for begins, over, part in edges:
            if venue.opening and begins and over and begins < over and venue.opening.shut(begins, over, around.is_holiday):
                phrase = N_("“%(venue)s” is not open for all of it: agree with the venue who lets you in.", venue=venue.name)
                yield Finding("occurrences", phrase, occurrence=one.key, part=part)


def safety_passport(content: Content, around: Around) -> Iterator[Finding]:
    """A safety passport that has run out by the day of the event; each venue is named once, at its first such date."""
    told: set[str] = set()
    for one, venue in _ahead(content, around):
        until = venue.safety_passport_until
        if until is not None and one.ends_at and local_day(one.ends_at) > until and venue.name not in told:
            told.add(venue.name)
            phrase = N_(
                "The safety passport of “%(venue)s” runs out on %(day)s, before this date: ask the venue for a new one.",
                venue=venue.name,
                day=until,
            )
            yield Finding("occurrences", phrase, source=PASSPORTS, occurrence=one.key)


def _ahead(content: Content, around: Around) -> Iterator[tuple[Occurrence, VenueFacts]]:
    """Dates to come that run forward, with their venues."""
    for one in content.dated:
        venue = around.venues.get(content.venue_of(one) or 0)
        if venue and one.starts_at and one.ends_at and around.now < one.ends_at and one.starts_at < one.ends_at:
            yield one, venue


def _shut(one: Occurrence, venue: VenueFacts, around: Around) -> Iterator[Finding]:
    """A date on which nobody can use the venue, or at an hour at which it is not open."""
    starts, ends = one.starts_at, one.ends_at
    if starts is None or ends is None:
        return
    if closure := closed_for(venue.closed, starts, ends):
        yield Finding("occurrences", _closed_on(venue, closure), occurrence=one.key)
    elif venue.opening and (day := venue.opening.shut(starts, ends, around.is_holiday)):
        yield Finding("occurrences", _closed_then(venue, day, venue.opening.on(day, around.is_holiday)), occurrence=one.key)


def _closed_on(venue: VenueFacts, closure: Closure) -> Phrase:
    if closure.first == closure.last:
        return N_(
            "“%(venue)s” is closed on %(day)s (%(reason)s): choose another day or another venue.",
            venue=venue.name,
            day=closure.first,
            reason=closure.reason,
        )
    return N_(
        "“%(venue)s” is closed from %(first)s to %(last)s (%(reason)s): choose another day or another venue.",
        venue=venue.name,
        first=closure.first,
        last=closure.last,
        reason=closure.reason,
    )


def _closed_then(venue: VenueFacts, day: date, hours: Intervals) -> Phrase:
    if not hours:
        return N_("“%(venue)s” is not open on %(day)s: choose another day or another venue.", venue=venue.name, day=day)
    spans = ", ".join(f"{opens:%H:%M}–{'24:00' if closes == MIDNIGHT else f'{closes:%H:%M}'}" for opens, closes in hours)
    return N_("“%(venue)s” is open %(hours)s on %(day)s: choose another time or another venue.", venue=venue.name, hours=spans, day=day)
