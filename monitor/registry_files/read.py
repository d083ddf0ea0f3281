"""Files of a registry -> raw rows: a folder of CSV files, one workbook, or one YAML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.errors import RegistryError
from monitor.messages import failure
from monitor.model.problem import Problem
from monitor.registry_files.sheet import columns_of, sheet_of, unescaped
from monitor.registry_files.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Raw:
    """One row as text: the cells under our column names that are not blank, and where they stood."""

    source: str
    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawTables:
    rows: Mapping[str, tuple[Raw, ...]]
    problems: tuple[Problem, ...]


def read(path: Path) -> RawTables:
    """Every table that stands at `path`. RegistryError where there is nothing to read at all."""
    if path.is_dir():
        grids = list(_folder(path))
    elif not path.exists():
        raise failure(RegistryError, "registry.missing", path=path)
    elif path.suffix.lower() in (".xlsx", ".xlsm"):
        grids = list(_workbook(path))
    elif path.suffix.lower() in (".yaml", ".yml"):
        grids = list(_yaml(path))
    elif path.suffix.lower() == ".csv":
        grids = list(_folder(path.parent, only=path))
    else:
        raise failure(RegistryError, "registry.unknown-kind", path=path)
    rows: dict[str, tuple[Raw, ...]] = {}
    problems: list[Problem] = []
    for name, source, grid in grids:
        rows[name], faults = _rows(source, grid)
        problems += faults
    return RawTables(rows=rows, problems=tuple(problems))


Grid = Iterator[tuple[int, list[str]]]


def _folder(folder: Path, only: Path | None = None) -> Iterator[tuple[str, str, Grid]]:
    for name in TABLES:
        path = only or folder / f"{name}.csv"
        if path.is_file():
            yield name, path.name, _csv(path)
        if only:
            return


def _csv(path: Path) -> Grid:
    """The records of one file, counted as a spreadsheet counts its rows."""
    for record in sheet_of(path.read_bytes()).records:
        if record.unclosed:
            yield record.number, UNCLOSED
        elif record.counts:
            yield record.number, record.cells


UNCLOSED = ["\0"]  # in place of a row: a quotation mark opens there and never closes


def _workbook(path: Path) -> Iterator[tuple[str, str, Grid]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            if name.strip().lower() in TABLES:
                grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                lines = [(number, [_cell(value) for value in row]) for number, row in enumerate(grid, 1)]
                yield name.strip().lower(), f"{path.name}:{name}", (line for line in lines if not line[1][:1] or not line[1][0].startswith("#"))
    except CalamineError as error:
        raise failure(RegistryError, "registry.bad-workbook", path=path, why=error) from error


def _cell(value: Any) -> str:
    """A workbook's cell as text: whole numbers without .0, days in ISO form."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _yaml(path: Path) -> Iterator[tuple[str, str, Grid]]:
    import yaml

    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  the C loader is the safe one
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise failure(RegistryError, "registry.bad-yaml", path=path, why=" ".join(str(error).split())) from error
    for name, rows in (content if isinstance(content, dict) else {}).items():
        if name in TABLES and isinstance(rows, list):
            columns = list(dict.fromkeys(str(column) for row in rows if isinstance(row, dict) for column in row))
            grid = [(1, columns)]
            for number, row in enumerate(rows, 2):
                grid.append((number, [_scalar(row.get(column)) for column in columns] if isinstance(row, dict) else []))
            yield name, f"{path.name}:{name}", iter(grid)


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(_scalar(one) for one in value)
    return _cell(value)


def _rows(source: str, grid: Grid) -> tuple[tuple[Raw, ...], list[Problem]]:
    """The header's names over every row. The first row that is not blank is the header."""
    rows: list[Raw] = []
    problems: list[Problem] = []
    names: list[str] | None = None
    for number, cells in grid:
        if cells is UNCLOSED:
            problems.append(Problem(code="registry.unclosed-quote", source=source, row=number, loss="rest"))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if names is None:
            names = columns_of(cells)
            doubled = {name for name in names if name and names.count(name) > 1}
            problems += [Problem(code="registry.double-column", source=source, row=number, column=name) for name in sorted(doubled)]
            continue
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            problems.append(Problem(code="registry.too-many-cells", source=source, row=number, found=str(len(cells)), params={"columns": str(len(names))}))
        given = {name: unescaped(cell.strip()) for name, cell in zip(reversed(names), reversed(cells[: len(names)] + [""] * (len(names) - len(cells))), strict=False) if cell.strip()}
        rows.append(Raw(source=source, row=number, cells=given))
    return tuple(rows), problems
