"""The file of a district, checked as a whole before anything of it is loaded: every fault is a DefinitionError with its place.

Objects are called by their key, so that a place reads «venues/v03/capacity». The rules of units, routes and the district's rules are
asked of the matters they belong to, which ask them again when they store.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from commands import venue_file
from events.approvals import route
from events.approvals.route import DefinitionError
from events.district.rule_periods import Period, is_in_order
from events.district.rule_values import impossible, no_such_rule
from events.district.rules import DECLARED
from events.foundation import phones
from events.foundation.address import LONGEST_ADDRESS
from events.foundation.document import Node
from events.foundation.link import is_link
from events.foundation.text import N_
from events.people import rules as people
from events.people.vocabulary import UnitKind, no_such_unit
from events.requests.models import Revision
from events.requests.vocabulary import AgeMark, BudgetSource, Level, Registration
from events.worktime.hours import OfficeHours

PARTS = ("units", "venues", "directions", "event_types", "reason_codes", "templates", "routes")
RULES = "rules"
"""A part a file may leave out: the rules that an installation starts with hold then."""
NOTE = "_note"
NEEDS = (
    "buses", "food", "sound", "stage", "sport", "prizes", "partners", "vip", "pupils", "paid", "stream", "sign_language", "photo", "series",
)  # fmt: skip
CODE, DIRECTION_NAME, KIND_NAME, LAW = 40, 200, 100, 24
OLDEST, LONGEST_TEXT, LONGEST_EVENT = 120, 20_000, 14 * 24 * 60


def check(plain: object, units_known: Collection[str] = (), venues_known: Collection[str] = ()) -> None:
    """Raises DefinitionError at the first fault. `units_known`, `venues_known`: keys that the database has already."""
    got = Node(plain, "").members(PARTS, {RULES, NOTE})
    units = {*units_known, *_units(got["units"], units_known)}
    venues = {*venues_known, *venue_file.check(got["venues"], units)}
    directions = _directory(got["directions"], {"code": CODE, "ru": DIRECTION_NAME, "en": DIRECTION_NAME, "law489_art6": LAW})
    kinds = {"code": CODE, "name": KIND_NAME, "name_en": KIND_NAME}
    _directory(got["event_types"], kinds)
    _directory(got["reason_codes"], kinds)
    types = [row["name"] for row in got["event_types"].value]  # type: ignore[attr-defined]  # a list of objects, as has just been seen
    got["event_types"].refuse_twice(types)
    routes = _routes(got["routes"], units)
    for row in got["templates"].named_items(empty=True):
        _template(row, units=units, venues=venues, directions=directions, types=types, routes=routes)
    got["templates"].refuse_twice(row["key"] for row in got["templates"].value)  # type: ignore[attr-defined]  # the same
    if RULES in got:
        _rules(got[RULES])


def _units(part: Node, known: Collection[str]) -> list[str]:
    """Keys of units whose members, parents and curators are in order."""
    rows = {
        one.path: one.members({"key", "ru", "kind", "parent", "curator", "details"}, {"en", "short", "type"}) for one in part.named_items()
    }
    keys = [row["key"].key() for row in rows.values()]
    part.refuse_twice(keys)
    codes: dict[str, str] = {}
    for path, row in rows.items():
        row["ru"].text()
        row["kind"].choice(UnitKind)
        for name in ("parent", "curator"):
            if row[name].value is not None:
                _unit(row[name], {*keys, *known})
        for name in ("en", "short", "type"):
            if name in row:
                row[name].text(120)
        codes[_details_of_unit(row, path, codes)] = row["key"].key()
    _refuse_circles(rows.values(), known)
    return keys


def _details_of_unit(row: Mapping[str, Node], path: str, codes: Mapping[str, str]) -> str:
    """The code of a unit whose details are in order."""
    named = [name for name in ("short", "en") if name not in row]
    got = row["details"].members({"code", *named}, {"short", "en", "phone", "hours", "email", "open_on_holidays"})
    for name in ("short", "en"):
        if name in got:
            got[name].text(120)
    email = got["email"].text(LONGEST_ADDRESS, blank=True) if "email" in got else ""
    code = got["code"].text(20)
    phone = phones.kept(got["phone"].text(40)) if "phone" in got else ""
    for name, fault in people.unit_faults(code, codes, email, phone).items():
        raise got[name].fail(fault)
    if "open_on_holidays" in got:
        got["open_on_holidays"].truth()
    if "hours" in got:
        _hours(got["hours"])
    return code


def _unit(node: Node, known: Collection[str]) -> str:
    """The key of a unit there is."""
    return node.one_of(known, no_such_unit(node.shown))


def _hours(node: Node) -> None:
    """Opening hours by weekday: {"0": [["09:00", "13:00"], ["13:48", "24:00"]]}."""
    for day in node.members((), set("0123456")).values():
        for interval in day.items(empty=True):
            if len([edge.clock(ends=bool(place)) for place, edge in enumerate(interval.items())]) != len(("opens", "closes")):
                raise interval.fail(N_("opening hours are a pair of times"))
    try:
        OfficeHours.from_plain({"weekdays": node.value})
    except ValueError:
        raise node.fail(N_("opening hours follow one another, and some day of the week must have any")) from None


def _refuse_circles(rows: Iterable[Mapping[str, Node]], known: Collection[str]) -> None:
    """Every unit can come after its parent and its curator."""
    above = {str(row["key"].value): {row["parent"].value, row["curator"].value} - {None, *known} for row in rows}
    parents = {str(row["key"].value): row["parent"] for row in rows}
    while ready := [key for key, wanted in above.items() if not wanted & above.keys()]:
        for key in ready:
            del above[key]
    for key in above:
        raise parents[key].fail(N_("units stand above one another in a circle"))


def _directory(part: Node, members: Mapping[str, int]) -> list[str]:
    """Codes of a directory whose rows are texts of these lengths."""
    codes = []
    for one in part.named_items("code", empty=True):
        row = one.members(members)
        for name, most in members.items():
            row[name].text(most)
        codes.append(row["code"].key())
    part.refuse_twice(codes)
    return codes


def _routes(part: Node, units: Collection[str]) -> list[str]:
    """Keys of routes that make a set and ask units that exist."""
    found = []
    for place, one in enumerate(part.items()):
        try:
            found.append(route.parse_route(one.value))
        except DefinitionError as error:
            nameless = error.path.partition("/")
            raise (
                DefinitionError(f"{one.path}/{nameless[2]}".rstrip("/"), error.fault) if nameless[0] == "route" else error.below(part.path)
            ) from None
        for stage in found[place].stages:
            for slot in stage.slots:
                if slot.unit is not None and slot.unit not in units:
                    path = f"{part.path}/{found[place].key}/{stage.key}/{slot.key}/who/unit"
                    raise DefinitionError(path, no_such_unit(slot.unit))
    route.check_set(found)
    return [one.key for one in found]


def _template(
    node: Node,
    *,
    units: Collection[str],
    venues: Collection[str],
    directions: Collection[str],
    types: Collection[str],
    routes: Collection[str],
) -> None:
    """A start for requests that can be begun from it."""
    row = node.members({
        "key", "title", "description", "direction", "event_type", "age_from", "age_to", "age_mark", "duration_min", "expected",
            "budget_rub",        "venue", "lead", "co", "minors", "route", "docs", "tags", "needs", "budget_source", "details",
    })  # fmt: skip
    row["key"].key()
    row["title"].text(300)
    row["description"].text(600)
    for name, known in (("direction", directions), ("event_type", types), ("venue", venues), ("lead", units), ("route", routes)):
        row[name].one_of(known, N_("“%(name)s” stands nowhere in the file", name=row[name].shown))
    if row["age_from"].whole(0, OLDEST) > row["age_to"].whole(0, OLDEST):
        raise row["age_to"].fail(N_("the greatest age is below the least"))
    row["age_mark"].choice(AgeMark)
    row["duration_min"].whole(1, LONGEST_EVENT)
    row["expected"].whole(1)
    row["minors"].truth()
    for name in ("docs", "tags"):
        for one in row[name].items(empty=True):
            one.text(100)
    for one in row["needs"].members(NEEDS).values():
        one.truth()
    row["budget_source"].choice(BudgetSource)
    co = [_unit(one, units) for one in row["co"].items(empty=True)]
    row["co"].refuse_twice(co)
    _details_of_template(row, co)


def _details_of_template(row: Mapping[str, Node], co: Collection[str]) -> None:
    """What a template says beyond its facts, each text as long as a request's may be."""
    texts = {
        "rain_plan", "safety_note", "partners_note", "vip_note", "escort", "bring", "accessibility", "online_url", "registration_url",
    }  # fmt: skip
    must = {"short_desc", "description", "goal", "level", "budget", *({"contributes"} if co else ())}
    got = row["details"].members(must, {*texts, "registration", "price_rub", "photo"} - must)
    for name in ("short_desc", "description", "goal", *sorted(texts & got.keys())):
        got[name].text(getattr(Revision.__table__.c[name].type, "length", None) or LONGEST_TEXT)
    for name in ("online_url", "registration_url"):
        if name in got and not is_link(str(got[name].value)):
            raise got[name].fail(N_("an address that begins with https:// is expected here"))
    got["level"].choice(Level)
    if "registration" in got:
        got["registration"].choice(Registration)
    if "price_rub" in got:
        got["price_rub"].amount()
    if "photo" in got:
        got["photo"].truth()
    if "contributes" in got:
        for one in got["contributes"].members(co).values():
            one.text()
    total = sum(_line_of_estimate(line) for line in got["budget"].items(empty=True))
    if row["budget_rub"].whole(0) != total:
        raise row["budget_rub"].fail(N_("the lines of the estimate add up to %(total)s", total=total))


def _line_of_estimate(line: Node) -> Any:
    """The amount of a pair of name and amount."""
    pair = line.items()
    if len(pair) != len(("name", "amount")):
        raise line.fail(N_("a line of the estimate is a name and an amount"))
    pair[0].text(200)
    return pair[1].amount()


def _rules(part: Node) -> None:
    """Rows of rules, or as before they had periods an object by key."""
    if isinstance(part.value, Mapping):
        for key, one in part.members((), DECLARED).items():
            named = one.members({"value"}, {"source"}) if isinstance(one.value, Mapping) else {"value": one}
            _rule(key, named)
        return
    periods: dict[str, list[Period]] = {}
    for one in part.named_items(empty=True):
        got = one.members({"key", "value"}, {"source", "valid_from", "valid_until"})
        key = got["key"].one_of(DECLARED, no_such_rule(got["key"].shown))
        periods.setdefault(key, []).append(_rule(key, got))
    for key, several in periods.items():
        if not is_in_order(several):
            raise part.under(key, None).fail(N_("its periods overlap, or one ends before it begins"))


def _rule(key: str, got: Mapping[str, Node]) -> Period:
    """A value of the rule's kind with its days."""
    if got.get("source"):
        got["source"].text(blank=True)
    days = [got[name].day() if name in got and got[name].value is not None else None for name in ("valid_from", "valid_until")]
    try:
        DECLARED[key].read(got["value"].value)
    except ValueError:
        raise got["value"].fail(impossible(got["value"].shown, key)) from None
    return Period(key, got["value"].value, "", *days)
