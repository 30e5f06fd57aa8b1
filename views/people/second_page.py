"""The page of the second step, to which the password leads."""

from flask import Response, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from forms.people import SecondStepForm, SignInForm
from views import access
from views.addresses import languages, page_url
from views.people import refused

STEP = "second-step"
"""The name under which the browser's session keeps the token of a sign-in that waits."""
ENDPOINT = "people.second_step"


def lead_to(form: SignInForm) -> ResponseReturnValue:
    """On to the second step. A form that was kept is carried on by the page itself: no cookie would hold it."""
    if form.kept.data:
        return page(SecondStepForm(formdata=None, data={"next": form.next.data, "kept": form.kept.data}), status=200)
    return redirect(page_url(ENDPOINT, next=access.safe_next(form.next.data)), 303)


def again(form: SecondStepForm) -> ResponseReturnValue:
    """The page says why nobody was signed in."""
    led = None if form.kept.data else refused.lead_to(ENDPOINT, form, next=access.safe_next(form.next.data))
    return led or page(form)


def page(form: SecondStepForm, *, status: int | None = None) -> Response:
    """The page; refused, it stands under 422. Never stored."""
    links = [] if form.kept.data else languages()
    body = render_template("people/second_step.html", form=form, language_links=links)
    response = make_response(body, status or form.answer_status)
    response.headers["Cache-Control"] = "no-store"
    return response
