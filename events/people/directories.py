"""Units and people as directories."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import selectinload

from events.audit.vocabulary import Action
from events.district.columns import Column, Naming, Offer, Offers
from events.district.directory import ACTIVE, NAME_NEEDED, Directory, coded
from events.district.kinds import PARTED, Address, Control, Line, Number, Word, Worded, Wrong, no_such
from events.foundation import standing, work
from events.foundation.place import local_day
from events.foundation.text import N_, Phrase
from events.people import rules
from events.people.models import Unit, User
from events.people.queries import Offices
from events.people.rules import LONGEST_CALLED, LONGEST_TITLE, FormerName
from events.people.vocabulary import Role, UnitKind
from events.worktime.hours import OfficeHours

KINDS: Mapping[StrEnum, Phrase] = {
    UnitKind.ADMINISTRATION: N_("administration"),
    UnitKind.DEPARTMENT: N_("department"),
    UnitKind.INSTITUTION: N_("institution"),
    UnitKind.OUTSIDE: N_("outside service"),
}
"""What kinds of units are called in lists and files."""
ROLES: Mapping[StrEnum, Phrase] = {
    Role.AUTHOR: N_("author"),
    Role.HEAD: N_("head"),
    Role.REVIEWER: N_("reviewer"),
    Role.COORDINATOR: N_("coordinator"),
    Role.ADMIN: N_("administrator"),
    Role.ANALYST: N_("analyst"),
}
"""What roles are called in lists and files."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAYS = "holidays"
ROLES_HINT = N_("Like “pmc: author, head; omp: reviewer”: codes of units, and roles in them.")
NO_FORMER_NAMES = N_("Write the last day, the short and the full name like “31.12.2026 Youth sector / Sector of youth policy”.")
NOT_FORMER = N_("A former name has ended: give a day before today.")
NO_HOURS = N_("Write the hours like “mon-thu 09:00-13:00, 13:48-18:00; fri 09:00-17:00”, and “holidays” at the end if it is open on them.")


@dataclass(frozen=True)
class Hours(Worded):
    """Office hours in a line: «mon-thu 09:00-13:00, 13:48-18:00; fri 09:00-17:00; holidays»."""

    control: Control = Control.LINE
    bounds = (r"(?<![^\W\d_])", r"(?![^\W\d_])")

    @property
    def tokens(self) -> Mapping[str, Phrase]:
        """Words that stand in a line, as a reader's language has them."""
        return {
            "mon": N_("mon"), "tue": N_("tue"), "wed": N_("wed"), "thu": N_("thu"), "fri": N_("fri"), "sat": N_("sat"), "sun": N_("sun"),
            HOLIDAYS: N_("holidays"),
        }  # fmt: skip

    def read(self, text: str) -> dict[str, Any]:
        """The JSON of `OfficeHours.to_plain`. Refuses hours that overlap, run backwards or name a day twice."""
        weekdays: dict[int, tuple[tuple[time, time], ...]] = {}
        parts = [part.strip() for part in text.lower().replace("–", "-").replace("—", "-").split(";") if part.strip()]
        on_holidays = HOLIDAYS in parts
        try:
            for part in parts:
                if part == HOLIDAYS:
                    continue
                named, _, spans = part.partition(" ")
                intervals = tuple(_interval(one) for one in spans.split(","))
                for day in _days(named):
                    if day in weekdays:
                        raise Wrong(NO_HOURS)
                    weekdays[day] = intervals
            return OfficeHours(weekdays, on_holidays).to_plain()
        except (ValueError, KeyError):
            raise Wrong(NO_HOURS) from None

    def write(self, value: Mapping[str, Any]) -> str:
        """Days with the same hours together."""
        weekdays: Mapping[str, Any] = value["weekdays"]
        spans = {int(day): ", ".join(f"{begins}-{ends}" for begins, ends in intervals) for day, intervals in weekdays.items() if intervals}
        runs: list[tuple[int, int]] = []
        for day in sorted(spans):
            if runs and runs[-1][1] == day - 1 and spans[runs[-1][0]] == spans[day]:
                runs[-1] = (runs[-1][0], day)
            else:
                runs.append((day, day))
        parts = [f"{DAYS[first]}{'-' + DAYS[last] if last > first else ''} {spans[first]}" for first, last in runs]
        return "; ".join([*parts, HOLIDAYS] if value.get("open_on_holidays") else parts)


@dataclass(frozen=True)
class FormerNames:
    """What a unit was called, each name with its last day: «31.12.2026 СМП / Сектор молодёжной политики»; an English name may follow."""

    control: Control = Control.LINES

    def read(self, text: str) -> list[dict[str, str]]:
        """The JSON of `FormerName.to_plain`, the oldest first. Refuses what has no day or no name, and two names of one day."""
        try:
            found = sorted(FormerName.from_line(part.strip()) for part in text.split(PARTED) if part.strip())
        except ValueError:
            raise Wrong(NO_FORMER_NAMES) from None
        if len({one.until for one in found}) < len(found):
            raise Wrong(NO_FORMER_NAMES)
        return [one.to_plain() for one in found]

    def write(self, value: Iterable[Mapping[str, str]]) -> str:
        """One after the other."""
        return f"{PARTED} ".join(FormerName.from_plain(one).line for one in value)


def _days(named: str) -> range:
    first, _, last = named.partition("-")
    begins, ends = DAYS.index(first), DAYS.index(last or first)
    if ends < begins:
        raise ValueError(named)
    return range(begins, ends + 1)


def _interval(text: str) -> tuple[time, time]:
    begins, _, ends = text.strip().partition("-")
    return _clock(begins), time() if ends.strip() == "24:00" else _clock(ends)


def _clock(text: str) -> time:
    hours, _, minutes = text.strip().partition(":")
    return time(int(hours), int(minutes or 0))


@dataclass(frozen=True)
class Roles(Naming, Worded):
    """Roles by unit: «pmc: author, head; omp: reviewer»."""

    control: Control = Control.LINE
    bounds = (r"(?<![\w-])", r"(?![\w-]|\s*:)")
    """No piece of a unit's code is a role, nor is what stands before the colon."""

    @property
    def tokens(self) -> Mapping[str, Phrase]:
        """Roles as a reader's language has them."""
        return {one.value: phrase for one, phrase in ROLES.items()}

    def read_named(self, text: str, offers: Offers) -> tuple[tuple[int, Role], ...]:
        """Refuses a unit or a role that there is not."""
        found: set[tuple[int, Role]] = set()
        for part in filter(None, (one.strip() for one in text.split(PARTED))):
            unit, colon, words = part.partition(":")
            known = offers["units"].get(unit.strip())
            if not colon or known is None:
                raise Wrong(N_("Write the roles like “pmc: author, head; omp: reviewer”: the code of a unit, a colon, roles."))
            for word in words.split(","):
                try:
                    found.add((known.stored, Role(word.strip())))
                except ValueError:
                    raise Wrong(no_such(word.strip())) from None
        return tuple(sorted(found))

    def write_named(self, value: Iterable[tuple[int, Role]], offers: Offers) -> str:
        """Units in the order of their ids."""
        codes = {one.stored: one.text for one in offers["units"].values()}
        by_unit: dict[str, list[str]] = {}
        for unit_id, role in value:
            by_unit.setdefault(codes[unit_id], []).append(role.value)
        return f"{PARTED} ".join(f"{unit}: {', '.join(roles)}" for unit, roles in by_unit.items())

    def read(self, text: str) -> Any:
        """Only with the units at hand."""
        raise NotImplementedError(text)

    def write(self, value: Any) -> str:
        """Only with the units at hand."""
        raise NotImplementedError(value)


def unit_offers() -> Offers:
    """Units by their codes."""
    return {"units": standing.kept("offered units", _offered)}


def _offered() -> Mapping[str, Offer]:
    known = sorted(Offices().units.values(), key=lambda one: (one.short_name, one.id))
    return {one.key: Offer(one.id, one.key, one.called, one.active) for one in known}


def _check(values: Mapping[str, Any], row: Unit | None) -> Mapping[str, Phrase]:
    """The rules of units; that no unit stands above itself is seen to by the directory."""
    units = Offices().units.values()
    taken = {one.code: one.key for one in units if row is None or one.id != row.id}
    same = row is not None and (row.code, row.email, row.phone) == (values["code"], values["email"], values["phone"])
    faults = {} if same else dict(rules.unit_faults(values["code"], taken, values["email"], values["phone"]))
    if any(FormerName.from_plain(one).until >= local_day(work.now()) for one in values["former_names"]):
        faults["former_names"] = NOT_FORMER
    return faults


UNITS = Directory(
    "units",
    N_("Units and institutions"),
    N_("Departments of the administration, subordinate institutions and outside services: who they are, above whom, when they work."),
    Unit,
    "unit",
    (
        coded("key"),
        Column("short_name", N_("Called in daily work"), Line(LONGEST_CALLED), required=NAME_NEEDED),
        Column("name", N_("Called in papers"), Line(LONGEST_TITLE), required=NAME_NEEDED, listed=False),
        Column("name_en", N_("Name in English"), Line(300), empty="", language="en", listed=False),
        Column(
            "former_names",
            N_("Former names"),
            FormerNames(),
            empty=[],
            listed=False,
            hint=N_(
                "After a renaming: one in each line, its last day, the short and the full name, like “31.12.2026 Youth sector / Sector of "
                "youth policy”. What was decided until then keeps that name."
            ),
        ),
        Column(
            "code",
            N_("Code in numbers"),
            Line(20),
            required=N_("Please write the code."),
            hint=N_("Stands in the numbers of requests. Numbers given stay as they are."),
        ),
        Column("kind", N_("Kind"), Word(KINDS), required=N_("Please choose what it is.")),
        Column("parent_id", N_("Stands under"), Line(40), of="units", listed=False),
        Column("curator_id", N_("Curated by"), Line(40), of="units", hint=N_("The department that answers for the institution.")),
        Column(
            "office_hours",
            N_("Office hours"),
            Hours(),
            listed=False,
            hint=N_("Like “mon-thu 09:00-13:00, 13:48-18:00; fri 09:00-17:00”; the district’s own where nothing is written."),
        ),
        Column("email", N_("E-mail of the unit"), Address(), empty="", listed=False, hint=N_("Shown to the public as the organiser’s.")),
        Column("phone", N_("Telephone of the unit"), Number(), empty="", listed=False),
        ACTIVE,
    ),
    searched=("key", "short_name", "name", "name_en", "code"),
    order=("short_name", "key"),
    check=_check,
    offers=unit_offers,
    added=Action.UNIT_ADDED,
    under="parent_id",
)


def _check_person(values: Mapping[str, Any], row: User | None) -> Mapping[str, Phrase]:
    """The rules of accounts; two people have no address in common."""
    faults = dict(rules.account_faults(values["email"], values["full_name"], values["position"]))
    if not values["held"]:
        faults["held"] = N_("Give the person a role: without one nothing can be opened.")
    return faults


PEOPLE = Directory(
    "people",
    N_("People"),
    N_("Who works with the system, in which units and in which roles."),
    User,
    "user",
    (
        Column("email", N_("E-mail"), Address(), required=N_("Please enter the e-mail address.")),
        Column("full_name", N_("Full name"), Line(200), required=N_("Please give the person's full name.")),
        Column("position", N_("Position"), Line(200), empty=""),
        Column("held", N_("Roles"), Roles(), empty=(), paged=False, hint=ROLES_HINT),
        replace(ACTIVE, paged=False),
    ),
    searched=("email", "full_name", "position", "held"),
    order=("full_name", "email"),
    check=_check_person,
    offers=unit_offers,
    added=Action.USER_INVITED,
    acts=frozenset(
        {
            Action.EDITED, Action.USER_DISMISSED, Action.HANDED_OVER, Action.USER_READMITTED, Action.ROLE_GRANTED, Action.ROLE_REVOKED,
            Action.PASSWORD_CHANGED, Action.RESET_ASKED, Action.SIGNED_IN, Action.SESSIONS_ENDED,
            Action.APP_SET_UP, Action.APP_REMOVED, Action.RECOVERY_CODES_MADE, Action.RECOVERY_CODE_USED, Action.SECOND_STEP_REFUSED,
            Action.SECOND_STEP_RESET, Action.PASSKEY_ADDED, Action.PASSKEY_RENAMED, Action.PASSKEY_REMOVED, Action.PASSKEY_REFUSED,
            Action.IDENTITY_BOUND, Action.IDENTITY_PARTED, Action.IDENTITY_REFUSED, Action.ROLE_BY_CLAIM,
            Action.CLAIM_ROLE_TAKEN, Action.CLAIM_NOT_FOLLOWED, Action.SIGN_IN_LINK_MADE,
        }
    ),
    addressed="id",
    beside=(selectinload(User.memberships),),
    taken=N_("There is an account with this address already."),
)  # fmt: skip
