"""The log: one JSON object per line on standard error, moments in UTC.

Ids only: never names, addresses, query strings, or an address of ours that may carry a token (reliability.md, baseline 18).
"""

import logging
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import structlog
from jinja2 import TemplateError
from structlog.typing import ExcInfo, Processor

SPEAKING_OF_THE_PROGRAM = (AttributeError, ImportError, NameError, RuntimeError, TemplateError, TypeError)
"""Errors whose sentence is about our code. The sentence of any other may repeat what a person typed, so only its name is logged."""
DATABASE_SAYS = ("sqlstate", "sqlite_errorname")


def configure(context: Callable[[], Mapping[str, Any]]) -> None:
    """Make every line of ours and of the libraries such an object; `context` gives what is added to each (the request's id)."""

    def in_context(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
        return {**entry, **context()}

    shared: list[Processor] = [
        in_context,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(told),
    ]
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure([*shared, as_json], logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json]
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def told(exc_info: ExcInfo) -> str:
    """The tracebacks of an error and of what caused it, the cause first: lines of our code, classes, no values."""
    chain = reversed(list(_chain(exc_info[1])))
    return "\n".join("".join(traceback.format_tb(each.__traceback__)) + _name(each) for each in chain)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what it was raised from or during."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _name(error: BaseException) -> str:
    """The class; beside it what the program said, or which rule of the database was broken."""
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    known = [getattr(error, name, None) for name in DATABASE_SAYS] + [constraint]
    said = str(error) if isinstance(error, SPEAKING_OF_THE_PROGRAM) else ", ".join(str(one) for one in known if one)
    return f"{type(error).__qualname__}: {said}" if said else type(error).__qualname__
