"""Every failure as a page: one table from what went wrong to what the person reads (style.md 7)."""

from collections.abc import Sequence

import structlog
from flask import Flask, Response, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from events.foundation import work
from events.foundation.errors import Conflict, NotFound, NotNow, NotYours, Refused
from events.foundation.text import Phrase
from events.foundation.work import DatabaseError, NoFreeConnection, UnstorableValue
from presenters.facts import NamedFact
from views import access, spoken
from views.addresses import languages

log = structlog.get_logger()

PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 429, 500, 503})
RETRY_AFTER_SECONDS = "5"


def init_errors(app: Flask) -> None:
    """Register the table."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(NotFound, _hidden)
    app.register_error_handler(NotYours, lambda error: page(403, phrase=error.phrase, present_url=_subject_url()))
    app.register_error_handler(access.ForeignForm, lambda error: page(403, phrase=error.phrase))
    app.register_error_handler(NotNow, _not_now)
    app.register_error_handler(Refused, lambda error: page(400, phrase=error.phrase))
    app.register_error_handler(UnstorableValue, _unstorable)
    app.register_error_handler(DatabaseError, _database)
    app.register_error_handler(NoFreeConnection, _database)
    app.register_error_handler(Exception, _ours)


def page(
    status: int,
    *,
    phrase: Phrase | None = None,
    expired: bool = False,
    overtaken: bool = True,
    typed: Sequence[NamedFact] = (),
    present_url: str | None = None,
) -> Response:
    """The page for the status. Reads no database: it must also serve when there is none.

    `phrase`: what to say instead of the usual sentence; `expired`: the form stood open too long; `overtaken`: by somebody who was
    faster, else it cannot be done as things stand; `typed`: what was sent, to be copied, and `present_url`: where to see how things stand.
    """
    shown = status if status in PAGES else 400 if status < 500 else 500
    links = languages() if request.method in access.SAFE_METHODS and not spoken.last_spoken() else []
    body = render_template(
        f"errors/{shown}.html",
        phrase=phrase,
        expired=expired,
        overtaken=overtaken,
        typed=typed,
        present_url=present_url,
        language_links=links,
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _http(error: HTTPException) -> Response:
    """Redirects pass; the rest gets our page with the headers the protocol asks for (Allow, Retry-After)."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = page(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _not_now(error: NotNow) -> Response:
    """Somebody was faster, or things do not stand so that it can be done."""
    return page(409, phrase=error.phrase, overtaken=isinstance(error, Conflict), present_url=_subject_url())


def _subject_url() -> str | None:
    """The page of what the address names, which whoever is told so may see; None for any other address."""
    named = request.view_args or {}
    if "request_id" in named:
        return url_for("request_page.show", request_id=named["request_id"])
    return url_for("reviews.review", review_id=named["review_id"]) if "review_id" in named else None


def _hidden(error: NotFound) -> Response:
    """Nothing of this name for this person; the log keeps who tried, for what is missing may be what is forbidden."""
    log.info("not_found", method=request.method, route=request.url_rule.rule if request.url_rule else None)
    return page(404)


def _foreign_host(error: SecurityError) -> Response:
    """A host name that is not ours (reliability.md T12): in bare words, since no address can be built under it."""
    return Response("400 Bad Request: this host name is not served here.\n", 400, mimetype="text/plain")


def _forged(error: CSRFError) -> Response:
    """The form's token is too old or not ours: signing in again or reloading helps."""
    log.info("form_refused", reason=error.description)
    return page(400, expired=True)


def _unstorable(error: UnstorableValue) -> Response:
    """A value no column can hold (reliability.md T25)."""
    log.warning("unstorable_value", sqlstate=getattr(error.orig, "sqlstate", None))
    return page(400)


def _database(error: DatabaseError | NoFreeConnection) -> Response:
    """The database is away, overloaded or only read: come back in a moment. Anything else is our fault."""
    if work.is_unavailable(error) or (isinstance(error, DatabaseError) and work.is_transient(error)):
        cause = getattr(error, "orig", error)
        log.warning("database_unavailable", error=type(cause).__name__, sqlstate=getattr(cause, "sqlstate", None))
        return page(503)
    return _ours(error)


def _ours(error: Exception) -> Response:
    """A fault of the program: logged, shown with the request's id only."""
    note_fault(error)
    return page(500)


def note_fault(error: BaseException | None) -> None:
    """Log a fault with the rule of its route: an address itself may carry a token (reliability.md T15)."""
    log.error("unhandled", method=request.method, route=request.url_rule.rule if request.url_rule else None, exc_info=error)
