"""Rows over rows: one registry laid over another, and rows that share an id. Spellings are joined, never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.model.problem import Problem
from monitor.registry_files.read import Raw, RawTables
from monitor.registry_files.tables import LIMITS, TABLES, Refused, several

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def laid_over(below: RawTables, above: RawTables) -> RawTables:
    """Both, where `above` wins: row by row, for a brand cell by cell.

    A cell of a brand that is blank or cannot be read leaves what stands below; spellings of both are searched, `above` first.
    """
    problems = [*below.problems, *above.problems]
    rows: dict[str, tuple[Raw, ...]] = {}
    for name in TABLES:
        lower, upper = below.rows.get(name, ()), above.rows.get(name, ())
        named = {identity(name, row) for row in upper} - {""}
        kept = [row for row in lower if identity(name, row) not in named]
        if name == "brands":
            under = {row.cells.get("brand_id", ""): row.cells for row in lower}
            upper = tuple(_over(row, under.get(row.cells.get("brand_id", ""), {}), problems) for row in joined(name, upper, problems))
        rows[name] = (*kept, *upper)
    return RawTables(rows=rows, problems=tuple(problems))


def _over(row: Raw, under: Mapping[str, str], problems: list[Problem]) -> Raw:
    """One brand over what stands below it."""
    if not under:
        return row
    cells = dict(row.cells)
    for column in [column for column in cells if under.get(column)]:
        if (refused := refusal("brands", column, cells[column])) is not None:
            problems.append(faulty("brands", row, column, refused))
            del cells[column]
    return Raw(row.source, row.row, {**under, **cells, "aliases": ";".join(_spellings(row.cells, under))})


def _spellings(above: Mapping[str, str], below: Mapping[str, str]) -> Iterator[str]:
    """The aliases above, then the name and aliases below. An alias with a minus before it takes that spelling away from below."""
    lower = [spelling for spelling in names(below) if spelling != above.get("name")]
    known = {spelling.casefold() for spelling in lower}
    taken = {alias: away for alias in several(above.get("aliases", "")) if (away := taken_away(alias)) in known}
    yield from (alias for alias in several(above.get("aliases", "")) if alias not in taken)
    yield from (spelling for spelling in lower if spelling.casefold() not in taken.values())


def taken_away(alias: str) -> str:
    """What `-x` takes away, folded; "" for an alias without a minus before it."""
    return alias[1:].strip().casefold() if alias[:1] in ("-", "－") else ""


def names(cells: Mapping[str, str]) -> tuple[str, ...]:
    """The name and the aliases of a brand's row, as written."""
    return several(";".join((cells.get("name", ""), cells.get("aliases", ""))))


def identity(table: str, row: Raw) -> str:
    """What names a row in its table; "" where nothing does."""
    column = TABLES[table].identity
    return row.cells.get(column, "") if column else ""


def joined(name: str, rows: Sequence[Raw], problems: list[Problem]) -> Sequence[Raw]:
    """A row whose id stands already is joined to the first one: its spellings are added, it fills what is blank there."""
    kept: dict[str, Raw] = {}
    for at, row in enumerate(rows):
        named = identity(name, row) or f" {at}"
        first = kept.get(named)
        if first is None:
            kept[named] = row
            continue
        problems.append(Problem(code="registry.double-id", source=row.source, row=row.row, column=TABLES[name].identity, found=named, loss=""))
        cells = {**row.cells, **first.cells}
        if name == "brands":
            cells["aliases"] = ";".join(filter(None, (first.cells.get("aliases", ""), row.cells.get("name", ""), row.cells.get("aliases", ""))))
        kept[named] = Raw(first.source, first.row, cells)
    return tuple(kept.values()) if len(kept) < len(rows) else rows


def refusal(table: str, column: str, cell: str) -> Refused | None:
    """Why a cell cannot be read; None where it can, or stands in a column of the user's own."""
    parse = TABLES[table].columns.get(column)
    try:
        if parse is not None:
            parse(cell)
    except Refused as refused:
        return refused
    return None


def faulty(table: str, row: Raw, column: str, refused: Refused) -> Problem:
    """The fault of a cell that cannot be read."""
    key = LIMITS.get((table, column), refused.key)
    return Problem(code=key, source=row.source, row=row.row, column=column, found=row.cells[column][:200], params=refused.params)
