"""An unknown table: what its columns may mean, from their names and what stands in them."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import InputError
from monitor.messages import failure
from monitor.model.source import Proposal
from spiders.headers import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAMPLES = 3
PRICE = re.compile(r"[¥￥$€£]?\s?\d{1,7}([.,]\d{1,2})?\s?元?")
CODE = re.compile(r"(?=.*\d)[A-Za-z0-9_-]{2,24}")
PERSONAL = re.compile(r"收货|收件|买家|联系|手机号|电话|地址|姓名|邮箱|buyer|recipient|phone|address|email|customer|ship to", re.I)


def propose(path: Path) -> Proposal:
    """A first mapping of the table in `path`: known header names first, then contents.

    Raises InputError where the file holds no table with a header and a row.
    """
    from spiders.files import _head, tables

    head, whole = _head(path, str(path))
    found = max(tables(path, str(path), head, whole=whole), key=lambda table: (table.likelihood, max((len(row) for row in table.head[:1]), default=0)), default=None)
    grid = [[str(cell) for cell in row] for row in found.head] if found else []
    grid = [row for row in grid if any(cell.strip() for cell in row)]
    if len(grid) < 2:
        raise failure(InputError, "sources.empty", file=path)
    headers, rows = [cell.strip() for cell in grid[0]], grid[1:30]
    cells = {header: [row[at].strip() for row in rows if at < len(row) and row[at].strip()] for at, header in enumerate(headers) if header}
    columns = _by_name(headers)
    _by_contents(cells, columns)
    samples = {header: tuple(one[:40] for one in values[:SAMPLES]) for header, values in cells.items() if not PERSONAL.search(header)}
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "my-table"
    return Proposal(
        name=name, kind="listings", headers=tuple(cells), columns=columns, samples=samples, toml=lambda chosen: _toml(path.name, chosen),
    )  # fmt: skip


def _by_name(headers: Sequence[str]) -> dict[str, str]:
    """Columns whose header is one of the names that the generic dialect knows, or begins or ends with one."""
    generic = tomllib.loads((Path(__file__).parent / "dialects" / "generic.toml").read_text(encoding="utf-8"))["columns"]
    columns: dict[str, str] = {}
    for ours, aliases in generic.items():
        known = {plain(alias) for alias in aliases} if isinstance(aliases, list) else set()
        for header in headers:
            if plain(header) in known and header not in columns.values():
                columns.setdefault(ours, header)
    return columns


def _by_contents(cells: Mapping[str, Sequence[str]], columns: dict[str, str]) -> None:
    """The longest text is the title, the first amounts are the price, the first codes the SKU."""
    free = [header for header, values in cells.items() if header not in columns.values() and values and not PERSONAL.search(header)]
    words = [header for header in free if not all(PRICE.fullmatch(value) or CODE.fullmatch(value) for value in cells[header])]
    if "title" not in columns and words:
        columns["title"] = max(words, key=lambda header: sum(map(len, cells[header])) / len(cells[header]))
    for ours, form in (("price", PRICE), ("sku", CODE)):
        fitting = (header for header in free if header not in columns.values() and all(form.fullmatch(value) for value in cells[header]))
        if ours not in columns and (header := next(fitting, None)):
            columns[ours] = header


def _toml(name: str, columns: Mapping[str, str]) -> str:
    """The dialect of the confirmed columns: known again by all of their headers."""
    headers = json.dumps(list(columns.values()), ensure_ascii=False)
    lines = ['kind = "listings"', 'evidence = "real"', f"note = {json.dumps(f'made by sources map from {name}', ensure_ascii=False)}", f"identify = [{headers}]", "", "[columns]"]
    lines += [f"{ours} = [{json.dumps(header, ensure_ascii=False)}]" for ours, header in columns.items()]
    return "\n".join(lines) + "\n"
