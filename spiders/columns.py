"""Fields put together from several cells, a column at a time. What most files need (one filled cell for each field)
costs no call for each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiders.dialect import Column
    from spiders.layout import Layout

NOTHING = frozenset(("", "0", "0.0", "0.00", "-", "--"))


def fields(layout: Layout, names: Sequence[str], columns: Sequence[Sequence[str]]) -> dict[str, Sequence[str]]:
    """The columns of the slots `names` as columns of our fields: put together, translated, filled."""
    slots = dict(zip(names, columns, strict=True))
    made = {name: column for name, column in slots.items() if "/" not in name and name[0] != "+"}
    for name, parts in layout.mixed.items():
        if name[0] != "+":
            made[name] = mixed(name, layout.dialect.columns[name], parts, slots)
    size = len(columns[0])
    for name, value in layout.constants.items():
        made[name] = _filled(made[name], value) if name in made else (value,) * size
    for name, words in layout.dialect.words.items():
        if name in made:
            known = {cell: translated(words, cell) for cell in set(made[name])}
            made[name] = list(map(known.__getitem__, made[name]))
    if "sale_price" in made:
        _sales(made)
    return made


def mixed(name: str, spec: Column, parts: Sequence[tuple[str, str]], slots: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """One field of several cells: the first that is filled, or all of them joined."""
    used = [(slot, label) for slot, label in parts if label == "#" or any(map(str.strip, slots[slot]))]
    used = [pair for pair in used if pair[1] != "#"]
    if not used:
        return ("",) * len(slots[parts[0][0]])
    plain = not any(label for _, label in used) and not spec.skip
    first = slots[used[0][0]]
    if plain and (len(used) == 1 or (spec.mode == "first" and all(map(str.strip, first)))):
        return first
    chosen = [slots[slot] for slot, _ in used]
    if plain and spec.mode == "first":
        return [next((cell for cell in cells if cell.strip()), "") for cells in zip(*chosen, strict=True)]
    labels = [slots[label[1:]] if label.startswith("=") else [label] * len(first) for _, label in used]
    return [put_together(name, spec, cells, marks) for cells, marks in zip(zip(*chosen, strict=True), zip(*labels, strict=True), strict=True)]


def put_together(name: str, spec: Column, cells: Sequence[str], labels: Sequence[str]) -> str:
    """The cells of one row as one text; a label of "" is the value alone."""
    made = []
    for cell, label in zip(cells, labels, strict=True):
        if not cell.strip() or cell in spec.skip:
            continue
        label = label.strip()
        if spec.mode == "first" and not label and not spec.pairs:
            return cell
        made.append(f"{label}:{cell}" if label else cell)
    labelled = spec.pairs or spec.prefix or spec.labelled
    return (" " if name == "images" else ";" if labelled else "; ").join(made)


def _filled(column: Sequence[str], value: str) -> Sequence[str]:
    return column if all(map(str.strip, column)) else [cell if cell.strip() else value for cell in column]


def translated(words: Mapping[str, str], cell: str) -> str:
    """The file's word for something as ours; a word that is not in the list stays."""
    return words.get(cell.strip(), words.get("*", cell)) if cell else cell


def _sales(made: dict[str, Sequence[str]]) -> None:
    """Where a row has a sale price, it is the price and the other one the list price."""
    sales = made.pop("sale_price")
    prices = made.get("price", ("",) * len(sales))
    if NOTHING.issuperset(map(str.strip, set(sales))):
        made["price"] = prices
        return
    lists = made.get("list_price", ("",) * len(sales))
    rows = [sold(*cells) for cells in zip(prices, sales, lists, strict=True)]
    made["price"], made["list_price"] = [price for price, _ in rows], [listed for _, listed in rows]


def sold(price: str, sale: str, listed: str) -> tuple[str, str]:
    """(price, list price) of a row with a price and a sale price."""
    if sale.strip() in NOTHING:
        return price, listed
    return sale, price if price.strip() not in ("", sale.strip()) else listed
