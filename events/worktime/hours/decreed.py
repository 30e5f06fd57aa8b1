"""A year as its decree has it, read and held against what is stored."""

from collections.abc import Mapping, Sequence
from datetime import date

from events.foundation.document import Node, stands_twice
from events.foundation.text import N_
from events.worktime.hours.calendar import Calendar, months
from events.worktime.hours.days import MONDAY, Day, check_day, dates_of, is_weekend
from events.worktime.vocabulary import DayKind

WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LISTS = ("holidays", "days_off", "working_weekends", "short_days")
MOST_STATED = 366 * 8
"""Above every sum of a year, which are of days or of hours."""


def read_year(year: int, plain: object) -> Mapping[date, Day]:
    """The exceptional days of one year from the shape of `data/ru_calendar.json`.

    DefinitionError, with the place of the fault, when the entry cannot be read or when its own sums disagree with its days.
    """
    got = _members(year, plain)
    days = _listed_days(year, got)
    counted = months(Calendar(days, frozenset({year})), year)
    _refuse_wrong_sum(got["working_days"], sum(month.working_days for month in counted))
    if "hours_40" in got:
        _refuse_wrong_sum(got["hours_40"], sum(month.hours for month in counted))
    if "by_month" in got:
        stated = got["by_month"].members([str(month.first.month) for month in counted])
        for month in counted:
            _refuse_wrong_sum(stated[str(month.first.month)], month.working_days)
    return days


def decree(year: int, plain: object) -> str:
    """The act the entry rests on; nothing when it names none. DefinitionError as `read_year`."""
    got = _members(year, plain)
    return got["decree"].text() if "decree" in got else ""


def _members(year: int, plain: object) -> Mapping[str, Node]:
    return Node(plain, str(year)).members({*LISTS, "works_as", "working_days"}, {"decree", "hours_40", "by_month", "_note"})


def _refuse_wrong_sum(stated: Node, counted: int) -> None:
    """What the file states must be what its days give, or one of both is a slip."""
    if stated.whole(0, MOST_STATED) != counted:
        raise stated.fail(N_("%(stated)s does not add up: the days of the file give %(counted)s", stated=stated.value, counted=counted))


def disagreements(calendar: Calendar, year: int, wanted: Mapping[date, Day]) -> Sequence[date]:
    """The days of a year that are stored otherwise than `wanted` says them: what loading it would overwrite.

    In a year that is not loaded yet only days entered by hand can be.
    """
    loaded = Calendar(wanted, frozenset({year}))
    stored = dates_of(year) if year in calendar.years | calendar.drafts else sorted(day for day in calendar.days if day.year == year)
    return [each for each in stored if calendar.day(each) != loaded.day(each)]


def _listed_days(year: int, got: Mapping[str, Node]) -> dict[date, Day]:
    """The lists of one year as days; each day stands in one of them, but for a working weekend that is shortened."""
    listed = {name: _dates(year, got[name]) for name in LISTS}
    works_as = _replaced(year, got["works_as"], listed["working_weekends"])
    days = {each: Day(each, DayKind.WORKING, short=True) for each in listed["short_days"]}
    for each, node in listed["working_weekends"].items():
        if not is_weekend(each):
            raise node.fail(N_("only a Saturday or Sunday can be made a working day"))
        days[each] = Day(each, DayKind.WORKING, each in listed["short_days"], works_as.get(each, MONDAY))
    for kind, name in ((DayKind.HOLIDAY, "holidays"), (DayKind.OFF, "days_off")):
        for each, node in listed[name].items():
            if each in days:
                raise node.fail(stands_twice(str(node.value)))
            days[each] = Day(each, kind)
    for each, node in listed["short_days"].items():
        if is_weekend(each) and each not in listed["working_weekends"]:
            raise node.fail(N_("only a working day can be shortened"))
    return {each: check_day(day) for each, day in days.items()}


def _replaced(year: int, node: Node, weekends: Mapping[date, Node]) -> dict[date, int]:
    """Whose hours each working weekend keeps."""
    works_as = {}
    for name, word in node.members((), node.value if isinstance(node.value, Mapping) else ()).items():
        each = _date_in(year, Node(name, word.path))
        if each not in weekends:
            raise word.fail(N_("only a working Saturday or Sunday replaces another weekday"))
        works_as[each] = WEEKDAY_NAMES.index(word.one_of(WEEKDAY_NAMES, N_("a weekday like monday is expected here")))
    return works_as


def _dates(year: int, node: Node) -> dict[date, Node]:
    """The days of a list, each once."""
    found: dict[date, Node] = {}
    for one in node.items(empty=True):
        each = _date_in(year, one)
        if each in found:
            raise one.fail(stands_twice(str(one.value)))
        found[each] = one
    return found


def _date_in(year: int, node: Node) -> date:
    """A day of that year like "05-09"."""
    try:
        return date.fromisoformat(f"{year:04}-{node.text()}")
    except ValueError:
        raise node.fail(N_("a day of the year like 05-09 is expected here")) from None
