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
from monitor.registry_files.read import Raw, RawTables, read
from monitor.registry_files.tables import TABLES, Refused, several
from monitor.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

STARTER = "config/registry"


def load_registry(path: str | Path) -> Registry:
    """The registry at `path`: a folder of CSV files, a workbook or a YAML file.

    A wrong value is read as unknown or blank and stands in `.problems`; only a row without its id or name is
    dropped. Raises RegistryError only when no brand can be read.
    """
    registry = build(read(Path(path)))
    if not registry.brands and registry.problems:
        first = registry.problems[0]
        said = {"found": first.found, "column": first.column, **first.params}
        raise failure(RegistryError, "registry.no-brand-for", **{**said, "path": path, "file": first.source, "row": first.row or 1, "wanted": first.code})
    if not registry.brands:
        raise failure(RegistryError, "registry.no-brand", path=path)
    return registry


def load_with_starter(path: str | Path | None) -> Registry:
    """The user's registry laid over the shipped one: it wins field by field for a brand, row by row elsewhere."""
    starter = read(shipped(STARTER))
    if path is None:
        registry = build(starter)
        return replace(registry, brands=tuple(replace(brand, origin="starter") for brand in registry.brands))
    return build(laid_over(starter, read(Path(path))), _origins(starter, read(Path(path))))


def laid_over(below: RawTables, above: RawTables) -> RawTables:
    """Both, where `above` wins: blank cells of a brand are filled from below."""
    rows: dict[str, tuple[Raw, ...]] = {}
    for name, table in TABLES.items():
        lower, upper = below.rows.get(name, ()), above.rows.get(name, ())
        if not table.identity:
            rows[name] = (*lower, *upper)
            continue
        named = {row.cells.get(table.identity, ""): row for row in upper}
        kept = [row for row in lower if row.cells.get(table.identity, "") not in named]
        under = {row.cells.get(table.identity, ""): row.cells for row in lower} if name == "brands" else {}
        filled = [Raw(row.source, row.row, {**under.get(row.cells.get(table.identity, ""), {}), **row.cells}) for row in upper]
        rows[name] = (*kept, *filled)
    return RawTables(rows=rows, problems=(*below.problems, *above.problems, *_given_up(below, above)))


def _given_up(below: RawTables, above: RawTables) -> Iterator[Problem]:
    """Spellings that are searched no more since the user's row names others: he may have meant to add one."""
    under = {row.cells.get("brand_id", ""): row.cells for row in below.rows.get("brands", ())}
    for row in above.rows.get("brands", ()):
        old, new = under.get(row.cells.get("brand_id", ""), {}), row.cells
        kept = {*several(new.get("aliases", "")), new.get("name") or old.get("name", "")}
        gone = [one for one in (*several(old.get("aliases", "")), old.get("name", "")) if one and one not in kept]
        if new.get("aliases") and gone:
            yield Problem(code="registry.aliases-gone", source=row.source, row=row.row, column="aliases", found=", ".join(gone), loss="")


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
        rows = _typed(name, _joined(name, raw.rows.get(name, ()), problems), problems)
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
    return Registry(**made, problems=tuple(problems), fingerprint=_fingerprint(raw), places=places)


def _joined(name: str, rows: Sequence[Raw], problems: list[Problem]) -> Sequence[Raw]:
    """A row whose id stands already is joined to the first one: its spellings are added, it fills what is blank there."""
    identity = TABLES[name].identity
    kept: dict[str, Raw] = {}
    for at, row in enumerate(rows):
        named = row.cells.get(identity, "") or f" {at}"
        first = kept.get(named)
        if first is None:
            kept[named] = row
            continue
        problems.append(Problem(code="registry.double-id", source=row.source, row=row.row, column=identity, found=named, loss=""))
        cells = {**row.cells, **first.cells}
        if name == "brands":
            spellings = (first.cells.get("aliases", ""), row.cells.get("name", ""), row.cells.get("aliases", ""))
            cells["aliases"] = ";".join(one for one in spellings if one)
        kept[named] = Raw(first.source, first.row, cells)
    return tuple(kept.values()) if len(kept) < len(rows) else rows


def _typed(name: str, rows: Sequence[Raw], problems: list[Problem]) -> list[tuple[Any, Raw]]:
    table = TABLES[name]
    made: list[tuple[Any, Raw]] = []
    for raw in rows:
        lacking = next((column for column in table.needed if not raw.cells.get(column)), None)
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
            problems.append(Problem(code=refused.key, source=raw.source, row=raw.row, column=column, found=cell[:200], params=refused.params))
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
