"""Records of a table become rows under our names, streaming, a batch at a time.

Column by column: what most cells need (nothing) stays in C from the csv module to the dictionary, since it must not
cost more than twice the parsing itself. Only what a batch shows to need more is looked at cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from monitor.intake.currencies import currency
from monitor.model.problem import Problem
from monitor.model.source import Pieces
from spiders.damage import MANGLED, QUESTION, Damage, as_meant, escaped, swallowed, unquoted
from spiders.days import Order, decide, impossible, iso
from spiders.gather import Gathering
from spiders.markets import zones
from spiders.table import HEAD_ROWS, TOTALS, Batch, Record, Take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from monitor.model.source import Row, Rows
    from spiders.layout import Layout
    from spiders.table import Table

IDS = ("listing_id", "sku", "order_id", "line_id", "upstream_order_id")
DATES = ("listed_at", "ordered_at")
HELP_ROWS = 12  # rows of instructions that may stand under a header
Numbered = tuple[Sequence[int], list[Record]]
Kept = tuple[Sequence[int], list[Record], list[Problem]]
COUNTED = re.compile(r"[^\d\W]{0,3}[¥￥$€£]?\s?-?\d[\d.,]*\s?[^\d\W]{0,3}|-+|null")  # 2, ¥1,299.00, 3件
MARKS = ('="', "'", "\t", " ", "E+", "e+")


@dataclass(slots=True)
class Maker:
    """Makes rows of one table. It counts the damage of what it has read; picklable."""

    source: str
    layout: Layout
    header: int  # 0-based row of the header
    first: int = 0  # 0-based row of the first data row, where the dialect knows it
    damage: Damage = field(init=False)
    orders: dict[str, Order] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.damage = Damage(self.source)

    def rows(self, table: Table) -> Iterator[Row | Problem]:
        """Every row and problem of the table, then what was damaged."""
        return chain.from_iterable(self._parts(table))

    def _parts(self, table: Table) -> Iterator[Iterable[Row | Problem]]:
        yield self._decide_dates(table)
        gather = Gathering(self.layout)
        for batch in table.read(self.layout.dialect, self.layout.take):
            problems, numbers, columns = self._cleaned(batch)
            yield problems
            if numbers:
                yield gather.rows(numbers, columns)
        yield gather.rest()
        yield self.damage.problems()

    def apart(self, table: Table) -> Pieces:
        """The same for several processes: of a table that can be split, and whose rows stand alone."""
        assert table.split is not None
        dates = list(self._decide_dates(table))
        parts, opened = table.split(self.layout.dialect, self.layout.take)
        return Pieces(split=chain(dates, parts), read=partial(self._read, opened), rest=self._rest, about=table.about)

    def _read(self, opened: Callable[[Any], Iterable[Batch | Problem]], piece: Any) -> tuple[list[Problem], Rows | None, Damage]:
        self.damage = Damage(self.source)
        problems: list[Problem] = []
        rows = None
        for batch in opened(piece):
            told, numbers, columns = self._cleaned(batch)
            problems += told
            if numbers:
                rows = Gathering(self.layout).table(numbers, columns)
        return problems, rows, self.damage

    def _rest(self, damages: Iterable[Damage]) -> Iterable[Problem]:
        whole = Damage(self.source)
        for one in damages:
            whole.add(one)
        return whole.problems()

    def _cleaned(self, batch: Batch | Problem) -> tuple[list[Problem], Sequence[int], list[Sequence[str]]]:
        """Problems of the records that are no rows; of the others their numbers, and the columns of the layout's slots."""
        if isinstance(batch, Problem):
            return [batch], (), []
        numbers, records = self._records(batch)
        width = self.layout.width
        lost: list[Problem] = []
        if not set(map(len, records)) <= {width}:
            if batch.cut and 0 < len(records[-1]) < width and set(map(len, records[:-1])) <= {0, width}:
                lost.append(Problem(code="sources.cut-off", source=self.source, row=numbers[-1], loss="rest"))
                numbers, records = numbers[:-1], records[:-1]
            numbers, records, slid = self._slid(numbers, records)
            lost += slid
        if batch.folded:
            numbers, records, swallowing = self._swallowing(numbers, records)
            lost += swallowing
        columns = self._columns(numbers, records, damaged=batch.damaged) if records else []
        if any("" in column for column in columns) and all("" in column for column in columns):
            filled = [place for place, cells in enumerate(zip(*columns, strict=True)) if any(cells)]
            return lost, [numbers[place] for place in filled], [[column[place] for place in filled] for column in columns]
        return lost, numbers if records else (), columns

    def _records(self, batch: Batch) -> Numbered:
        """The data records of a batch with their row numbers, without header, help and total rows."""
        start, records = batch.start, batch.records
        begin = self._begin(batch) if start <= self.header + 1 else 0
        if begin:
            records = records[begin:]
        numbers: Sequence[int] = range(start + begin, start + begin + len(records))
        try:
            firsts = set(map(itemgetter(0), records))
        except IndexError:  # an empty line
            firsts = {record[0] for record in records if record}
        if not TOTALS.isdisjoint(firsts):
            kept = [pair for pair in zip(numbers, records, strict=True) if not self._is_total(*pair)]
            return [number for number, _ in kept], [record for _, record in kept]
        return numbers, records

    def _begin(self, batch: Batch) -> int:
        after = max(self.header + 1, self.first)
        wanted = [
            (slot.index, self.layout.dialect.start[slot.name])
            for slot in self.layout.slots
            if slot.name in self.layout.dialect.start
        ]
        for place, record in enumerate(batch.records[after : after + HELP_ROWS], after):
            if wanted and all(
                len(record) > index and re.fullmatch(pattern, unquoted(record[index].strip()))
                for index, pattern in wanted
            ):
                return place
        return after

    def _is_total(self, number: int, record: Record) -> bool:
        if not record or record[0].strip() not in TOTALS:
            return False
        ids = [slot.index for slot in self.layout.slots if slot.name in (*IDS, "title") and slot.index]
        if any(index < len(record) and record[index].strip() not in ("", "-", *TOTALS) for index in ids):
            return False
        self.damage.note("sources.total-row", number, loss="")
        return True

    def _slid(self, numbers: Sequence[int], records: list[Record]) -> Kept:
        """Without the records whose cells slid: more filled cells than headers, or an order that lacks some."""
        width = self.layout.width
        kept: list[tuple[int, Record]] = []
        lost: list[Problem] = []
        for number, record in zip(numbers, records, strict=True):
            full = [*record[:width], *[""] * (width - len(record))]
            if any(map(str.strip, record[width:])) or (len(record) < width and self._is_strange(full)):
                params = {"cells": str(len(record)), "headers": str(width)}
                lost.append(Problem(code="sources.shifted", source=self.source, row=number, loss="row", params=params))
                continue
            if len(record) < width and any(map(str.strip, record)):
                self.damage.note("sources.short-rows", number)
            kept.append((number, full))
        return [number for number, _ in kept], [record for _, record in kept], lost

    def _is_strange(self, record: Record) -> bool:
        """Does a short record of an order hold words where the quantity stands? Then a cell is missing before it, and
        the buyer's cells stand in the place of ours."""
        if self.layout.dialect.kind != "orders":
            return False
        cells = [record[slot.index].strip() for slot in self.layout.slots if slot.name in ("quantity", "paid", "refunded")]
        return any(cell and not COUNTED.fullmatch(cell) for cell in cells)

    def _swallowing(self, numbers: Sequence[int], records: list[Record]) -> Kept:
        """Without the records of which a cell has swallowed other rows: a quotation mark that opened and did not close."""
        kept: list[tuple[int, Record]] = []
        lost: list[Problem] = []
        price = next((slot.index for slot in self.layout.slots if slot.name == "price"), None)
        for number, record in zip(numbers, records, strict=True):
            cell = next((cell for cell in record if "\n" in cell and swallowed(cell, self.layout.width, price)), "")
            if cell:
                params = {"lines": str(cell.count("\n"))}
                lost.append(Problem(code="sources.open-quote", source=self.source, row=number, loss="row", params=params))
            else:
                kept.append((number, record))
        return [number for number, _ in kept], [record for _, record in kept], lost

    def _columns(self, numbers: Sequence[int], records: list[Record], *, damaged: bool) -> list[Sequence[str]]:
        """The columns of the layout's slots, cleaned where the batch shows that they need it."""
        columns = list(zip(*records, strict=True))
        return [self._column(slot.name, columns[slot.index], numbers, damaged=damaged) for slot in self.layout.slots]

    def _column(self, name: str, column: Sequence[str], numbers: Sequence[int], *, damaged: bool) -> Sequence[str]:
        name = name.split("/")[0]
        shown = self.layout.columns.get(name, name)
        if damaged:
            column = self._without_damage(shown, column, numbers)
        if name in IDS:
            return self._ids(shown, column, numbers)
        if name in DATES:
            self.damage.zones.update(zones(column))
            read = {cell: iso(unquoted(cell), self.orders.get(name, "")) for cell in set(column) if not _is_day(cell)}
            self._calendar(shown, column, numbers, {cell for cell in column if read.get(cell, cell) == cell})
            return [read.get(cell, cell) for cell in column] if read else column
        if name == "title" and "?" in (text := "\n".join(column)) and QUESTION.search(text):
            for number, cell in zip(numbers, column, strict=True):
                if (lost := QUESTION.search(cell)) and "http" not in cell:
                    around = cell[max(0, lost.start() - 30) : lost.end() + 30]
                    self.damage.note("sources.question-marks", number, column=shown, loss="", found=around)
        elif name == "currency":
            for cell in set(column):
                one = currency(cell) or cell.strip().upper()  # RMB and CNY are one currency
                self.damage.currencies[one] = self.damage.currencies.get(one, 0) + column.count(cell)
        missing = self.layout.dialect.missing
        if missing and not missing.isdisjoint(column):
            column = ["" if cell in missing else cell for cell in column]
        return column

    def _calendar(self, shown: str, column: Sequence[str], numbers: Sequence[int], unread: set[str]) -> None:
        """Tell the dates that no calendar has: a wrong one is worth nothing as evidence of since when."""
        wrong = {cell for cell in unread if impossible(cell)}
        if wrong:
            rows = [(number, cell) for number, cell in zip(numbers, column, strict=True) if cell in wrong]
            self.damage.note("sources.no-such-day", rows[0][0], column=shown, loss="", found=rows[0][1], count=len(rows))

    def _without_damage(self, shown: str, column: Sequence[str], numbers: Sequence[int]) -> Sequence[str]:
        text = "".join(column)
        if "\0" in text:
            for number, cell in zip(numbers, column, strict=True):
                if "\0" in cell:
                    self.damage.note("sources.nul", number, column=shown, loss="")
            column = [cell.replace("\0", "") for cell in column]
        if "\ufffd" in text:
            for number, cell in zip(numbers, column, strict=True):
                if "\ufffd" in cell:
                    self.damage.note("sources.bad-bytes", number, column=shown)
        if self.layout.dialect.generic and escaped(text):
            column = list(map(as_meant, column))
        return list(map(unquoted, column)) if '="' in text else column

    def _ids(self, shown: str, column: Sequence[str], numbers: Sequence[int]) -> Sequence[str]:
        text = "".join(column)
        if text.isdigit() or (not any(mark in text for mark in MARKS) and self.layout.dialect.missing.isdisjoint(column)):
            return column
        made = []
        for number, cell in zip(numbers, column, strict=True):
            cell = unquoted(cell.strip())
            if MANGLED.fullmatch(cell):
                self.damage.note("sources.mangled-ids", number, column=shown, found=cell)
                cell = ""
            made.append("" if cell in self.layout.dialect.missing else cell)
        return made

    def _decide_dates(self, table: Table) -> Iterator[Problem]:
        """Day or month first? The dialect may know; else the column itself, as far as it must be read."""
        for slot in self.layout.slots:
            name = slot.name.split("/")[0]
            if name not in DATES or self.orders.get(name):
                continue
            if self.layout.dialect.dates:
                self.orders[name] = self.layout.dialect.dates
                continue
            head = table.head[self.header + 1 :]
            order, seen = decide(_cells(head, slot.index))
            if seen and not order and len(table.head) >= HEAD_ROWS:
                order, seen = decide(chain.from_iterable(self._all_cells(table, slot.index)))
            self.orders[name] = order
            if seen:
                code = "sources.date-order" if order else "sources.date-ambiguous"
                yield Problem(
                    code=code,
                    source=self.source,
                    column=self.layout.columns[slot.name],
                    loss="",
                    params={"order": order},
                )

    def _all_cells(self, table: Table, index: int) -> Iterator[Iterable[str]]:
        take = Take(frozenset((index,)), self.layout.width, only=True)
        for batch in table.read(self.layout.dialect, take):
            if isinstance(batch, Batch):
                yield _cells(batch.records, index)


def _cells(records: Iterable[Record], index: int) -> Iterator[str]:
    return (unquoted(record[index]) for record in records if len(record) > index)


def _is_day(cell: str) -> bool:
    return not cell or (len(cell) == 10 and cell[4] == "-" == cell[7])
