"""What is an export file, and its rows?

A file is known by its header set, never by its name: every codec, delimiter and sheet that could be meant is
tried on the head of the file, and the dialect whose header set is complete wins.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from monitor.errors import InputError
from monitor.messages import failure
from monitor.model.problem import Problem
from monitor.model.source import Identification, Pieces, Reading, ReadOptions, Row
from spiders import delimited, feed, records, workbook
from spiders.dialect import Dialect, all_dialects
from spiders.gather import Gathering
from spiders.headers import is_header, likely_header
from spiders.joining import FileReading
from spiders.layout import Layout, Match, build, confidence, match
from spiders.markets import markets
from spiders.rows import Maker
from spiders.starts import first_row
from spiders.table import HEADER_ROWS, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


ENTIRE = ("xlsx", "xls", "xml", "html", "json")  # have no lines that could end in the middle


def recognised(path: Path, options: ReadOptions) -> Reading:
    """The file as a reading. InputError where it cannot be opened, is empty or hostile; a table that no dialect
    knows is a reading of kind `unknown` without rows."""
    name = options.name or str(path)
    head, whole = _head(path, name)
    part = options.head_only and not whole
    if feed.looks_like_page(head):
        return _page(path, name, options)
    dialects = all_dialects(options.dialects)
    if options.dialect:
        dialects = _chosen(dialects, options.dialect)
    if records.looks_like_json(head) and (reading := _shop_list(path, name)):
        return reading
    found = tables(path, name, head, whole=whole, head_only=options.head_only)
    full, near = _matches(found, dialects)
    if not full:
        if delimited.is_binary(head, found):
            raise failure(InputError, "sources.binary", file=name)
        if not near and path.suffix.lower() == ".xlsx" and not workbook.kind_of(head, path, name):
            raise failure(InputError, "sources.no-workbook", file=name)
        return Reading(identification=_unknown(name, found, near), rows=lambda: iter(()))
    return _reading(path, name, full, found, part=part and full[0].table.encoding not in ENTIRE)


def _head(path: Path, name: str) -> tuple[bytes, bool]:
    """The first 256 KiB, and whether that is all of it."""
    try:
        if path.is_dir():
            raise failure(InputError, "sources.directory", file=name)
        head = delimited.read_head(path)
        whole = len(head) < delimited.HEAD
    except FileNotFoundError as error:
        raise failure(InputError, "sources.no-file", file=name) from error
    except (OSError, ValueError) as error:
        raise failure(
            InputError, "sources.no-access", file=name, why=getattr(error, "strerror", None) or error
        ) from error
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise failure(InputError, "sources.empty", file=name)
    return head, whole


def tables(path: Path, name: str, head: bytes, *, whole: bool, head_only: bool = False) -> list[Table]:
    """Every table that the file may hold, in every way in which it may be meant."""
    if kind := workbook.kind_of(head, path, name):
        return workbook.tables(path, name, kind)
    if feed.looks_like_feed(head):
        return feed.tables(path, name)
    if records.looks_like_json(head):
        return records.tables(path, name)
    return delimited.tables(path, name, head, whole=whole, head_only=head_only)


def _shop_list(path: Path, name: str) -> Reading | None:
    """A shop's list of products as its address gives it out (/products.json, WooCommerce's Store API), saved."""
    content = records.document(path, name)
    if content is None or not (b'"variants"' in content or b'"prices"' in content):
        return None
    from spiders.shop_json import read_products

    page = read_products(content, name)
    return page.reading if page else None


def _matches(found: Sequence[Table], dialects: Sequence[Dialect]) -> tuple[list[Match], list[Match]]:
    full: list[Match] = []
    near: list[Match] = []
    for table in found:
        ours, others = match(table, dialects, HEADER_ROWS)
        full += ours
        near += others
    return full, near


def _chosen(dialects: Sequence[Dialect], name: str) -> tuple[Dialect, ...]:
    chosen = tuple(dialect for dialect in dialects if dialect.name == name)
    if not chosen:
        raise failure(
            InputError, "sources.no-dialect", dialect=name, known=", ".join(dialect.name for dialect in dialects)
        )
    return chosen


def _reading(path: Path, name: str, full: Sequence[Match], found: Sequence[Table], *, part: bool = False) -> Reading:
    """The best match, and every other sheet of the same dialect. `part`: only the head of the file is read."""
    best = max(full, key=lambda one: (one.rank, -one.row))
    parts = [best]
    if best.table.sheet:
        others = {one.table.sheet: one for one in sorted(full, key=lambda one: one.rank) if one.dialect is best.dialect}
        parts = [others[sheet] for sheet in others if sheet != best.table.sheet]
        parts = sorted([best, *parts], key=lambda one: full.index(one))
    layout = build(best.dialect, best.table.head[best.row], best.table.sheet)
    notices = [*_notices(name, best, layout), *_unread(name, found, parts)]
    if part:
        share = f"{100 * delimited.HEAD / max(path.stat().st_size, 1):.2g}"
        notices.append(Problem(code="sources.head-only", source=name, loss="", params={"share": share}))
    identification = Identification(
        file=name, kind=best.dialect.kind, dialect=best.dialect.name, encoding=best.table.encoding, header_row=best.row + 1 if best.table.encoding != "json" else None,
        columns=layout.columns, ignored=layout.ignored, confidence=confidence(best, layout), evidence=best.dialect.evidence,
        complete=not part, problems=tuple(notices),
    )  # fmt: skip
    parts = [_without_buyers(one) for one in parts]
    makers = [(one.table.sheet, partial(_rows, f"{name}:{one.table.sheet}" if len(parts) > 1 else name, one)) for one in parts]
    return FileReading(
        identification=identification, rows=lambda: chain.from_iterable(rows() for _, rows in makers), sheets=tuple(makers) if len(parts) > 1 else (),
        apart=partial(_apart, name, *parts) if best.table.split and best.dialect.kind == "listings" and Gathering(layout).alone else None,
        dialect=best.dialect, markets=markets(layout, best.table.head[best.row + 1 :]) if best.dialect.kind == "listings" else frozenset(),
    )  # fmt: skip


def _without_buyers(one: Match) -> Match:
    """The rows by which a table was known, orders without what is not asked for."""
    if one.dialect.kind != "orders":
        return one
    head = one.table.head
    take = build(one.dialect, head[one.row], one.table.sheet).take
    return replace(one, table=replace(one.table, head=[*head[: one.row + 1], *map(take, head[one.row + 1 :])]))


def _maker(name: str, one: Match) -> Maker:
    return Maker(source=name, layout=build(one.dialect, one.table.head[one.row], one.table.sheet), header=one.row, first=first_row(one))


def _rows(name: str, one: Match) -> Iterator[Row | Problem]:
    return _maker(name, one).rows(one.table)


def _apart(name: str, one: Match) -> Pieces:
    return _maker(name, one).apart(one.table)


def _unread(name: str, found: Sequence[Table], parts: Sequence[Match]) -> Iterator[Problem]:
    """Sheets with rows of which nothing is read: nothing is lost silently."""
    read = {one.table.sheet for one in parts}
    left = [table.sheet for table in found if table.sheet and table.sheet not in read and len(list(filter(any, table.head))) > 1]
    if left:
        yield Problem(code="sources.unread-sheets", source=name, loss="", params={"count": str(len(left)), "sheets": ", ".join(left[:6])})


def _notices(name: str, best: Match, layout: Layout) -> tuple[Problem, ...]:
    """What the header alone already tells."""
    repeated = [header for header in layout.columns.values() if best.table.head[best.row].count(header) > 1]
    if any("#" in alias for column in best.dialect.columns.values() for alias in column.headers):
        repeated = []
    problems = [
        Problem(code="sources.repeated-header", source=name, row=best.row + 1, column=header, loss="")
        for header in dict.fromkeys(repeated)
    ]
    if best.dialect.evidence != "real" and not best.dialect.generic and not best.dialect.own:
        problems.append(
            Problem(code="sources.unproved-layout", source=name, loss="", params={"dialect": best.dialect.name})
        )
    return tuple(problems)


def _unknown(name: str, found: Sequence[Table], near: Sequence[Match]) -> Identification:
    nearest = max(near, key=lambda one: one.rank, default=None)
    table = nearest.table if nearest else found[0] if found else None
    header = nearest.row if nearest else likely_header(table.head) if table else None
    return Identification(
        file=name, kind="unknown", encoding=table.encoding if table else "",
        header_row=None if header is None or (table and table.encoding == "json") else header + 1, nearest=nearest.dialect.name if nearest else "",
        missing=nearest.missing if nearest else (), confidence=0.0,
        # A row of data is never shown: it may be a buyer's.
        ignored=tuple(cell.strip()[:80] for cell in table.head[header] if cell.strip()) if table and header is not None and is_header(table.head[header]) else (),
    )  # fmt: skip


def _page(path: Path, name: str, options: ReadOptions) -> Reading:
    """A saved page goes to the page readers; a table inside (1688's .xls is often HTML) is read as a table."""
    if (size := path.stat().st_size) > feed.LARGEST_PAGE:
        raise failure(InputError, "sources.page-too-big", file=name, size=size)
    html = path.read_bytes()
    if found := feed.page_tables(html, name):
        full, _ = _matches(found, [one for one in all_dialects(options.dialects) if not one.generic])
        if full:
            return _reading(path, name, full, found)
    try:
        from spiders.pages import read_page
    except ImportError:
        return Reading(identification=Identification(file=name, kind="unknown", encoding="html"), rows=lambda: iter(()))
    reading: Reading = read_page(html, name)
    return replace(reading, rows=partial(_safely, reading, name))


def _safely(reading: Reading, name: str) -> Iterator[Row | Problem]:
    yield from reading.rows()
