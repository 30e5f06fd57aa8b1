"""The form of a request: shown, saved, saved by itself while one types, and what stands beside it."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from events.approvals import planning
from events.approvals import queries as approvals
from events.approvals.vocabulary import Act
from events.foundation import work
from events.foundation.errors import Conflict
from events.foundation.text import N_, Phrase
from events.requests import operations
from events.requests.fields import Content
from events.requests.sections import SECTION_FIELDS
from events.requests.vocabulary import Section
from forms.approvals import SeenForm
from forms.request_pages import PlainForm
from forms.requests import ROW_FIELDS, RequestForm, moved
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
from views.requests.draft import Draft, closed_draft, facts_of, open_draft, with_facts_of_venue

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
        saved = _save(draft, form, content, written)
    except Conflict:
        return _conflict(draft, form, content)
    if form.errors:
        form.stamp(saved.content, saved.versions, written)
        form.add_row(request.form.get("add", ""))
        return _page(saved, form, refusal=N_("Everything is saved except what is listed here."))
    return redirect(_next(request_id, form))


@bp.post("/<int:request_id>/autosave")
@access.staff
def autosave(request_id: int) -> ResponseReturnValue:
    """Keep one section (`?section=`) or all while one types. Answers in JSON as static/js/autosave.js wants it."""
    draft = open_draft(request_id)
    if draft is None:
        return jsonify(message=say(operations.NO_LONGER_EDITED)), 409
    asked = [one for one in Section if request.args.get("section", one.value) == one.value]
    form = draft.form()
    form.validate()
    content = form.content(draft.content)
    written = [one for one in form.written(content) if one in asked]
    try:
        saved = _save(draft, form, content, written)
    except Conflict as conflict:
        return jsonify(message=say(conflict.phrase)), 409
    form.stamp(saved.content, saved.versions, written)
    return jsonify(_told(saved, form, asked))


@bp.post("/<int:request_id>/worked")
@access.staff
def worked(request_id: int) -> ResponseReturnValue:
    """How long the form was worked on since the last report (cases.md 44)."""
    told = SeenForm()
    seconds = told.active_seconds.data if told.validate_on_submit() else None
    operations.count_active(request_id, seconds or 0, by=current_user)
    return Response(status=204, mimetype="text/plain")


@bp.post("/<int:request_id>/side")
@access.staff_reading
def side(request_id: int) -> ResponseReturnValue:
    """The side box for what is typed and not saved yet, as a fragment."""
    draft = open_draft(request_id)
    if draft is None:
        raise Conflict(operations.NO_LONGER_EDITED)
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
    remarks = approvals.open_remarks(draft.event_request.id)
    beside = preview_of(draft.event_request, draft.content, work.now())
    if missing:
        form.show_findings(beside.problems)
    return render_template(
        "requests/form.html",
        draft=draft,
        form=form,
        side=beside,
        sections=section_progress(beside.problems, remarks),
        remarks={section: [remark_shown(one, {}) for one in remarks if one.section is section] for section in Section},
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


def _save(draft: Draft, form: RequestForm, content: Content, sections: Sequence[Section]) -> Draft:
    """Keep these sections; the draft as it is stored then."""
    take = request.form.get("take", "")
    kept = [one for one in sections if one.value != take]
    by, now = current_user, work.now()
    revision = operations.save(draft.event_request.id, content, sections=kept, versions=form.versions(), by=by, now=now)
    return Draft(draft.event_request, revision)


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
    return errors.page(409, phrase=operations.NO_LONGER_EDITED, typed=typed, present_url=page_of(request_id))


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


def _told(saved: Draft, form: RequestForm, asked: Collection[Section]) -> dict[str, Any]:
    """What autosave answers: the moment, the sections' stamps and words, and what could not be read."""
    problems = planning.preview(saved.event_request, saved.content, work.now()).problems
    words = {one.section: say(one.word) for one in section_progress(problems, approvals.open_remarks(saved.event_request.id))}
    stamps = {one.value: form.stamps[one.value].data for one in asked}
    told: dict[str, Any] = {
        "saved_at": clock(saved.revision.saved_at),
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
