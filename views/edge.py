"""The edge of the transaction: each request is one, committed below status 400 and only then answered."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, current_app, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

from events.foundation import work
from events.people.rules import holder as holder_of
from events.receipts import operations as receipts
from views import access, errors, own_files
from views.access import SAFE_METHODS, Audience, Policy

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GREATEST = 2**31 - 1
"""The greatest whole number every column holds."""
READ_BEFORE = ("_login_user", "signed_in", "login", "locale", "csrf_token")
"""What an attempt notes beside the session: who is signed in (Flask-Login's name and ours), their language, the token of forms."""
READING, FEEDS = frozenset({"GET", "HEAD"}), "feeds"
"""How pages of other sites may read what is public, and the room of what programs fetch; pages with a form stay ours (calendar.md 12)."""
CONTROLS = dict.fromkeys({*range(0x20), 0x7F} - {ord(char) for char in "\t\n\r"}, " ")
Fault = tuple[type, BaseException, TracebackType]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


PROTECTION = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
FOR_ANYONE = ("Access-Control-Allow-Origin", "*")
HTTPS_ONLY = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
AT_ONCE = "at_once"
"""The extension that may know an answer without any request of Flask's: `answer(environ)` gives what is `Told` to anyone, or None."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer but for the headers that every answer has."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: a number every column holds; a greater one is no page instead of a failed query (reliability.md T25)."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int = GREATEST) -> None:  # noqa: A002 -- werkzeug's names
        super().__init__(map, fixed_digits, min, max)


class Word(UnicodeConverter):
    """`<string:…>` in an address: no control characters, which PostgreSQL refuses (NUL) and nobody can read."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]")


class Parameters(ImmutableMultiDict[str, Any]):
    """What comes in a query or a form: controls are spaces, as in our fields, and `type=int` knows only numbers every column holds."""

    def __init__(self, mapping: Any = ()) -> None:
        super().__init__([(_readable(name), _readable(value)) for name, value in iter_multi_items(mapping)])

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002 -- werkzeug's names, less overloads
        """The first value; the default when it is missing or unreadable."""
        return super().get(key, default, _row_number if type is int else type)


class Arriving(Request):
    """A request whose parameters can be stored whatever was typed."""

    parameter_storage_class = Parameters


class Edge(Flask):
    """Flask whose request hooks, guard and view all run inside `work.transaction`.

    1. The mode (read or write) is chosen before the first query.
    2. A form's receipt is written first, so the same form sent again is answered with the first one's target.
    3. After commit or rollback the response leaves; a retry finds the session and uploads as they came, and asks anew who is signed in.
    """

    request_class = Arriving

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.url_map.converters |= {"int": RowNumber, "string": Word, "default": Word}

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """What is known at once is told at once, with the headers that every answer for anyone has; all else is a request of Flask's."""
        told: Told | None = self.extensions[AT_ONCE].answer(environ) if AT_ONCE in self.extensions else None
        if told is None:
            return super().wsgi_app(environ, start_response)
        headers = [*told.headers, *PROTECTION, FOR_ANYONE, ("X-Request-Id", _new_id())]
        if environ["wsgi.url_scheme"] == "https":
            headers.append(HTTPS_ONLY)
        start_response(f"{told.status} {HTTPStatus(told.status).phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" or told.status == 304 else [told.body]

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: nothing here is a coroutine, and Flask would look anew at every hook of every request."""
        return func

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Nothing yet: the hooks run inside the transaction, since extensions read the signed-in user there."""
        return None

    def dispatch_request(self) -> ResponseReturnValue:
        """The whole answer in one transaction, or bare for feeds and health."""
        access.refuse_foreign()
        policy = access.policy_of(self, request.endpoint)
        if policy is None or policy.audience is Audience.BARE:
            return super().dispatch_request()
        kept = dict(session) if policy.audience is Audience.STAFF else None
        return work.transaction(
            lambda: self._answer(policy),
            write=request.method not in SAFE_METHODS and not policy.reading,
            keep=lambda response: response.status_code < 400,
            before_retry=lambda: _restore(kept),
        )

    def send_static_file(self, filename: str) -> Response:
        """Our own files are kept with their compressed form."""
        return own_files.file(filename)

    def log_exception(self, exc_info: Fault | tuple[None, None, None]) -> None:
        """What went wrong after the view: in our words, since Flask's own name the address."""
        errors.note_fault(exc_info[1])

    def _answer(self, policy: Policy) -> Response:
        """Hooks, guard, receipt, view."""
        early = super().preprocess_request()
        if early is not None:
            return self.make_response(early)
        access.guard(policy)
        nonce = request.form.get("nonce", "")[:64] if request.method == "POST" else ""
        if not nonce or not current_user.is_authenticated:
            return self.make_response(super().dispatch_request())
        holder = holder_of(current_user.id)
        target = receipts.accept(nonce, holder, work.now())
        if target is not None:
            return self.make_response(redirect(target or request.url, 303))
        response = self.make_response(super().dispatch_request())
        if 300 <= response.status_code < 400:
            receipts.settle(nonce, holder, response.headers["Location"])
        return response


def init_edge(app: Flask) -> None:
    """Give every response its headers and its id, and every form sent the same kind of redirect."""
    app.after_request(_protect)
    app.after_request(_see_other)


def request_id() -> str:
    """The id by which this request stands in the log and on error pages."""
    if "request_id" not in g:
        g.request_id = _new_id()
    return str(g.request_id)


def _new_id() -> str:
    return secrets.token_hex(6)


def _readable(value: Any) -> Any:
    """Text without control characters; an upload as it is."""
    return value.translate(CONTROLS) if isinstance(value, str) else value


def _row_number(text: str) -> int:
    """The number; ValueError when no column holds it."""
    number = int(text)
    if abs(number) > GREATEST:
        raise ValueError(text)
    return number


def _restore(kept: dict[str, Any] | None) -> None:
    """Put the session back as it came and rewind uploads before the view runs again. A public page has no session. Who is signed in is
    forgotten: roles and sign-ins may have been taken away while the first attempt waited."""
    for name in READ_BEFORE:
        g.pop(name, None)
    if kept is not None:
        session.clear()
        session.update(kept)
        session.modified = False
    for uploaded in request.files.values():
        uploaded.stream.seek(0)


def _see_other(response: Response) -> Response:
    """After a form comes a page to look at: 303, so that no client sends the form on to it (RFC 9110, 15.4.4)."""
    if response.status_code == 302 and request.method not in SAFE_METHODS:
        response.status_code = 303
    return response


def _protect(response: Response) -> Response:
    """Security headers on every response (reliability.md, baseline 4); private pages are never stored."""
    headers = response.headers
    for name, value in PROTECTION:
        headers.setdefault(name, value)
    headers.setdefault("X-Request-Id", request_id())
    if request.is_secure:
        headers.setdefault(*HTTPS_ONLY)
    policy = access.policy_of(current_app, request.endpoint)
    if policy is None or policy.audience is Audience.STAFF:
        headers.setdefault("Cache-Control", "no-store")
    if request.method in READING and policy is not None and (policy.audience is Audience.PUBLIC or request.blueprint == FEEDS):
        headers.setdefault(*FOR_ANYONE)
    return response
