"""What had already happened to a file before it came here, counted as its rows go by: one line each."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from monitor.model.problem import Problem
from spiders.markets import mixed

if TYPE_CHECKING:
    from collections.abc import Iterator

# An id that a spreadsheet showed as a number: its last digits are gone for good.
MANGLED = re.compile(r"\s*\d(?:[.,]\d+)?[eE]\+?\d{1,3}\s*")
QUESTION = re.compile(r"\w\?\w")  # Pok?mon: a character that the maker's codec did not have
# What a report or a careful program writes for a text that a spreadsheet would run: an apostrophe before it.
ESCAPED = re.compile("'+(?:[\\t\\r]|[ \\t\\r\\n]*[=+\\-@\uff1d\uff0b\uff0d\uff20])")
Loss = Literal["", "cell", "row", "rest"]


@dataclass(slots=True)
class Damage:
    """Counts by code, with the first row of each. `problems()` tells them when the file is read."""

    source: str
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    firsts: dict[tuple[str, str], tuple[int | None, Loss, str]] = field(default_factory=dict)
    currencies: dict[str, int] = field(default_factory=dict)
    zones: Counter[str] = field(default_factory=Counter)  # of the times in a file, as spiders.markets names them

    def note(
        self, code: str, row: int | None, *, column: str = "", loss: Loss = "cell", found: str = "", count: int = 1
    ) -> None:
        key = code, column
        if key not in self.counts:
            self.firsts[key] = row, loss, found[:80]
            self.counts[key] = 0
        self.counts[key] += count

    def add(self, later: Damage) -> None:
        """What a later part of the file has."""
        for key, count in later.counts.items():
            self.firsts.setdefault(key, later.firsts[key])
            self.counts[key] = self.counts.get(key, 0) + count
        for name, count in later.currencies.items():
            self.currencies[name] = self.currencies.get(name, 0) + count
        self.zones.update(later.zones)

    def problems(self) -> Iterator[Problem]:
        """One problem for each kind of damage; `row` is the first that has it."""
        for (code, column), count in self.counts.items():
            row, loss, found = self.firsts[code, column]
            yield Problem(
                code=code,
                source=self.source,
                row=row,
                column=column,
                found=found,
                loss=loss,
                params={"count": str(count)},
            )
        named = {name: count for name, count in self.currencies.items() if name}
        if len(named) > 1:
            shown = ", ".join(f"{name} {count}" for name, count in sorted(named.items(), key=lambda pair: -pair[1])[:6])
            yield Problem(code="sources.mixed-currencies", source=self.source, loss="", params={"currencies": shown})
        yield from mixed(self.source, self.zones)


def unquoted(cell: str) -> str:
    """A cell without the marks that keep a spreadsheet from reading it as a number: ="1930…", '0850….

    >>> unquoted('="1930000"'), unquoted("'0850064060010"), unquoted("=SUM(A1)")
    ('1930000', '0850064060010', '=SUM(A1)')
    """
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1].strip('"')
    if cell.startswith("=") and cell[1:].isdigit():
        return cell[1:]
    if cell.startswith("'") and (cell[1:2].isdigit() or cell[1:2] == "*"):
        return cell[1:]
    return cell


def swallowed(cell: str, width: int, price: int | None) -> bool:
    """Does a cell hold lines that are rows of the table? Then a quotation mark opened there and never closed.

    Lines of a description have commas too: as many as the table has, in every line, and a number where the
    price stands, or at least three lines of them, are taken for rows.
    """
    lines = [line for line in cell.split("\n")[1:] if line.strip()]
    whole = lines[:-1] or lines
    for mark in ",\t;|":
        if width > 1 and whole and all(line.count(mark) == width - 1 for line in whole):
            prices = [line.split(mark)[price].strip('" \r') for line in whole] if price is not None else []
            if all(re.fullmatch(r"\d[\d.,]*", text) for text in prices) and (prices or len(whole) > 2):
                return True
    return False


def escaped(text: str) -> bool:
    """May there be a cell that was made harmless for spreadsheets: '=1+1?"""
    return "'" in text and ESCAPED.search(text) is not None


def as_meant(cell: str) -> str:
    """Such a cell as it was: without one apostrophe.

    >>> as_meant("'=1+1"), as_meant("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell[:1] == "'" and ESCAPED.match(cell) else cell
