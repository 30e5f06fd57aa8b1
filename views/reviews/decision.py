"""What is done on the page of a review: decide, recall, take note; and that it was opened."""

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import operations, queries
from events.approvals.operations import NewRemark
from events.foundation import work
from forms.active_time import ActiveTimeForm
from presenters.language import gettext as _
from views import access
from views.form_again import shown_again_by, taking
from views.reviews.blueprint import bp
from views.reviews.page import sent_form, undecided_page


@bp.post("/<int:review_id>")
@access.staff
@shown_again_by(undecided_page)
def decide(review_id: int) -> ResponseReturnValue:
    """Decide; refused or overtaken, the same page comes back with everything typed on it."""
    access.require_recent_proof(work.now())
    form = sent_form(review_id)
    with taking(form):
        version, revision_no = form.seen
        operations.decide(
            review_id,
            verdict=form.verdict.data,
            version=version,
            revision_no=revision_no,
            comment=form.comment.data,
            remarks=[NewRemark(section, text) for section, text in form.remarks],
            reason_code=form.reason,
            by=access.person(),
            now=work.now(),
        )
    return redirect(_next_address(review_id))


@bp.post("/<int:review_id>/recall")
@access.staff
def recall(review_id: int) -> ResponseReturnValue:
    """Take my decision back; its text stands in the form again."""
    operations.recall(review_id, by=current_user, now=work.now())
    flash(_("The decision has been recalled. Its text is kept below."))
    return redirect(url_for("reviews.review", review_id=review_id))


@bp.post("/<int:review_id>/acknowledge")
@access.staff
def acknowledge(review_id: int) -> ResponseReturnValue:
    """«Ознакомлен»."""
    operations.acknowledge(review_id, by=current_user, now=work.now())
    flash(_("Noted: you have been informed."))
    return redirect(url_for("desk.desk"))


@bp.post("/<int:review_id>/seen")
@access.staff
def seen(review_id: int) -> ResponseReturnValue:
    """The page was really opened, and how long it was worked on since the last report (cases.md 44)."""
    operations.see(review_id, by=current_user, now=work.now())
    if seconds := ActiveTimeForm().seconds():
        operations.count_active(review_id, seconds, by=current_user)
    return Response(status=204, mimetype="text/plain")


def _next_address(review_id: int) -> str:
    """Where one goes after deciding: the next review, else the desk; either says what was decided and how to take it back."""
    following = queries.next_waiting(access.person(), besides=review_id)
    if following is None:
        return url_for("desk.desk", decided=review_id)
    return url_for("reviews.review", review_id=following, decided=review_id)
