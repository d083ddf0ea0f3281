"""Delimited text in pieces of whole records, which any process can parse.

Where a record ends is known without parsing where no cell is quoted: at the end of its line. A piece with a quotation
mark is parsed once here, to see that it ends with a record; parsing is a small part of what a row costs.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TextIO

from monitor.model.problem import Problem
from spiders.damage import escaped
from spiders.encoding import decode, legacy_codec
from spiders.table import HEAD_ROWS, Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from spiders.table import Record, Take

SENT = 1 << 18  # characters of a piece that is sent, give or take a line: a few thousand rows, written in one transaction
READ = 1 << 14  # of one that is read here: what the processor holds close by
LONGEST_CELL = 16 * 1024 * 1024  # characters; a longer cell is an opened quote that never closes
LINES = 200  # of which the first that are no UTF-8 decide what the others are


@dataclass(frozen=True, slots=True)
class Piece:
    """Records as they stand in the file, from number `start` (counted from 1) on. `codec`: what the bytes that are no
    UTF-8 are, where there are such; `late`: they are the first of the file."""

    start: int
    text: str
    folded: bool
    cut: bool = False
    codec: str = ""
    late: bool = False
    records: list[Record] | None = None  # where it was parsed already: not sent, to parse again is cheaper

    def __reduce__(self) -> tuple[type[Piece], tuple[Any, ...]]:
        return Piece, (self.start, self.text, self.folded, self.cut, self.codec, self.late)


@dataclass(frozen=True, slots=True)
class Parser:
    """Makes records of a piece. Picklable."""

    source: str
    delimiter: str
    quoting: Literal[0, 3]
    take: Take

    def __call__(self, piece: Piece | Problem) -> Iterator[Batch | Problem]:
        if isinstance(piece, Problem):
            yield piece
            return
        csv.field_size_limit(LONGEST_CELL)
        text = piece.text
        records = piece.records if piece.records is not None else list(self.take.of(self.records(io.StringIO(text, newline=""))))
        if piece.codec:
            yield from self._mended(piece, records)
        damaged = bool(piece.codec) or "\0" in text or '="' in text or "\ufffd" in text or escaped(text)
        yield Batch(piece.start, records, damaged, piece.folded, piece.cut)

    def records(self, lines: Iterable[str]) -> Any:
        return csv.reader(lines, delimiter=self.delimiter, quoting=self.quoting)

    def _mended(self, piece: Piece, records: list[Record]) -> Iterator[Problem]:
        late = piece.late
        for place, record in enumerate(records):
            if clean("".join(record)):
                continue
            records[place] = [cell if clean(cell) else _read_as(piece.codec, cell) for cell in record]
            if late:
                late = False
                yield Problem(code="sources.late-codec", source=self.source, row=piece.start + place, loss="", params={"codec": piece.codec})


def pieces(path: Path, parser: Parser, codec: str, hints: tuple[str, ...], *, size: int, head_is_ascii: bool) -> Iterator[Piece | Problem]:
    """The whole file, `size` characters at a time. The last of them may be the word that it broke off, or that it grew meanwhile."""
    before = path.stat()
    # Only UTF-8 is read with escapes for bytes that it cannot hold: they are looked at per piece. In the
    # other codecs such a byte is damage, shown as U+FFFD and counted further on.
    errors = "surrogateescape" if codec in ("utf-8", "utf-8-sig") else "replace"
    guess = Guess(hints, "" if head_is_ascii else "utf-8")
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=codec, errors=errors, newline="") as lines:
        start, held = 1, None
        for whole in _wholes(lines, parser, size):
            if held:
                yield held
            text = "".join(whole.lines)
            codec, late = guess(whole.lines, text) if errors == "surrogateescape" else ("", False)
            held = Piece(start, text, whole.size != len(whole.lines), codec=codec, late=late, records=whole.records)
            start += whole.size
            if whole.why:
                yield held
                yield Problem(code="sources.broken-off", source=parser.source, row=start, loss="rest", params={"why": whole.why})
                return
        if held:
            yield replace(held, cut=not held.text.endswith(("\n", "\r")))
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        yield Problem(code="sources.still-written", source=parser.source, loss="rest")


class _Whole(NamedTuple):
    """The lines of whole records, the records where they had to be parsed, and what is wrong with the next one, which
    ends it all."""

    lines: list[str]
    records: list[Record] | None = None
    why: str = ""

    @property
    def size(self) -> int:
        return len(self.lines if self.records is None else self.records)


def _wholes(lines: TextIO, parser: Parser, size: int) -> Iterator[_Whole]:
    least = HEAD_ROWS  # a header and the help under it stand in one piece
    while True:
        try:
            some = lines.readlines(size)
            whole = _whole(some, lines, parser)
            while whole.size < least and not whole.why and (more := lines.readlines(size)):
                whole = _whole(some := some + more, lines, parser)
        except UnicodeError as error:
            whole = _Whole([], None, str(error))
        least = 1
        if whole.lines or whole.why:
            yield whole
        if whole.why or not whole.lines:
            return


def _whole(lines: list[str], more: Iterator[str], parser: Parser) -> _Whole:
    """The records of the lines, with the lines that the last one goes on in."""
    plain = parser.quoting == csv.QUOTE_NONE or not any('"' in line for line in lines)
    if plain and sum(map(len, lines)) < LONGEST_CELL:
        return _Whole(lines)

    def fed() -> Iterator[str]:
        yield from lines
        for line in more:
            lines.append(line)
            yield line

    reader = parser.records(fed())
    records: list[Record] = []
    read = 0
    try:
        for record in parser.take.of(reader):
            records.append(record)
            if (read := reader.line_num) >= len(lines):
                break
    except csv.Error as error:
        return _Whole(lines[:read], records, str(error))
    return _Whole(lines, records)


@dataclass(slots=True)
class Guess:
    """Bytes that are no UTF-8, met after a head that was. A head of pure ASCII said nothing of the codec:
    then the rest decides it. After real UTF-8 they are damage."""

    hints: tuple[str, ...]
    codec: str = ""  # "" while nothing but ASCII was seen
    told: bool = False

    def __call__(self, lines: Sequence[str], text: str) -> tuple[str, bool]:
        """What the bytes of the text that are no UTF-8 are read as ("": there are none), and whether that is news."""
        if text.isascii():
            return "", False
        for at in range(0, 0 if self.codec else len(lines), LINES):
            some = "".join(lines[at : at + LINES])
            if not some.isascii():
                self.codec = "utf-8" if clean(some) else legacy_codec(some.encode("utf-8", "surrogateescape"), self.hints)
                break
        if clean(text):
            return "", False
        news = not self.told and self.codec != "utf-8"
        self.told = self.told or news
        return self.codec, news


def clean(text: str) -> bool:
    """Is it without escapes for bytes that are no UTF-8?"""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _read_as(codec: str, cell: str) -> str:
    data = cell.encode("utf-8", "surrogateescape")
    text = decode(data, codec, whole=True)
    return text if text is not None else data.decode(codec, errors="replace")
