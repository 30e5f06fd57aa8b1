"""The form of a request: what is stored put into its fields, what was typed read out of them, and who wrote on what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from events.requests.fields import Content, Occurrence, new_key
from events.requests.rules import Finding
from events.requests.sections import EMPTY, SECTION_FIELDS, digest
from events.requests.vocabulary import AgeMark, Section
from forms.fields import OneOfField, options
from forms.requests.rows import MOST_ROWS, ROW_FIELDS, date_row, each_once, hours_of
from forms.requests.sections import SectionsForm
from forms.requests.words import LABELS, SOURCES

_SINGLE = tuple(name for names in SECTION_FIELDS.values() for name in names if name not in ROW_FIELDS)
_STAMP = re.compile(r"(\d{1,9})\.([0-9a-f]{16})")


@dataclass(frozen=True)
class Choices:
    """What can be chosen from, as (value, label); venues come grouped by their owner, with what rules ask about each."""

    directions: Sequence[tuple[str, str]] = ()
    event_types: Sequence[tuple[str, str]] = ()
    venues: Mapping[str, Sequence[tuple[int, str]]] | None = None
    units: Sequence[tuple[int, str]] = ()
    people: Sequence[tuple[int, str]] = ()
    minutes: int | None = None
    """How long such an event usually lasts, by the template the request began from."""


class RequestForm(SectionsForm):
    """All of a request."""

    def __init__(self, content: Content, versions: Mapping[str, int], choices: Choices, *, posted: bool = True) -> None:
        """The form of what is stored, under what was posted if `posted`; `versions` are those of its sections."""
        super().__init__(data=_plain(content), **({} if posted else {"formdata": None}))
        self._offer(choices)
        if not posted or not self.is_submitted():
            self.stamp(content, versions)

    def stamp(self, content: Content, versions: Mapping[str, int], sections: Sequence[Section] = tuple(Section)) -> None:
        """Mark the sections as written on what is stored now."""
        for section in sections:
            self.stamps[section.value].data = f"{versions.get(section.value, 0)}.{_digest(content, section)}"
        self.facts_of.data = str(content.venue_id or "")

    def content(self, base: Content, *, adding: bool = False) -> Content:
        """What the form says over what is stored: a field that could not be read leaves its stored value. Call after `validate`.

        `adding`: a date is being added, so one left empty before a filled one keeps its place.
        """
        plain = {name: self[name].data for name in _SINGLE if not self[name].errors}
        if "extra_directions" in plain:
            plain["extra_directions"] = tuple(plain["extra_directions"] or ())
        estimate = base.budget if self.budget.errors else tuple(line for row in self.budget.entries if (line := row.form.line()))
        helpers = base.co_organizers if self.co_organizers.errors else each_once(row.form for row in self.co_organizers.entries)
        return replace(base, **plain, budget=estimate, co_organizers=helpers, occurrences=self._occurrences(base, adding=adding))

    def written(self, content: Content) -> tuple[Section, ...]:
        """The sections that say something else than when the page was opened."""
        return tuple(one for one in Section if self._stamp(one)[1] != _digest(content, one))

    def versions(self) -> dict[str, int]:
        """On which version of each section the text was written; -1 if that cannot be read."""
        return {one.value: self._stamp(one)[0] for one in Section}

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

    def _offer(self, choices: Choices) -> None:
        """Hand the choices to their fields."""
        nothing = str(_("not chosen"))
        self._choices = choices
        self.direction.choices = options(choices.directions, empty=nothing)
        self.extra_directions.choices = options(choices.directions)
        self.event_type.choices = options(choices.event_types, empty=nothing)
        for name, words in LABELS.items():
            self[name].choices = options(words, empty=None if isinstance(self[name], OneOfField) else nothing)
        self.age_mark.choices = options([(mark, mark.value) for mark in AgeMark], empty=nothing)
        self.venue_id.choices = _venues(choices, str(_("another place, or none")))
        self.responsible_id.choices = options(choices.people, empty=nothing)
        for name in ROW_FIELDS:
            for row in self[name].entries:
                self._offer_row(name, row)

    def _offer_row(self, name: str, row: Any) -> None:
        if name == "occurrences":
            row.form.venue_id.choices = _venues(self._choices, str(_("the same venue")))
        elif name == "budget":
            row.form.source.choices = options(SOURCES, empty=str(_("not chosen")))
        else:
            row.form.unit_id.choices = options(self._choices.units, empty=str(_("not chosen")))


def _digest(content: Content, section: Section) -> str:
    """What a section says, in sixteen hex digits."""
    return digest(replace(EMPTY, **{name: getattr(content, name) for name in SECTION_FIELDS[section]}))[:16]


def _venues(choices: Choices, nothing: str) -> list[SelectChoice]:
    """Venues under their owners."""
    groups = (choices.venues or {}).items()
    return [SelectChoice("", nothing), *(SelectChoice(str(key), name, optgroup=owner) for owner, rows in groups for key, name in rows)]


def _plain(content: Content) -> dict[str, Any]:
    """Content as the form's own data."""
    plain = {name: getattr(content, name) for name in _SINGLE}
    return {
        **plain,
        "extra_directions": list(content.extra_directions),
        "occurrences": [date_row(one) for one in content.occurrences] or [{"key": new_key()}],
        "budget": [{"name": line.name, "amount": line.amount or None, "source": line.source} for line in content.budget],
        "co_organizers": [{"unit_id": one.unit_id, "contributes": one.contributes} for one in content.co_organizers],
    }
