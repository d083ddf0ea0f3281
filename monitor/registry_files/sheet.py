"""One CSV file of a registry: read to records, and changed cell by cell with everything else byte for byte as it stood."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.errors import RegistryError
from monitor.messages import failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MARK = b"\xef\xbb\xbf"  # it keeps a spreadsheet from taking UTF-8 for the local code page
SIGNS = ("=", "+", "-", "@", "'", "\t", "\r", "#")


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its cells, and its text as it stands in the file, line end included."""

    number: int
    cells: list[str]
    text: str
    unclosed: bool = False  # a quotation mark opens here and never closes

    @property
    def counts(self) -> bool:
        """Is it neither an empty line nor a comment?"""
        return bool(self.cells) and not self.cells[0].lstrip().startswith("#")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The records of a file and how it is written. `mark` + the texts in `codec` are the file, where its bytes fit its codec."""

    records: tuple[Record, ...]
    codec: str
    mark: bytes
    delimiter: str

    @property
    def header(self) -> Record | None:
        return next((one for one in self.records if one.counts and any(cell.strip() for cell in one.cells)), None)

    @property
    def line_end(self) -> str:
        return next((end for one in self.records[:1] if (end := _end(one.text))), "\n")

    def bytes(self, text: str) -> bytes:
        """`text` as the file would hold it. UnicodeEncodeError where its codec lacks a character."""
        return self.mark + text.encode(self.codec)


def sheet_of(content: bytes) -> Sheet:
    """The records of a CSV file, comments and empty lines among them."""
    csv.field_size_limit(10_000_000)
    codec, mark = coding(content)
    # Rows end where a spreadsheet ends them: a cell may hold U+2028 or a vertical tab, which str.splitlines would break at.
    lines = list(io.StringIO(content[len(mark) :].decode(codec, "replace"), newline=""))
    read = [line.replace("\0", "") for line in lines]
    reader = csv.reader(read, delimiter=_delimiter(read))
    records: list[Record] = []
    begins = 0
    for number, cells in enumerate(reader, 1):
        last = reader.line_num - begins > 1 and reader.line_num == len(lines)
        unclosed = last and _never_closes(read[begins:], reader.dialect.delimiter)
        records.append(Record(number, cells, "".join(lines[begins : reader.line_num]), unclosed))
        begins = reader.line_num
    return Sheet(tuple(records), codec, mark, reader.dialect.delimiter)


def _never_closes(lines: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _delimiter(lines: list[str]) -> str:
    """The one that the header uses most: a spreadsheet in half of Europe writes CSV with semicolons."""
    header = next((line for line in lines if line.strip() and not line.lstrip(' "').startswith("#")), "")
    return max(",;\t", key=re.sub('"[^"]*"', "", header).count)


def coding(content: bytes) -> tuple[str, bytes]:
    """UTF-16 with its mark, UTF-8, the Chinese code page where its common characters come out, else the western one."""
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (MARK, "utf-8")):
        if content.startswith(mark) and (codec != "utf-8" or _fits(content)):
            return codec, mark
    if _fits(content):
        return "utf-8", b""
    chinese = content.decode("gb18030", "replace")
    # Level 1 of GB 2312 holds the 3,755 common characters; accented letters read as GBK come out beyond it.
    foreign = [char for char in chinese if char > "\x7f"]
    common = sum(0xB0 <= (char.encode("gb18030", "replace")[0]) <= 0xD7 and char != "\ufffd" for char in foreign)
    return ("gb18030" if common * 2 > len(foreign) else "cp1252"), b""


def _fits(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def columns_of(header: Iterable[str]) -> list[str]:
    """The names of the columns as the tables know them."""
    return [unescaped(cell.strip().lstrip("\ufeff").casefold()) for cell in header]


def escaped(cell: str) -> str:
    """A cell that a spreadsheet would run gets an apostrophe, which reading takes off again."""
    return f"'{cell}" if cell.startswith(SIGNS) else cell


def unescaped(cell: str) -> str:
    """A cell that was written with an apostrophe before a formula sign, as it was meant."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(SIGNS) else cell


def changed(file: str, content: bytes, cells: Mapping[int, Mapping[str, str]], rows: Sequence[Mapping[str, str]]) -> bytes:
    """The file with `cells` (row -> column -> text) written and `rows` added; every other record stays byte for byte.

    Columns that the header lacks are added at its end. RegistryError where the file cannot be kept as it is: bytes that fit
    no encoding, a character that its encoding lacks, an open quotation mark, cells beyond the header.
    """
    sheet = sheet_of(content)
    _keepable(file, sheet, content)
    header = sheet.header
    columns = columns_of(header.cells) if header else []
    wanted = dict.fromkeys(column for row in (*cells.values(), *rows) for column in row)
    lacking = [column for column in wanted if column not in columns]
    if lacking and header and (wide := _beyond(sheet, len(columns))):
        raise failure(RegistryError, "registry.cells-beyond", file=file, row=wide)
    columns += lacking
    texts = [record.text for record in sheet.records]
    for at, record in enumerate(sheet.records):
        if record is header and lacking:
            texts[at] = _line([*record.cells, *map(escaped, lacking)], sheet, _end(record.text))
        elif new := cells.get(record.number):
            kept = [*record.cells, *[""] * (len(columns) - len(record.cells))]
            for column, value in new.items():
                kept[columns.index(column)] = escaped(value)
            texts[at] = _line(kept, sheet, _end(record.text))
    added = [] if header else [_line(columns, sheet, sheet.line_end)]
    added += [_line([escaped(row.get(column, "")) for column in columns], sheet, sheet.line_end) for row in rows]
    if added and texts and not _end(texts[-1]):
        texts[-1] += sheet.line_end
    return _written(file, sheet, "".join([*texts, *added]), content)


def _keepable(file: str, sheet: Sheet, content: bytes) -> None:
    if sheet.bytes("".join(record.text for record in sheet.records)) != content:
        raise failure(RegistryError, "registry.cannot-encode", file=file, codec=sheet.codec)
    last = sheet.records[-1] if sheet.records else None  # on the last line a reader closes the quotation mark itself; a line below would fall into it
    if last and (last.unclosed or _never_closes([last.text.replace("\0", "")], sheet.delimiter)):
        raise failure(RegistryError, "registry.close-first", file=file, row=last.number)


def _written(file: str, sheet: Sheet, text: str, before: bytes) -> bytes:
    try:
        content = sheet.bytes(text)
    except UnicodeEncodeError:
        raise failure(RegistryError, "registry.cannot-encode", file=file, codec=sheet.codec) from None
    # Until now plain ASCII: it had no encoding to keep, and a spreadsheet would take what is new for the local code page.
    return MARK + content if before.isascii() and not content.isascii() else content


def _beyond(sheet: Sheet, width: int) -> int:
    """The first row with a filled cell under no column: a new column would give that cell a meaning. 0: none."""
    return next((one.number for one in sheet.records if one.counts and any(cell.strip() for cell in one.cells[width:])), 0)


def _end(text: str) -> str:
    return text[len(text.rstrip("\r\n")) :]


def _line(cells: Sequence[str], sheet: Sheet, end: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=sheet.delimiter, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + end
