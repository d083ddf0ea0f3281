"""Delimited text: codec and delimiter from the first 256 KiB, then a stream of records."""

from __future__ import annotations

import contextlib
import csv
import io
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal

from monitor.model.problem import Problem
from spiders.damage import escaped
from spiders.encoding import candidates, decode, legacy_codec
from spiders.table import BATCH, HEAD_ROWS, Batch, Record, Table, Take

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spiders.dialect import Dialect

HEAD = 256 * 1024
DELIMITERS = ",\t;|"
LONGEST_CELL = 16 * 1024 * 1024  # characters; a longer cell is an opened quote that never closes


def tables(path: Path, name: str, head: bytes, *, whole: bool, head_only: bool = False) -> list[Table]:
    """Every way to read the bytes as a table: each codec that could have made them with each delimiter.
    `head_only`: the tables then hold what is in the head, and no byte further on is ever read."""
    csv.field_size_limit(LONGEST_CELL)
    found = []
    for place, (codec, text) in enumerate(candidates(head, whole=whole)):
        start = text[:4000]
        for delimiter in DELIMITERS:
            if delimiter in start or (delimiter == "," and not any(other in start for other in DELIMITERS)):
                read = partial(_read, path, name, codec, delimiter, head_is_ascii=head.isascii())
                if head_only and not whole:
                    read = partial(_read_head, path, codec, delimiter)
                rows = first_rows(text, delimiter)
                found.append(Table(encoding=codec, head=rows, read=read, likelihood=1.0 - place / 10))
    return found


def is_binary(head: bytes, found: list[Table]) -> bool:
    """Control characters that no table has. NULs alone may be damage: UTF-16 is made of them."""
    start = head[:65_536]
    control = sum(start.count(byte) for byte in range(1, 32) if byte not in (9, 10, 12, 13, 26, 27, 31))
    if control * 100 > len(start):
        wide = max(
            (table for table in found if table.encoding.startswith("utf-16")),
            key=lambda table: table.likelihood,
            default=None,
        )
        return wide is None or not any(map(str.isprintable, chain.from_iterable(wide.head[:1])))
    return start.count(0) * 3 > len(start) and not any(table.encoding.startswith("utf-16") for table in found)


def first_rows(text: str, delimiter: str) -> list[Record]:
    """The first records of a text; what comes before an error where there is one."""
    rows: list[Record] = []
    with contextlib.suppress(csv.Error):
        rows.extend(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), HEAD_ROWS + 1))
    # The last record of a cut text is cut too.
    return rows[:HEAD_ROWS] if len(rows) > HEAD_ROWS else rows


def _read(
    path: Path, name: str, codec: str, delimiter: str, dialect: Dialect, take: Take, *, head_is_ascii: bool
) -> Iterator[Batch | Problem]:
    before = path.stat()
    # Only UTF-8 is read with escapes for bytes that it cannot hold: they are looked at per batch. In the
    # other codecs such a byte is damage, shown as U+FFFD and counted further on.
    errors = "surrogateescape" if codec in ("utf-8", "utf-8-sig") else "replace"
    mender = Mender(name, dialect.codecs, head_is_ascii=head_is_ascii)
    with path.open(encoding=codec, errors=errors, newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter, quoting=_quoting(dialect, delimiter))
        start = 1
        source = iter(take.of(reader))
        while True:
            records: list[Record] = []
            failed: Problem | None = None
            try:
                records.extend(islice(source, BATCH))
            except (csv.Error, UnicodeError) as error:
                failed = Problem(
                    code="sources.broken-off",
                    source=name,
                    row=start + len(records),
                    loss="rest",
                    params={"why": str(error)},
                )
            text = "".join(map("".join, records))
            if errors == "surrogateescape" and not text.isascii():
                yield from mender.mend(start, records, text)
            if records:
                yield Batch(start, records, "\0" in text or '="' in text or "\ufffd" in text or escaped(text), "\n" in text)
            if failed:
                yield failed
                return
            if len(records) < BATCH:
                break
            start += len(records)
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        yield Problem(code="sources.still-written", source=name, loss="rest")


def read_head(path: Path) -> bytes:
    """The first 256 KiB: without a buffer, which would read on."""
    with path.open("rb", buffering=0) as data:
        head = b""
        while len(head) < HEAD and (chunk := data.read(HEAD - len(head))):
            head += chunk
    return head


def _read_head(path: Path, codec: str, delimiter: str, dialect: Dialect, take: Take) -> Iterator[Batch | Problem]:
    """The records that end within the head."""
    text = decode(read_head(path), codec, whole=False, errors="replace") or ""
    records: list[Record] = []
    with contextlib.suppress(csv.Error):
        records.extend(take.of(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=_quoting(dialect, delimiter))))
    if len(records) > 1:
        yield Batch(1, records[:-1], folded=True)


def _quoting(dialect: Dialect, delimiter: str) -> Literal[0, 3]:
    return csv.QUOTE_NONE if dialect.quoting == "none" and delimiter == "\t" else csv.QUOTE_MINIMAL


class Mender:
    """Bytes that are no UTF-8, met after a head that was. A head of pure ASCII said nothing of the codec:
    then the rest decides it. After real UTF-8 they are damage."""

    def __init__(self, name: str, hints: tuple[str, ...], *, head_is_ascii: bool) -> None:
        self.name = name
        self.hints = hints
        self.codec = "" if head_is_ascii else "utf-8"
        self.told = False

    def mend(self, start: int, records: list[Record], text: str) -> Iterator[Problem]:
        """Replace the escapes in place; say once which codec the rest was read with. `text`: all of the records."""
        if _clean(text):
            self.codec = self.codec or "utf-8"
            return
        if not self.codec:
            self.codec = legacy_codec(text.encode("utf-8", "surrogateescape"), self.hints)
        for place, record in enumerate(records):
            if not _clean("".join(record)):
                records[place] = [cell if _clean(cell) else self._mended(cell) for cell in record]
                if not self.told and self.codec != "utf-8":
                    self.told = True
                    yield Problem(
                        code="sources.late-codec",
                        source=self.name,
                        row=start + place,
                        loss="",
                        params={"codec": self.codec},
                    )

    def _mended(self, cell: str) -> str:
        data = cell.encode("utf-8", "surrogateescape")
        text = decode(data, self.codec, whole=True)
        return text if text is not None else data.decode(self.codec, errors="replace")


def _clean(cell: str) -> bool:
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def ends_with_newline(path: Path, encoding: str) -> bool:
    """Does the last line end as a line? A file cut in the middle does not."""
    with path.open("rb", buffering=0) as data:
        data.seek(0, io.SEEK_END)
        data.seek(max(0, data.tell() - 4))
        tail = data.read()
    return (
        tail.replace(b"\0", b"").endswith((b"\n", b"\r"))
        if encoding.startswith("utf-16")
        else tail.endswith((b"\n", b"\r"))
    )
