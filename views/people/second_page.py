"""The page of the second step, to which the password leads, and the sign-in that waits for it."""

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, session
from flask.typing import ResponseReturnValue

from events.factors import queries as factors_held
from events.factors.queries import Held
from events.foundation import work
from events.foundation.text import Phrase
from events.people import queries
from forms.people import SecondStepForm, SignInForm
from views import access
from views.addresses import languages, page_url
from views.people import refused
from views.people.accounts import Account, plain
from views.people.challenges import party_here

STEP = "second-step"
"""The name under which the browser's session keeps the token of a sign-in that waits."""
ENDPOINT = "people.second_step"


@dataclass(frozen=True)
class Waiting:
    """A sign-in between password and second step, in plain values."""

    step_id: int
    account: Account
    held: Held


def waiting() -> Waiting | None:
    """The sign-in this browser has begun."""
    return work.transaction(_waiting, write=False)


def _waiting() -> Waiting | None:
    token = session.get(STEP)
    step = factors_held.waiting_step(token, work.now()) if isinstance(token, str) else None
    if step is None:
        return None
    return Waiting(step.id, plain(queries.user(step.user_id)), factors_held.held(step.user_id))


def lead_to(form: SignInForm) -> ResponseReturnValue:
    """On to the second step. A form that was kept is carried on by the page itself: no cookie would hold it."""
    if form.kept.data:
        return page(SecondStepForm(formdata=None, data={"next": form.next.data, "kept": form.kept.data}), status=200)
    return redirect(page_url(ENDPOINT, next=access.safe_next(form.next.data)), 303)


def again(form: SecondStepForm, refusal: Phrase | None = None) -> ResponseReturnValue:
    """The page says why nobody was signed in."""
    led = None if form.kept.data else refused.lead_to(ENDPOINT, form, refusal, next=access.safe_next(form.next.data))
    return led or page(form, refusal)


def page(form: SecondStepForm, refusal: Phrase | None = None, *, status: int | None = None) -> Response:
    """The page; refused, it stands under 422. Never stored."""
    found = waiting()
    body = render_template(
        "people/second_step.html",
        form=form,
        refusal=refusal,
        app=found is not None and found.held.app_since is not None,
        passkeys=found is not None and bool(found.held.passkeys) and party_here() is not None,
        language_links=[] if form.kept.data else languages(),
    )
    response = make_response(body, status or (422 if refusal else form.answer_status))
    response.headers["Cache-Control"] = "no-store"
    return response
