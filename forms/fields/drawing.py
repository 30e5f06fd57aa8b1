"""Controls as HTML, exactly as WTForms' widgets write them, in a tenth of their calls: a form of eighty fields has two hundred.

WTForms formats every attribute and every option with a formatter of its own. Widgets it is not known of here draw themselves.
"""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape
from wtforms.widgets import (
    CheckboxInput,
    DateInput,
    EmailInput,
    HiddenInput,
    PasswordInput,
    Select,
    TelInput,
    TextArea,
    TextInput,
    TimeInput,
)

Attributes = dict[str, Any]

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"})
"""As markupsafe writes them."""


class Drawn:
    """What a form's Meta inherits so that its fields are drawn here."""

    def render_field(self, field: Any, render_kw: Mapping[str, Any]) -> Markup:
        """WTForms' own hook."""
        drawing = _DRAWN.get(type(field.widget))
        if drawing is None or getattr(field, "_datalist", None) is not None:
            drawn: Markup = super().render_field(field, render_kw)  # type: ignore[misc]  # the other base is wtforms' Meta
            return drawn
        given = {_key(name): value for told in (field.render_kw, render_kw) if told for name, value in told.items()}
        return Markup(drawing(field, given))  # noqa: S704 -- every value in it is escaped


def attributes(told: Mapping[str, Any]) -> str:
    """«class="form-control" id="title" required», in the order of the names; True is said by the name alone, False not at all."""
    said = ((_key(name), value) for name, value in sorted(told.items()) if value is not False)
    return " ".join(name if value is True else f'{name}="{text(value)}"' for name, value in said)


def text(value: Any) -> str:
    """Escaped for an attribute or between tags."""
    return value.translate(_ENTITIES) if type(value) is str else str(escape(value)).replace('"', "&quot;")


def _key(name: str) -> str:
    """`class_`, `data_key` and `aria_invalid` as HTML spells them."""
    name = name.rstrip("_")
    return name.replace("_", "-") if name.startswith(("data_", "aria_")) else name


def _told(field: Any, given: Attributes) -> Attributes:
    """The control's attributes: those given, its own, and those its validators ask for."""
    told = {"id": field.id, "name": field.name, **given}
    for flag, value in vars(field.flags).items():
        if flag in field.widget.validation_attrs and flag not in told:
            told[flag] = value() if callable(value) else value
    return told


def _input(field: Any, given: Attributes) -> str:
    told = {"type": field.widget.input_type, **_told(field, given)}
    if "value" not in told:
        told["value"] = field._value()
    return f"<input {attributes(told)}>"


def _checkbox(field: Any, given: Attributes) -> str:
    """Ticked by what it was given as an option of a list, else by its own value."""
    if "checked" not in given and getattr(field, "checked", field.data):
        given = {**given, "checked": True}
    return _input(field, given)


def _secret(field: Any, given: Attributes) -> str:
    """What was typed is not shown again."""
    return _input(field, {**given, "value": ""} if field.widget.hide_value else given)


def _textarea(field: Any, given: Attributes) -> str:
    return f"<textarea {attributes(_told(field, given))}>\r\n{text(field._value())}</textarea>"


class PickList(Select):  # type: ignore[misc]  # wtforms is untyped
    """A drop-down of SelectChoice: the options under their groups, in the order in which they are offered."""

    def __call__(self, field: Any, **given: Any) -> Markup:
        """What is chosen is known by its text, as a browser sends it."""
        chosen = "" if field.data is None else str(field.data) or None
        group = None
        parts = [f"<select {attributes(_told(field, given))}>"]
        for option in field.choices or ():
            if option.optgroup != group:
                parts.append("</optgroup>" if group is not None else "")
                group = option.optgroup
                parts.append(f"<optgroup {attributes({'label': group})}>" if group is not None else "")
            mark = "selected " if option.value == chosen else ""
            parts.append(f'<option {mark}value="{text(option.value)}">{text(option.label or option.value)}</option>')
        parts.append("</optgroup>" if group is not None else "")
        return Markup("".join([*parts, "</select>"]))  # noqa: S704 -- every value in it is escaped


_DRAWN: Mapping[type, Callable[[Any, Attributes], str]] = {
    **dict.fromkeys((TextInput, DateInput, TimeInput, EmailInput, TelInput, HiddenInput), _input),
    CheckboxInput: _checkbox,
    PasswordInput: _secret,
    TextArea: _textarea,
}
