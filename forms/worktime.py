"""The form of the production calendar: what one day is."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from wtforms.validators import ValidationError

from events.foundation.text import N_
from events.worktime.hours import Day
from events.worktime.vocabulary import DayKind
from forms.fields import BaseForm, DayField, LineField, ManyOfField, OneOfField, PickField, TickField, options
from presenters.language import lazy_gettext as _
from presenters.tables.days import SHORTENED


class ProposalForm(BaseForm):
    """Which working days before holidays end an hour earlier, in a year that is proposed."""

    eves = ManyOfField(_("Days shortened by an hour"), required=False)

    def __init__(self, offered: Sequence[tuple[date, str]], **kwargs: Any) -> None:
        super().__init__(data={"eves": [day.isoformat() for day, _words in offered]}, **kwargs)
        self.eves.choices = options((day.isoformat(), words) for day, words in offered)

    @property
    def days(self) -> list[date]:
        """The days that are ticked; only of a form that was found valid."""
        return [date.fromisoformat(one) for one in self.eves.data or ()]


class ConfirmForm(BaseForm):
    """The act by which a drafted year is decreed."""

    source = LineField(_("Decree"), required=N_("Please name the decree, its number and date."), most=300)


class DayForm(BaseForm):
    """One day of a year: its kind, whether it ends an hour earlier, and whose hours a working weekend keeps."""

    day = DayField(_("Date"), required=N_("Please say which day."))
    kind = OneOfField(_("What day it is"), kind=DayKind, required=N_("Please choose what day it is."))
    short = TickField(_(SHORTENED.word.msgid))
    works_as = PickField(_("Works as"), kind=int, required=False)

    def __init__(self, year: int, kinds: Iterable[tuple[DayKind, str]], weekdays: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.year = year
        self.kind.choices = options(kinds)
        self.works_as.choices = options(weekdays, empty=str(_("its own hours")))

    def validate_day(self, field: Any) -> None:
        """The day belongs to the year whose page was open."""
        if field.data is not None and field.data.year != self.year:
            raise ValidationError(N_("Please choose a day of the year %(year)s.", year=str(self.year)))

    @property
    def wanted(self) -> Day:
        """The day as the form says it; only of a form that was found valid."""
        return Day(self["day"].data, self.kind.data, self.short.data, self.works_as.data)
