"""Entries of the audit in the reader's words. They hold ids alone (I22); what those are called is looked up now, for a page at once."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from events.approvals.vocabulary import Verdict
from events.audit.models import AuditEntry
from events.audit.vocabulary import Action
from events.district import queries as district
from events.district.directory import Directory
from events.district.rules import DECLARED
from events.foundation.text import N_, Name, Phrase
from events.people import queries as people
from events.people.directories import ROLES
from events.people.queries import Offices
from events.people.vocabulary import Role
from events.requests import queries as requests
from events.venues import queries as venues
from presenters.phrases import Words
from presenters.tables.directories import DIRECTORIES
from presenters.tables.journal import JOURNAL, SUBJECTS
from presenters.tables.verdicts import VERDICTS

BY_ITSELF, ON_SERVER, NOBODY = N_("the system"), N_("on the server"), N_("not signed in")
BY_SUBJECT: Mapping[str, Directory] = {one.subject: one for one in DIRECTORIES.values()}
_GONE = N_("no longer there")


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry. `person_id` is who acted, None for nobody; `about_code` names what it was done to in addresses, empty where no page shows
    it; `about_typed`: its name was typed by somebody and is in their language."""

    seq: int
    at: datetime
    who: Words
    person_id: int | None
    what: Phrase
    security: bool
    about_kind: str
    about_code: str
    about_title: Phrase
    about: Words
    details: tuple[Phrase, ...]


def journal_rows(entries: Sequence[AuditEntry]) -> list[JournalRow]:
    """The entries in words."""
    names = _Names(entries)
    return [_row(one, names) for one in entries]


class _Names:
    """What the ids in the entries are called today."""

    def __init__(self, entries: Sequence[AuditEntry]) -> None:
        ids = {one.actor_id for one in entries} | {one.data.get("user") for one in entries} | {one.data.get("to") for one in entries}
        ids |= set(_ids(entries, "user"))
        self.people = people.full_names([one for one in ids if isinstance(one, int)])
        self.numbers = requests.numbers(_ids(entries, "request"))
        self._venues = venues.venues_by_id(_ids(entries, "venue"))
        self._units = Offices().units

    @cached_property
    def _templates(self) -> Mapping[int, str]:
        return {one.id: one.title for one in requests.templates()}

    def person(self, identity: object) -> Words:
        """Full name."""
        return self.people.get(identity, _GONE) if isinstance(identity, int) else _GONE

    def unit(self, identity: object) -> Words:
        """What the unit is called in daily work."""
        found = self._units.get(identity) if isinstance(identity, int) else None
        return found.called if found else _GONE

    def about(self, entry: AuditEntry) -> tuple[str, Words]:
        """What names the subject in addresses, and what it is called."""
        kind, identity, data = entry.subject_kind, entry.subject_id, entry.data
        match kind:
            case "request":
                number = self.numbers.get(identity)
                return (str(identity), number) if number else ("", N_("draft without a number"))
            case "user":
                return (str(identity), self.person(identity)) if identity in self.people else ("", _GONE)
            case "unit":
                found = self._units.get(identity)
                return (found.key, found.called) if found else ("", _GONE)
            case "venue":
                venue = self._venues.get(identity)
                return (venue.key, venue.name) if venue else ("", _GONE)
            case "rule":
                return "", DECLARED[data["key"]].decides if data.get("key") in DECLARED else _GONE
            case "calendar_year":
                return str(identity), str(identity)
            case "template":
                return "", self._templates.get(identity, _GONE)
            case "attempt":
                return "", self.person(data["user"]) if data.get("user") else N_("an address nobody has")
            case "directory":
                return "", _loaded(str(data.get("directory", "")))
        return _row_called(kind, str(data.get("code", "")))


def _ids(entries: Sequence[AuditEntry], kind: str) -> Collection[int]:
    return {one.subject_id for one in entries if one.subject_kind == kind}


def _loaded(table: str) -> Words:
    """The directory whose rows a command has loaded."""
    return next((one.title for one in DIRECTORIES.values() if one.model.__tablename__ == table), table)


def _row_called(kind: str, code: str) -> tuple[str, Words]:
    """A row of a directory that is known by its code."""
    found = district.entry(BY_SUBJECT[kind], code) if kind in BY_SUBJECT else None
    if found is None:
        return "", code
    return code, Name(found.texts.get("name", code), found.texts.get("name_en", ""))


def _row(entry: AuditEntry, names: _Names) -> JournalRow:
    words = JOURNAL[Action(entry.action)]
    code, called = names.about(entry)
    return JournalRow(
        entry.seq,
        entry.at,
        names.person(entry.actor_id) if entry.actor_id is not None else _nobody(entry.subject_kind),
        entry.actor_id,
        _what(words.words, entry.data, names),
        words.security,
        entry.subject_kind,
        code,
        SUBJECTS.get(entry.subject_kind, N_("something else")),
        called,
        tuple(_details(entry, names)),
    )


def _nobody(kind: str) -> Phrase:
    """Who acted where nobody was signed in: time passed over a request, somebody tried a password, the rest are commands."""
    return {"request": BY_ITSELF, "attempt": NOBODY, "journal": BY_ITSELF}.get(kind, ON_SERVER)


def _what(words: Phrase, data: Mapping[str, Any], names: _Names) -> Phrase:
    if "role" in data:
        return replace(words, params={"role": ROLES[Role(data["role"])], "unit": names.unit(data.get("unit"))})
    return replace(words, params={"person": names.person(data["to"])}) if "to" in data else words


def _details(entry: AuditEntry, names: _Names) -> Iterator[Phrase]:
    """What else was recorded, as far as it says something to a reader."""
    data = entry.data
    if "unit" in data and "role" not in data:
        yield N_("unit: %(unit)s", unit=names.unit(data["unit"]))
    yield from (tell(data[key]) for key, tell in _TOLD.items() if key in data)
    for unit_id, role in data.get("roles", ()):
        yield N_("%(role)s: %(unit)s", role=ROLES[Role(role)], unit=names.unit(unit_id))
    if changed := _changed(entry):
        yield N_("Changed: %(what)s", what=changed)


_TOLD: Mapping[str, Callable[[Any], Phrase]] = {
    "decision": lambda verdict: VERDICTS[Verdict(verdict)].verb,
    "round": lambda no: N_("round %(no)s", no=no),
    "amendment": lambda _yes: N_("a change of what was approved"),
    "occurrence": lambda _key: N_("one date"),
    "dates": lambda keys: N_("%(n)s date", "%(n)s dates", n=len(keys)),
    "remarks": lambda count: N_("%(n)s remark", "%(n)s remarks", n=count),
    "requests": lambda ids: N_("%(n)s request", "%(n)s requests", n=len(ids)),
    "rows": lambda count: N_("%(num)s row", "%(num)s rows", count, num=count),
    "count": lambda count: N_("sign-ins ended: %(count)s", count=count),
    "day": lambda day: N_("day: %(day)s", day=date.fromisoformat(day)),
}
"""What is said of a value by its key."""


def _changed(entry: AuditEntry) -> list[Phrase]:
    """Names of the columns that became something else."""
    directory = BY_SUBJECT.get(entry.subject_kind)
    fields = [*entry.data.get("fields", ()), *(entry.data.get("becomes") or ())]
    return [directory.columns_by_name[one].title for one in fields if one in directory.columns_by_name] if directory else []
