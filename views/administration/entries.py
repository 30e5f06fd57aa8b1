"""One row of a directory: its form, how it is stored, and what has been done to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from events.audit.vocabulary import Action
from events.district import operations, queries
from events.district.columns import Column, Offers
from events.district.directory import Directory, Overtaken, stamp
from events.district.kinds import Worded
from events.district.queries import Entry, EntryChange
from events.foundation import work
from events.foundation.errors import NotFound, Refused
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.people.directories import ROLES
from events.people.queries import Offices
from events.people.vocabulary import Role
from forms.directories import EntryForm, entry_form
from presenters.directory_texts import Written, filed, plain_row, shown
from presenters.language import gettext as _
from presenters.phrases import Words
from presenters.tables.account_acts import ACCOUNT_ACTS
from views import access
from views.administration.blueprint import picks_of

CALLED = ("short_name", "full_name", "name")
"""The column by which people know a row."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one column."""

    title: Phrase
    was: Written
    now: Written


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to a row and when; `who` is None for a command, `words` where the act has a name of its own; `named`: what
    changed, where values are not kept."""

    at: datetime
    who: str | None
    words: Phrase | None
    changed: bool
    """Whether its differences were something before."""
    differences: tuple[Difference, ...]
    named: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of a form that was not stored."""

    refusal: Phrase | None = None
    theirs_now: tuple[Difference, ...] = ()
    status: int | None = None


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role of the person that can be taken away."""

    unit_id: int
    role: str
    unit_words: Words
    role_words: Phrase


@dataclass(frozen=True, slots=True)
class Roles:
    """What a person may do, and the form by which more is given."""

    held: tuple[HeldRole, ...]
    form: EntryForm
    active: bool
    """Whether the account is open."""
    secured: bool
    """Whether something is asked for beside the password."""


EntryPage = Callable[..., ResponseReturnValue]


def new_page(directory: Directory, form: EntryForm, *, refusal: Phrase | None = None) -> ResponseReturnValue:
    """A row that is not there yet."""
    columns = [one for one in directory.columns if one.name in form]
    page = render_template("administration/new.html", directory=directory, table=directory.key, columns=columns, form=form, refusal=refusal)
    return page, 422 if refusal else form.answer_status


def entry_page(
    directory: Directory, code: str, form: EntryForm | None = None, told: Told | None = None, roles: Roles | None = None
) -> ResponseReturnValue:
    """One row with its history; `roles` of a person. NotFound when there is none."""
    row, told = found(directory, code), told or Told()
    form = form or entry_form_of(directory, row)
    page = render_template(
        "administration/entry.html",
        directory=directory,
        table=directory.key,
        row=row,
        columns=[one for one in directory.columns if one.name in form],
        called=called(directory, row),
        form=form,
        refusal=told.refusal,
        theirs_now=told.theirs_now,
        done=history(directory, row),
        roles=roles,
    )
    wrong = form.errors or (roles is not None and roles.form.errors)
    return page, told.status or (422 if told.refusal or wrong else 200)


def keep_row(directory: Directory, code: str, url: str, page: EntryPage = entry_page) -> ResponseReturnValue:
    """Store a row that was changed, then go to its page; who was overtaken sees what the other has written, and keeps what was typed."""
    form = entry_form_of(directory, found(directory, code))
    if not form.validate_on_submit():
        return page(directory, code, form)
    texts = typed(directory, form)
    try:
        operations.keep_entry(directory, code, texts, form.seen.data or "", by=access.person().actor, now=work.now())
    except Overtaken as overtaken:
        form.seen.process_data(stamp(overtaken.stands))
        return page(directory, code, form, Told(overtaken.phrase, _differing(directory, texts, overtaken.stands), 409))
    except Refused as refused:
        return page(directory, code, form, Told(form.put_refusals(refused)))
    flash(_("Saved."))
    return redirect(url, 303)


def _differing(directory: Directory, texts: Mapping[str, str], stands: Mapping[str, str]) -> tuple[Difference, ...]:
    """Where what was typed is not what is stored now."""
    offers = directory.offers()
    return tuple(
        Difference(one.title, shown(one, texts[one.name], offers), shown(one, stands[one.name], offers))
        for one in directory.columns
        if one.name in texts and texts[one.name] != stands[one.name]
    )


def history(directory: Directory, row: Entry) -> list[Done]:
    """What has been done to the row, newest first."""
    stored = queries.row_of(directory, row.code)
    acts = queries.changes(directory, getattr(stored, "id", 0), row.code)
    named = {one.by_id for one in acts} | {one.data.get("to") for one in acts}
    names = people.full_names({one for one in named if one is not None})
    offers = directory.offers()
    return [_done(directory, one, names, offers) for one in acts]


def _done(directory: Directory, change: EntryChange, names: Mapping[int, str], offers: Offers) -> Done:
    known, was, now = directory.columns_by_name, change.was or {}, change.now or {}
    differences = [
        Difference(known[name].title, shown(known[name], was.get(name, ""), offers), shown(known[name], text, offers))
        for name, text in now.items()
        if name in known and (text or was.get(name))
    ]
    told = tuple(known[name].title for name in change.fields if name in known)
    of_its_own = directory.added is not Action.EDITED and directory.added not in ACCOUNT_ACTS
    added = change.action is directory.added and change.was is None and (change.now is not None or of_its_own)
    who = names.get(change.by_id) if change.by_id is not None else None
    return Done(change.at, who, N_("Added.") if added else _act(change, names), not added, tuple(differences), told)


def _act(change: EntryChange, names: Mapping[int, str]) -> Phrase | None:
    """What was done to an account, in words."""
    words = ACCOUNT_ACTS.get(change.action)
    if words is None:
        return None
    if "role" in change.data:
        unit = Offices().units.get(change.data["unit"])
        return replace(words, params={"role": ROLES[Role(change.data["role"])], "unit": unit.called if unit else ""})
    return replace(words, params={"person": names.get(change.data["to"], "")}) if "to" in change.data else words


def entry_form_of(directory: Directory, row: Entry | None) -> EntryForm:
    """The form over a row, or an empty one; what is given once has no field later."""
    columns = tuple(one for one in directory.columns if one.paged and (row is None or not one.fixed))
    known = directory.columns_by_name
    data: dict[str, Any] = {**row.texts, "seen": row.seen} if row else {one.name: _begins_with(one) for one in columns}
    written = {
        name: filed(known[name], text) if isinstance(known[name].kind, Worded) else text for name, text in data.items() if name in known
    }
    return entry_form(columns, picks_of(columns, directory.offers(), row), data | written)


def typed(directory: Directory, form: EntryForm) -> dict[str, str]:
    """What stands in the form, as plain texts."""
    return plain_row(directory, form.texts(directory.columns))


def _begins_with(column: Column) -> str:
    """What stands in the form of a new row."""
    return "" if column.empty is None else column.kind.write(column.empty)


def called(directory: Directory, row: Entry) -> str:
    """What people call the row."""
    return next(row.texts[name] for name in (*CALLED, directory.name) if row.texts.get(name))


def found(directory: Directory, code: str) -> Entry:
    """The row. Raises NotFound."""
    row = queries.entry(directory, code)
    if row is None:
        raise NotFound
    return row
