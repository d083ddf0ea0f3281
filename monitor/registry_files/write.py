"""A registry, or empty tables, into a folder, a workbook or a YAML file: what `read` takes back unchanged."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.registry_files.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from monitor.model.registry import Registry

# What stands in the commented second line of a template, by column: an example or the allowed words.
EXAMPLES: Mapping[str, str] = {
    "brand_id": "nike", "name": "Nike", "aliases": "耐克;NIKE", "nice_classes": "18;25;28", "categories": "shoes;clothing",
    "policy": "open | authorized-only | no-online | unknown", "common_word": "yes | no | (blank)",
    "enforcement": "unknown | none | notices | letters | litigates", "proof": "unverified | reported | documented",
    "licensor_role": "owner | distributor | dealer", "may_sublicense": "yes | no | unknown", "online": "yes | no | silent",
    "valid_from": "2026-01-01", "valid_until": "2026-12-31", "platforms": "taobao;tmall", "territories": "CN", "pattern": "Air Force 1, or sku:AJ1",
    "amount": "899.00", "currency": "CNY", "role": "authorized-dealer | dealer | wholesaler | dropship | unknown", "paid": "yes | no | unknown",
    "kind": "notice | complaint | letter | lawsuit", "status": "registered | pending | lapsed | unknown", "brands": "nike;adidas",
    "forbids_online": "yes | no | unknown", "platform": "taobao",
}  # fmt: skip
PROOF = "invoice | contract | delivery-list | none"  # of a purchase; a brand's proof has other words


def save(registry: Registry, path: Path) -> list[Path]:
    """Write every table that has rows; the form follows the name: .xlsx, .yaml, else a folder of CSV files."""
    rows = {name: [_cells(one, name) for one in getattr(registry, name)] for name in TABLES}
    return _write({name: grid for name, grid in rows.items() if grid or name == "brands"}, path)


def save_templates(path: Path) -> list[Path]:
    """Empty tables: the header, and in a commented line what may stand in each column."""
    return _write({name: [] for name in TABLES}, path, comments=True)


def hints(name: str) -> list[str]:
    """What may stand in each column of a table."""
    found = [EXAMPLES.get(column, "") for column in TABLES[name].columns]
    return [PROOF if name == "purchases" and column == "proof" else hint for column, hint in zip(TABLES[name].columns, found, strict=True)]


def _cells(row: Any, name: str) -> list[str]:
    return [escaped(cell(getattr(row, column))) for column in TABLES[name].columns]


def cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ";".join(str(one) for one in sorted(value))
    if isinstance(value, tuple):
        return ";".join(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def escaped(cell: str) -> str:
    """A cell that a spreadsheet would run gets an apostrophe, which reading takes off again."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "'", "\t", "\r", "#") else cell


def _write(tables: Mapping[str, list[list[str]]], path: Path, *, comments: bool = False) -> list[Path]:
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _workbook(tables, path, comments=comments)
    if suffix in (".yaml", ".yml"):
        return _yaml(tables, path)
    if suffix:
        raise failure(ConfigError, "registry.unknown-kind", path=path)
    path.mkdir(parents=True, exist_ok=True)
    written = []
    for name, rows in tables.items():
        target = path / f"{name}.csv"
        # The BOM keeps a spreadsheet from taking Chinese for the local code page.
        with target.open("w", encoding="utf-8-sig", newline="") as out:
            table = csv.writer(out, lineterminator="\n")
            table.writerow(TABLES[name].columns)
            if comments:
                first, *rest = hints(name)
                table.writerow([f"# {first}", *rest])
            table.writerows(rows)
        written.append(target)
    return written


def _workbook(tables: Mapping[str, list[list[str]]], path: Path, *, comments: bool) -> list[Path]:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for index, (column, hint) in enumerate(zip(TABLES[name].columns, hints(name), strict=True)):
                sheet.write_string(0, index, column, bold)
                if comments and hint:
                    sheet.write_comment(0, index, hint)
                for at, row in enumerate(rows, 1):
                    sheet.write_string(at, index, row[index])
            sheet.freeze_panes(1, 0)
    return [path]


def _yaml(tables: Mapping[str, list[list[str]]], path: Path) -> list[Path]:
    import yaml

    content = {name: [{column: cell for column, cell in zip(TABLES[name].columns, row, strict=True) if cell} for row in rows] for name, rows in tables.items()}
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return [path]
