"""Venues as a directory."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from events.district.columns import Column
from events.district.directory import ACTIVE, NAME_NEEDED, Directory, coded
from events.district.kinds import PARTED, Control, Day, Degrees, Line, Several, Tick, Whole, Word, Wrong
from events.foundation import work
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people.directories import Hours, unit_offers
from events.venues.hours import Closure
from events.venues.models import LONGEST_BUFFER, Venue
from events.venues.vocabulary import Access, VenueKind

KINDS: Mapping[StrEnum, Phrase] = {
    VenueKind.INDOOR: N_("under a roof"),
    VenueKind.OUTDOOR: N_("in the open air"),
    VenueKind.ONLINE: N_("on the net"),
}
"""What kinds of venues are called in lists and files."""
ACCESS: Mapping[StrEnum, Phrase] = {
    Access.STEP_FREE: N_("level approach"),
    Access.HARD_PATHS: N_("firm paths"),
    Access.RAMP: N_("ramp"),
    Access.LIFT: N_("lift"),
    Access.WHEELCHAIR_PLACES: N_("wheelchair places"),
    Access.TOILET: N_("accessible toilet"),
    Access.CHANGING_ROOM: N_("accessible changing room"),
    Access.PARKING: N_("parking for disabled people"),
    Access.LOOP: N_("induction loop"),
    Access.TACTILE: N_("tactile signs"),
    Access.SIGN_LANGUAGE: N_("sign language"),
    Access.CAPTIONS: N_("captions"),
    Access.GUIDE_DOG: N_("entry with a guide dog"),
    Access.HELP: N_("help by the staff"),
}
"""What makes a venue accessible, in lists and files."""
MOST_CLOSURES, LONGEST_REASON = 100, 80
NO_CLOSURES = N_("Write the days and the reason like “01.07.2027–31.07.2027 repair; 09.05.2027 holiday”, each with its reason.")
PAST_STAYS = N_("What is over stays as it was: “%(closure)s”.")
TOGETHER = N_("Give latitude and longitude together, or neither.")
ONE_AT_A_TIME = N_("This venue takes one event at a time: take that mark away first, or leave this empty.")
_DAYS = re.compile(r"(\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d\d-\d\d)(?:\s?[-–—]\s?(\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d\d-\d\d))?\s(.+)")


@dataclass(frozen=True)
class Ways(Several):
    """Some of a closed list, stored as their words."""

    def read(self, text: str) -> list[str]:  # type: ignore[override]  # JSON holds words
        """In the order of the list."""
        return [one.value for one in super().read(text)]

    def write(self, value: Iterable[str]) -> str:
        """As they are stored."""
        return PARTED.join(value)


@dataclass(frozen=True)
class Closures:
    """Days on which nobody can use it, with reasons: «01.07.2027–31.07.2027 ремонт; 09.05.2027 праздник». Days are as the office writes
    them, since people read the line; ISO is understood too."""

    control: Control = Control.LINES

    def read(self, text: str) -> list[dict[str, str]]:
        """The JSON of `Closure.to_plain`, the earliest first. Refuses days that run backwards and what has no reason."""
        found = sorted({_closure(part.strip()) for part in text.split(PARTED) if part.strip()})
        if len(found) > MOST_CLOSURES:
            raise Wrong(NO_CLOSURES)
        return [one.to_plain() for one in found]

    def write(self, value: Iterable[Mapping[str, str]]) -> str:
        """One after the other."""
        return f"{PARTED} ".join(_said(Closure.from_plain(one)) for one in value)


def _closure(text: str) -> Closure:
    parts = _DAYS.fullmatch(text)
    if parts is None or len(parts[3]) > LONGEST_REASON:
        raise Wrong(NO_CLOSURES)
    try:
        first, last = Day().read(parts[1]), Day().read(parts[2] or parts[1])
    except Wrong:
        raise Wrong(NO_CLOSURES) from None
    if last < first:
        raise Wrong(NO_CLOSURES)
    return Closure(first, last, parts[3])


def _said(one: Closure) -> str:
    days = f"{one.first:%d.%m.%Y}" + (f"–{one.last:%d.%m.%Y}" if one.last > one.first else "")
    return f"{days} {one.reason}"


def _check(values: Mapping[str, Any], row: Venue | None) -> Mapping[str, Phrase]:
    """Rules over several columns, and over what stood there before."""
    faults: dict[str, Phrase] = {}
    if (values["lat"] is None) != (values["lon"] is None):
        faults["lat" if values["lat"] is None else "lon"] = TOGETHER
    if values["exclusive"] and values["at_once"] is not None:
        faults["at_once"] = ONE_AT_A_TIME
    today = local_day(work.now())
    kept = {Closure.from_plain(one) for one in values["closures"]}
    gone = [one for one in (row.closed if row is not None else ()) if one.last < today and one not in kept]
    if gone:
        faults["closures"] = replace(PAST_STAYS, params={"closure": _said(gone[0])})
    return faults


VENUES = Directory(
    "venues",
    N_("Venues"),
    N_("Where events take place: chosen in each request, held while it is approved."),
    Venue,
    "venue",
    (
        coded("key"),
        Column("name", N_("What it is called"), Line(200), required=NAME_NEEDED),
        Column("address", N_("Address"), Line(300), required=N_("Please write the address.")),
        Column("owner_id", N_("Whose it is"), Line(40), of="units", required=N_("Please choose whose it is.")),
        Column("kind", N_("Kind"), Word(KINDS), required=N_("Please choose what it is.")),
        Column("capacity", N_("How many people it holds"), Whole(1, 1_000_000), required=N_("Please say how many people it holds.")),
        Column("metro", N_("Metro station"), Line(60), listed=False),
        Column("accessibility", N_("Accessibility"), Ways(ACCESS), empty=[], listed=False, hint=N_("What applies; the public reads it.")),
        Column(
            "accessibility_note",
            N_("Accessibility, in words"),
            Line(200),
            empty="",
            listed=False,
            hint=N_("What the list above does not say, for example where the ramp is."),
        ),
        Column("lat", N_("Latitude"), Degrees(-90, 90), listed=False, hint=N_("In degrees, as maps show it: 59.8765.")),
        Column("lon", N_("Longitude"), Degrees(-180, 180), listed=False),
        Column("note", N_("Note for organisers"), Line(300), empty="", listed=False),
        Column(
            "exclusive",
            N_("One event at a time"),
            Tick(),
            empty=True,
            listed=False,
            hint=N_("Without it several events may take place at once, as in a park."),
        ),
        Column(
            "at_once",
            N_("Events at once"),
            Whole(2, 1000),
            listed=False,
            hint=N_("How many it takes at the same time; empty: as many as come. Only where the mark above is not set."),
        ),
        Column(
            "buffer_before",
            N_("Minutes free before an event"),
            Whole(0, LONGEST_BUFFER),
            empty=0,
            listed=False,
            hint=N_("Kept free before set-up begins: for airing, cleaning, handing over keys."),
        ),
        Column("buffer_after", N_("Minutes free after an event"), Whole(0, LONGEST_BUFFER), empty=0, listed=False),
        Column(
            "opening_hours",
            N_("Opening hours"),
            Hours(),
            listed=False,
            hint=N_("Like “mon-fri 10:00-21:00; sat 11:00-18:00”, and “holidays” where it is open on them; empty: at any time."),
        ),
        Column(
            "closures",
            N_("Closed on"),
            Closures(),
            empty=[],
            listed=False,
            hint=N_("One in each line, days and reason: “01.07.2027–31.07.2027 repair”. What is over stays."),
        ),
        Column(
            "safety_passport_until",
            N_("Safety passport until"),
            Day(),
            listed=False,
            hint=N_("Its last day (Government Decree No. 272). Authors are warned when the event is later; empty: none is needed."),
        ),
        Column("city_square", N_("A city square"), Tick(), empty=False, listed=False),
        ACTIVE,
    ),
    searched=("key", "name", "address", "metro"),
    order=("name", "key"),
    check=_check,
    offers=unit_offers,
)
