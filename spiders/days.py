"""Dates as exports write them, into ISO 8601. The order of day and month is decided for a whole column."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Order = Literal["", "ymd", "dmy", "mdy"]

# Only abbreviations that mean one thing: CST is China, Chicago and Cuba.
ZONES = {
    "gmt": 0, "utc": 0, "z": 0, "bst": 60, "cet": 60, "met": 60, "cest": 120, "mest": 120, "eet": 120, "eest": 180,
    "pst": -480, "pdt": -420, "mst": -420, "mdt": -360, "est": -300, "edt": -240, "jst": 540,
}  # fmt: skip
MONTHS = {name: place for place, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905
TIME = r"(?:[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?\s*([A-Za-z]{1,5}|[+-]\d{2}:?\d{2})?"
BIG_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?" + TIME)
SMALL_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})" + TIME)
NAMED = re.compile(r"([A-Za-z]{3,9})[-\s.]+(\d{1,2})(?:st|nd|rd|th)?[-\s,]+(\d{4}|\d{2})" + TIME)
NAMED_DAY_FIRST = re.compile(r"(\d{1,2})[-\s.]+([A-Za-z]{3,9})[-\s.,]+(\d{4}|\d{2})" + TIME)
PACKED = re.compile(r"(20\d{2}|19\d{2})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
EXCEL_START = datetime(1899, 12, 30, tzinfo=UTC)


def decide(cells: Iterable[str]) -> tuple[Order, bool]:
    """(order, seen): what the dates of a column show; "" where they leave it open. `seen`: was there one
    that can be read in two ways at all? A column that shows both orders is open too."""
    first = second = seen = False
    for cell in cells:
        found = SMALL_FIRST.fullmatch(cell.strip())
        if found and found[2] != ".":
            seen = True
            first = first or int(found[1]) > 12
            second = second or int(found[3]) > 12
    return ("dmy" if first and not second else "mdy" if second and not first else ""), seen


def iso(text: str, order: Order = "") -> str:
    """The date as ISO 8601, with its time and zone where it has them; the text itself where it cannot be read
    or could mean two days.

    >>> iso("30/10/2025 16:03:08 GMT", "dmy"), iso("Apr-29-26 17:04:25 PDT"), iso("2025/3/5 9:05")
    ('2025-10-30T16:03:08+00:00', '2026-04-29T17:04:25-07:00', '2025-03-05T09:05:00')
    """
    cell = text.strip()
    if not cell or len(cell) > 40:
        return text
    try:
        return _read(cell, order) or text
    except (ValueError, OverflowError):
        return text


@lru_cache(maxsize=4096)  # the days of a file repeat
def impossible(text: str) -> bool:
    """Is it written like a date, but no day of the calendar? (2026-13-45)"""
    try:
        _read(text.strip()[:40], "")
    except (ValueError, OverflowError):
        return True
    return False


def _read(cell: str, order: Order) -> str:
    if found := BIG_FIRST.fullmatch(cell):
        return _made(found[1], found[2], found[3], found.groups()[3:])
    if found := SMALL_FIRST.fullmatch(cell):
        one, mark, two, year, *clock = found.groups()
        order = "dmy" if mark == "." or int(one) > 12 else "mdy" if int(two) > 12 else order
        if order == "dmy":
            return _made(year, two, one, clock)
        return _made(year, one, two, clock) if order == "mdy" else ""
    if found := NAMED.fullmatch(cell):
        return _made(found[3], str(MONTHS.get(found[1][:3].lower(), 0)), found[2], found.groups()[3:])
    if found := NAMED_DAY_FIRST.fullmatch(cell):
        return _made(found[3], str(MONTHS.get(found[2][:3].lower(), 0)), found[1], found.groups()[3:])
    if found := PACKED.fullmatch(cell):
        return _made(found[1], found[2], found[3], (*found.groups()[3:], None))
    if SERIAL.fullmatch(cell):
        made = EXCEL_START + timedelta(seconds=round(float(cell) * 86_400))
        return made.strftime("%Y-%m-%d") if "." not in cell else made.strftime("%Y-%m-%dT%H:%M:%S")
    return ""


def _made(year: str, month: str, day: str, clock: Iterable[str | None]) -> str:
    hour, minute, second, zone = clock
    made = datetime(
        int(year) + (2000 if len(year) == 2 else 0),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        tzinfo=UTC,
    )
    if hour is None:
        return "" if zone else made.strftime("%Y-%m-%d")
    if not zone:
        return made.strftime("%Y-%m-%dT%H:%M:%S")
    if zone.lower() in ZONES:
        offset = ZONES[zone.lower()]
    elif zone[0] in "+-":
        offset = (1 if zone[0] == "+" else -1) * (int(zone[1:3]) * 60 + int(zone[-2:]))
    else:
        return ""
    return made.replace(tzinfo=timezone(timedelta(minutes=offset))).isoformat()
