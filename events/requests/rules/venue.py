"""Section «Venue»: a venue or an address, and room enough."""

from collections.abc import Iterator

from events.foundation.link import is_link
from events.foundation.text import N_
from events.requests.fields import Content
from events.requests.rules.finding import Around, Finding
from events.requests.vocabulary import Format

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
