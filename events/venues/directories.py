"""Venues as a directory."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from events.district.columns import Column
from events.district.directory import ACTIVE, NAME_NEEDED, Directory, coded
from events.district.kinds import PARTED, Control, Degrees, Line, Tick, Whole, Word, Wrong
from events.foundation.text import N_, Phrase
from events.people.directories import unit_offers
from events.venues.models import Venue
from events.venues.vocabulary import VenueKind

KINDS: Mapping[StrEnum, Phrase] = {
    VenueKind.INDOOR: N_("under a roof"),
    VenueKind.OUTDOOR: N_("in the open air"),
    VenueKind.ONLINE: N_("on the net"),
}
"""What kinds of venues are called in lists and files."""
MOST_AIDS, LONGEST_AID = 12, 60


@dataclass(frozen=True)
class Words:
    """Several short phrases, parted by semicolons."""

    control: Control = Control.LINE

    def read(self, text: str) -> list[str]:
        """Each once, in the order written."""
        found = list(dict.fromkeys(part.strip() for part in text.split(PARTED) if part.strip()))
        if len(found) > MOST_AIDS or any(len(one) > LONGEST_AID for one in found):
            raise Wrong(N_("Give at most %(count)s short phrases, parted by semicolons.", count=MOST_AIDS))
        return found

    def write(self, value: list[str]) -> str:
        """With semicolons between."""
        return f"{PARTED} ".join(value)


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
        Column(
            "accessibility",
            N_("Accessibility"),
            Words(),
            empty=[],
            listed=False,
            hint=N_("Short phrases parted by semicolons: ramp; lift; sign language."),
        ),
        Column("lat", N_("Latitude"), Degrees(-90, 90), listed=False),
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
        Column("city_square", N_("A city square"), Tick(), empty=False, listed=False),
        ACTIVE,
    ),
    searched=("key", "name", "address", "metro"),
    order=("name", "key"),
    offers=unit_offers,
)
