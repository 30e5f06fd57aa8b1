"""What `--help` says, in the language of everything else that commands say.

Help is written once, in English, where it is asked for: the docstring of a command, `help=` of a group and of an option.
`.ci/translations.py` finds it there.
"""

import inspect
import re
from collections.abc import Iterable

import click

from presenters.language import gettext

_OPTION = re.compile(r"(.*?)\s*(?:\[([^\[\]]*)\])?", re.DOTALL)


class _Page(click.HelpFormatter):
    """The page, each piece of it said as it is written; click's own pieces are said already (`usage`)."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _option(text)) for name, text in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Page


class Spoken(click.Command):
    """A command, or a group of them, whose help is said to whoever asks."""

    context_class = _Context
    _written: str | None = None

    @property
    def help(self) -> str | None:
        return gettext(inspect.cleandoc(self._written)) if self._written else None

    @help.setter  # noqa: A003 -- click's name, in this class only
    def help(self, written: str | None) -> None:
        self._written = written


def _option(text: str) -> str:
    """An option's help with what click adds in brackets; a command's is said already."""
    found = _OPTION.fullmatch(text)
    said, asked = found.groups() if found else (text, None)
    brackets = f"[{'; '.join(gettext(one) for one in asked.split('; '))}]" if asked else ""
    return "  ".join(part for part in (gettext(said) if said else "", brackets) if part)
