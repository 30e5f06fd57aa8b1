"""The form of a request: what is stored put into its fields, what was typed read out of them, and who wrote on what."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any, Protocol

from wtforms import FormField
from wtforms.fields.choices import SelectChoice

from events.requests.fields import Content, Occurrence, new_key
from events.requests.rules import Finding
from events.requests.sections import EMPTY, SECTION_FIELDS, digest
from events.requests.vocabulary import AgeMark, Section
from forms.fields import OneOfField, options
from forms.requests.rows import MOST_ROWS, ROW_FIELDS, date_row, each_once, hours_of
from forms.requests.sections import SectionsForm, Stamps
from forms.requests.words import LABELS, SOURCES
from presenters.language import lazy_gettext as _

_STAMP = re.compile(r"(\d{1,9})\.([0-9a-f]{16})")


Pairs = Sequence[tuple[Any, str]]


class Offer(Protocol):
    """What can be chosen from, as (value, label), each list asked for only where a field offers it. Venues come by owner."""

    @property
    def directions(self) -> Pairs: ...

    @property
    def event_types(self) -> Pairs: ...

    @property
    def venues(self) -> Mapping[str, Pairs] | None: ...

    @property
    def units(self) -> Pairs: ...

    @property
    def people(self) -> Pairs: ...

    @property
    def minutes(self) -> int | None:
        """How long such an event usually lasts, by the template the request began from."""


@dataclass(frozen=True)
class Choices:
    """An offer as it stands."""

    directions: Pairs = ()
    event_types: Pairs = ()
    venues: Mapping[str, Pairs] | None = None
    units: Pairs = ()
    people: Pairs = ()
    minutes: int | None = None


class RequestForm(SectionsForm):
    """All of a request, or those of its sections that `form_of` was asked for."""

    covers: tuple[Section, ...] = tuple(Section)

    def __init__(self, content: Content, versions: Mapping[str, int], choices: Offer, *, posted: bool = True) -> None:
        """The form of what is stored, under what was posted if `posted`; `versions` are those of its sections."""
        super().__init__(data=self._stored(content), **({} if posted else {"formdata": None}))
        self._offer(choices)
        if not posted or not self.is_submitted():
            self.stamp(content, versions, self.covers)

    def stamp(self, content: Content, versions: Mapping[str, int], sections: Sequence[Section] = tuple(Section)) -> None:
        """Mark the sections as written on what is stored now."""
        for section in sections:
            self.stamps[section.value].data = f"{versions.get(section.value, 0)}.{_digest(content, section)}"
        if "facts_of" in self:
            self.facts_of.data = str(content.venue_id or "")

    def content(self, base: Content, *, adding: bool = False) -> Content:
        """What the form says over what is stored: a field that could not be read leaves its stored value. Call after `validate`.

        `adding`: a date is being added, so one left empty before a filled one keeps its place.
        """
        plain = {name: self[name].data for name in self._names() if name not in ROW_FIELDS and not self[name].errors}
        if "extra_directions" in plain:
            plain["extra_directions"] = tuple(plain["extra_directions"] or ())
        if "budget" in self and not self.budget.errors:
            plain["budget"] = tuple(line for row in self.budget.entries if (line := row.form.line()))
        if "co_organizers" in self and not self.co_organizers.errors:
            plain["co_organizers"] = each_once(row.form for row in self.co_organizers.entries)
        if "occurrences" in self:
            plain["occurrences"] = self._occurrences(base, adding=adding)
        return replace(base, **plain)

    def written(self, content: Content) -> tuple[Section, ...]:
        """The sections that say something else than when the page was opened."""
        return tuple(one for one in self.covers if self._stamp(one)[1] != _digest(content, one))

    def versions(self) -> dict[str, int]:
        """On which version of each section the text was written; -1 if that cannot be read."""
        return {one.value: self._stamp(one)[0] for one in self.covers}

    def drop_row(self, name: str, index: int) -> None:
        """Take a row out; one that is not there is gone already."""
        if name in ROW_FIELDS and 0 <= index < len(self[name].entries):
            self[name].pop_entry(index)

    def add_row(self, name: str) -> None:
        """One more row; a further date is offered the hours of the first."""
        if name not in ROW_FIELDS or len(self[name].entries) >= MOST_ROWS:
            return
        self._offer_row(name, self[name].append_entry(self._further_date() if name == "occurrences" else {}))

    def add_rows(self, name: str, wanted: int | None) -> None:
        """Rows up to so many; one where that is not known."""
        if name in ROW_FIELDS:
            for _ in range(max(1, min(wanted or 0, MOST_ROWS) - len(self[name].entries))):
                self.add_row(name)

    def _further_date(self) -> dict[str, Any]:
        first = self.occurrences.entries[0].form if self.occurrences.entries else None
        hours = hours_of(first) if first is not None else ""
        return {"key": new_key(), **({"begins": first.begins.data, "ends": first.ends.data, "offered": hours} if first and hours else {})}

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Put what a submission still needs at its fields."""
        rows = {row.form.key.data: row.form for row in self.occurrences.entries}
        for finding in findings:
            row = rows.get(finding.occurrence or "")
            field = row[finding.part] if row is not None else self[finding.field]
            field.errors = [*field.errors, finding.phrase]

    def _occurrences(self, base: Content, *, adding: bool) -> tuple[Occurrence, ...]:
        """The dates. A row that cannot be read stays as it is stored; an empty one is dropped unless it is; no key stands twice."""
        stored = {one.key: one for one in base.occurrences}
        length = timedelta(minutes=self._choices.minutes) if self._choices.minutes else None
        filled = [place for place, row in enumerate(self.occurrences.entries) if not row.form.is_blank]
        found: dict[str, Occurrence] = {}
        for place, row in enumerate(self.occurrences.entries):
            had = stored.get(row.form.key.data or "")
            one = row.form.occurrence(None if had and had.ends_at else length)
            if row.form.errors or row.form.is_blank:
                gap = adding and not row.form.errors and filled and place < filled[-1]
                if one.key not in stored and not gap:
                    continue
                one = stored[one.key] if row.form.errors else Occurrence(one.key)
            key = one.key if one.key not in found else new_key()
            found[key] = replace(one, key=key)
        return tuple(found.values())

    def _stamp(self, section: Section) -> tuple[int, str]:
        """Version and digest of the section when the page was opened."""
        match = _STAMP.fullmatch(self.stamps[section.value].data or "")
        return (int(match[1]), match[2]) if match else (-1, "")

    def _offer(self, choices: Offer) -> None:
        """Hand the choices to those fields that are there."""
        self._choices = choices
        self._of_rows: dict[str, list[SelectChoice]] = {}
        for name in self._names():
            if name in _OFFERED:
                self[name].choices = _OFFERED[name](choices)
            elif name in LABELS:
                self[name].choices = options(LABELS[name], empty=None if isinstance(self[name], OneOfField) else str(_("not chosen")))
            elif name in ROW_FIELDS:
                for row in self[name].entries:
                    self._offer_row(name, row)

    def _names(self) -> Iterator[str]:
        """The fields of Content that are there."""
        return (name for section in self.covers for name in SECTION_FIELDS[section])

    def _stored(self, content: Content) -> dict[str, Any]:
        """Content as the form's own data."""
        return {name: _PLAIN[name](content) if name in _PLAIN else getattr(content, name) for name in self._names()}

    def _offer_row(self, name: str, row: Any) -> None:
        field, choices = _OFFERED_ROWS[name]
        if name not in self._of_rows:
            self._of_rows[name] = choices(self._choices)  # the same for every row
        row.form[field].choices = self._of_rows[name]


@lru_cache(maxsize=16)
def form_of(sections: tuple[Section, ...]) -> type[RequestForm]:
    """The form of these sections alone, as autosave sends them. It has no token: what sends it is refused without one before any form."""
    others = [name for section in Section if section not in sections for name in SECTION_FIELDS[section]]
    stamps = type("SomeStamps", (Stamps,), {one.value: None for one in Section if one not in sections})
    absent = dict.fromkeys([*others, *(() if Section.VENUE in sections else ("facts_of",))])
    meta = type("Meta", (RequestForm.Meta,), {"csrf": False})
    return type("SomeSections", (RequestForm,), {**absent, "stamps": FormField(stamps), "covers": sections, "Meta": meta})


def _digest(content: Content, section: Section) -> str:
    """What a section says, in sixteen hex digits."""
    return digest(replace(EMPTY, **{name: getattr(content, name) for name in SECTION_FIELDS[section]}))[:16]


def _venues(choices: Offer, nothing: str) -> list[SelectChoice]:
    """Venues under their owners."""
    groups = (choices.venues or {}).items()
    return [SelectChoice("", nothing), *(SelectChoice(str(key), name, optgroup=owner) for owner, rows in groups for key, name in rows)]


def _chosen(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """What may stay unchosen."""
    return options(pairs, empty=str(_("not chosen")))


_OFFERED: Mapping[str, Callable[[Offer], list[SelectChoice]]] = {
    "direction": lambda offer: _chosen(offer.directions),
    "extra_directions": lambda offer: options(offer.directions),
    "event_type": lambda offer: _chosen(offer.event_types),
    "age_mark": lambda _offer: _chosen([(mark, mark.value) for mark in AgeMark]),
    "venue_id": lambda offer: _venues(offer, str(_("another place, or none"))),
    "responsible_id": lambda offer: _chosen(offer.people),
}
_OFFERED_ROWS: Mapping[str, tuple[str, Callable[[Offer], list[SelectChoice]]]] = {
    "occurrences": ("venue_id", lambda offer: _venues(offer, str(_("the same venue")))),
    "budget": ("source", lambda _offer: _chosen(SOURCES)),
    "co_organizers": ("unit_id", lambda offer: _chosen(offer.units)),
}
"""Of each kind of row the field that is chosen."""
_PLAIN: Mapping[str, Callable[[Content], Any]] = {
    "extra_directions": lambda content: list(content.extra_directions),
    "occurrences": lambda content: [date_row(one) for one in content.occurrences] or [{"key": new_key()}],
    "budget": lambda content: [{"name": line.name, "amount": line.amount or None, "source": line.source} for line in content.budget],
    "co_organizers": lambda content: [{"unit_id": one.unit_id, "contributes": one.contributes} for one in content.co_organizers],
}
"""Content as the form's own data, where that is another."""
