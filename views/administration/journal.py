"""The journal: what the whole office did, looked for by person, object, act and period, and saved as a file."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.audit import operations, queries
from events.audit.models import AuditEntry
from events.audit.queries import Wish
from events.audit.vocabulary import Action
from events.district import queries as district
from events.foundation import work
from events.foundation.errors import NotFound
from events.foundation.place import local_day, midnight
from events.foundation.search import search_form, searched
from events.foundation.text import N_, Phrase
from events.people.vocabulary import Role
from events.requests import queries as requests
from forms.journal import JournalFilter
from presenters.journal import BY_SUBJECT, JournalRow, journal_rows
from presenters.language import gettext as _
from presenters.moments import document_time
from presenters.phrases import say
from presenters.tables.directories import DIRECTORIES
from presenters.tables.journal import SECURITY, acts_of
from presenters.tabular import as_csv, as_spreadsheet
from views import access
from views.administration.blueprint import bp
from views.administration.directories import FILES

PAGE_SIZE = 50
MOST_PEOPLE = 10
MOST_SAVED = 50_000
"""Entries of one file."""
FETCHED_WITHIN = timedelta(hours=1)
"""How long a file that was asked for can be fetched."""
ASKED = ("person", "number", "kind", "group", "security", "since", "until")
SUBJECT = ("journal", 0)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page; where its subject and whoever acted have pages, their addresses."""

    row: JournalRow
    person_url: str | None
    about_url: str | None


@bp.get("/journal")
@access.staff_as(Role.ADMIN)
def journal() -> ResponseReturnValue:
    """One page of what is asked for, newest first."""
    asked = JournalFilter(request.args)
    wish, names = _wish(asked)
    before, after = request.args.get("before", type=int), request.args.get("after", type=int)
    found = queries.page(wish, before=before, after=after, size=PAGE_SIZE)
    return render_template(
        "administration/journal.html",
        asked=asked,
        names=names,
        filtered=asked.narrows,
        lines=[_line(one) for one in journal_rows(found.entries)],
        whole=found.whole,
        newer_url=_page_url(after=found.newer) if found.newer is not None else None,
        older_url=_page_url(before=found.older) if found.older is not None else None,
        file_url=url_for(".save_journal", **_kept()),
        most=MOST_SAVED,
    )


@bp.post("/journal/file")
@access.staff_as(Role.ADMIN)
def save_journal() -> ResponseReturnValue:
    """Record that the entries asked for are taken out, then lead to their file: it is written outside of this transaction."""
    asked = JournalFilter(request.args)
    wish, _names = _wish(asked)
    if asked.errors:
        return redirect(url_for(".journal", **_kept()), 303)
    key, (upto, _hash) = secrets.token_urlsafe(12), queries.head()
    kind = "csv" if request.form.get("kind") == "csv" else "xlsx"
    by = access.person().actor
    operations.record(Action.JOURNAL_EXPORTED, SUBJECT, by=by, now=work.now(), file=key, format=kind, upto=upto, **_plain(wish))
    return redirect(url_for(".journal_file", key=key), 303)


@bp.get("/journal/file/<string:key>")
@access.staff_as(Role.ADMIN)
def journal_file(key: str) -> ResponseReturnValue:
    """The file that was asked for, for whoever asked."""
    recent = Wish(frozenset({access.person().id}), SUBJECT, actions=frozenset({Action.JOURNAL_EXPORTED}), since=work.now() - FETCHED_WITHIN)
    order = next((one for one in queries.page(recent, size=PAGE_SIZE).entries if one.data["file"] == key), None)
    if order is None:
        raise NotFound
    kind = order.data["format"]
    headings = [_("No."), _("Moment"), _("Who"), _("What was done"), _("To what"), _("Which"), _("Details"), _("Checksum")]
    rows = _cells(_recorded(order.data), order.data["upto"])
    content = as_spreadsheet(_("Journal"), headings, rows) if kind == "xlsx" else as_csv(headings, rows)
    name = f"journal-{local_day(order.at).isoformat()}.{kind}"
    return Response(content, headers={"Content-Type": FILES[kind], "Content-Disposition": f'attachment; filename="{name}"'})


def _cells(wish: Wish, upto: int) -> Iterator[list[str]]:
    """The rows of the file; a last one says that there is more."""
    count, last = 0, upto + 1
    for entries in queries.newest(wish, upto, MOST_SAVED):
        for entry, row in zip(entries, journal_rows(entries), strict=True):
            yield _cell_texts(entry, row)
            last = entry.seq
        count += len(entries)
    if count == MOST_SAVED and queries.page(wish, before=last, size=1).entries:
        yield ["", say(N_("Only the newest %(most)s entries are here. Ask for a shorter period.", most=MOST_SAVED)), *[""] * 6]


def _cell_texts(entry: AuditEntry, row: JournalRow) -> list[str]:
    told = [row.who, row.what, row.about_title, row.about]
    details = "; ".join(say(one) for one in row.details)
    return [str(row.seq), document_time(row.at), *(say(one) for one in told), details, entry.hash]


def _wish(asked: JournalFilter) -> tuple[Wish, list[str]]:
    """The filter as the query takes it, and the names of the people found; what could not be read is not asked for."""
    people = _people(asked) if asked.person.data else None
    subject = _request(asked) if asked.number.data and not asked.number.errors else None
    group, security = asked.group.data if not asked.group.errors else None, asked.security.data
    actions = acts_of(frozenset({group})) if group else None
    if security:
        actions = SECURITY if actions is None else actions & SECURITY
    wish = Wish(
        people=frozenset(people) if people else None,
        subject=subject,
        kind=(asked.kind.data or None) if not asked.kind.errors else None,
        actions=actions,
        since=midnight(asked.since.data) if asked.since.data and not asked.since.errors else None,
        until=midnight(asked.until.data + DAY) if asked.until.data and not asked.until.errors else None,
    )
    return wish, list((people or {}).values())


def _people(asked: JournalFilter) -> dict[int, str]:
    """Names by id of those so called; a sentence at the field where there are none or too many."""
    words = search_form(asked.person.data).split()
    everybody = district.entries(DIRECTORIES["people"], district.Wish(unused=True))
    found = {
        int(one.code): one.texts["full_name"]
        for one in everybody
        if words and all(word in one.searched for word in words) and all(word in searched(one.texts["full_name"]) for word in words)
    }
    if not found:
        _refuse(asked.person, N_("Nobody is called so. Write a part of the surname or of the name."))
    elif len(found) > MOST_PEOPLE:
        _refuse(asked.person, N_("More than %(most)s people are called so. Write more of the name.", most=MOST_PEOPLE))
        return {}
    return found


def _request(asked: JournalFilter) -> work.Subject | None:
    identity = requests.id_of_number(asked.number.data)
    if identity is None:
        _refuse(asked.number, N_("There is no request with this number. Write it whole, like ММ-ПМЦ-0123/2026."))
        return None
    return "request", identity


def _refuse(field: Any, phrase: Phrase) -> None:
    field.errors = [phrase]


def _plain(wish: Wish) -> dict[str, Any]:
    """What was asked for, as it is recorded: ids, words of closed lists, moments."""
    return {
        "people": sorted(wish.people) if wish.people is not None else None,
        "about": list(wish.subject) if wish.subject is not None else None,
        "kind": wish.kind,
        "acts": sorted(wish.actions) if wish.actions is not None else None,
        "since": wish.since.isoformat() if wish.since is not None else None,
        "until": wish.until.isoformat() if wish.until is not None else None,
    }


def _recorded(data: Mapping[str, Any]) -> Wish:
    """The same, read again."""
    return Wish(
        people=frozenset(data["people"]) if "people" in data else None,
        subject=(data["about"][0], data["about"][1]) if "about" in data else None,
        kind=data.get("kind"),
        actions=frozenset(data["acts"]) if "acts" in data else None,
        since=datetime.fromisoformat(data["since"]) if "since" in data else None,
        until=datetime.fromisoformat(data["until"]) if "until" in data else None,
    )


def _line(row: JournalRow) -> Line:
    person_url = url_for(".person", user_id=row.person_id) if row.person_id is not None else None
    return Line(row, person_url, _about_url(row))


def _about_url(row: JournalRow) -> str | None:
    """The page of what it was done to."""
    if not row.about_code:
        return None
    match row.about_kind:
        case "request":
            return url_for("request_page.show", request_id=int(row.about_code))
        case "user":
            return url_for(".person", user_id=int(row.about_code))
        case "calendar_year":
            return url_for("worktime.show", year=int(row.about_code))
    return url_for(".entry", table=BY_SUBJECT[row.about_kind].key, code=row.about_code)


def _kept() -> dict[str, Any]:
    """What of the address narrows the journal."""
    return {name: request.args[name] for name in ASKED if name in request.args}


def _page_url(**edge: Any) -> str:
    """The same at another page."""
    return url_for(".journal", **_kept(), **edge)
