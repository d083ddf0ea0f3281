"""XML feeds (Google Merchant, RSS 2.0 and Atom) as tables, and HTML told apart from everything else."""

from __future__ import annotations

import mmap
import re
from collections import defaultdict
from functools import partial
from html.entities import html5
from itertools import islice
from typing import TYPE_CHECKING, Any

from monitor.model.problem import Problem
from spiders.table import BATCH, HEAD_ROWS, Batch, Record, Table, Take

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spiders.dialect import Dialect

LARGEST_PAGE = 64 * 1024 * 1024
START = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*(?:<!--.{0,4000}?-->\s*)*<", re.S)
FEED = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<!--.{0,4000}?-->\s*)*<(?:\w+:)?(?:rss|feed|channel|products|rdf)[\s>]", re.S | re.I)
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|script|title|div)[\s>]", re.I)
ITEMS = frozenset(("item", "entry", "product"))
ONCE = frozenset(("id", "title", "price", "sale_price", "link", "brand"))  # of two prices in one item the first is taken
OPTIONAL = ("sale_price", "brand", "mpn", "gtin", "product_type", "google_product_category", "additional_image_link", "multipack", "availability", "description", "color", "size", "material")
UNDECLARED_PREFIX = 201
ENTITIES = ("26", "23", "68", "8", "22")  # libxml2: undeclared entity, no ";", no name, bad character reference
ENTITY = re.compile(rb"<!\[CDATA\[.*?\]\]>|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{0,30}(?=;)|)(?:(?<=[A-Za-z0-9]);)?", re.S)


def looks_like_page(head: bytes) -> bool:
    """HTML, saved from a browser or called .xls by its maker."""
    start = head.replace(b"\0", b"")[:8192]
    if not START.match(start) or FEED.match(start):
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
            continue
        items.append(item)
        headers.update(dict.fromkeys(item))
    names = [*headers, *(name for name in _later(path) if name not in headers)]
    head = [names, *([item.get(key, "") for key in names] for item in items)]
    return [Table(encoding="xml", head=head, read=partial(_read, path, name, names))]


def _read(path: Path, name: str, names: list[str], dialect: Dialect, take: Take) -> Iterator[Batch | Problem]:
    records: list[Record] = [names]
    start = 1
    for item in _items(path, name):
        if isinstance(item, Problem):
            yield item
            continue
        records.append([item.get(key, "") for key in names])
        if len(records) == BATCH:
            yield Batch(start, records)
            start += BATCH
            records = []
    if records:
        yield Batch(start, records)


def _later(path: Path) -> list[str]:
    """Names that matter and may come late: of a thousand items the last may be the first with a sale price."""
    with path.open("rb") as data, mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return [name for name in OPTIONAL if any(whole.find(start + name.encode()) >= 0 for start in (b"<g:", b"<"))]


def _items(path: Path, name: str) -> Iterator[dict[str, str] | Problem]:
    """Each item as local name -> text. Where the XML is wrong only in its entities (&nbsp;, a bare &), which makers of
    feeds get wrong, it is read with them mended and a word about it."""
    for count, item in enumerate(_parsed(path, name, 0, mend=False)):
        if isinstance(item, Problem) and item.params["kind"] in ENTITIES:
            yield Problem(code="sources.mended-feed", source=name, row=item.row, loss="", params=item.params)
            yield from _parsed(path, name, count, mend=True)
            return
        yield item


def _parsed(path: Path, name: str, skip: int, *, mend: bool) -> Iterator[dict[str, str] | Problem]:
    """The items after the first `skip`. Nothing outside the file is read: no entity is resolved, no DTD loaded."""
    from lxml import etree

    number = 0
    parser: Any = etree.XMLPullParser(
        events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        for chunk in _mended(path) if mend else _chunks(path):
            parser.feed(chunk)
            for _, element in parser.read_events():
                if not isinstance(element.tag, str) or _local(element.tag) not in ITEMS:
                    continue
                number += 1
                if number > skip:
                    yield _flat(element)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            if fatal := _fatal(parser):
                yield _broken(name, number, fatal)
                return
        parser.close()
    except (etree.XMLSyntaxError, etree.LxmlError, OSError, ValueError) as error:
        # A prefix that nobody declared (g: without xmlns:g) is no reason to lose anything.
        if fatal := _fatal(parser):
            yield _broken(name, number, fatal)
        elif getattr(error, "code", 0) != UNDECLARED_PREFIX:
            yield _broken(name, number, (str(error), getattr(error, "code", 0)))


def _fatal(parser: Any) -> tuple[str, int] | None:
    """What went wrong first: an error raised later on only says that nothing more came."""
    return next(((one.message, one.type) for one in parser.feed_error_log if one.level_name == "FATAL"), None)


def _broken(name: str, number: int, fault: tuple[str, int]) -> Problem:
    params = {"why": fault[0][:200], "kind": str(fault[1])}
    return Problem(code="sources.broken-feed", source=name, row=number + 2, loss="rest", params=params)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as data:
        while chunk := data.read(1 << 18):
            yield chunk


def _mended(path: Path) -> Iterator[bytes]:
    """The file with HTML's entities as numbers and bare ampersands escaped, outside of CDATA."""
    rest = b""
    for chunk in _chunks(path):
        text = rest + chunk
        # An entity or a CDATA section that goes on in the next chunk waits for it.
        end = max(len(text) - 40, 0)
        opened = text.rfind(b"<![CDATA[", 0, end + 9)
        if opened >= 0 and text.find(b"]]>", opened, end) < 0:
            end = opened
        rest, text = text[end:], text[:end]
        yield ENTITY.sub(_entity, text)
    yield ENTITY.sub(_entity, rest)


def _entity(found: re.Match[bytes]) -> bytes:
    if found[1] is None:  # CDATA
        return found[0]
    letters = html5.get(found[1].decode("ascii") + ";", "")
    return "".join(f"&#{ord(letter)};" for letter in letters).encode() or b"&amp;" + found[0][1:]


def _local(tag: str) -> str:
    """A name without its namespace, or without the prefix of one that was never declared."""
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def _flat(element: object) -> dict[str, str]:
    cells: defaultdict[str, list[str]] = defaultdict(list)
    for child in element:  # type: ignore[attr-defined]
        if not isinstance(child.tag, str):
            continue
        tag = _local(child.tag)
        value = "".join(child.itertext()).strip() or child.get("href", "")
        if value:
            cells[tag].append(value)
    return {tag: values[0] if tag in ONCE else " ".join(dict.fromkeys(values)) for tag, values in cells.items()}


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
