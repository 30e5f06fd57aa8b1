"""Section «Safety»: who answers for it, and how children are carried."""

from collections.abc import Iterator

from events.foundation.text import N_
from events.requests.fields import Content
from events.requests.rules.finding import Around, Finding


def responsible_for_safety(content: Content, around: Around) -> Iterator[Finding]:
    """From the district's threshold on, who is responsible for safety and evacuation."""
    least = around.rules.safety_note_from_people
    if (content.expected or 0) >= least and not content.safety_note and not content.online:
        yield Finding(
            "safety_note",
            N_(
                "From %(n)s person on, say who is responsible for safety and how people are led out.",
                "From %(n)s people on, say who is responsible for safety and how people are led out.",
                n=least,
            ),
            source=around.rules.source("safety_note_from_people"),
        )


def children_by_bus(content: Content, around: Around) -> Iterator[Finding]:
    """What the law asks of those who carry children by bus, by the rules of the first date."""
    if not content.buses:
        return
    rules = around.law(content.dated[0]) if content.dated else around.rules
    yield Finding(
        "buses",
        N_(
            "If %(children)s or more children go by bus, tell the traffic police of it: %(city)s h before a ride in the city, "
            "%(intercity)s h before one between cities. Children under %(age)s do not ride for longer than %(hours)s h.",
            children=rules.bus_children_from,
            city=rules.bus_notice_city_hours,
            intercity=rules.bus_notice_intercity_hours,
            age=rules.bus_long_ride_age,
            hours=rules.bus_long_ride_hours,
        ),
        source=rules.source("bus_notice_city_hours"),
    )
