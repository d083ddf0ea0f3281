"""Columns under our names become rows: those that belong together gathered, steps run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from monitor.model.source import Row, Rows
from spiders.columns import fields, put_together, sold, translated
from spiders.steps import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from spiders.layout import Layout

Values = dict[str, str]
LARGEST_GROUP = 5000  # rows; Shopify allows 2,048 variants


class Gathering:
    """The rows of one file, in order. Holds one group at a time."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.kind: Literal["listing", "order"] = "listing" if layout.dialect.kind == "listings" else "order"
        dialect = layout.dialect
        self.names = tuple(slot.name for slot in layout.slots)
        self.steps = tuple(STEPS[name]() for name in dialect.steps)
        self.group = dialect.group if dialect.group and dialect.group.by in (*self.names, "+group") else None
        self.held: list[tuple[int, Values]] = []
        self.held_key = ""
        labels = (slot.name for slot in layout.slots if "/name" in slot.name)
        self.inherit = (*(self.group.inherit if self.group else ()), *labels)

    @property
    def alone(self) -> bool:
        """Is each row what its own cells say, and no more?"""
        return not self.steps and not self.group

    def table(self, numbers: Sequence[int], columns: Sequence[Sequence[str]]) -> Rows:
        """The rows of a batch where each stands alone; `columns` are those of the layout's slots."""
        return Rows(self.kind, fields(self.layout, self.names, columns), numbers, self.layout.columns)

    def rows(self, numbers: Sequence[int], columns: Sequence[Sequence[str]]) -> Iterable[Row]:
        """The rows that are complete after this batch."""
        return self.table(numbers, columns).each() if self.alone else self._one_by_one(numbers, columns)

    def _one_by_one(self, numbers: Sequence[int], columns: Sequence[Sequence[str]]) -> Iterator[Row]:
        for number, cells in zip(numbers, zip(*columns, strict=True), strict=True):
            row = dict(zip(self.names, cells, strict=True))
            if self.group is None:
                yield self._row(number, self._finished(row))
            else:
                yield from self._grouped(number, row)

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
        """Mixed fields put together, blanks filled, steps run, words translated, the sale price in its place."""
        for name, parts in self.layout.mixed.items():
            row[name] = self._mixed(name, parts, row)
        for name, value in self.layout.constants.items():
            if not row.get(name, "").strip():
                row[name] = value
        for step in self.steps:
            step(row)
        for name, words in self.layout.dialect.words.items():
            if name in row:
                row[name] = translated(words, row[name])
        if "sale_price" in row:
            row["price"], row["list_price"] = sold(row.get("price", ""), row.pop("sale_price"), row.get("list_price", ""))
        for name in [name for name in row if name[0] == "+" or "/" in name]:
            del row[name]
        return row

    def _mixed(self, name: str, parts: Sequence[tuple[str, str]], row: Values) -> str:
        spec = self.layout.dialect.columns.get(name) or self.layout.dialect.extra[name[1:]]
        used = [(slot, label) for slot, label in parts if label != "#"]
        labels = [row.get(label[1:], "") if label.startswith("=") else label for _, label in used]
        return put_together(name, spec, [row.get(slot, "") for slot, _ in used], labels)


def _images(rows: Iterable[Values]) -> str:
    """All image cells of a group, each once, in order."""
    seen: dict[str, None] = {}
    for row in rows:
        for name, value in row.items():
            if name.split("/")[0] == "images" and value.strip():
                seen[value.strip()] = None
    return " ".join(seen)
