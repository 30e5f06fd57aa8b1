"""The answer to a form that led nowhere, under an address of its own.

A page that answers a form itself makes the browser ask «send the form again?» whenever somebody comes back to it. So such a page is
kept, and the browser is led to it: it is opened like any other, with everything typed on it, also without scripts.
"""

import structlog
from flask import Blueprint, Flask, Response, g, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.foundation import work
from events.foundation.text import N_
from events.foundation.work import DatabaseError, NoFreeConnection
from events.people.rules import holder
from events.receipts import operations as receipts
from views import access, errors, form_again
from views.access import Login

bp = Blueprint("answers", __name__)
log = structlog.get_logger()

LONGEST = 500_000
"""Bytes of a page that is kept; the longest form of a request has a fifth of it."""
KEPT = frozenset({200, *range(400, 500)}) - {401, 429}
"""Statuses of answers that are kept."""
GONE = N_("An answer to a form is kept for a day. Open the form again; what was saved stands in it.")


def init_answers(app: Flask) -> None:
    """Let every form of the staff be answered so."""
    app.after_request(_led_to_a_page)


@bp.get("/answers/<string:token>")
@access.while_unsecured
@access.staff
def answer(token: str) -> ResponseReturnValue:
    """The page as it was answered, for whoever sent the form."""
    page = receipts.kept_answer(token, holder(current_user.id))
    return errors.page(404, phrase=GONE) if page is None else Response(page, mimetype="text/html")


def _led_to_a_page(response: Response) -> Response:
    """Keep the page and lead to it; where it cannot be kept, it is answered as it is."""
    login: Login | None = g.get("login")
    if login is None or not _answers_a_person(response):
        return response
    try:
        token = work.transaction(lambda: receipts.keep_answer(response.get_data(as_text=True), holder(login.user_id), work.now()))
    except (DatabaseError, NoFreeConnection) as fault:
        log.warning("answer_not_kept", error=type(fault).__name__)
        return response
    return make_response(redirect(url_for("answers.answer", token=token), 303))


def _answers_a_person(response: Response) -> bool:
    """A page shown in a window in answer to a form. Signing in again (401), trying too often (429, whose answer says when to come back) and
    failures of ours are answered on the spot."""
    shown = response.mimetype == "text/html" and not response.is_streamed and (response.content_length or 0) <= LONGEST
    return form_again.sent_from_window() and shown and response.status_code in KEPT
