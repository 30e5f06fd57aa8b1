"""Forms of directories, made of their columns: one field for each, in the same order."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from events.district.columns import Column
from events.district.kinds import NO, PARTED, YES, Control
from events.foundation.text import N_
from forms.fields import BaseForm, DayField, EmailField, LineField, ManyOfField, PhoneField, PickField, TextField, TickField, options
from presenters.directory_texts import Picks
from presenters.language import gettext as _
from presenters.language import lazy_gettext
from presenters.phrases import say

_CELL = re.compile(r"cell-([0-9]{1,5})-([a-z_]{1,40})")
_LEAVE = re.compile(r"leave-([0-9]{1,5})")


class EntryForm(BaseForm):
    """One row of a directory; `seen` names the state it was opened in."""

    seen = HiddenField()

    def texts(self, columns: Sequence[Column]) -> dict[str, str]:
        """What stands in the form, as plain text by column; columns that have no field here are left out."""
        return {one.name: _text(self[one.name], one.kind.control) for one in columns if one.name in self}


class DismissForm(BaseForm):
    """Who goes on with what waited for somebody who leaves."""

    successor = PickField(lazy_gettext("Who goes on"), kind=int, required=False)

    def __init__(self, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.successor.choices = options(people, empty=_("nobody"))


class UploadForm(BaseForm):
    """A table to be read in."""

    file = FileField(validators=[FileRequired(N_("Please choose a file."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file.label.text = _("File")


class CheckedForm(BaseForm):
    """Rows of a file that cannot be loaded as they are: cells typed anew, rows left out. `seen` names the state of the file shown."""

    seen = HiddenField()

    def mended(self, posted: MultiDict[str, str]) -> dict[int, dict[str, str]]:
        """Texts by the place of the row and the name of the column."""
        found: dict[int, dict[str, str]] = {}
        for name, text in posted.items():
            if cell := _CELL.fullmatch(name):
                found.setdefault(int(cell[1]), {})[cell[2]] = text
        return found

    def left_out(self, posted: MultiDict[str, str]) -> set[int]:
        """Places of rows that are not wanted."""
        return {int(found[1]) for name in posted if (found := _LEAVE.fullmatch(name))}


def entry_form(columns: Sequence[Column], picks: Picks, data: Mapping[str, str]) -> EntryForm:
    """The form over those columns; `data` as plain text."""
    fields = {one.name: _MADE[_control(one)](one, picks.get(one.name, ())) for one in columns}
    made: EntryForm = type("Entry", (EntryForm,), fields)(data=_data(columns, data))
    return made


def _control(column: Column) -> Control:
    """A row of another directory is chosen, whatever its code is made of."""
    return Control.PICK if column.of else column.kind.control


def _data(columns: Sequence[Column], texts: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"seen": texts.get("seen", "")}
    for one in columns:
        text = texts.get(one.name, "")
        match one.kind.control:
            case Control.TICK:
                found[one.name] = text == YES
            case Control.SEVERAL:
                found[one.name] = [part.strip() for part in text.split(PARTED) if part.strip()]
            case Control.DAY:
                found[one.name] = one.kind.read(text) if text else None
            case Control.LINES:
                found[one.name] = "\n".join(part.strip() for part in text.split(PARTED))
            case _:
                found[one.name] = text
    return found


def _text(field: Any, control: Control) -> str:
    """What a field holds, as plain text; of several lines each is a part."""
    value = field.data
    if control is Control.LINES:
        parts = (part.strip().removesuffix(PARTED) for part in (value or "").splitlines())
        return f"{PARTED} ".join(part for part in parts if part)
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return PARTED.join(value)
    return "" if value is None else str(value)


def _labelled(kind: Callable[..., Any], **own: Any) -> Callable[[Column, Sequence[tuple[str, str]]], Any]:
    def make(column: Column, _picks: Sequence[tuple[str, str]]) -> Any:
        return kind(say(column.title), required=column.required or False, **own)

    return make


def _line(column: Column, _picks: Sequence[tuple[str, str]]) -> Any:
    return LineField(say(column.title), required=column.required or False, most=getattr(column.kind, "most", None) or 300)


def _number(column: Column, _picks: Sequence[tuple[str, str]]) -> Any:
    return LineField(say(column.title), required=column.required or False, most=30, render_kw={"inputmode": "decimal"})


def _tick(column: Column, _picks: Sequence[tuple[str, str]]) -> Any:
    return TickField(say(column.title))


def _pick(column: Column, picks: Sequence[tuple[str, str]]) -> Any:
    empty = None if column.required and len(picks) == 1 else ""
    return PickField(say(column.title), required=column.required or False, choices=options(picks, empty=empty))


def _several(column: Column, picks: Sequence[tuple[str, str]]) -> Any:
    return ManyOfField(say(column.title), required=column.required or False, choices=options(picks))


_MADE: Mapping[Control, Callable[[Column, Sequence[tuple[str, str]]], Any]] = {
    Control.LINE: _line,
    Control.LINES: _labelled(TextField),
    Control.NUMBER: _number,
    Control.TICK: _tick,
    Control.PICK: _pick,
    Control.SEVERAL: _several,
    Control.DAY: _labelled(DayField),
    Control.ADDRESS: _labelled(EmailField),
    Control.PHONE: _labelled(PhoneField),
}
