"""XML feeds (Google Merchant, RSS 2.0 and Atom) as tables, and HTML told apart from everything else."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from monitor.model.problem import Problem
from spiders.table import BATCH, HEAD_ROWS, Batch, Record, Table, Take

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spiders.dialect import Dialect

LARGEST_PAGE = 64 * 1024 * 1024
START = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*(?:<!--.{0,4000}?-->\s*)*<", re.S)
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|script|title|div)[\s>]", re.I)
ITEMS = frozenset(("item", "entry", "product"))


def looks_like_page(head: bytes) -> bool:
    """HTML, saved from a browser or called .xls by its maker."""
    start = head.replace(b"\0", b"")[:8192]
    if not START.match(start):
        return False
    if start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:5].lower() == b"<?xml":
        return b"xhtml" in start[:1000].lower() or re.search(rb"<html[\s>]", start, re.I) is not None
    return HTML.search(start) is not None


def looks_like_feed(head: bytes) -> bool:
    """XML that is no page."""
    start = head.replace(b"\0", b"")[:4096]
    return (
        START.match(start) is not None and re.search(rb"<(?:\?xml|rss|feed|channel|products)[\s>]", start) is not None
    )


def tables(path: Path, name: str) -> list[Table]:
    """The feed's items as one table; its headers are all names seen in the first items."""
    headers: dict[str, None] = {}
    items = []
    for item in islice(_items(path, name), HEAD_ROWS):
        if isinstance(item, Problem):
            break
        items.append(item)
        headers.update(dict.fromkeys(item))
    names = list(headers)
    head = [names, *([item.get(key, "") for key in names] for item in items)]
    return [Table(encoding="xml", head=head, read=partial(_read, path, name, names))]


def _read(path: Path, name: str, names: list[str], dialect: Dialect, take: Take) -> Iterator[Batch | Problem]:
    records: list[Record] = [names]
    start = 1
    for item in _items(path, name):
        if isinstance(item, Problem):
            if records:
                yield Batch(start, records)
            yield item
            return
        records.append([item.get(key, "") for key in names])
        if len(records) == BATCH:
            yield Batch(start, records)
            start += BATCH
            records = []
    if records:
        yield Batch(start, records)


def _items(path: Path, name: str) -> Iterator[dict[str, str] | Problem]:
    """Each item as local name -> text; an element that repeats is joined by blanks. Nothing outside the file is
    read: no entity is resolved, no DTD loaded."""
    from lxml import etree

    number = 0
    try:
        context = etree.iterparse(
            str(path),
            events=("end",),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
        )
        for _, element in context:
            if not isinstance(element.tag, str) or etree.QName(element).localname not in ITEMS:
                continue
            number += 1
            yield _flat(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, etree.LxmlError, OSError, ValueError) as error:
        yield Problem(
            code="sources.broken-feed", source=name, row=number + 2, loss="rest", params={"why": str(error)[:200]}
        )


def _flat(element: object) -> dict[str, str]:
    from lxml import etree

    cells: defaultdict[str, list[str]] = defaultdict(list)
    for child in element:  # type: ignore[attr-defined]
        if not isinstance(child.tag, str):
            continue
        tag = etree.QName(child).localname
        value = "".join(child.itertext()).strip() or child.get("href", "")
        if value:
            cells[tag].append(value)
    return {tag: " ".join(dict.fromkeys(values)) for tag, values in cells.items()}


def page_tables(html: bytes, name: str) -> list[Table]:
    """The tables of an HTML file that was made as a spreadsheet: few pages have <td> in their first lines."""
    start = html.replace(b"\0", b"")[:20_000].lower()
    if b"<td" not in start and b"<th" not in start:
        return []
    from lxml import html as parser

    try:
        document = parser.document_fromstring(html)
    except (ValueError, parser.etree.LxmlError):
        return []
    found = []
    for table in document.iter("table"):
        records: list[Record] = [
            ["".join(map(str, cell.itertext())).strip() for cell in row.iter("td", "th")] for row in table.iter("tr")
        ]
        if len(records) > 1:
            found.append(Table(encoding="html", head=records[:HEAD_ROWS], read=partial(_read_records, records)))
    return found


def _read_records(records: list[Record], dialect: Dialect, take: Take) -> Iterator[Batch | Problem]:
    for start in range(0, len(records), BATCH):
        batch = records[start : start + BATCH]
        yield Batch(start + 1, list(take.of(batch)))
