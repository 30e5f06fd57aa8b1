"""The author's answer to a remark, from the request's form and from its page alike."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import operations, queries
from events.approvals.models import Remark
from events.foundation import work
from events.foundation.errors import NotFound, Refused
from events.people.queries import Offices
from events.requests import queries as requests
from forms.request_pages import RemarkForm
from presenters.remarks import remark_shown
from views import access
from views.request_page.blueprint import bp


@bp.post("/<int:request_id>/remarks/<int:remark_id>/answer")
@access.staff
def answer(request_id: int, remark_id: int) -> ResponseReturnValue:
    """«Учтено», or declined with an explanation; also after the approval, when nothing is being edited (cases.md 17)."""
    event_request = requests.visible(request_id, current_user)
    remark = next((one for one in queries.open_remarks(request_id) if one.id == remark_id), None)
    requests.refuse_reader(current_user, event_request)
    if remark is None:
        raise NotFound
    form, refusal = RemarkForm(), None
    if form.validate_on_submit():
        try:
            accepted = form.accepted.data == "yes"
            operations.answer_remark(remark_id, accepted=accepted, text=form.text.data, by=current_user, now=work.now())
            return redirect(_back(remark, form))
        except Refused as refused:
            refusal = form.put_refusals(refused)
    page = render_template(
        "request_page/answer.html",
        form=form,
        event_request=event_request,
        remark=remark_shown(remark, Offices(), {}),
        back_url=_back(remark, form),
        refusal=refusal,
    )
    return page, 422


def _back(remark: Remark, form: RemarkForm) -> str:
    """To where the answer was written: the section of the form, or the remarks on the request's page."""
    if form.back.data == "form":
        return url_for("requests.edit", request_id=remark.request_id, _anchor=remark.section.value)
    return url_for("request_page.show", request_id=remark.request_id, _anchor="remarks")
