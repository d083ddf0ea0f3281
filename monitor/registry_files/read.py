"""Files of a registry -> raw rows: a folder of CSV files, one workbook, or one YAML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
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
        grids = [(path.stem if path.stem in TABLES else "brands", path.name, _csv(path))]
    else:
        raise failure(RegistryError, "registry.unknown-kind", path=path)
    rows: dict[str, tuple[Raw, ...]] = {}
    problems: list[Problem] = []
    for name, source, grid in grids:
        if name in TABLES:
            found, faults = _rows(name, source, grid)
            rows[name] = (*rows.get(name, ()), *found)  # two sheets may have one name: `brands` and `Brands `
            problems += faults
        elif near := _meant(name):
            problems.append(Problem(code="registry.unknown-table", source=source, found=name, params={"near": near}, loss="rest"))
    return RawTables(rows=rows, problems=tuple(problems))


Grid = Iterator[tuple[int, list[str]]]
CHINESE = {
    "品牌": "brands", "商标": "marks", "指导价": "guide_prices", "授权": "authorizations", "店铺": "shops", "供应商": "suppliers", "进货": "purchases", "律师函": "letters",
}  # fmt: skip


def _meant(name: str) -> str:
    """The table that somebody meant who wrote `authorisations`, `Guide prices` or 品牌; "" for a table of his own."""
    near = get_close_matches("_".join(name.casefold().replace("-", " ").split()), [*TABLES, *CHINESE], 1, 0.8)
    return CHINESE.get(near[0], near[0]) if near else ""


def _folder(folder: Path) -> Iterator[tuple[str, str, Grid]]:
    for path in sorted(folder.iterdir()):
        table = folder / f"{path.stem.lower()}.csv"
        if path.suffix.lower() == ".csv" and path.is_file():
            # Where the disk takes Brands.csv for brands.csv, so do we; elsewhere it is another file.
            yield table.stem if table.exists() and table.samefile(path) else path.stem, path.name, _csv(path)


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
            grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False) if name.strip().lower() in TABLES else []
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
    for name, given in (content if isinstance(content, dict) else {}).items():
        rows = [] if given is None or name not in TABLES else given
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise failure(RegistryError, "registry.no-rows", path=path, table=name, column=next(iter(TABLES[name].columns)))
        columns = list(dict.fromkeys(str(column) for row in rows for column in row))
        grid = [(1, columns), *((number, [_scalar(row.get(column)) for column in columns]) for number, row in enumerate(rows, 2))]
        yield str(name), f"{path.name}:{name}", iter(grid)


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(_scalar(one) for one in value)
    return _cell(value)


def _rows(table: str, source: str, grid: Grid) -> tuple[tuple[Raw, ...], list[Problem]]:
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
            if (key := TABLES[table].needed[0]) not in names:
                problems.append(Problem(code="registry.no-column", source=source, row=number, column=key, found=", ".join(filter(None, names))[:200], loss="rest"))
            doubled = {name for name in names if name and names.count(name) > 1}
            problems += [Problem(code="registry.double-column", source=source, row=number, column=name) for name in sorted(doubled)]
            continue
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            problems.append(Problem(code="registry.too-many-cells", source=source, row=number, found=str(len(cells)), params={"columns": str(len(names))}))
        given = {name: unescaped(cell.strip()) for name, cell in zip(reversed(names), reversed(cells[: len(names)] + [""] * (len(names) - len(cells))), strict=False) if cell.strip()}
        rows.append(Raw(source=source, row=number, cells=given))
    return tuple(rows), problems
