"""An unknown table: what its columns may mean, from their names and what stands in them."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from monitor.errors import InputError
from monitor.messages import failure
from monitor.model.source import Proposal
from spiders import delimited, workbook
from spiders.dialect import LISTING_FIELDS, ORDER_FIELDS, Dialect, shipped
from spiders.headers import likely_header, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from monitor.model.source import Kind
    from spiders.table import Record, Table

SAMPLES = 3
SAMPLE_ROWS = 40
PRICE = re.compile(r"[¥￥$€£]?\s?\d{1,7}([.,]\d{1,2})?\s?[元€]?")
CODE = re.compile(r"(?=.*\d)[A-Za-z0-9_-]{2,24}")
ID = re.compile(r"\d{9,20}")
ADDRESS = re.compile(r"https?://\S+")
IMAGE = re.compile(r"https?://\S+\.(?:jpe?g|png|webp|gif|avif)(?:[?;!_ ,]\S*)?.*", re.I)
PERSONAL = re.compile(
    r"收货|收件|买家|联系|手机|电话|地址|姓名|邮箱|邮编|旺旺|身份证|微信|buyer|recipient|phone|mobile|address|e-?mail|customer|ship(?:ping)? ?to|receiver|postal|zip", re.I
)  # fmt: skip
ORDERED = re.compile(r"订单(?:编号|号|id|序号)|order[ _-]?(?:id|no\b|num|#)", re.I)
COSTS = re.compile(r"价|到手|金额|元|price|cost|preis|prix|precio|prezzo", re.I)
WHOLE = re.compile(r"\d{1,6}")


def propose(path: Path) -> Proposal:
    """A first mapping of the table in `path`: known header names first, then contents.

    Raises InputError where the file holds no table with a header and a row.
    """
    from spiders.recognise import _head, tables

    head, whole = _head(path, str(path))
    every = tables(path, str(path), head, whole=whole)
    if not workbook.kind_of(head, path, str(path)) and delimited.is_binary(head, every):
        raise failure(InputError, "sources.binary", file=path)
    found = [(table, place) for table in every if (place := likely_header(table.head)) is not None]
    found = [(table, place) for table, place in found if any(map(any, table.head[place + 1 :]))]
    if not found:
        raise failure(InputError, "sources.no-header", file=path)
    table, place = max(found, key=_promise)
    headers = _names(table.head[place])
    rows = [row for row in table.head[place + 1 :] if any(cell.strip() for cell in row)][:SAMPLE_ROWS]
    cells = {header: [row[at].strip() for row in rows if at < len(row) and row[at].strip()] for header, at in headers.items()}
    kind: Kind = "orders" if any(ORDERED.search(header) for header in headers) else "listings"
    fields = ORDER_FIELDS if kind == "orders" else LISTING_FIELDS
    columns = _by_name(headers, kind)
    _by_contents(cells, columns, fields)
    samples = {header: tuple(one[:40] for one in dict.fromkeys(values))[:SAMPLES] for header, values in cells.items() if not PERSONAL.search(header)}
    return Proposal(
        name=_name(path), kind=kind, headers=tuple(header for header in headers if not PERSONAL.search(header)), columns=columns, samples=samples,
        toml=lambda chosen: _toml(path.name, kind, chosen, tuple(headers)), fields=fields, needed=("order_id",) if kind == "orders" else ("title",),
    )  # fmt: skip


def _promise(found: tuple[Table, int]) -> tuple[float, int]:
    """A likelier codec first, then the reading with more columns: one delimiter splits, the others do not."""
    table, place = found
    return table.likelihood, sum(1 for cell in table.head[place] if cell.strip())


def _names(record: Record) -> dict[str, int]:
    """Header -> its column. Of headers that repeat, the later ones are called `name#2`, as dialects call them."""
    seen: Counter[str] = Counter()
    names: dict[str, int] = {}
    for at, cell in enumerate(record):
        if plain(header := cell.strip()):
            seen[plain(header)] += 1
            names.setdefault(header if seen[plain(header)] == 1 else f"{header}#{seen[plain(header)]}", at)
    return names


def _name(path: Path) -> str:
    """A name for the dialect: the file's own without dates and numbers, which change with every export."""
    name = re.sub(r"[\W_]+", "-", re.sub(r"\d{4,}|\d{1,2}[-_.]\d{1,2}", "", path.stem.lower())).strip("-")
    return f"my-{name}" if name in {dialect.name for dialect in shipped()} else name or "my-table"


def _generic(kind: Kind) -> Dialect:
    return next(dialect for dialect in shipped() if dialect.generic and dialect.kind == kind)


def _by_name(headers: Iterable[str], kind: Kind) -> dict[str, str]:
    """Columns whose header is a name that the generic dialect knows; then those that only begin or end with one."""
    columns: dict[str, str] = {}
    known = {ours: set(column.headers) for ours, column in _generic(kind).columns.items()}
    tests: tuple[Callable[[str, set[str]], bool], ...] = (lambda name, aliases: name in aliases, _ends_like)
    for fits in tests:
        for ours, aliases in known.items():
            for header in headers:
                if ours not in columns and header not in columns.values() and not PERSONAL.search(header) and fits(plain(header), aliases):
                    columns[ours] = header
    return columns


def _ends_like(name: str, aliases: set[str]) -> bool:
    """店铺商品标题 ends like 商品标题, "price (usd)" begins like "price"; two letters say too little."""
    name = re.sub(r"\s*[(\[].*", "", name)
    return any(len(alias) > 2 - (not alias.isascii()) and (name.endswith(alias) or name.startswith(f"{alias} ")) for alias in aliases)


def _by_contents(cells: Mapping[str, Sequence[str]], columns: dict[str, str], fields: Sequence[str]) -> None:
    """What names did not tell: the longest text is the title, the first amounts are the price, codes the SKU."""
    free = {header: values for header, values in cells.items() if values and header not in columns.values() and not PERSONAL.search(header)}
    words = {header: values for header, values in free.items() if not all(PRICE.fullmatch(value) or CODE.fullmatch(value) or ADDRESS.match(value) for value in values)}
    if "title" not in columns and words:
        longest = max(words, key=lambda header: (min(sum(map(len, words[header])) / len(words[header]), 120), len(set(words[header]))))
        columns["title"] = longest
        free.pop(longest)
    counts = [header for header, values in free.items() if all(map(WHOLE.fullmatch, values))]
    for ours, form in (("images", IMAGE), ("url", ADDRESS), ("listing_id", ID), ("price", PRICE), ("sku", CODE)):
        for header, values in free.items():
            # Of two columns of whole numbers, which is the stock? Then only the name can tell.
            doubtful = ours == "price" and header in counts and len(counts) > 1 and not COSTS.search(header)
            if ours in fields and ours not in columns and header not in columns.values() and all(map(form.fullmatch, values)) and not doubtful:
                columns[ours] = header


def _toml(name: str, kind: Kind, columns: Mapping[str, str], headers: Sequence[str]) -> str:
    """The dialect of the confirmed columns: known again by all of their headers."""
    headers = [header for header in headers if header in columns.values() and "#" not in header]
    lines = [
        f"kind = {_quoted(kind)}", 'evidence = "real"', f"note = {_quoted(f'made by sources map from {name}')}",
        f"identify = [[{', '.join(map(_quoted, headers))}]]", "", "[columns]",
        *(f"{ours} = [{_quoted(columns[ours])}]" for ours in (LISTING_FIELDS if kind == "listings" else ORDER_FIELDS) if ours in columns),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML string. JSON leaves U+007F and lone surrogates as they are, TOML has neither."""
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")
