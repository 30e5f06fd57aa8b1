"""A directory: its list, one row with what has been done to it, and its file. Every directory is kept by these pages."""

from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.district import operations, queries
from events.district.columns import Column, Offers
from events.district.directory import Directory
from events.district.kinds import Control
from events.district.queries import Entry, Wish
from events.foundation import work
from events.foundation.errors import Refused
from events.foundation.place import local_day
from events.foundation.text import Phrase
from events.people.vocabulary import Role
from presenters.directory_texts import Written, headings, listed, shown
from presenters.language import gettext as _
from presenters.tabular import as_csv, as_spreadsheet
from views import access
from views.administration.blueprint import bp, directory_of
from views.administration.entries import CALLED, entry_form_of, entry_page, keep_row, new_page, typed

PAGE_SIZE = 25
DEEPEST = 4
"""Deeper rows of a tree are set in no further."""
FILES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
ASKED = ("text", "unused", "sort", "backwards")


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; `url` sorts by it, `sorted` says how it is sorted now, in the words of aria-sort."""

    title: Phrase
    url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list: the first cell leads to it."""

    url: str
    cells: tuple[Written, ...]
    active: bool
    depth: int = 0
    """Under how many rows it stands, as far as the list shows it."""


@bp.get("/<string:table>/")
@access.staff_as(Role.ADMIN)
def listing(table: str) -> ResponseReturnValue:
    """The rows asked for, a page at a time."""
    directory = directory_of(table)
    wish = Wish(
        request.args.get("text", ""), "unused" in request.args, _sort(directory, request.args.get("sort", "")), "backwards" in request.args
    )
    found = queries.entries(directory, wish)
    last = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(request.args.get("page", 1, type=int), 1), last)
    offers, columns = directory.offers(), _listed(directory)
    return render_template(
        "administration/list.html",
        directory=directory,
        table=table,
        wish=wish,
        headings=[_heading(directory, one, wish) for one in columns],
        rows_found=[_row(table, one, columns, offers) for one in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]],
        count=len(found),
        filtered=bool(wish.text or wish.unused),
        newer_url=_page_url(table, page - 1) if page > 1 else None,
        older_url=_page_url(table, page + 1) if page < last else None,
        page=page,
        last=last,
    )


@bp.get("/<string:table>/new")
@access.staff_as(Role.ADMIN)
def new(table: str) -> ResponseReturnValue:
    """An empty form."""
    return new_page(directory_of(table), entry_form_of(directory_of(table), None))


@bp.post("/<string:table>/new")
@access.staff_as(Role.ADMIN)
def add(table: str) -> ResponseReturnValue:
    """Store a new row."""
    directory = directory_of(table)
    form = entry_form_of(directory, None)
    if not form.validate_on_submit():
        return new_page(directory, form)
    try:
        code = operations.add_entry(directory, typed(directory, form), by=access.person().actor, now=work.now())
    except Refused as refused:
        return new_page(directory, form, refusal=form.put_refusals(refused))
    flash(_("Saved."))
    return redirect(url_for(".entry", table=table, code=code), 303)


@bp.get("/<string:table>/rows/<string:code>")
@access.staff_as(Role.ADMIN)
def entry(table: str, code: str) -> ResponseReturnValue:
    """One row."""
    return entry_page(directory_of(table), code)


@bp.post("/<string:table>/rows/<string:code>")
@access.staff_as(Role.ADMIN)
def keep(table: str, code: str) -> ResponseReturnValue:
    """Store a row that was changed."""
    return keep_row(directory_of(table), code, url_for(".entry", table=table, code=code))


@bp.get("/<string:table>/file/<any(xlsx, csv):kind>")
@access.staff_as(Role.ADMIN)
def export(table: str, kind: str) -> ResponseReturnValue:
    """The rows that the list shows, all pages of it, as a file that can be read in again."""
    directory = directory_of(table)
    wish = Wish(request.args.get("text", ""), unused=True)
    rows = [listed(directory, one.texts) for one in queries.entries(directory, wish)]
    content = as_spreadsheet(table, headings(directory), rows) if kind == "xlsx" else as_csv(headings(directory), rows)
    name = f"{table}-{local_day(work.now()).isoformat()}.{kind}"
    return Response(content, headers={"Content-Type": FILES[kind], "Content-Disposition": f'attachment; filename="{name}"'})


def _listed(directory: Directory) -> list[Column]:
    """Columns of the list, what people call a row first; whether it is in use is told by how it looks."""
    found = [one for one in directory.columns if one.listed and one.kind.control is not Control.SEVERAL and one.name != "active"]
    called = next(name for name in (*CALLED, directory.name) if name in directory.columns_by_name)
    return sorted(found, key=lambda one: one.name != called)


def _row(table: str, one: Entry, columns: list[Column], offers: Offers) -> Row:
    cells = tuple(shown(column, one.texts[column.name], offers) for column in columns)
    return Row(url_for(".entry", table=table, code=one.code), cells, one.active, min(one.depth, DEEPEST))


def _heading(directory: Directory, column: Column, wish: Wish) -> Heading:
    present = wish.sort == column.name
    kept: dict[str, Any] = {name: request.args[name] for name in ("text", "unused") if name in request.args}
    turned: dict[str, Any] = {"backwards": "y"} if present and not wish.backwards else {}
    url = url_for(".listing", table=directory.key, sort=column.name, **kept, **turned)
    return Heading(column.title, url, ("descending" if wish.backwards else "ascending") if present else "none")


def _sort(directory: Directory, name: str) -> str:
    return name if name in directory.columns_by_name else ""


def _page_url(table: str, page: int) -> str:
    """The same list at another page."""
    kept: dict[str, Any] = {name: request.args[name] for name in ASKED if name in request.args}
    return url_for(".listing", table=table, page=page, **kept)
