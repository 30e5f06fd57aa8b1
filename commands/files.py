"""Files that commands load: JSON as people save it, and what is wrong with one as a sentence with its place."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from events.foundation import work
from events.foundation.errors import NotNow, NotYours, Refused
from presenters.phrases import say

AWAY = "База данных сейчас недоступна или не принимает изменений. Ничего не изменено; повторите позже."


class Group(AppGroup):
    """Commands that end with a sentence and a code other than 0 where pages would show one: a refusal, a database that is away."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was called."""
        with in_words():
            return super().invoke(ctx)


@contextmanager
def in_words(after: str = "") -> Iterator[None]:
    """What is refused inside ends the command with its sentence, and with `after`: what has become of it."""
    try:
        yield
    except (Refused, NotNow, NotYours) as refused:
        sentence = say(refused.phrase)
        raise click.ClickException(f"{sentence if sentence.endswith('.') else f'{sentence}.'} {after}".rstrip()) from refused
    except Exception as error:
        if not work.is_unavailable(error):
            raise
        raise click.ClickException(AWAY) from error


def read_json(file: Path) -> Any:
    """What the file holds; a byte-order mark, as Windows puts it, is no part of it. ClickException naming line and column."""
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: байт {error.start} не читается как UTF-8. Сохраните файл в UTF-8.") from error
    except json.JSONDecodeError as error:
        raise click.ClickException(f"{file}: строка {error.lineno}, знак {error.colno}: не читается как JSON ({error.msg}).") from error
    except RecursionError as error:
        raise click.ClickException(f"{file}: слишком много вложенных скобок.") from error
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}.") from error
    except OSError as error:
        raise click.ClickException(f"{file} не открывается: {error.strerror}.") from error


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name stands twice: JSON would silently keep the last."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"поле «{name}» стоит в одном объекте дважды")
        found[name] = value
    return found


def _refuse_constant(word: str) -> Any:
    """NaN and the infinities are no JSON."""
    raise ValueError(f"{word} — не число")
