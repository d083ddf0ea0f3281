"""A registry, or empty tables, into a folder, a workbook or a YAML file: what `read` takes back unchanged."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.registry_files.sheet import escaped
from monitor.registry_files.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from monitor.model.registry import Registry

# What stands in the commented second line of a template, by column: an example or the allowed words.
EXAMPLES: Mapping[str, str] = {
    "brand_id": "nike", "aliases": "耐克;NIKE", "nice_classes": "18;25;28", "categories": "shoes;clothing",
    "policy": "open | authorized-only | no-online | unknown", "common_word": "yes | no | (blank)",
    "enforcement": "unknown | none | notices | letters | litigates", "proof": "unverified | reported | documented",
    "licensor_role": "owner | distributor | dealer", "may_sublicense": "yes | no | unknown", "online": "yes | no | silent",
    "valid_from": "2026-01-01", "valid_until": "2026-12-31", "platforms": "taobao;tmall", "territories": "CN", "pattern": "Air Force 1, or sku:AJ1",
    "amount": "899.00", "currency": "CNY", "role": "authorized-dealer | dealer | wholesaler | dropship | unknown", "paid": "yes | no | unknown",
    "kind": "notice | complaint | letter | lawsuit", "status": "registered | pending | lapsed | unknown", "brands": "nike;adidas",
    "forbids_online": "yes | no | unknown", "platform": "taobao",
}  # fmt: skip
# A column that means another thing in another table, and what names a row there.
OWN_EXAMPLES: Mapping[tuple[str, str], str] = {
    ("brands", "name"): "Nike", ("brands", "rights_holder"): "Nike Innovate C.V.", ("marks", "mark_id"): "m1", ("marks", "text"): "NIKE", ("marks", "office"): "CNIPA",
    ("authorizations", "authorization_id"): "p1", ("authorizations", "licensee"): "My company 我的公司", ("authorizations", "shops"): "s1",
    ("shops", "shop_id"): "s1", ("shops", "name"): "My shop 我的店", ("shops", "company"): "My company 我的公司", ("shops", "territory"): "CN",
    ("suppliers", "supplier_id"): "w1", ("suppliers", "name"): "My supplier 供应商名称", ("suppliers", "licence_until"): "2026-12-31",
    ("purchases", "purchase_id"): "b1", ("purchases", "supplier_id"): "w1", ("purchases", "proof"): "invoice | contract | delivery-list | none",
    ("purchases", "quantity"): "10", ("purchases", "bought_on"): "2026-01-15", ("letters", "letter_id"): "l1", ("letters", "received_on"): "2026-01-15", ("letters", "shop"): "s1",
}  # fmt: skip


SILENT = {"policy": "unknown", "enforcement": "unknown", "proof": "unverified"}  # the words of a brand that say nothing


def save(registry: Registry, path: Path) -> list[Path]:
    """Write every table that has rows; the form follows the name: .xlsx, .yaml, else a folder of CSV files."""
    rows = {name: [_cells(one, name) for one in getattr(registry, name)] for name in TABLES}
    return _write({name: grid for name, grid in rows.items() if grid or name == "brands"}, path)


def save_templates(path: Path) -> list[Path]:
    """Empty tables: the header, and in a commented line what may stand in each column."""
    return _write({name: [] for name in TABLES}, path, comments=True)


def hints(name: str) -> list[str]:
    """What may stand in each column of a table."""
    return [OWN_EXAMPLES.get((name, column), EXAMPLES.get(column, "")) for column in TABLES[name].columns]


def _cells(row: Any, name: str) -> list[str]:
    """The cells of a row. What a brand does not say stays blank: a written `unknown` would win over another registry's fact."""
    silent = SILENT if name == "brands" else {}
    values = {column: cell(getattr(row, column)) for column in TABLES[name].columns}
    return ["" if value == silent.get(column) else escaped(value) for column, value in values.items()]


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


def _write(tables: Mapping[str, list[list[str]]], path: Path, *, comments: bool = False) -> list[Path]:
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".yaml", ".yml"):
        path.parent.mkdir(parents=True, exist_ok=True)
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

    packed = BytesIO()  # to a file it writes with errors of its own
    with xlsxwriter.Workbook(packed, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
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
    path.write_bytes(packed.getvalue())
    return [path]


def _yaml(tables: Mapping[str, list[list[str]]], path: Path) -> list[Path]:
    import yaml

    content = {name: [{column: cell for column, cell in zip(TABLES[name].columns, row, strict=True) if cell} for row in rows] for name, rows in tables.items()}
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return [path]
