"""How much tolerance costs in silence: reports per 1,000 titles in which exact matching finds nothing.

`before`: places the finder gives beyond exact ones. `shown`: those that are still reported after the judgement. A
place that the corpus labels as a mention of that very brand (`oppor11`) is no noise and is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.corpus import Heart, shown
from monitor.model.listing import Listing
from monitor.model.registry import Brand
from monitor.screening.index import Match

SIZES = (1_000, 10_000, 100_000)  # aliases
EXACT = ("exact", "folded")


@dataclass(frozen=True)
class Noise:
    aliases: int
    titles: int
    before: float  # per 1,000 titles
    shown: float


def of_size(brands: Iterable[Brand], aliases: int) -> list[Brand]:
    """The first brands with that many spellings together."""
    taken, count = [], 0
    for brand in brands:
        if count >= aliases:
            break
        taken.append(brand)
        count += len(brand.names)
    return taken


def measure(brands: Sequence[Brand], rows: Sequence[dict[str, Any]]) -> list[Noise]:
    """One line per size; every title counts in which no name stands as it is written."""
    return [_measure(of_size(brands, size), size, rows) for size in SIZES]


def _measure(brands: list[Brand], size: int, rows: Sequence[dict[str, Any]]) -> Noise:
    heart = Heart.build(brands)
    clean = before = after = 0
    for row in rows:
        listing = Listing(title=row["title"])
        matches = heart.find(listing)
        if any(match.method in EXACT for match in matches):
            continue
        clean += 1
        if matches:
            before += sum(not _labelled(row, match, match.brand_ids) for match in matches)
            after += len({(one.match.start, one.match.end) for one in shown(heart.judge(listing, matches)) if not _labelled(row, one.match, one.match.brand_ids)})
    return Noise(size, clean, 1000 * before / max(1, clean), 1000 * after / max(1, clean))


def _labelled(row: dict[str, Any], match: Match, brand_ids: Sequence[str]) -> bool:
    return any(match.start < span["end"] and span["start"] < match.end and {*span["brand_ids"], *span.get("also_ids", ())} & {*brand_ids} for span in row["brands"])
