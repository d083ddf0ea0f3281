"""JSON as a table: a list of objects, one object a line, or a document that holds such a list under some name.

What programs give programs; `sources read` writes one object a line, too. Each object is a row, its names are the headers.
"""

from __future__ import annotations

import json
import re
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from monitor.errors import InputError
from monitor.messages import failure
from monitor.model.problem import Problem
from spiders.table import BATCH, HEAD_ROWS, Batch, Record, Table, Take

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from spiders.dialect import Dialect

START = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*[{\]])')
MARK = b"\xef\xbb\xbf"
LARGEST = 256 * 1024 * 1024  # of a document that must be held whole
MOST_NAMES = 2_000


def looks_like_json(head: bytes) -> bool:
    return START.match(head) is not None


def tables(path: Path, name: str) -> list[Table]:
    """The objects as one table; its headers are the names of all of them. InputError for a document that is no JSON."""
    names: dict[str, None] = {}
    rows: list[Record] = []
    for one in _objects(path, name):
        if isinstance(one, dict) and len(names) < MOST_NAMES:
            names.update(dict.fromkeys(one))
    headers = list(names)
    rows += [_record(one, headers) for one in islice(_objects(path, name), HEAD_ROWS) if isinstance(one, dict)]
    return [Table(encoding="json", head=[headers, *rows], read=partial(_read, path, name, headers))]


def document(path: Path, name: str) -> bytes | None:
    """A document as it stands; None for one object a line."""
    with path.open("rb") as lines:
        filled = filter(_filled, lines)
        by_line = isinstance(_parsed(next(filled, b"")), dict) and any(filled)
    if by_line:
        return None
    if path.stat().st_size > LARGEST:
        raise failure(InputError, "sources.json-too-big", file=name)
    return path.read_bytes()


def _objects(path: Path, name: str) -> Iterator[Any]:
    """One value for each object or line, in order: a dict, None for a blank line, a Problem for what is no object."""
    content = document(path, name)
    if content is None:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                value = _parsed(line)
                yield value if isinstance(value, dict) or not _filled(line) else Problem(code="sources.broken-line", source=name, row=number, loss="row")
        return
    try:
        value = _loads(content)
    except (ValueError, RecursionError) as error:
        raise failure(InputError, "sources.broken-json", file=name, why=error) from error
    for number, one in enumerate(_listed(value), 1):
        yield one if isinstance(one, dict) else Problem(code="sources.broken-line", source=name, row=number, loss="row")


def _listed(value: Any) -> list[Any]:
    """The list of objects that a document is or holds: the longest one under a name; else the document itself."""
    if isinstance(value, list):
        return value
    held = [one for one in value.values() if isinstance(one, list) and any(isinstance(each, dict) for each in one)] if isinstance(value, dict) else []
    return max(held, key=len) if held and "title" not in value else [value]


def _read(path: Path, name: str, headers: list[str], dialect: Dialect, take: Take) -> Iterator[Batch | Problem]:
    records: list[Record] = [headers]
    start = 0  # the headers stand above the first line
    for one in _objects(path, name):
        if isinstance(one, Problem):
            yield one
        records.append(take(_record(one, headers)) if isinstance(one, dict) else [])
        if len(records) >= BATCH:
            yield Batch(start, records)
            start += len(records)
            records = []
    if records:
        yield Batch(start, records)


def _record(one: Mapping[str, Any], headers: list[str]) -> Record:
    return [_text(one.get(header)) for header in headers]


def _text(value: Any) -> str:
    """A value as a cell: lists of texts are `a;b`, an object of texts is `name:value;name:value`; deeper ones are none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ";".join(f"{key}:{_text(one)}" for key, one in value.items() if not isinstance(one, dict | list))
    if isinstance(value, list):
        return ";".join(_text(one) for one in value if not isinstance(one, dict | list))
    return str(value)


def _filled(line: bytes) -> bytes:
    return line.removeprefix(MARK).strip()


def _parsed(line: bytes) -> Any:
    try:
        return _loads(line)
    except (ValueError, RecursionError):
        return None


def _loads(content: bytes) -> Any:
    """Numbers stay as they are written: 623000000000000001 and 19.90."""
    return json.loads(content.removeprefix(MARK), parse_int=str, parse_float=str)
