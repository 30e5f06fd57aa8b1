"""Tables as files: CSV as offices save it and spreadsheets, read into rows of text and written from them."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from events.foundation.errors import Refused
from events.foundation.text import N_, clean_line

Table = list[list[str]]

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 5000, 60, 5000
MOST_UNPACKED = 60_000_000
"""Bytes inside a spreadsheet: five thousand rows have a tenth of it."""
BEGINS_FORMULA = ("=", "+", "-", "@")
MASK = "'"
"""Before what a spreadsheet would take for a formula; taken off again when the file is read."""
WIDEST = 60
NOT_READ = N_("This file cannot be read. Please save it as XLSX, ODS or CSV and choose it again.")
EMPTY = N_("There is nothing in this file. The first line names the columns, each further line is a row.")


def read_table(content: bytes) -> Table:
    """The cells of the first sheet, or of a CSV file, as cleaned text; the first row are headings. Refused when it is no table.

    CSV: UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1251; parted by what stands most often in its first line.
    """
    table = _sheet(content) if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") else _separated(content)
    if len(table) > MOST_ROWS + 1 or any(len(row) > MOST_COLUMNS for row in table):
        raise Refused(N_("The file is too large: at most %(rows)s rows and %(columns)s columns.", rows=MOST_ROWS, columns=MOST_COLUMNS))
    if not any(any(row) for row in table):
        raise Refused(EMPTY)
    return table


def as_spreadsheet(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """An .xlsx file; every cell is text, so that codes keep their noughts and nothing is taken for a formula."""
    from xlsxwriter import Workbook  # noqa: PLC0415 -- of all a web worker serves an administrator's file alone needs it

    written = io.BytesIO()
    with Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        sheet = book.add_worksheet(title[:31])
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        widths = [len(one) for one in headings]
        sheet.write_row(0, 0, headings, bold)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, text)
                widths[place] = max(widths[place], len(cell))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(width + 2, WIDEST), text)
        sheet.freeze_panes(1, 1)
    return written.getvalue()


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV that Russian spreadsheets open by a double click: semicolons, UTF-8 with its mark, CRLF."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([MASK + cell if cell.startswith((*BEGINS_FORMULA, MASK)) else cell for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _sheet(content: bytes) -> Table:
    """The first sheet of a workbook."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- the same

    try:
        if content[:2] == b"PK":
            _refuse_swollen(content)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, ValueError, KeyError, OSError, NotImplementedError, RuntimeError) as error:
        raise Refused(NOT_READ) from error
    return _trimmed([[_cell(value) for value in row] for row in rows[: MOST_ROWS + 2]])


def _refuse_swollen(content: bytes) -> None:
    """What unpacks into more than a table of ours can have is no table; the sizes it declares are held against what comes out."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
            raise Refused(NOT_READ)
        if packed.testzip() is not None:
            raise Refused(NOT_READ)


def _separated(content: bytes) -> Table:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = [[_unmasked(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise Refused(NOT_READ) from error
    return _trimmed(rows)


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(NOT_READ)


def _unmasked(cell: str) -> str:
    shown = clean_line(cell)[:LONGEST_CELL]
    return shown[1:] if shown.startswith(MASK) and shown[1:2] in (*BEGINS_FORMULA, MASK) else shown


def _cell(value: Any) -> str:
    """A cell of a spreadsheet as text: «12» for 12.0, ISO for days and times, «yes» for what is ticked."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return clean_line(str(value))[:LONGEST_CELL]


def _trimmed(rows: Table) -> Table:
    """Without empty rows at the end and empty columns at the right, which spreadsheets are full of."""
    width = max((place + 1 for row in rows for place, cell in enumerate(row) if cell), default=0)
    cut = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    while cut and not any(cut[-1]):
        cut.pop()
    return cut
