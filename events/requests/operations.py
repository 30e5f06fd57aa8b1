"""Verbs of writing a request: begin, copy, save, throw away. Submitting is approvals' verb."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import Actor
from events.foundation.db import db
from events.foundation.errors import Conflict, NotFound, NotNow, NotYours
from events.foundation.text import N_
from events.people.models import User
from events.requests import lifecycle, queries
from events.requests.applying import for_a_copy
from events.requests.fields import FOR_ROUTES, BudgetLine, Content, CoOrganizer
from events.requests.models import EventRequest, RequestTemplate, Revision
from events.requests.queries import NO_LONGER_EDITED, Writing
from events.requests.sections import SECTION_FIELDS, changed_fields
from events.requests.vocabulary import (
    MOST_ACTIVE_SECONDS,
    AgeMark,
    AuthorHow,
    BudgetSource,
    Format,
    InvolvedBy,
    Level,
    PriceType,
    Registration,
    RequestStatus,
    RevisionState,
    Section,
)

_ENUMS: Mapping[str, Any] = {
    "level": Level,
    "format": Format,
    "age_mark": AgeMark,
    "registration": Registration,
    "price_type": PriceType,
    "price_rub": Decimal,
}


def create(lead_unit_id: int, *, template_key: str | None = None, by: User, now: datetime, demo: bool = False) -> EventRequest:
    """Begin a draft, empty or from a template. NotYours when the user writes no requests for the unit."""
    template = _template(template_key) if template_key else None
    content = _from_template(template) if template else Content()
    minutes = template.duration_minutes if template else None
    return _begin(lead_unit_id, replace(content, responsible_id=by.id), by=by, now=now, demo=demo, usual_minutes=minutes)


def copy(request_id: int, *, by: User, now: datetime) -> EventRequest:
    """A new draft that says what an earlier request said, without its number and without what was true of it alone (cases.md 33)."""
    source = queries.visible(request_id, by)
    queries.refuse_reader(by, source)
    content = for_a_copy(queries.shown(source).content())
    return _begin(source.lead_unit_id, content, by=by, now=now, copied_from_id=source.id, usual_minutes=source.usual_minutes)


def save(request_id: int, content: Content, *, sections: Collection[Section], versions: Mapping[str, int], by: User, now: datetime) -> None:
    """Keep these sections of a draft, whatever is missing in them. NotYours for readers, NotFound for others, Conflict when it is no draft
    any more, or when someone has saved a section since (`keep`)."""
    db.session.flush()
    lifecycle.forget_read(request_id)  # overtaken while it waited for the lock, the page must find what stands now
    keep(queries.writing(request_id, by), content, sections=sections, versions=versions, by=by, now=now)


def keep(
    draft: Writing, content: Content, *, sections: Collection[Section], versions: Mapping[str, int], by: User, now: datetime
) -> Writing:
    """Keep these sections of a draft that was read under its lock; the draft as it is stored then. Records nothing: autosave is no act of
    the office.

    `versions` says on which version of each section the text was written; Conflict when someone has saved a section
    since, and then nothing is kept. Sections that did not change keep their version.
    """
    names = [name for section in sections for name in SECTION_FIELDS[section]]
    changed = set(changed_fields(draft.content, content)).intersection(names)
    touched = [section for section in sections if changed.intersection(SECTION_FIELDS[section])]
    for section in touched:
        _refuse_stale(draft.versions, section, versions)
    if not touched:
        return draft
    raised = {**draft.versions, **{one.value: draft.versions.get(one.value, 0) + 1 for one in touched}}
    stands = replace(draft.content, **{name: getattr(content, name) for name in changed})
    lifecycle.rewrite(draft, stands, changed, now, raised)
    if not draft.own:
        lifecycle.author(draft.request_id, by.id, AuthorHow.EDITED, now)
    if draft.status is RequestStatus.DRAFT:
        lifecycle.list_anew(draft, queries.what_applies(stands), forget=bool(changed.intersection(FOR_ROUTES)))
    lifecycle.forget_read(draft.request_id)
    return replace(draft, own=True, saved_at=now, versions=raised, content=stands)


def count_active(request_id: int, seconds: int, *, by: User) -> None:
    """Add active time on the form of a draft, at most five minutes a report; nothing where it is no draft any more. NotYours for readers,
    NotFound for others."""
    queries.refuse_reader(by, queries.visible(request_id, by))
    if spent := max(0, min(seconds, MOST_ACTIVE_SECONDS)):
        written = (Revision.request_id == request_id, Revision.state == RevisionState.DRAFT)
        db.session.execute(update(Revision).where(*written).values(active_seconds=Revision.active_seconds + spent))


def throw_away(request_id: int, *, by: User, now: datetime) -> None:
    """Drop a draft that was never submitted; it is in no list any more."""
    event_request = queries.locked(request_id)
    revision = editable(event_request, by)
    if event_request.status is not RequestStatus.DRAFT:
        raise NotNow(N_("This request has been submitted: withdraw it instead."))
    lifecycle.end(event_request, revision, RequestStatus.WITHDRAWN, reason="", now=now)
    record(Action.WITHDRAWN, ("request", event_request.id), by=by.actor, now=now)


def keep_template(key: str, facts: Mapping[str, Any], *, by: Actor, now: datetime) -> RequestTemplate:
    """Add the template with that key, or bring its `facts` (columns of RequestTemplate) up to date; no change is not recorded."""
    template = db.session.scalar(select(RequestTemplate).where(RequestTemplate.key == key)) or RequestTemplate(key=key)
    changed = [name for name, value in facts.items() if template.id is None or getattr(template, name) != value]
    if changed:
        for name in changed:
            setattr(template, name, facts[name])
        db.session.add(template)
        db.session.flush()
        record(Action.EDITED, ("template", template.id), by=by, now=now, fields=changed)
    return template


def editable(event_request: EventRequest, by: User) -> Revision:
    """The draft this user may write in. NotYours for readers, NotFound for others; Conflict when it is under review meanwhile."""
    queries.refuse_reader(by, event_request)
    revision = queries.working(event_request)
    if revision is None or revision.state is not RevisionState.DRAFT:
        raise Conflict(NO_LONGER_EDITED)
    return revision


def _begin(lead_unit_id: int, content: Content, *, by: User, now: datetime, demo: bool = False, **origin: int | None) -> EventRequest:
    """A request with its first, empty-handed revision; the lead unit sees it and its writer is its author.

    `origin`: the columns that say where it comes from.
    """
    if not any(one.unit_id == lead_unit_id for one in queries.writing_units(by)):
        raise NotYours(N_("You do not file requests for this institution. Choose your own."))
    event_request = EventRequest(lead_unit_id=lead_unit_id, created_at=now, demo=demo, **origin)
    revision = Revision(no=1, created_at=now, saved_at=now, section_versions={})
    event_request.revisions.append(revision)
    db.session.add(event_request)
    db.session.flush()
    lifecycle.write(revision, content, [name for names in SECTION_FIELDS.values() for name in names])
    lifecycle.show(event_request, revision.content())
    lifecycle.author(event_request.id, by.id, AuthorHow.CREATED, now)
    lifecycle.involve(event_request.id, [lead_unit_id], InvolvedBy.LEAD, now)
    record(
        Action.CREATED,
        ("request", event_request.id),
        by=by.actor,
        now=now,
        unit=lead_unit_id,
        copied_from=origin.get("copied_from_id"),
        demo=demo or None,
    )
    db.session.flush()
    return event_request


def _template(key: str) -> RequestTemplate:
    """NotFound if there is no such template."""
    template = db.session.scalar(select(RequestTemplate).where(RequestTemplate.key == key))
    if template is None:
        raise NotFound
    return template


def _from_template(template: RequestTemplate) -> Content:
    """The template's fields as content."""
    plain = dict(template.content)
    values: dict[str, Any] = {name: _ENUMS[name](value) if name in _ENUMS else value for name, value in plain.items()}
    values["budget"] = tuple(
        BudgetLine(line["name"], Decimal(str(line["amount"])), BudgetSource(line["source"])) for line in plain.get("budget", ())
    )
    values["co_organizers"] = tuple(CoOrganizer(one["unit_id"], one.get("contributes", "")) for one in plain.get("co_organizers", ()))
    values["extra_directions"] = tuple(plain.get("extra_directions", ()))
    return Content(**values)


def _refuse_stale(present: Mapping[str, int], section: Section, versions: Mapping[str, int]) -> None:
    """Someone has saved this section since the page was opened."""
    if versions.get(section.value, 0) != present.get(section.value, 0):
        raise Conflict(N_("A colleague has changed this section meanwhile. Compare both texts and save again."))
