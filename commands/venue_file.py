"""The venues of a district's file: every fault is a DefinitionError with its place."""

from collections.abc import Collection, Mapping
from typing import Any

from events.district.kinds import Wrong
from events.foundation.document import Node
from events.foundation.text import N_, clean_line
from events.people.vocabulary import no_such_unit
from events.venues.directories import ONE_AT_A_TIME, VENUES
from events.venues.vocabulary import Access, VenueKind

OPTIONAL = frozenset(
    {"accessibility_note", "at_once", "buffer_before", "buffer_after", "opening_hours", "closures", "safety_passport_until"}
)
"""Members that a venue may leave out."""
NUMBERS = frozenset({"at_once", "buffer_before", "buffer_after"})
"""Those of them that are numbers; the others are texts."""


def check(part: Node, units: Collection[str]) -> list[str]:
    """Keys of venues that are in order."""
    keys = []
    for one in part.named_items(empty=True):
        row = one.members({
            "key", "name", "address", "owner", "metro", "capacity", "kind", "accessibility", "lat", "lon", "note",
                "exclusive", "city_square",
        }, OPTIONAL)  # fmt: skip
        keys.append(row["key"].key())
        row["name"].text(200)
        row["address"].text()
        row["owner"].one_of(units, no_such_unit(row["owner"].shown))
        if row["metro"].value is not None:
            row["metro"].text(60)
        row["capacity"].whole(1, 1_000_000)
        row["kind"].choice(VenueKind)
        for feature in row["accessibility"].items(empty=True):
            feature.choice(Access)
        _place(row["lat"], row["lon"])
        row["note"].text(blank=True)
        row["exclusive"].truth()
        row["city_square"].truth()
        _facts(row)
    part.refuse_twice(keys)
    return keys


def _facts(row: Mapping[str, Node]) -> None:
    """What a venue may leave out, in the text form of its directory."""
    for name in sorted(OPTIONAL & row.keys()):
        if row[name].value is not None and name in NUMBERS:
            row[name].whole(0, 1_000_000)
        elif row[name].value is not None:
            row[name].text(blank=True)
        try:
            fact(name, row[name].value)
        except Wrong as wrong:
            raise row[name].fail(wrong.phrase) from None
    if "at_once" in row and row["at_once"].value is not None and row["exclusive"].value:
        raise row["at_once"].fail(ONE_AT_A_TIME)


def fact(name: str, value: object) -> Any:
    """One of these as a row stores it. Raises Wrong."""
    column = VENUES.columns_by_name[name]
    text = "" if value is None else clean_line(str(value))
    return column.kind.read(text) if text else column.empty


def _place(lat: Node, lon: Node) -> None:
    """Both or neither: half a place on the map is none."""
    if lat.value is not None:
        lat.real(-90, 90)
    if lon.value is not None:
        lon.real(-180, 180)
    if (lat.value is None) != (lon.value is None):
        raise (lat if lat.value is None else lon).fail(N_("latitude and longitude are given together"))
