"""What another registry adds to the user's own, and writing that into his tables: nothing that stands there is touched.

New rows are added; a brand's blank cells are filled and its spellings joined. Where both say something, his stands and the
difference is a Problem. Other tables are never filled cell by cell: two papers under one id would make a third that nobody signed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.errors import RegistryError
from monitor.messages import failure
from monitor.model.problem import Problem
from monitor.registry_files.layers import identity, joined, names, refusal, taken_away
from monitor.registry_files.sheet import MARK, changed
from monitor.registry_files.tables import TABLES
from monitor.registry_files.write import SILENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from monitor.registry_files.read import Raw, RawTables

Cells = Mapping[str, str]


@dataclass(slots=True)
class Additions:
    """By table: cells to write (row -> column -> text) and rows to add. `kept`: where the user's own cell says otherwise and stays."""

    cells: dict[str, dict[int, Cells]] = field(default_factory=dict)
    rows: dict[str, list[Cells]] = field(default_factory=dict)
    kept: list[Problem] = field(default_factory=list)

    @property
    def added(self) -> int:
        return sum(map(len, self.rows.values()))

    @property
    def filled(self) -> int:
        """Rows of the user's that get a cell."""
        return sum(map(len, self.cells.values()))


def additions(own: RawTables, other: RawTables) -> Additions:
    """What `other` has that `own` lacks."""
    found = Additions()
    for name, table in TABLES.items():
        mine = own.rows.get(name, ())
        first: dict[str, Raw] = {}
        for row in mine:
            first.setdefault(identity(name, row), row)
        by_id = {identity(name, row): row for row in joined(name, mine, [])}
        standing = {_known(name, row) for row in mine}
        for row in joined(name, other.rows.get(name, ()), []):
            named = identity(name, row)
            if not all(row.cells.get(column) for column in table.needed) or _known(name, row) in standing:
                continue
            if not named or named not in by_id:
                found.rows.setdefault(name, []).append({column: cell for column, cell in row.cells.items() if column})
                standing.add(_known(name, row))
                continue
            if name == "brands" and (fills := _fills(first[named], by_id[named], row)):
                found.cells.setdefault(name, {})[first[named].row] = fills
            found.kept += _differing(name, by_id[named], row)
    return found


def _known(name: str, row: Raw) -> frozenset[tuple[str, str]]:
    """A row by what stands under the table's own columns."""
    return frozenset((column, cell) for column, cell in row.cells.items() if column in TABLES[name].columns)


def _fills(first: Raw, mine: Raw, theirs: Raw) -> Cells:
    """The cells that a brand's own row lacks. `first`: where they are written; `mine`: all rows of that brand."""
    fills = {
        column: theirs.cells[column]
        for column in TABLES["brands"].columns
        if column != "aliases" and column in theirs.cells and not mine.cells.get(column) and _says(column, theirs.cells[column])
    }
    spelt = {name.casefold() for name in (*names(mine.cells), fills.get("name", ""))}
    spelt |= {away for alias in names(mine.cells) if (away := taken_away(alias))}
    brought = [name for name in names(theirs.cells) if name.casefold() not in spelt and not taken_away(name)]
    return {**fills, "aliases": ";".join(filter(None, (first.cells.get("aliases", ""), *brought)))} if brought else fills


def _says(column: str, cell: str) -> bool:
    """Is it a fact? `unknown` in the user's row would win over what the starter registry knows."""
    return refusal("brands", column, cell) is None and SILENT.get(column) != cell.casefold()


def _differing(name: str, mine: Raw, theirs: Raw) -> Iterator[Problem]:
    for column in TABLES[name].columns:
        here, there = mine.cells.get(column, ""), theirs.cells.get(column, "")
        if not there or _same(name, column, here, there) or (name == "brands" and (column == "aliases" or not here or not _says(column, there))):
            continue
        code = "registry.kept-own" if here else "registry.kept-blank"
        yield Problem(code=code, source=mine.source, row=mine.row, column=column, found=here[:200], params={"other": there[:200]}, loss="")


def _same(name: str, column: str, here: str, there: str) -> bool:
    parse = TABLES[name].columns[column]
    if not here or refusal(name, column, here) or refusal(name, column, there):
        return here == there
    return bool(parse(here) == parse(there))


def write_additions(found: Additions, folder: Path, on: date) -> Iterator[tuple[Path, Path | None]]:
    """Write into the tables of a folder: each file that changed, and the copy of how it was. Other files are not touched.

    Everything is ready beside its place before the first file is moved. RegistryError, with nothing written, where a file cannot be
    kept as it stands.
    """
    contents: dict[Path, bytes] = {}
    for name in TABLES:
        if name in found.cells or name in found.rows:
            path = (folder / f"{name}.csv").resolve()
            before = path.read_bytes() if path.exists() else MARK
            contents[path] = changed(path.name, before, found.cells.get(name, {}), _headed(name, found.rows.get(name, []), new=not path.exists()))
    if contents:
        folder.mkdir(parents=True, exist_ok=True)
    parts = {path: path.with_name(f".{path.name}.part") for path in contents}
    try:
        for path, part in parts.items():
            with part.open("wb") as out:
                out.write(contents[path])
                out.flush()
                os.fsync(out.fileno())
        for path, part in parts.items():
            backup = _copied(path, on) if path.exists() else None
            if backup is not None:
                shutil.copymode(path, part)
            part.replace(path)
            yield path, backup
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _headed(name: str, rows: Sequence[Cells], *, new: bool) -> Sequence[Cells]:
    """Rows for a new file have the table's columns in their order, the user's own behind them."""
    columns = [column for column in TABLES[name].columns if any(column in row for row in rows)]
    return [{**dict.fromkeys(columns, ""), **row} for row in rows] if new else rows


def _copied(path: Path, on: date) -> Path:
    """A copy beside it that no reader takes for a table: brands.csv.2026-11-25.bak, -2 where that one is there."""
    at, backup = 1, path.with_name(f"{path.name}.{on}.bak")
    while backup.exists():
        at += 1
        backup = path.with_name(f"{path.name}.{on}-{at}.bak")
    shutil.copy2(path, backup)
    return backup


def refuse_file(path: Path, other: Path) -> RegistryError:
    """A workbook or YAML file would lose its formats and comments in writing."""
    return failure(RegistryError, "registry.not-into-file", path=path, other=other)
