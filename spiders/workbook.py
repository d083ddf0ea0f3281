"""Workbooks through calamine: every cell becomes text, and a hostile archive is refused before it is opened.

calamine reads the whole sheet into one dense grid, and an allocation that fails there ends the process: so the
archive is measured first, by unpacking it into nothing.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from copy import copy
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from monitor.errors import InputError
from monitor.messages import failure
from spiders.table import BATCH, HEAD_ROWS, TOTALS, Batch, Record, Table, Take

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from monitor.model.problem import Problem
    from spiders.dialect import Dialect

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_BYTES = 2 * 1024**3  # of all parts unpacked; a workbook of a million rows has about one of them
MOST_PARTS = 20_000
SMALL_GRID = 4_000_000
MOST_CELLS = 60_000_000  # of one dense grid, about 2 GB in calamine
EXACT = 2**53  # above this a number in a workbook has lost digits
SHEET = b"sheetData"
# A literal beginning lets the search run at the speed of memory; only some makers write a prefix.
ROW = re.compile(rb"""<row [^>]{0,300}?\br[ =]+["']([0-9]{1,12})["']""")
PREFIXED_ROW = re.compile(rb""":row [^>]{0,300}?\br[ =]+["']([0-9]{1,12})["']""")
# References out of the common: columns AA and beyond, rows of six digits and more, letters that are no column at all
# (calamine takes r="Gcurrency1" for a column and allocates the grid up to it).
FAR = re.compile(rb""" r(?!="[A-Z]?[0-9]{1,5}")[ =]+["']([A-Za-z0-9]*)""")
FARTHER = re.compile(rb""" r(?!="[A-Z]?[0-9]{1,6}")[ =]+["']([A-Za-z0-9]*)""")  # in a sheet of 100,000 rows
REFERENCE = re.compile(rb""" r[ =]+["'][A-Za-z]*([0-9]+)""")
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BLANKS = bytes.maketrans(b"\t\r\n", b"   ")
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576  # of any spreadsheet
ONLY_TEXT = {str}
ONLY_NUMBERS = {float}
ODD = re.compile("[en]|-0")  # exponents, nan, inf, -0: written out with care


def kind_of(head: bytes, path: Path, name: str) -> str:
    """ "xlsx" or "xls" for a workbook, "" for something else. InputError for what looks like one and is none."""
    if head.startswith(OLE):
        if _holds(path, "EncryptedPackage".encode("utf-16-le")):
            raise failure(InputError, "sources.encrypted", file=name)
        return "xls"
    if not head.startswith(b"PK"):
        return ""
    return _zip_kind(path, name)


def _holds(path: Path, what: bytes) -> bool:
    """Is `what` in the file? The directory of an OLE file may stand anywhere in it."""
    tail = b""
    with path.open("rb") as data:
        while chunk := data.read(1 << 20):
            if what in tail + chunk:
                return True
            tail = chunk[-len(what) :]
    return False


def _zip_kind(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.bin" in names or "mimetype" in names:
                raise failure(InputError, "sources.other-workbook", file=name)
            if not any(part.startswith("xl/") for part in names):
                raise failure(InputError, "sources.archive", file=name)
            if any(part.flag_bits & 1 for part in parts):
                raise failure(InputError, "sources.encrypted", file=name)
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
                raise failure(InputError, "sources.too-big", file=name)
            unpacked = 0
            for part in parts:
                unpacked += _measure(archive, part, name, MOST_BYTES - unpacked)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise failure(InputError, "sources.broken-workbook", file=name, why=error) from error
    return "xlsx"


def _measure(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, most: int) -> int:
    """Unpack one part into nothing: how large is it really, and how large would its grid be? Any part may be a
    sheet: that is for another part to say."""
    size = rows = columns = lines = 0
    tail = b""
    sheet = False  # cells stand behind <sheetData>, in whatever part that is
    for chunk in _unpacked(archive, part):
        size += len(chunk)
        if size > most:
            raise failure(InputError, "sources.too-big", file=name)
        text = tail + chunk
        sheet = sheet or SHEET in text
        tail = text[-64:]
        if not sheet:
            continue
        text = _tidy(text)
        numbers = ROW.findall(text) or PREFIXED_ROW.findall(text)
        lines += len(numbers)
        rows = max(rows, *map(int, numbers), 0)
        far = set((FARTHER if rows >= 100_000 else FAR).findall(text))
        columns = max(columns, *map(_column, far), 26)
        rows = max(rows, *map(_row, far), 0)
    # Rows of fewer digits were not looked at in every cell: where the sheet is so wide that they matter, they are.
    if columns * (999_999 if rows >= 100_000 else 99_999) > MOST_CELLS:
        rows = max(rows, 0, *(int(number[:12]) for text in _unpacked(archive, part) for number in set(REFERENCE.findall(_tidy(text)))))
    grid = rows * columns
    if rows > LAST_ROW or columns > LAST_COLUMN:
        raise failure(InputError, "sources.broken-workbook", file=name, why=f"{rows} x {columns}")
    # Nearly every sheet has a cell in each of its rows; only one that may not is unpacked again and counted.
    if grid > MOST_CELLS or (grid > SMALL_GRID and grid > 200 * lines and grid > 200 * _cells(archive, part)):
        raise failure(InputError, "sources.too-sparse", file=name, rows=rows, columns=columns)
    return size


def _tidy(text: bytes) -> bytes:
    """Blanks between attributes are blanks."""
    return text.translate(BLANKS) if b"\n" in text or b"\r" in text or b"\t" in text else text


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    part = copy(part)
    part.file_size = MOST_BYTES * 2  # read on to the end of the packed data, whatever size the archive claims
    del part.CRC  # calamine checks it again
    with archive.open(part) as data:
        while chunk := data.read(1 << 20):
            yield chunk


def _cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    return sum(chunk.count(b"<c ") + chunk.count(b":c ") for chunk in _unpacked(archive, part))


def _column(reference: bytes) -> int:
    """The number of a column: AA1 -> 27."""
    number = 0
    for letter in reference[:9].upper():
        if letter < 65:
            break
        number = number * 26 + letter - 64
    return number


def _row(reference: bytes) -> int:
    """The number of a row: AA123456 -> 123456; 0 where the reference was cut before it."""
    return int(reference.lstrip(LETTERS)[:12] or b"0")


def tables(path: Path, name: str, kind: str) -> list[Table]:
    """The visible sheets that are not empty. InputError where calamine cannot read the file."""
    found = []
    book = _open(path, name, kind)
    for place, meta in enumerate(book.sheets_metadata):
        if (
            meta.name.casefold().endswith("_hide")
            or "WorkSheet" not in str(meta.typ)
            or str(meta.visible) != "SheetVisibleEnum.Visible"
        ):
            continue
        sheet = _sheet(book, place, name)
        head = [_texts(row) for row, _ in zip(sheet.iter_rows(), range(HEAD_ROWS), strict=False)]
        if head:
            found.append(Table(encoding=kind, head=head, sheet=meta.name, read=partial(_read, sheet)))
    return found


def _open(path: Path, name: str, kind: str) -> Any:
    """calamine believes a path's extension; a file under another name is given as bytes."""
    import python_calamine

    try:
        if path.suffix.casefold() in ((".xlsx", ".xlsm") if kind == "xlsx" else (".xls",)):
            return python_calamine.load_workbook(str(path))
        return python_calamine.load_workbook(io.BytesIO(path.read_bytes()))
    except python_calamine.PasswordError as error:
        raise failure(InputError, "sources.encrypted", file=name) from error
    except BaseException as error:
        raise _unreadable(error, name) from error


def _sheet(book: Any, place: int, name: str) -> Any:
    try:
        return book.get_sheet_by_index(place)
    except BaseException as error:
        raise _unreadable(error, name) from error


def _unreadable(error: BaseException, name: str) -> BaseException:
    """A panic of calamine is a BaseException; Ctrl-C must stay one."""
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return failure(InputError, "sources.broken-workbook", file=name, why=str(error)[:200])
    return error


def _read(sheet: Any, dialect: Dialect, take: Take) -> Iterator[Batch | Problem]:
    start = 1
    rows = sheet.iter_rows()
    while chunk := list(islice(rows, BATCH)):
        yield Batch(start, _records(chunk, take))
        start += len(chunk)


def _records(chunk: list[list[Any]], take: Take) -> list[Record]:
    """The rows with text in the cells that are asked for, column by column: a column of texts costs nothing."""
    blank = ("",) * len(chunk)
    made = [
        texts(column) if place in take.indices else _totals(column) if place == 0 else blank
        for place, column in enumerate(zip(*chunk, strict=True))
    ]
    return list(zip(*made, strict=True))


def _totals(column: Sequence[Any]) -> Sequence[str]:
    """Of a first column that nobody asked for: the words by which a total row is known."""
    return [cell if type(cell) is str and cell.strip() in TOTALS else "" for cell in column]


def texts(column: Sequence[Any]) -> Sequence[str]:
    """A column as text. A column of texts, or of numbers that need no more than 15 digits, costs no call a cell."""
    kinds = set(map(type, column))
    if kinds == ONLY_TEXT:
        return column
    if kinds == ONLY_NUMBERS:
        made = list(map("%.15g".__mod__, column))
        if not ODD.search(" ".join(made)):
            return made
    return [cell if type(cell) is str else text(cell) for cell in column]


def _texts(row: list[Any]) -> Record:
    return [cell if type(cell) is str else text(cell) for cell in row]


def text(cell: object) -> str:
    """One cell as text. A whole number never shows a fraction or an exponent; where a workbook has already lost
    digits (above 2^53) it shows the exponent, so that nobody takes it for an id.

    >>> text(630812345678.0), text(12.9), text(True), text(1.2345678901234567e17)
    ('630812345678', '12.9', 'TRUE', '1.23456789012346E+17')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell) if abs(cell) < EXACT else f"{cell:.14E}"
    if isinstance(cell, float):
        if cell != cell or cell in (float("inf"), float("-inf")):
            return ""
        if cell == int(cell):
            return str(int(cell)) if abs(cell) < EXACT else f"{cell:.14E}"
        return format(cell, ".15g")
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)
