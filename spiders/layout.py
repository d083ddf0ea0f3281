"""A header row under a dialect: which cells of a record become which of our fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.intake.currencies import ISO_4217
from spiders.headers import plain, positions, unit
from spiders.table import Take

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiders.dialect import Column, Dialect
    from spiders.table import Record, Table

ACTION_CURRENCY = re.compile(r"\|Currency=([A-Z]{3})\b")  # eBay: *Action(SiteID=US|Country=US|Currency=USD|...)
UNIT_CURRENCIES = {
    "元": "CNY",
    "rmb": "CNY",
    "人民币": "CNY",
    "人民币元": "CNY",
    "円": "JPY",
    "€": "EUR",
    "£": "GBP",
    "us$": "USD",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One dialect on one row of one table. `rank` orders the matches of a file; `missing` is empty for a full one."""

    dialect: Dialect
    table: Table
    row: int  # 0-based place of the header in the table
    rank: float
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One cell of a record under a name: a field's own, or `field/…` where several cells make the field."""

    name: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a header row means. `columns`: field -> the file's header, for people; `mixed`: fields that are
    put together from several slots."""

    dialect: Dialect
    width: int
    slots: tuple[Slot, ...]
    mixed: Mapping[str, tuple[tuple[str, str], ...]]  # field -> (slot, label) in order
    constants: Mapping[str, str]
    columns: Mapping[str, str]
    ignored: tuple[str, ...]

    @property
    def take(self) -> Take:
        """Of orders nothing is kept but what is asked for."""
        return Take(frozenset(slot.index for slot in self.slots), self.width, only=self.dialect.kind == "orders")


def match(table: Table, dialects: Sequence[Dialect], rows: int) -> tuple[list[Match], list[Match]]:
    """(full matches, near ones) of every dialect on the first `rows` rows."""
    full: list[Match] = []
    near: list[Match] = []
    for place, record in enumerate(table.head[:rows]):
        names = positions(record)
        if not names:
            continue
        present = names.keys()
        for dialect in dialects:
            if dialect.identify_not and not dialect.identify_not.isdisjoint(present):
                continue
            if dialect.width and len(record) not in dialect.width:
                continue
            if any(names.get(name) != index for name, index in dialect.place.items()):
                continue
            for signature in dialect.identify:
                known = len(present & dialect.known)
                if signature <= present:
                    size = len(signature) * (1 if not dialect.generic else 0.2) + (1000 if dialect.own else 0)
                    full.append(
                        Match(
                            dialect=dialect, table=table, row=place, rank=size + known / 100 + table.likelihood / 1000
                        )
                    )
                elif not dialect.generic and (hits := len(signature & present)) * 2 >= len(signature):
                    lacking = tuple(sorted(signature - present))
                    near.append(
                        Match(
                            dialect=dialect,
                            table=table,
                            row=place,
                            rank=hits / len(signature) + known / 1000,
                            missing=lacking,
                        )
                    )
    return full, near


def confidence(found: Match, layout: Layout) -> float:
    """0..1: a full header set weighs most; then how many of the file's columns the dialect knows."""
    headers = [header for header in found.table.head[found.row] if header.strip()]
    if not headers:
        return 0.0
    share = sum(1 for header in headers if plain(header) in found.dialect.known) / len(headers)
    if found.dialect.generic:
        return round(0.5 + 0.45 * share, 3)
    return round(min(1.0, 0.8 + 0.05 * min(3, len(max(found.dialect.identify, key=len)) - 1) + 0.1 * share), 3)


def build(dialect: Dialect, header: Record, sheet: str = "") -> Layout:
    """The layout of a header row; `sheet` is the name of the workbook's sheet."""
    places = positions(header)
    slots: list[Slot] = []
    mixed: dict[str, tuple[tuple[str, str], ...]] = {}
    columns: dict[str, str] = {}
    for name, column in (*dialect.columns.items(), *((f"+{key}", value) for key, value in dialect.extra.items())):
        found = [(alias, places[alias]) for alias in column.headers if alias in places]
        if column.between and (index := _between(column.between, places)) is not None:
            found.append((header[index], index))
        taken = {index for _, index in found}
        found += [(header[index], index) for index in _beside(column.beside, places, len(header)) if index not in taken]
        if not (column.pairs or column.prefix or column.labelled) and (column.mode == "one" or len(found) == 1):
            if found:
                slots.append(Slot(name=name, index=found[0][1]))
                columns[name] = header[found[0][1]].strip()
            continue
        parts = _parts(name, column, found, places, header)
        if parts:
            slots += [slot for slot, _ in parts]
            mixed[name] = tuple((slot.name, label) for slot, label in parts)
            columns[name] = header[parts[0][0].index].strip()
    used = {slot.index for slot in slots}
    ignored = tuple(cell.strip() for index, cell in enumerate(header) if index not in used and cell.strip())
    return Layout(
        dialect=dialect, width=len(header), slots=tuple(slots), mixed=mixed, constants=_constants(dialect, columns, header, sheet),
        columns={name: theirs for name, theirs in columns.items() if not name.startswith("+")}, ignored=ignored,
    )  # fmt: skip


def _between(names: tuple[str, ...], places: Mapping[str, int]) -> int | None:
    """The index of the one column that stands between two known ones."""
    left, right = (places.get(name, -9) for name in names)
    return left + 1 if left >= 0 and right == left + 2 else None


def _beside(beside: tuple[str, tuple[int, ...]], places: Mapping[str, int], width: int) -> list[int]:
    """The indices of the columns that stand so far from a known one."""
    known = places.get(beside[0])
    return [] if known is None else [known + step for step in beside[1] if 0 <= known + step < width]


def _parts(
    name: str, column: Column, found: list[tuple[str, int]], places: Mapping[str, int], header: Record
) -> list[tuple[Slot, str]]:
    """Slots and labels of a field made from several cells. A label of "" is the value alone; one that starts
    with "=" names the slot that holds the label."""
    parts = [(Slot(name=f"{name}/{place}", index=index), "") for place, (_, index) in enumerate(found)]
    for place, (left, right) in enumerate(column.pairs):
        if left in places and right in places:
            parts.append((Slot(name=f"{name}/name{place}", index=places[left]), "#"))
            parts.append((Slot(name=f"{name}/value{place}", index=places[right]), f"={name}/name{place}"))
    parts += [
        (Slot(name=f"{name}/labelled{places[label]}", index=places[label]), header[places[label]].strip())
        for label in column.labelled
        if label in places
    ]
    if column.prefix:
        for index, cell in enumerate(header):
            if plain(cell).startswith(column.prefix) and len(plain(cell)) > len(column.prefix):
                label = cell.strip().lstrip("*")[len(column.prefix) :].strip()
                parts.append((Slot(name=f"{name}/prefix{index}", index=index), label))
    return parts


def _constants(dialect: Dialect, columns: Mapping[str, str], header: Record, sheet: str) -> dict[str, str]:
    """What the layout says for all rows: the platform, and a currency named by the dialect or a price's header."""
    made: dict[str, str] = {}
    if dialect.platform:
        made["platform"] = dialect.platform
    if dialect.sheet and sheet:
        made[dialect.sheet] = sheet
    currency = dialect.currency
    for name in ("price", "sale_price", "list_price", "paid"):
        bracket = unit(columns.get(name, ""))
        if named := UNIT_CURRENCIES.get(bracket) or (bracket.upper() if bracket.upper() in ISO_4217 else ""):
            currency = named
            break
    if found := next((found for cell in header if (found := ACTION_CURRENCY.search(cell))), None):
        currency = found[1]
    if currency:
        made["currency"] = currency
    return made
