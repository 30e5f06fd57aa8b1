"""Files that commands load: JSON as people save it, and what is wrong with one as a sentence with its place."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from commands.help_page import Spoken
from events.foundation import work
from events.foundation.errors import NotNow, NotYours, Refused
from events.foundation.text import N_, Phrase
from presenters.phrases import say

AWAY = N_("The database is away or takes no changes now. Nothing has been changed; try again later.")
NOTHING_LOADED = N_("Nothing has been loaded.")


class Group(Spoken, AppGroup):
    """Commands that end with a sentence and a code other than 0 where pages would show one: a refusal, a database that is away."""

    command_class = Spoken

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was called."""
        with in_words():
            return super().invoke(ctx)


def tell(phrase: Phrase, *, err: bool = False) -> None:
    """Say it to whoever runs the command, in Russian, the language of the office."""
    click.echo(in_terminal(phrase), err=err)


def in_terminal(phrase: Phrase) -> str:
    """The phrase without no-break spaces, which not every terminal shows, and which nobody finds who searches."""
    return say(phrase).replace("\u00a0", " ")


@contextmanager
def in_words(after: Phrase | None = None) -> Iterator[None]:
    """What is refused inside ends the command with its sentence, and with `after`: what has become of it."""
    try:
        yield
    except (Refused, NotNow, NotYours) as refused:
        sentence = in_terminal(refused.phrase)
        whole = sentence if sentence.endswith(".") else f"{sentence}."
        raise click.ClickException(f"{whole} {in_terminal(after)}" if after else whole) from refused
    except Exception as error:
        if not work.is_unavailable(error):
            raise
        raise click.ClickException(in_terminal(AWAY)) from error


def read_json(file: Path) -> Any:
    """What the file holds; a byte-order mark, as Windows puts it, is no part of it. Refused naming line and column."""
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise _at_fault(file, N_("byte %(place)s is no UTF-8; save the file as UTF-8", place=error.start)) from error
    except json.JSONDecodeError as error:
        fault = N_(
            "line %(line)s, character %(column)s: this is no JSON (%(fault)s)", line=error.lineno, column=error.colno, fault=error.msg
        )
        raise _at_fault(file, fault) from error
    except RecursionError as error:
        raise _at_fault(file, N_("too many brackets inside each other")) from error
    except Refused as error:
        raise _at_fault(file, error.phrase) from error
    except ValueError as error:
        raise _at_fault(file, N_("a number in it is too long")) from error
    except OSError as error:
        raise _at_fault(file, N_("the file cannot be opened (%(fault)s)", fault=error.strerror)) from error


def write_new(file: Path, text: str) -> None:
    """Write the text into a file that is not there yet; refused where there is one, and where none can be made."""
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise Refused(N_("The file %(file)s is there already. Choose another name.", file=str(file))) from error
    except OSError as error:
        raise _at_fault(file, N_("the file cannot be written (%(fault)s)", fault=error.strerror)) from error


def _at_fault(file: Path, fault: Phrase) -> Refused:
    """What is wrong with the file as a whole."""
    return Refused(N_("%(file)s: %(fault)s", file=str(file), fault=fault))


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name stands twice: JSON would silently keep the last."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Refused(N_("“%(name)s” stands twice in one object", name=name))
        found[name] = value
    return found


def _refuse_constant(word: str) -> Any:
    """NaN and the infinities are no JSON."""
    raise Refused(N_("%(word)s is no number", word=word))
