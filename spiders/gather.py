"""Cells under our names become rows: fields put together from several cells, rows that belong together, steps."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Literal

from monitor.model.source import Row
from spiders.steps import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from spiders.layout import Layout

Values = dict[str, str]
NOTHING = ("", "0", "0.0", "0.00", "-", "--")
LARGEST_GROUP = 5000  # rows; Shopify allows 2,048 variants


class Gathering:
    """The rows of one file, in order. Holds one group at a time."""

    def __init__(self, layout: Layout, kind: Literal["listing", "order"], source: str) -> None:
        self.layout = layout
        self.kind: Literal["listing", "order"] = kind
        self.source = source
        dialect = layout.dialect
        self.names = tuple(slot.name for slot in layout.slots)
        blank = {name: value for name, value in layout.constants.items() if name not in self.names}
        self.keys = (*self.names, *blank)
        self.constants = tuple(blank.values())
        # Constants of columns that the file has fill only its blanks.
        self.fill = {name: value for name, value in layout.constants.items() if name in self.names}
        self.steps = tuple(STEPS[name]() for name in dialect.steps)
        self.group = dialect.group if dialect.group and dialect.group.by in (*self.names, "+group") else None
        self.simple = not (
            self.steps or layout.mixed or self.group or self.fill or dialect.words or "sale_price" in self.names
            or any(name.startswith("+") for name in self.names)
        )  # fmt: skip
        self.held: list[tuple[int, Values]] = []
        self.held_key = ""
        labels = (slot.name for slot in layout.slots if "/name" in slot.name)
        self.inherit = (*(self.group.inherit if self.group else ()), *labels)
        self.products = 0

    def rows(self, numbers: Sequence[int], picked: Sequence[tuple[str, ...]]) -> Iterator[Row]:
        """The rows that are complete after this batch."""
        keys, constants = self.keys, self.constants
        if self.simple:
            yield from self._plain(numbers, picked)
            return
        for number, values in zip(numbers, picked, strict=True):
            if not any(values):
                continue
            row = dict(zip(keys, values + constants, strict=True))
            if self.group is None:
                yield self._row(number, self._finished(row))
            else:
                yield from self._grouped(number, row)

    def _plain(self, numbers: Sequence[int], picked: Sequence[tuple[str, ...]]) -> Iterable[Row]:
        """One cell, one field: made by maps alone, since a million rows go this way."""
        blank = ("",) * len(self.names)
        if blank in picked:
            kept = [(number, values) for number, values in zip(numbers, picked, strict=True) if any(values)]
            numbers, picked = [number for number, _ in kept], [values for _, values in kept]
        if self.constants:
            picked = [values + self.constants for values in picked]
        dicts = map(dict, map(zip, repeat(self.keys), picked))
        return map(
            Row._make, zip(repeat(self.kind), dicts, numbers, repeat(1), repeat(self.layout.columns), strict=False)
        )

    def rest(self) -> Iterator[Row]:
        """The rows of the last group."""
        held, self.held = self.held, []
        if held:
            yield from self._flushed(held)

    def _grouped(self, number: int, row: Values) -> Iterator[Row]:
        assert self.group is not None
        key = row.get(self.group.by, "").strip()
        if (self.held and key not in ("", self.held_key)) or len(self.held) >= LARGEST_GROUP:
            yield from self.rest()
        if not self.held:
            self.held_key = key
        row[self.group.by] = key or self.held_key
        self.held.append((number, row))

    def _flushed(self, held: list[tuple[int, Values]]) -> Iterator[Row]:
        group = self.group
        assert group is not None
        first = held[0][1]
        for _, row in held[1:]:
            for name in self.inherit:
                if not row.get(name) and first.get(name):
                    row[name] = first[name]
        every = held
        if group.parent == "drop" and len(held) > 1:
            held = held[1:]
        if group.variant in self.names and (
            priced := [pair for pair in held if pair[1].get(group.variant, "").strip()]
        ):
            held = priced
        elif group.variant:
            held = held[:1]
        self.products += 1
        images = (
            _images(row for _, row in every)
            if group.variant and any(name.startswith("images") for name in self.names)
            else None
        )
        merged = len(every) - len(held)
        for number, row in held:
            made = self._finished(row)
            if images is not None:
                made["images"] = images
            yield self._row(number, made, 1 + merged)
            merged = 0

    def _row(self, number: int, values: Mapping[str, str], rows: int = 1) -> Row:
        return Row(kind=self.kind, values=values, row=number, rows=rows, columns=self.layout.columns)

    def _finished(self, row: Values) -> Values:
        """Mixed fields put together, words translated, steps run, the sale price in its place."""
        for name, parts in self.layout.mixed.items():
            row[name] = self._mixed(name, parts, row)
        for name, value in self.fill.items():
            if not row.get(name, "").strip():
                row[name] = value
        for step in self.steps:
            step(row)
        for name, words in self.layout.dialect.words.items():
            if value := row.get(name, ""):
                row[name] = words.get(value.strip(), words.get("*", value))
        if (sale := row.pop("sale_price", "")).strip() not in NOTHING:
            if row.get("price", "").strip() not in ("", sale.strip()):
                row["list_price"] = row["price"]
            row["price"] = sale
        for name in [name for name in row if name[0] == "+" or "/" in name]:
            del row[name]
        return row

    def _mixed(self, name: str, parts: tuple[tuple[str, str], ...], row: Values) -> str:
        column = self.layout.dialect.columns.get(name) or self.layout.dialect.extra[name[1:]]
        cells: list[str] = []
        for slot, label in parts:
            value = row.get(slot, "")
            if label == "#" or not value.strip() or value in column.skip:
                continue
            if column.mode == "first" and not label:
                return value
            if label.startswith("="):
                label = row.get(label[1:], "")
            cells.append(f"{label.strip()}:{value}" if label.strip() else value)
        return (" " if name == "images" else ";" if column.pairs or column.prefix or column.labelled else "; ").join(
            cells
        )


def _images(rows: Iterable[Values]) -> str:
    """All image cells of a group, each once, in order."""
    seen: dict[str, None] = {}
    for row in rows:
        for name, value in row.items():
            if name.split("/")[0] == "images" and value.strip():
                seen[value.strip()] = None
    return " ".join(seen)
