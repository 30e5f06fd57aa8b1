"""The form of a request: shown, saved, saved by itself while one types, and what stands beside it."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import queries as approvals
from events.approvals.findings import findings_of
from events.approvals.vocabulary import Act, RemarkState
from events.foundation import work
from events.foundation.errors import Conflict
from events.foundation.text import N_, Phrase
from events.people.queries import Offices
from events.requests import operations, queries
from events.requests.fields import Content
from events.requests.queries import Writing
from events.requests.sections import SECTION_FIELDS
from events.requests.vocabulary import Section
from forms.active_time import ActiveTimeForm
from forms.request_pages import PlainForm
from forms.requests import ROW_FIELDS, RequestForm, form_of, moved
from presenters.facts import NamedFact
from presenters.field_values import differing
from presenters.moments import clock
from presenters.phrases import say
from presenters.preview import preview_of
from presenters.remarks import remark_shown
from presenters.section_progress import section_progress
from presenters.tables.acts import ACTS
from views import access, errors
from views.requests.blueprint import bp, page_of
from views.requests.draft import Draft, Offered, closed_draft, facts_of, open_draft, with_facts_of_venue

_ROW = re.compile(r"(occurrences|budget|co_organizers)-([0-9]{1,3})")
_MOVE = re.compile(r"([0-9a-f-]{36}):(-?[0-9]{1,4})")


@bp.route("/<int:request_id>/edit", methods=["GET", "POST"])
@access.staff
def edit(request_id: int) -> ResponseReturnValue:
    """The whole form; a POST keeps everything that can be kept, then goes where the pressed button leads."""
    draft = open_draft(request_id)
    if draft is None:
        return _too_late(request_id) if request.method == "POST" else redirect(page_of(request_id))
    form = draft.form()
    if not form.is_submitted():
        form.add_rows(request.args.get("more", ""), request.args.get("rows", type=int))
        return _page(draft, form, missing="missing" in request.args)
    _drop_row(form)
    form.validate()
    content = _wanted(draft, form)
    written = form.written(content)
    try:
        _save(draft, form, content, written)
    except Conflict:
        return _conflict(draft, form, content)
    saved = open_draft(request_id) if form.errors else None
    if saved is not None:
        form.stamp(saved.content, saved.versions, written)
        form.add_row(request.form.get("add", ""))
        return _page(saved, form, refusal=N_("Everything is saved except what is listed here."))
    return redirect(_next(request_id, form))


@bp.post("/<int:request_id>/autosave")
@access.staff
def autosave(request_id: int) -> ResponseReturnValue:
    """Keep one section (`?section=`) or all while one types. Answers in JSON as static/js/autosave.js wants it."""
    asked = tuple(one for one in Section if request.args.get("section", one.value) == one.value)
    try:
        draft = queries.writing(request_id, current_user)
        form = form_of(asked)(draft.content, draft.versions, Offered(draft.content, draft.lead_unit_id, draft.usual_minutes))
        form.validate()
        content = form.content(draft.content)
        written = form.written(content)
        saved = operations.keep(draft, content, sections=written, versions=form.versions(), by=current_user, now=work.now())
    except Conflict as conflict:
        return jsonify(message=say(conflict.phrase)), 409
    form.stamp(saved.content, saved.versions, written)
    return jsonify(_told(saved, form, asked))


@bp.post("/<int:request_id>/worked")
@access.staff
def worked(request_id: int) -> ResponseReturnValue:
    """How long the form was worked on since the last report (cases.md 44)."""
    operations.count_active(request_id, ActiveTimeForm().seconds(), by=current_user)
    return Response(status=204, mimetype="text/plain")


@bp.post("/<int:request_id>/side")
@access.staff_reading
def side(request_id: int) -> ResponseReturnValue:
    """The side box for what is typed and not saved yet, as a fragment."""
    draft = open_draft(request_id)
    if draft is None:
        raise Conflict(queries.NO_LONGER_EDITED)
    form = draft.form()
    form.validate()
    shown = preview_of(draft.event_request, form.content(draft.content), work.now())
    return render_template("requests/_side.html", side=shown)


def _page(
    draft: Draft,
    form: RequestForm,
    *,
    missing: bool = False,
    refusal: Phrase | None = None,
    conflicts: Mapping[Section, Sequence[NamedFact]] | None = None,
) -> str:
    """The page with everything around the form. `conflicts`: what a colleague has saved meanwhile, by section."""
    remarks = approvals.open_remarks(draft.event_request.id) if draft.event_request.submitted_at else ()
    beside, offices = preview_of(draft.event_request, draft.content, work.now()), Offices()
    if missing:
        form.show_findings(beside.problems)
    return render_template(
        "requests/form.html",
        draft=draft,
        form=form,
        side=beside,
        sections=section_progress(beside.problems, [one.section for one in remarks if one.state is RemarkState.OPEN]),
        remarks={section: [remark_shown(one, offices, {}) for one in remarks if one.section is section] for section in Section},
        conflicts=conflicts or {},
        facts=facts_of(draft.venues),
        plain=PlainForm(formdata=None),
        is_first=draft.event_request.submitted_at is None,
        throwing_away=ACTS[Act.THROW_AWAY],
        missing=missing,
        refusal=refusal,
    )


def _drop_row(form: RequestForm) -> None:
    """The row whose «Убрать» was pressed."""
    if match := _ROW.fullmatch(request.form.get("remove", "")):
        form.drop_row(match[1], int(match[2]))


def _wanted(draft: Draft, form: RequestForm) -> Content:
    """What the form says; a date moved by the side box, and the facts of a venue chosen without JavaScript."""
    content = form.content(draft.content, adding=request.form.get("add") == "occurrences")
    if match := _MOVE.fullmatch(request.form.get("move", "")):
        content = moved(content, match[1], int(match[2]))
    return with_facts_of_venue(content) if form.facts_of.data != str(content.venue_id or "") else content


def _save(draft: Draft, form: RequestForm, content: Content, sections: Sequence[Section]) -> None:
    """Keep these sections."""
    take = request.form.get("take", "")
    kept = [one for one in sections if one.value != take]
    by, now = current_user, work.now()
    operations.save(draft.event_request.id, content, sections=kept, versions=form.versions(), by=by, now=now)


def _conflict(draft: Draft, form: RequestForm, content: Content) -> ResponseReturnValue:
    """Both texts of every section a colleague was faster in; saving again then means this text."""
    present = open_draft(draft.event_request.id)
    if present is None:
        return _too_late(draft.event_request.id)
    versions = form.versions()
    stale = [one for one in form.written(content) if versions[one.value] != present.versions.get(one.value, 0)]
    form.stamp(present.content, present.versions, stale)
    refusal = N_("Somebody else has saved the same section meanwhile, so nothing has been saved yet. Compare the texts and save again.")
    stored = {one: differing(present.content, content, present.offered, [one]) for one in stale}
    return _page(present, form, refusal=refusal, conflicts=stored), 409


def _too_late(request_id: int) -> ResponseReturnValue:
    """A colleague has submitted or closed the request meanwhile: what was typed otherwise than it stands, to be copied."""
    stands = closed_draft(request_id)
    form = stands.form()
    form.validate()
    typed = differing(form.content(stands.content), stands.content, stands.offered)
    return errors.page(409, phrase=queries.NO_LONGER_EDITED, typed=typed, present_url=page_of(request_id))


def _next(request_id: int, form: RequestForm) -> str:
    """Where the pressed button leads."""
    pressed = request.form
    if "check" in pressed:
        return url_for("requests.check", request_id=request_id)
    if (name := pressed.get("add", "")) in ROW_FIELDS:
        row = len(form[name].entries)
        return url_for("requests.edit", request_id=request_id, more=name, rows=row + 1, _anchor=f"{name}-{row}")
    if match := _ROW.fullmatch(pressed.get("remove", "")):
        return url_for("requests.edit", request_id=request_id, _anchor=match[1])
    return url_for("requests.edit", request_id=request_id)


def _told(saved: Writing, form: RequestForm, asked: Collection[Section]) -> dict[str, Any]:
    """What autosave answers: the moment, the sections' stamps and words, and what could not be read. What is remarked is asked only of a
    request that has been submitted."""
    problems = findings_of(saved, work.now())
    remarked = approvals.sections_to_answer(saved.request_id) if saved.submitted_at else ()
    words = {one.section: say(one.word) for one in section_progress(problems, remarked)}
    stamps = {one.value: form.stamps[one.value].data for one in asked}
    told: dict[str, Any] = {
        "saved_at": clock(saved.saved_at),
        "versions": stamps,
        "words": {f"section-{one.value}": word for one, word in words.items()},
        "problems": {one.value: [say(found.phrase) for found in problems if found.section is one] for one in asked},
    }
    if len(asked) == 1:
        section = next(iter(asked))
        told |= {"version": stamps[section.value], "word": words[section]}
    unread = [one for section in asked for name in SECTION_FIELDS[section] if (one := _first_error(form[name]))]
    return told | {"message": say(unread[0])} if unread else told


def _first_error(field: Any) -> Phrase | None:
    errors = field.errors
    while errors and not isinstance(errors[0], Phrase):
        errors = [one for found in errors for one in (found.values() if isinstance(found, dict) else [found])]
        errors = [one for found in errors for one in (found if isinstance(found, list | tuple) else [found])]
    return errors[0] if errors else None
