"""Many rows at once, by column: what nearly every cell is (a text, a plain number, a currency's code) stays in C.

A row with a cell that is anything else is read by itself, as `monitor.intake.listing` reads it: the same listing, the
same problems. What a column gives is the text under which a listing is kept: str() of its value, "" for none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from monitor import intake
from monitor.intake import amounts, currencies
from monitor.model.platforms import marketplace
from monitor.model.source import Row

if TYPE_CHECKING:
    from monitor.model.listing import Listing
    from monitor.model.problem import Problem
    from monitor.model.source import Rows

Column = Sequence[str]


def _lines(cell: str) -> re.Pattern[str]:
    """A column of such cells and blank ones."""
    return re.compile(rf"(?:{cell})?(?:\n(?:{cell})?)*", re.ASCII)


# Cells that are already what they say.
_AMOUNTS = _lines(r"[1-9]\d{0,9}(?:\.\d\d?)?|0\.(?:[1-9]\d?|0[1-9])")
_COUNTS = _lines(r"0|[1-9]\d{0,9}")
_LEAST = {"pack_size": 1, "quantity": None, "sold": 0}


class Taken(NamedTuple):
    """`cells`: field of a listing or of its offer -> column; a field that is missing is blank in every row. `alone`: the
    rows that were read by themselves, place -> listing, None where the row is lost; their cells mean nothing."""

    cells: dict[str, Column]
    numbers: Sequence[int | None]
    alone: dict[int, Listing | None]
    problems: list[Problem]


def columns(rows: Rows, *, source: str = "", platform: str = "", shop: str = "") -> Taken:
    """The rows as listings. `source`, `platform` and `shop` as for `monitor.intake.listing`."""
    given, size = rows.cells, len(rows.numbers)
    blank = ("",) * size
    cells: dict[str, Column] = {name: given[name] for name in ("title", *intake.TEXTS) if name in given}
    fill = {"platform": platform, "shop": shop}
    cells |= {name: _ids(given.get(name, blank), fill.get(name, "")) for name in intake.IDS if name in given or fill.get(name)}
    if "platform" in given:
        cells["platform"] = _words(cells["platform"], marketplace)
    # A currency comes first: what 1.299 is depends on it.
    currency = cells["currency"] = _words(given.get("currency", blank), _currency)
    for name in ("price", "list_price"):
        if name in given:
            cells[name] = _amounts(given[name], currency)
    for name, least in _LEAST.items():
        if name in given:
            cells[name] = _counts(given[name], least)
    for name, read in (("nice_class", _nice_class), ("fulfilment", _fulfilment), ("coupon", _nothing)):
        if name in given:
            cells[name] = _words(given[name], read)
    odd = {at for name in _READ if name in cells and ODD in cells[name] for at, cell in enumerate(cells[name]) if cell is ODD}
    if not all(map(str.strip, cells.get("title", blank))):
        odd.update(at for at, title in enumerate(cells.get("title", blank)) if not title.strip())
    alone: dict[int, Listing | None] = {}
    problems: list[Problem] = []
    for at in sorted(odd):
        alone[at], told = intake.listing(_row(rows, at), source=source, platform=platform, shop=shop)
        problems += told
    return Taken(cells, rows.numbers, alone, problems)


ODD = "\0odd"  # in place of a cell whose row is to be read by itself
_READ = ("currency", "price", "list_price", *_LEAST, "nice_class", "fulfilment", "coupon")


def _row(rows: Rows, at: int) -> Row:
    return Row(rows.kind, {name: column[at] for name, column in rows.cells.items()}, rows.numbers[at], 1, rows.columns)


def _ids(column: Column, filling: str) -> Column:
    made = list(map(str.strip, column))
    return [cell or filling for cell in made] if filling and not all(made) else made


def _words(column: Column, read: Callable[[str], str]) -> Column:
    """A column of few different cells."""
    if not any(column):
        return column
    known = {cell: _kept(read, cell) for cell in set(column)}
    return list(map(known.__getitem__, column))


def _amounts(column: Column, currency: Column) -> Column:
    return column if _plain(_AMOUNTS, column) else list(map(_amount, column, currency))


def _counts(column: Column, least: int | None) -> Column:
    return column if _plain(_COUNTS, column) and (least != 1 or "0" not in column) else list(map(partial(_count, least), column))


def _plain(pattern: re.Pattern[str], column: Column) -> bool:
    text = "\n".join(column)
    return text.count("\n") < len(column) and pattern.fullmatch(text) is not None


def _kept(read: Callable[[str], str], cell: str) -> str:
    try:
        return read(cell)
    except amounts.Unreadable:
        return ODD


@lru_cache(maxsize=1 << 14)
def _amount(cell: str, currency: str) -> str:
    """The amount; ODD where there is something to be said about it, or where it names another currency."""
    try:
        found = amounts.amount(cell, currency) if cell else amounts.NO_AMOUNT
    except amounts.Unreadable:
        return ODD
    if found.note or found.currency not in ("", currency) or (found.value or 0) < 0:
        return ODD
    return str(found.value) if found.value else ""


@lru_cache(maxsize=1 << 14)
def _count(least: int | None, cell: str) -> str:
    try:
        found = amounts.count(cell) if cell else None
    except amounts.Unreadable:
        return ODD
    if found is None:
        return ""
    return ODD if least is not None and found < least else str(found)


def _currency(cell: str) -> str:
    found = cell if cell in currencies.ISO_4217 else currencies.currency(cell)
    return ODD if found is None else found


def _nice_class(cell: str) -> str:
    found = intake.nice_class(cell) if cell else None
    return "" if found is None else str(found)


def _fulfilment(cell: str) -> str:
    return intake.fulfilment(cell)


def _nothing(cell: str) -> str:
    """A coupon must fit its price: rows with one are read by themselves."""
    return ODD if cell else ""
