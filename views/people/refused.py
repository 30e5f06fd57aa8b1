"""A refused form of somebody without an account, read again under an address of its own: coming back to it sends nothing again.

Nothing is stored for a visitor: the reasons and the address typed stand in their own cookie until the next refusal, a password nowhere.
A colleague's refused forms are kept instead (`views/answers.py`).
"""

import secrets
from typing import Any

from flask import redirect, request, session
from flask.typing import ResponseReturnValue
from wtforms import Form

from events.foundation.address import LONGEST_ADDRESS
from events.foundation.text import Phrase
from views import form_again
from views.addresses import page_url

REFUSED = "refused"


def lead_to(endpoint: str, form: Any, refusal: Phrase | None = None, **values: Any) -> ResponseReturnValue | None:
    """The way to the form's own page, which will say why; None where the answer is given on the spot: to scripts, and to an address
    longer than any, which no cookie would hold."""
    email = form.email.data if "email" in form else ""
    if not form_again.sent_from_window() or len(email) > LONGEST_ADDRESS:
        return None
    return led(endpoint, form, refusal, email=email, **values)


def led(endpoint: str, form: Any, refusal: Phrase | None = None, *, email: str = "", **values: Any) -> ResponseReturnValue:
    """The same for what was no form: a way back from elsewhere."""
    key = secrets.token_urlsafe(6)
    reasons = {field.name: [_packed(error) for error in field.errors] for field in form if field.errors}
    session[REFUSED] = {"key": key, "of": endpoint, "email": email, "reasons": reasons, "refusal": refusal and _packed(refusal)}
    return redirect(page_url(endpoint, refused=key, **values), 303)


def recall(endpoint: str, form: Form) -> Phrase | None:
    """Put what was typed and the reasons at the fields of the page that the address leads to. Returns the sentence for its top."""
    told = session.get(REFUSED)
    if not isinstance(told, dict) or told.get("of") != endpoint or told.get("key") != request.args.get("refused"):
        return None
    if "email" in form:
        form.email.data = told["email"]
    for field in form:
        field.errors = [_unpacked(error) for error in told["reasons"].get(field.name, ())]
    return _unpacked(told["refusal"]) if told["refusal"] else None


def forget() -> None:
    """The form was taken."""
    session.pop(REFUSED, None)


def _packed(reason: Phrase | str) -> list[Any]:
    """A reason as a cookie can hold it; the language is chosen when it is read."""
    return [reason.msgid, reason.plural, reason.n, reason.params] if isinstance(reason, Phrase) else [str(reason), None, None, {}]


def _unpacked(reason: list[Any]) -> Phrase:
    msgid, plural, n, params = reason
    return Phrase(msgid, plural, n, params)
