"""Repeated rows of the form: dates, lines of the estimate, co-organizers; each knows the way to its value and back."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from wtforms import FieldList, FormField, HiddenField

from events.foundation.place import local, local_day
from events.foundation.text import N_, Phrase
from events.requests.fields import BudgetLine, CoOrganizer, Occurrence, new_key
from events.requests.vocabulary import BudgetSource
from forms.fields import ClockField, DayField, EndField, LineField, MoneyField, Part, PickField, moment_of
from presenters.language import lazy_gettext as _

ROW_FIELDS = ("occurrences", "budget", "co_organizers")
MOST_ROWS = 100

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class RowsField(FieldList):  # type: ignore[misc]  # wtforms is untyped
    """Repeated rows. Only plain row numbers are read, so no posted name can break the form."""

    def __init__(self, part: type[Part], label: Any, **kwargs: Any) -> None:
        super().__init__(FormField(part), label, max_entries=MOST_ROWS, **kwargs)
        self.type = "FieldList"  # the page's macros know it by its WTForms name

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Row numbers in posted names."""
        row = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,4}})-")
        return (int(match[1]) for name in formdata if (match := row.match(name)))


class DateRow(Part):
    """One date. Times are Moscow's; without its day a time cannot be stored, so that is asked for at once."""

    key = HiddenField()
    offered = HiddenField()
    """Hours that were put into the row and not typed, «18:00–20:00»: alone they are no date."""
    day = DayField(_("Day"), required=False)
    begins = ClockField(_("Beginning"), required=False)
    ends = EndField(_("End"), required=False)
    setup_at = ClockField(_("Setting up from"), required=False)
    setup_day = DayField(_("Day of setting up, if it is another"), required=False)
    teardown_at = EndField(_("Clearing up until"), required=False)
    teardown_day = DayField(_("Day of clearing up, if it is another"), required=False)
    last_day = DayField(_("Last day, if it is another"), required=False)
    venue_id = PickField(_("Another venue on this date"), kind=int, required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """Every time has its day."""
        super().validate(extra_validators)
        needs_day = any(field.data for field in (self.begins, self.ends, self.setup_at, self.teardown_at, self.last_day))
        _ask(self.day, needs_day and not self.is_blank, N_("Give the day: times are saved together with it."))
        _ask(self.ends, self.last_day.data, N_("Give the hour at which it ends on the last day."))
        _ask(self.setup_at, self.setup_day.data, N_("Give the hour from which you set up."))
        _ask(self.teardown_at, self.teardown_day.data, N_("Give the hour by which you have cleared up."))
        return not self.errors

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in the row but the hours that were offered."""
        hours = hours_of(self) if self.offered.data else ""
        besides = ("key", "offered", *(("begins", "ends") if hours and hours == self.offered.data else ()))
        return not any(field.data or (field.raw_data and field.raw_data[0]) for field in self if field.short_name not in besides)

    def occurrence(self, length: timedelta | None = None) -> Occurrence:
        """The date as a value, in UTC; `length`: how long one lasts whose end was not given."""
        day = self.day.data
        starts_at, ends_at = moment_of(day, self.begins.data), self._ends_at()
        if starts_at and length and not ends_at and not self.ends.errors:
            ends_at = starts_at + length
        return Occurrence(
            key=self.key.data if _UUID.fullmatch(self.key.data or "") else new_key(),
            day=None if starts_at or ends_at else day,
            starts_at=starts_at,
            ends_at=ends_at,
            setup_from=moment_of(self.setup_day.data or day, self.setup_at.data),
            teardown_to=self._cleared_by(ends_at),
            venue_id=self.venue_id.data,
        )

    def _ends_at(self) -> datetime | None:
        """The moment of the end. Midnight on the day of the beginning can only be the one that closes it, however it is written."""
        day = self.last_day.data or self.day.data
        closes = self.ends.closes_its_day or (self.ends.data == time() and day == self.day.data)
        return _following(moment_of(day, self.ends.data)) if closes else moment_of(day, self.ends.data)

    def _cleared_by(self, ends_at: datetime | None) -> datetime | None:
        """The moment by which all is cleared up: on the day of the end where none is given, midnight then being the first after it."""
        own, clock = self.teardown_day.data, self.teardown_at.data
        by = moment_of(own or (local_day(ends_at) if ends_at else self.day.data), clock)
        if own:
            return _following(by) if self.teardown_at.closes_its_day else by
        return _following(by) if by and ends_at and clock == time() and by < ends_at else by


class BudgetRow(Part):
    """One line of the estimate."""

    name = LineField(_("What for"), required=False)
    amount = MoneyField(_("Amount"), required=False)
    source = PickField(_("Source of the money"), kind=BudgetSource, required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """A line is stored with its source."""
        super().validate(extra_validators)
        _ask(self.source, self.name.data or self.amount.data, N_("Choose the source of the money: the line is saved together with it."))
        return not self.errors

    def line(self) -> BudgetLine | None:
        """The line as a value; None for an empty row."""
        return BudgetLine(self.name.data, self.amount.data or Decimal(0), self.source.data) if self.source.data else None


class CoOrganizerRow(Part):
    """Another institution and what it gives."""

    unit_id = PickField(_("Institution"), kind=int, required=False)
    contributes = LineField(_("What it gives: place, people, money"), required=False, most=300)

    def validate(self, extra_validators: Any = None) -> bool:
        """A contribution is somebody's."""
        super().validate(extra_validators)
        _ask(self.unit_id, self.contributes.data, N_("Choose the institution."))
        return not self.errors


def _following(moment: datetime | None) -> datetime | None:
    """The same hour a day later."""
    return moment + timedelta(days=1) if moment else None


def _ask(field: Any, needed: Any, phrase: Phrase) -> None:
    """Put the sentence at an empty field that is needed, unless it has one already."""
    if needed and not field.data and not field.errors:
        field.errors = [phrase]


def each_once(rows: Iterator[Any]) -> tuple[CoOrganizer, ...]:
    """Co-organizers; the same institution chosen again adds nothing."""
    found: dict[int, CoOrganizer] = {}
    for row in rows:
        if row.unit_id.data:
            found.setdefault(row.unit_id.data, CoOrganizer(row.unit_id.data, row.contributes.data))
    return tuple(found.values())


def hours_of(row: Any) -> str:
    """«18:00–20:00» of a row's form; empty unless both are there."""
    begins, ends = row.begins.data, row.ends.data
    return f"{begins:%H:%M}–{ends:%H:%M}" if begins and ends else ""


def date_row(one: Occurrence) -> dict[str, Any]:
    """A date on the Moscow clock; days that go without saying are left empty."""
    starts, ends = _shown(one.starts_at), _shown(one.ends_at)
    setup, teardown = _shown(one.setup_from), _shown(one.teardown_to)
    closing = ends.date() - timedelta(days=1) if ends and ends.time() == time() else None
    last = ends.date() if ends else None
    day = starts.date() if starts else closing or last or one.day
    return {
        "key": one.key,
        "day": day,
        "begins": starts and starts.time(),
        "ends": ends and ends.time(),
        "last_day": last if day not in (last, closing) else None,
        "setup_at": setup and setup.time(),
        "setup_day": setup.date() if setup and setup.date() != day else None,
        "teardown_at": teardown and teardown.time(),
        "teardown_day": teardown.date() if teardown and teardown.date() != (last or day) else None,
        "venue_id": one.venue_id,
    }


def _shown(moment: datetime | None) -> datetime | None:
    """The moment on the office's clock."""
    return local(moment) if moment else None
