"""A table as it lies in a file: where it is, its first rows, and all of them in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.model.problem import Problem
    from spiders.dialect import Dialect

Record = Sequence[str]
TOTALS = frozenset(
    f"{word}{mark}"
    for word in ("合计", "总计", "小计", "共计", "總計", "合計", "Total", "TOTAL", "total", "Grand Total", "Sum")
    for mark in ("", ":", "：")
)
HEAD_ROWS = 60  # how many rows identification and samples look at
HEADER_ROWS = 15  # a header stands among the first of them
BATCH = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that follow each other; `start` is the row number of the first, counted from 1 in the file.

    A row is a record: in a workbook what the spreadsheet numbers, in a delimited file a line, or several
    where a quoted cell holds line breaks.
    """

    start: int
    records: list[Record]
    damaged: bool = True  # may hold NULs, U+FFFD or ="…": to be looked at cell by cell
    folded: bool = False  # a cell of delimited text holds a line break
    cut: bool = False  # the file ends behind it, and not with a line break


@dataclass(frozen=True, slots=True)
class Take:
    """Which cells of the records are asked for. `only`: all others are forgotten with the record, before anything
    else sees it; an order's buyer goes no further than this."""

    indices: frozenset[int]
    width: int  # of the header
    only: bool

    def __call__(self, record: Record) -> Record:
        """The record without what was not asked for; of cells beyond the header only that they are filled."""
        kept = [cell if place in self.indices else "" for place, cell in enumerate(record[: self.width])]
        if record and record[0].strip() in TOTALS:
            kept[0] = record[0]
        return kept + ["+" if cell.strip() else "" for cell in record[self.width :]]

    def of(self, records: Iterable[Record]) -> Iterable[Record]:
        """All records, without what was not asked for."""
        return map(self, records) if self.only else records


# Pieces of a table, cheap to make and to send, and what makes batches of one of them, picklable.
Split = Callable[["Dialect", Take], tuple[Iterator[Any], Callable[[Any], Iterator["Batch | Problem"]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table that a file may hold. `read(dialect, take)` starts from the top each time it is called.

    `encoding`: the codec, or the kind of file where there is none (xlsx, xls, xml, html, json). `split`: the same as `read`
    in two steps, for a file that several processes read.
    """

    encoding: str
    head: Sequence[Record]
    read: Callable[[Dialect, Take], Iterator[Batch | Problem]]
    sheet: str = ""
    likelihood: float = 1.0  # of the encoding, against others of the same bytes
    split: Split | None = None
    about: int = 0  # so many rows, where it can be split
