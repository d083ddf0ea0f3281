"""What a reader of files and pages hands to the house: a reading, row by row.

The seam `listing_monitor.dialects` holds plain callables of the type `Reader`. Each is asked in turn
whether it knows the file; the most confident reading wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from monitor.model.problem import Problem

Kind = Literal["listings", "orders", "page", "unknown"]
NO_COLUMNS: Mapping[str, str] = {}


class Row(NamedTuple):
    """One raw row under the names of the listing table or the order table; all values text, "" = absent.

    A reader has already undone what only its dialect knows (units, header currencies, date order, rows
    that belong together); `monitor.intake` turns the row into a Listing or an Order, or a Problem.

    A named tuple and no dataclass: a million rows are made of it, and a frozen dataclass costs five times as much.
    """

    kind: Literal["listing", "order"]
    values: Mapping[str, str]
    row: int | None = None  # first row of the file that it came from; the header counts as 1
    rows: int = 1  # how many rows of the file were put together into this one
    columns: Mapping[str, str] = NO_COLUMNS  # our names -> the file's own headers, for problems; shared by all rows


class Rows(NamedTuple):
    """Many raw rows by column: every name has as many cells as there are numbers."""

    kind: Literal["listing", "order"]
    cells: Mapping[str, Sequence[str]]
    numbers: Sequence[int | None]  # of the rows in the file; see Row.row
    columns: Mapping[str, str] = NO_COLUMNS

    def each(self) -> Iterator[Row]:
        """One by one; in C, since reading must not cost more than a few times the parsing."""
        values = map(dict, map(zip, repeat(tuple(self.cells)), zip(*self.cells.values(), strict=True)))
        return map(_made_row, zip(repeat(self.kind), values, self.numbers, repeat(1), repeat(self.columns), strict=False))


_made_row = partial(tuple.__new__, Row)  # Row._make without a frame for each row


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """A long file in pieces that any process can read, in any order; for one use.

    `split` gives them where the file lies, cheap to send. `read` is picklable: the problems of a piece, its rows (None:
    no row) and what it notes. `rest` says, from the notes of all pieces in order, what the file as a whole is told of.
    `about`: so many rows, as the start of the file looks.
    """

    split: Iterator[Any]
    read: Callable[[Any], tuple[list[Problem], Rows | None, Any]]
    rest: Callable[[Iterable[Any]], Iterable[Problem]]
    about: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """What a file turned out to be. `columns` maps the names of our tables to the file's own headers."""

    file: str
    kind: Kind
    dialect: str = ""
    encoding: str = ""
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    confidence: float = 0.0  # 0..1
    evidence: str = ""  # how the layout is known: real, parser code, documentation, modelled
    nearest: str = ""  # for an unknown table: the nearest dialect
    missing: tuple[str, ...] = ()  # and the headers which it lacks
    complete: bool = True  # False: only the head was looked at, its rows are not all
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An identified file and its rows. `rows()` streams and may be called once more for a path.

    `apart()` is the same file in pieces, where its rows can be read apart from each other. `sheets`: where several of a
    workbook are read, the name and the rows of each; `rows()` is all of them.
    """

    identification: Identification
    rows: Callable[[], Iterator[Row | Problem]]
    apart: Callable[[], Pieces] | None = None
    sheets: tuple[tuple[str, Callable[[], Iterator[Row | Problem]]], ...] = ()

    def placed(self, name: str) -> Iterator[tuple[str, Row | Problem]]:
        """Every row and where it stands: in the file of this name, or in one sheet of several, `book.xlsx:May`."""
        parts = self.sheets or (("", self.rows),)
        return chain.from_iterable(zip(repeat(f"{name}:{sheet}" if sheet else name), rows(), strict=False) for sheet, rows in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """`dialects`: further TOML files of the user. `dialect`: force this one by name. `name`: the name
    to show for standard input. `head_only`: of a delimited file the first 256 KiB and no byte more."""

    dialect: str = ""
    dialects: tuple[Path, ...] = ()
    name: str = ""
    head_only: bool = False


Reader = Callable[[Path, ReadOptions], Reading | None]
# A reader may carry two more callables as attributes:
#   propose(path: Path) -> Proposal     columns for an unknown table (`sources map`)
#   join(readings: Sequence[tuple[str, Reading]]) -> list[tuple[str, Reading]]
#       puts together files that tell parts of the same listings or orders (Shopee's workbooks, Taobao's
#       order list and detail list); readings that belong to nothing else come back as they are. What only the
#       files together show (two countries) is added to the problems of an identification


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the columns of an unknown table may mean. `samples`: a few values of each header, never of a
    column that may hold personal data; `toml(columns)` writes the dialect for the confirmed columns."""

    name: str
    kind: Kind
    headers: tuple[str, ...]
    columns: Mapping[str, str]  # our name -> header
    samples: Mapping[str, tuple[str, ...]]
    toml: Callable[[Mapping[str, str]], str]
    fields: tuple[str, ...]  # our names that a column may be given
    needed: tuple[str, ...] = ()  # those without which there is no dialect
