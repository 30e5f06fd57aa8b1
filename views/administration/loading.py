"""Reading a table into a directory: choose the file, look at what it would change, mend what cannot be stored, load all of it at once."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.district import operations, queries
from events.district.columns import Offers
from events.district.directory import CheckedRow, Directory, Outcome
from events.district.models import LoadedFile
from events.foundation import work
from events.foundation.errors import NotFound, Refused
from events.foundation.text import N_, Phrase
from events.people.vocabulary import Role
from forms.directories import CheckedForm, UploadForm
from presenters.directory_texts import LINE, Written, filed, plain_row, read_file, shown
from presenters.language import gettext as _
from presenters.language import ngettext
from presenters.tabular import read_table
from views import access
from views.administration.blueprint import bp, directory_of
from views.administration.entries import CALLED, Difference

MOST_MENDED = 50
"""Rows that are mended on the page; of more the file itself is mended."""
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that can be typed anew."""

    name: str
    title: Phrase
    text: str
    fault: Phrase | None


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that cannot be stored; `line` of the file, `place` among the rows. Cells with a fault come first."""

    line: str
    place: int
    called: Written
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that would be changed or added."""

    line: str
    called: Written
    differences: tuple[Difference, ...]


@bp.get("/<string:table>/load")
@access.staff_as(Role.ADMIN)
def choose(table: str) -> ResponseReturnValue:
    """Where a file is chosen."""
    return _upload_page(table, UploadForm())


@bp.post("/<string:table>/load")
@access.staff_as(Role.ADMIN)
def upload(table: str) -> ResponseReturnValue:
    """Read the file and show what it would do."""
    directory, form = directory_of(table), UploadForm()
    if not form.validate_on_submit():
        return _upload_page(table, form)
    sent = form.file.data
    try:
        rows, unknown = read_file(directory, read_table(sent.read()))
        if not rows:
            raise Refused(N_("Under the names of the columns there is no row."))
    except Refused as refused:
        form.file.errors = [refused.phrase]
        return _upload_page(table, form)
    person = access.person()
    token = operations.keep_file(directory, sent.filename or "", rows, user_id=person.id, now=work.now())
    for heading in unknown:
        flash(_("The column “%(column)s” is not known here and was left out.", column=heading))
    return redirect(url_for(".checked", table=table, token=token), 303)


@bp.get("/<string:table>/load/<string:token>")
@access.staff_as(Role.ADMIN)
def checked(table: str, token: str) -> ResponseReturnValue:
    """What the file would do, row by row."""
    directory = directory_of(table)
    return _checked_page(table, _file(directory, token), CheckedForm())


@bp.post("/<string:table>/load/<string:token>")
@access.staff_as(Role.ADMIN)
def load(table: str, token: str) -> ResponseReturnValue:
    """Put mended cells into the file; then look again, load all of it, or forget it."""
    directory, form = directory_of(table), CheckedForm()
    file = _file(directory, token, locked=True)
    if not form.validate_on_submit():
        return _checked_page(table, file, form)
    if "drop" in request.form:
        operations.drop_file(file)
        flash(_("Nothing has been loaded."))
        return redirect(url_for(".listing", table=table), 303)
    if form.seen.data != queries.file_stamp(file):
        return _checked_page(
            table, file, CheckedForm(formdata=None), N_("This file has been changed in another window. Look at it as it is now.")
        )
    mended = {place: plain_row(directory, texts) for place, texts in form.mended(request.form).items()}
    operations.mend_file(file, mended, form.left_out(request.form))
    if "load" not in request.form or not file.rows:
        return redirect(url_for(".checked", table=table, token=token), 303)
    try:
        tally = operations.load_rows(directory, file.rows, by=access.person().actor, now=work.now())
    except Refused as refused:
        return _checked_page(table, file, form, refused.phrase)
    operations.drop_file(file)
    flash(
        _("Loaded: %(added)s added, %(changed)s changed, %(same)s as they were.", added=tally.added, changed=tally.changed, same=tally.same)
    )
    return redirect(url_for(".listing", table=table), 303)


def _upload_page(table: str, form: UploadForm) -> ResponseReturnValue:
    return render_template("administration/load.html", directory=directory_of(table), table=table, form=form), form.answer_status


def _checked_page(table: str, file: LoadedFile, form: CheckedForm, refusal: Phrase | None = None) -> ResponseReturnValue:
    directory = directory_of(table)
    form.seen.process_data(queries.file_stamp(file))
    rows = operations.check_rows(directory, file.rows)
    offers = directory.offers()
    by_outcome = {outcome: [(place, one) for place, one in enumerate(rows) if one.outcome is outcome] for outcome in Outcome}
    wrong = by_outcome[Outcome.REFUSED]
    page = render_template(
        "administration/checked.html",
        directory=directory,
        table=table,
        token=file.token,
        name=file.name,
        form=form,
        refusal=refusal,
        wrong=[_wrong(directory, place, one, file.rows[place]) for place, one in wrong[:MOST_MENDED]],
        wrong_count=len(wrong),
        added=[_changed(directory, one, file.rows[place], offers) for place, one in by_outcome[Outcome.ADDED][:MOST_SHOWN]],
        added_count=len(by_outcome[Outcome.ADDED]),
        changed=[_changed(directory, one, file.rows[place], offers) for place, one in by_outcome[Outcome.CHANGED][:MOST_SHOWN]],
        changed_count=len(by_outcome[Outcome.CHANGED]),
        same_count=len(by_outcome[Outcome.SAME]),
        whole=len(rows),
        load_label=ngettext("Load %(num)s row", "Load %(num)s rows", len(rows)),
    )
    return page, 422 if refusal else form.answer_status


def _file(directory: Directory, token: str, *, locked: bool = False) -> LoadedFile:
    found = queries.loaded_file(token, directory, access.person().id, locked=locked)
    if found is None:
        raise NotFound
    return found


def _wrong(directory: Directory, place: int, one: CheckedRow, row: dict[str, str]) -> WrongRow:
    cells = [
        Cell(f"cell-{place}-{column.name}", column.title, filed(column, row.get(column.name, "")), one.faults.get(column.name))
        for column in directory.columns
        if column.name in row or column.name in one.faults
    ]
    return WrongRow(row.get(LINE, ""), place, _called(directory, one, row), tuple(sorted(cells, key=lambda cell: cell.fault is None)))


def _changed(directory: Directory, one: CheckedRow, row: dict[str, str], offers: Offers) -> ChangedRow:
    known = directory.columns_by_name
    differences = tuple(
        Difference(known[name].title, shown(known[name], one.was.get(name, ""), offers), shown(known[name], text, offers))
        for name, text in one.now.items()
        if text or one.was.get(name)
    )
    return ChangedRow(row.get(LINE, ""), _called(directory, one, row), differences)


def _called(directory: Directory, one: CheckedRow, row: dict[str, str]) -> Written:
    """By what a reader knows the row: what it is called in the file or is stored as, else its code."""
    for name in (*CALLED, directory.name):
        text = row.get(name) or getattr(one.row, name, "")
        if text and name in directory.columns_by_name:
            return Written(text, directory.columns_by_name[name].language)
    return Written("", "")
