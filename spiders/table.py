"""A table as it lies in a file: where it is, its first rows, and all of them in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.model.problem import Problem
    from spiders.dialect import Dialect

Record = list[str]
HEAD_ROWS = 60  # how many rows identification and samples look at
HEADER_ROWS = 15  # a header stands among the first of them
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that follow each other; `start` is the row number of the first, counted from 1 in the file.

    A row is a record: in a workbook what the spreadsheet numbers, in a delimited file a line, or several
    where a quoted cell holds line breaks.
    """

    start: int
    records: list[Record]


Take = Callable[[Record], Record]
"""Keeps only some cells of a record as it is read: an order's buyer goes no further than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table that a file may hold. `read(dialect, take)` starts from the top each time it is called.

    `encoding`: the codec, or the kind of file where there is none (xlsx, xls, xml, html).
    """

    encoding: str
    head: list[Record]
    read: Callable[[Dialect, Take | None], Iterator[Batch | Problem]]
    sheet: str = ""
    likelihood: float = 1.0  # of the encoding, against others of the same bytes
