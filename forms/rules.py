"""Forms of rules: another value from a day on, the last day of what holds, taking back what has not acted yet."""

import re
from calendar import monthrange
from typing import Any

from wtforms import HiddenField
from wtforms.widgets import TextInput

from events.district.rule_values import LEAP_YEAR, DayOfYear, Declared, Measure
from events.foundation.text import N_
from events.people.vocabulary import Role
from forms.fields import BaseForm, ClockField, DayField, LineField, ManyOfField, TickField, WholeField, options
from forms.fields.read import ReadField
from presenters.language import lazy_gettext as _
from presenters.phrases import say
from presenters.tables.roles import ROLES

_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.?")
_LETTERS = re.compile(r"[A-ZА-ЯЁ]{1,8}")
NO_SOURCE = N_("Please say which law or order it rests on.")
LONGEST_SOURCE = 300


class DayOfYearField(ReadField):
    """The same day in every year: «01.09»."""

    widget = TextInput()
    unreadable = N_("Please give a day and a month, for example 01.09.")

    def read(self, typed: str) -> DayOfYear | None:
        """The day, or None when no year has it."""
        found = _DAY.fullmatch(typed)
        day = DayOfYear(int(found[2]), int(found[1])) if found else None
        known = day is not None and 1 <= day.month <= 12 and 1 <= day.day <= monthrange(LEAP_YEAR, day.month)[1]
        return day if known else None

    def show(self, value: Any) -> str:
        """«01.09»"""
        return f"{value.day:02d}.{value.month:02d}"


class LettersField(ReadField):
    """A few capital letters; small ones are made capital."""

    unreadable = N_("Please give one to eight letters.")

    def read(self, typed: str) -> str | None:
        """The letters, or None when there is anything else."""
        letters = typed.upper()
        return letters if _LETTERS.fullmatch(letters) else None


class RolesField(ManyOfField):
    """Some of the roles, or none."""

    def process_data(self, value: Any) -> None:
        """Ticks in the order of roles, whatever order a set has."""
        super().process_data([role for role in Role if role in (value or ())])


class EndForm(BaseForm):
    """Until when what holds goes on, and what it rests on; `seen` names the state the page was opened in."""

    seen = HiddenField()
    valid_until = DayField(_("Until which day"), required=False)
    source = LineField(_("Source"), required=NO_SOURCE, most=LONGEST_SOURCE)


class RuleForm(EndForm):
    """A value with its days. Its field `value` is of the rule's own kind, see `rule_form`."""

    valid_from = DayField(_("From which day"), required=N_("Please say from which day on it holds."))


class RemoveForm(BaseForm):
    """Taking back a value that has not acted yet."""

    seen = HiddenField()
    goes_on = TickField(_("What it was before holds on"))


def rule_form(declared: Declared, **kwargs: Any) -> RuleForm:
    """The form over a rule of that kind."""
    made: RuleForm = type("Valued", (RuleForm,), {"value": _value_field(declared)})(**kwargs)
    return made


def _value_field(declared: Declared) -> Any:
    label, needed = _("Value"), N_("Please give the value.")
    match declared.measure:
        case Measure.CLOCK:
            return ClockField(label, required=needed)
        case Measure.DAY_OF_YEAR:
            return DayOfYearField(label, required=needed)
        case Measure.LETTERS:
            return LettersField(label, required=needed)
        case Measure.ROLES:
            return RolesField(_("Roles"), kind=Role, required=False, choices=options([(role, say(ROLES[role])) for role in Role]))
    return WholeField(label, required=needed, least=declared.least, most=declared.most)
