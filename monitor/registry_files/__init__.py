"""Folder, workbook or YAML -> Registry. Every fault is a Problem that names file, row and column."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.errors import RegistryError
from monitor.messages import failure
from monitor.model.problem import Problem
from monitor.model.registry import Brand, Registry
from monitor.registry_files.layers import faulty, joined, laid_over
from monitor.registry_files.read import Raw, RawTables, read
from monitor.registry_files.tables import TABLES, WIDENING, Refused
from monitor.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STARTER = "config/registry"


def load_registry(path: str | Path) -> Registry:
    """The registry at `path`: a folder of CSV files, a workbook or a YAML file.

    A wrong value is read as unknown or blank and stands in `.problems`; only a row without its id or name is
    dropped. Raises RegistryError only when no brand can be read.
    """
    raw = read(Path(path))
    registry = build(raw)
    if not registry.brands and registry.problems:
        first = registry.problems[0]
        said = {"found": first.found, "column": first.column, **first.params}
        raise failure(RegistryError, "registry.no-brand-for", **{**said, "path": path, "file": first.source, "row": first.row or 1, "wanted": first.code})
    if not registry.brands:
        raise failure(RegistryError, "registry.brands-empty" if "brands" in raw.rows else "registry.no-brand", path=path)
    return registry


def load_with_starter(path: str | Path | None) -> Registry:
    """The user's registry laid over the shipped one: it wins field by field for a brand, row by row elsewhere."""
    starter = read(shipped(STARTER))
    if path is None:
        registry = build(starter)
        return replace(registry, brands=tuple(replace(brand, origin="starter") for brand in registry.brands))
    own = read(Path(path))
    registry = build(laid_over(starter, own), _origins(starter, own))
    beside = () if any(own.rows.values()) else _filled_beside(Path(path))
    return replace(registry, problems=(*beside, *registry.problems))


def _filled_beside(folder: Path) -> tuple[Problem, ...]:
    """`init` writes the tables twice, as a folder and as a workbook: who fills the one that monitor.toml does not name is told."""
    book = folder.with_suffix(".xlsx")
    if not folder.is_dir() or not book.is_file() or not any(read(book).rows.values()):
        return ()
    return (Problem(code="registry.filled-beside", source=folder.name, found=book.name, loss="rest"),)


def _origins(below: RawTables, above: RawTables) -> Mapping[str, str]:
    lower = {row.cells.get("brand_id", "") for row in below.rows.get("brands", ())}
    upper = {row.cells.get("brand_id", "") for row in above.rows.get("brands", ())}
    return {name: "both" if name in lower and name in upper else "starter" if name in lower else "user" for name in lower | upper}


def build(raw: RawTables, origins: Mapping[str, str] | None = None) -> Registry:
    """Typed rows; every fault a Problem."""
    problems = list(raw.problems)
    made: dict[str, tuple[Any, ...]] = {}
    places: dict[str, tuple[tuple[str, int], ...]] = {}
    for name in TABLES:
        rows = _typed(name, joined(name, raw.rows.get(name, ()), problems), problems)
        made[name] = tuple(noun for noun, _ in rows)
        places[name] = tuple((one.source, one.row) for _, one in rows)
    if origins:
        made["brands"] = tuple(replace(brand, origin=origins[brand.brand_id]) for brand in made["brands"])
    known = {brand.brand_id for brand in made["brands"]}
    for name, given in raw.rows.items():
        for row in given:
            brand_id = row.cells.get("brand_id", "")
            if name != "brands" and brand_id and brand_id not in known:
                problems.append(Problem(code="registry.unknown-brand", source=row.source, row=row.row, column="brand_id", found=brand_id, loss=""))
    problems.sort(key=lambda one: one.code not in WIDENING)  # stable: what makes a paper count for more than it says comes first
    return Registry(**made, problems=tuple(problems), fingerprint=_fingerprint(raw), places=places)


def _typed(name: str, rows: Sequence[Raw], problems: list[Problem]) -> list[tuple[Any, Raw]]:
    table = TABLES[name]
    told = {(one.source, one.column) for one in problems if one.code == "registry.no-column"}
    made: list[tuple[Any, Raw]] = []
    for raw in rows:
        lacking = next((column for column in table.needed if not raw.cells.get(column)), None)
        if lacking and (raw.source, lacking) in told:
            continue
        if lacking:
            problems.append(Problem(code="registry.lacking", source=raw.source, row=raw.row, column=lacking, loss="row"))
            continue
        values = _values(name, raw, problems)
        if name == "guide_prices" and "amount" not in values:
            continue
        made.append((_brand(values) if table.noun is Brand else table.noun(**values), raw))
    return made


def _values(name: str, raw: Raw, problems: list[Problem]) -> dict[str, Any]:
    table = TABLES[name]
    values: dict[str, Any] = {}
    for column, parse in table.columns.items():
        cell = raw.cells.get(column, "")
        if not cell:
            continue
        try:
            values[column] = parse(cell)
        except Refused as refused:
            problems.append(faulty(name, raw, column, refused))
    return values


def _brand(values: dict[str, Any]) -> Brand:
    name = values["name"]
    values["aliases"] = tuple(alias for alias in values.get("aliases", ()) if alias != name)
    return Brand(**values)


def _fingerprint(raw: RawTables) -> str:
    """sha256 over the cells, whatever file form they came in."""
    digest = hashlib.sha256()
    for name in TABLES:
        for row in raw.rows.get(name, ()):
            digest.update(repr((name, sorted((key, value) for key, value in row.cells.items() if key in TABLES[name].columns))).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
