"""Any build with the pages of `noop`, telling with each answer how many statements and calls of Python it took.

Slower by half, so nothing is timed here. A poll of a feed goes past SQLAlchemy and is no statement here.
"""

import cProfile
import threading
from collections.abc import Callable, Iterable
from typing import Any

import noop  # type: ignore[import-not-found]  # this folder stands on the path of whoever serves it
from flask import Flask
from sqlalchemy import Engine, event

_asked = threading.local()


def create_app() -> Flask:
    """The product with counters around it."""
    app: Flask = noop.create_app()
    event.listen(Engine, "before_cursor_execute", _count)
    served = app.wsgi_app

    def counted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun: list[tuple[Any, ...]] = []
        _asked.statements = 0
        profile = cProfile.Profile()

        def begin(*told: Any) -> Any:
            begun.append(told)

        body = b"".join(profile.runcall(served, environ, begin))
        calls = sum(one.callcount for one in profile.getstats())  # type: ignore[attr-defined,unused-ignore]
        status, headers, *rest = begun[0]
        start_response(status, [*headers, ("X-Statements", str(_asked.statements)), ("X-Calls", str(calls))], *rest)
        return [body]

    app.wsgi_app = counted  # type: ignore[method-assign]
    return app


def _count(*_: object) -> None:
    """One more."""
    _asked.statements = getattr(_asked, "statements", 0) + 1
