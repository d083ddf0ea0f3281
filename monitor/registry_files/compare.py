"""Two registries, row by row: what is new, changed or gone."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from monitor.registry_files.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.model.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One row that differs. `columns` names what changed in it."""

    change: Literal["added", "changed", "removed"]
    table: str
    row: str
    columns: tuple[str, ...] = ()


def compare(before: Registry, after: Registry) -> Iterator[Difference]:
    """Every row that `after` has otherwise, in the order of the tables."""
    for name in TABLES:
        old, new = _named(before, name), _named(after, name)
        for row in sorted(new.keys() - old.keys()):
            yield Difference(change="added", table=name, row=row)
        for row in sorted(old.keys() - new.keys()):
            yield Difference(change="removed", table=name, row=row)
        for row in sorted(old.keys() & new.keys()):
            columns = tuple(one.name for one in fields(old[row]) if one.name != "origin" and getattr(old[row], one.name) != getattr(new[row], one.name))
            if columns:
                yield Difference(change="changed", table=name, row=row, columns=columns)


def _named(registry: Registry, name: str) -> dict[str, Any]:
    identity = TABLES[name].identity
    rows = getattr(registry, name)
    if identity:
        return {getattr(row, identity): row for row in rows}
    return {f"{row.brand_id} {row.pattern} {row.valid_from or ''}".strip(): row for row in rows}
