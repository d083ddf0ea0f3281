"""Which country is a file of? Platforms write the same file name for every country, so two of them get mixed up."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from monitor.intake.currencies import ISO_4217
from monitor.model.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spiders.layout import Layout
    from spiders.table import Record

# Amazon writes the time of the marketplace's own country; summer and winter are one place.
PLACES = {
    "gmt": "GMT/BST", "bst": "GMT/BST", "pst": "PST/PDT", "pdt": "PST/PDT", "jst": "JST",
    **dict.fromkeys(("met", "mest", "cet", "cest"), "MET/MEST"), **dict.fromkeys(("est", "edt"), "EST/EDT"),
    **dict.fromkeys(("aest", "aedt"), "AEST/AEDT"), "ist": "IST", "sgt": "SGT", "brt": "BRT",
}  # fmt: skip
ZONE = re.compile(r"\d\s+([A-Za-z]{3,4})$")
MOST_SHOWN = 6


def place(cell: str) -> str:
    """The zone of a point in time, summer and winter alike; "" where it names none.

    >>> place("30/10/2025 16:03:08 GMT"), place("2013-01-07 07:35:42 PDT"), place("2025-03-05")
    ('GMT/BST', 'PST/PDT', '')
    """
    found = ZONE.search(cell.strip())
    return PLACES.get(found[1].casefold(), "") if found else ""


def zones(column: Sequence[str]) -> Counter[str]:
    """How often each zone stands in a column of times."""
    ends = Counter(cell[-6:] for cell in column)
    found: Counter[str] = Counter()
    for end, count in ends.items():
        if zone := place(end):
            found[zone] += count
    return found


def markets(layout: Layout, records: Iterable[Record]) -> frozenset[str]:
    """What the first records say of their country: currencies where the file names them, else Amazon's time zones."""
    slots = {slot.name: slot.index for slot in layout.slots}
    rows = list(records)
    if "currency" in slots:
        cells = {row[slots["currency"]].strip().upper() for row in rows if len(row) > slots["currency"]}
        return frozenset(cells & ISO_4217)
    if layout.dialect.platform == "amazon" and "listed_at" in slots:
        return frozenset(filter(None, (place(row[slots["listed_at"]]) for row in rows if len(row) > slots["listed_at"])))
    return frozenset(filter(None, (layout.constants.get("currency"),)))


def differ(files: Sequence[tuple[str, str, frozenset[str]]]) -> Iterable[Problem]:
    """One problem for each platform of which files of several countries lie together; (name, platform, markets)."""
    by_platform: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for name, platform, found in files:
        if platform and found:
            by_platform[platform].append((name, found))
    for platform, known in by_platform.items():
        if any(one.isdisjoint(other) for _, one in known for _, other in known):
            shown = "; ".join(f"{name} ({', '.join(sorted(found))})" for name, found in known[:MOST_SHOWN])
            yield Problem(
                code="sources.two-countries", source=known[0][0], loss="",
                params={"count": str(len(known)), "platform": platform, "files": shown},
            )  # fmt: skip


def mixed(source: str, counts: Mapping[str, int]) -> Iterable[Problem]:
    """A column that holds the times of several countries: two reports pasted together."""
    if len(counts) > 1:
        shown = ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1])[:MOST_SHOWN])
        yield Problem(code="sources.mixed-countries", source=source, loss="", params={"zones": shown})
