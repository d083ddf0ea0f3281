"""Delimited text: codec and delimiter from the first 256 KiB, then a stream of records."""

from __future__ import annotations

import contextlib
import csv
import io
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal

from spiders.encoding import candidates, decode
from spiders.pieces import LONGEST_CELL, READ, SENT, Parser, Piece, pieces
from spiders.table import HEAD_ROWS, Batch, Record, Split, Table, Take

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.model.problem import Problem
    from spiders.dialect import Dialect

HEAD = 256 * 1024
DELIMITERS = ",\t;|"


def tables(path: Path, name: str, head: bytes, *, whole: bool, head_only: bool = False) -> list[Table]:
    """Every way to read the bytes as a table: each codec that could have made them with each delimiter.
    `head_only`: the tables then hold what is in the head, and no byte further on is ever read."""
    csv.field_size_limit(LONGEST_CELL)
    about = path.stat().st_size * max(head.count(b"\n"), head.count(b"\r")) // (len(head) or 1)
    found = []
    for place, (codec, text) in enumerate(candidates(head, whole=whole)):
        start = text[:4000]
        for delimiter in DELIMITERS:
            if delimiter in start or (delimiter == "," and not any(other in start for other in DELIMITERS)):
                rows = first_rows(text, delimiter)
                split = partial(_split, path, name, codec, delimiter, head_is_ascii=head.isascii())
                table = Table(encoding=codec, head=rows, read=partial(_read, partial(split, size=READ)), likelihood=1.0 - place / 10, split=split, about=about)
                if head_only and not whole:
                    table = replace(table, read=partial(_read_head, path, codec, delimiter), split=None)
                found.append(table)
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


def _split(
    path: Path, name: str, codec: str, delimiter: str, dialect: Dialect, take: Take, *, head_is_ascii: bool, size: int = SENT
) -> tuple[Iterator[Piece | Problem], Parser]:
    parser = Parser(name, delimiter, _quoting(dialect, delimiter), take)
    return pieces(path, parser, codec, dialect.codecs, size=size, head_is_ascii=head_is_ascii), parser


def _read(split: Split, dialect: Dialect, take: Take) -> Iterator[Batch | Problem]:
    parts, opened = split(dialect, take)
    return chain.from_iterable(map(opened, parts))


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
