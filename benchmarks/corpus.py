"""The labelled titles of ../shared/corpus, and what the heart makes of them. Measured from there, never copied.

Nothing but brand_id, name and aliases is in the registry and nothing but the title in the listing, unless a
measure says otherwise. A hit of usage `descriptive` counts as no prediction.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.model.listing import Listing
from monitor.model.registry import Brand
from monitor.screening.index import Finder, Match
from monitor.screening.usage import Judged, UsageJudge

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
TITLES = ("zh_titles.jsonl", "en_titles.jsonl")


def rows(name: str) -> Iterator[dict[str, Any]]:
    """One file of the corpus, row by row."""
    with (CORPUS / name).open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def titles() -> list[dict[str, Any]]:
    return [row for name in TITLES for row in rows(name)]


def registry() -> Iterator[dict[str, Any]]:
    with gzip.open(CORPUS / "registry.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def brands(which: str, *, classes: bool = False) -> list[Brand]:
    """`cur`: the 166 well-known ones; `ab`: tiers A and B; `all`: every one."""
    found = []
    for value in registry():
        if which == "all" or (value["id"].startswith("cur:") if which == "cur" else value["tier"] in "AB"):
            names = [name["text"] for name in value["names"]]
            nice = frozenset(int(one) for one in value.get("classes", ())) if classes else frozenset()
            found.append(Brand(brand_id=value["id"], name=names[0], aliases=tuple(names[1:]), nice_classes=nice))
    return found


@dataclass
class Counts:
    """Right, extra and missed mentions, by source; roles of JD titles; brand-free titles that are flagged."""

    sources: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    roles: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    clean: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    @property
    def total(self) -> tuple[int, int, int]:
        return tuple(map(sum, zip(*self.sources.values(), strict=True)))  # type: ignore[return-value]

    @property
    def precision(self) -> float:
        right, extra, _ = self.total
        return right / max(1, right + extra)

    @property
    def recall(self) -> float:
        right, _, missed = self.total
        return right / max(1, right + missed)

    @property
    def role(self) -> float:
        meant = {"own": "own", "compat": "compatible"}
        return sum(count for (gold, said), count in self.roles.items() if meant[gold] == said) / max(1, sum(self.roles.values()))

    @property
    def flagged(self) -> tuple[int, int]:
        return sum(one for one, _ in self.clean.values()), sum(all_ for _, all_ in self.clean.values())


@dataclass(frozen=True)
class Heart:
    """Finder and judge of one registry."""

    finder: Finder
    judge: UsageJudge
    known: frozenset[str]

    @classmethod
    def build(cls, given: Iterable[Brand]) -> Heart:
        listed = list(given)
        return cls(Finder.build(listed), UsageJudge.build(listed), frozenset(brand.brand_id for brand in listed))

    def find(self, listing: Listing) -> tuple[Match, ...]:
        return tuple(self.finder.find([(name, raw) for name in ("title", "brand") if (raw := getattr(listing, name))]))

    def __call__(self, title: str) -> list[Judged]:
        """What would be shown for a title."""
        return self.shown(Listing(title=title))

    def shown(self, listing: Listing) -> list[Judged]:
        return shown(self.judge(listing, self.find(listing)))


def shown(judged: Iterable[Judged]) -> list[Judged]:
    return [one for one in judged if one.usage not in (None, "descriptive") and one.match.field == "title"]


def overlaps(one: Judged, span: Mapping[str, Any]) -> bool:
    return bool(one.match.start < span["end"] and span["start"] < one.match.end)


def half(row: Mapping[str, Any]) -> int:
    """Which of two fixed halves a row belongs to."""
    return zlib.crc32(str(row["id"]).encode()) % 2


def count(pairs: Iterable[tuple[dict[str, Any], list[Judged]]], known: frozenset[str]) -> Counts:
    """Compare what was said of each row with its labels, by the rules of the corpus."""
    counts = Counts()
    for row, said in pairs:
        _row(row, said, known, counts)
    return counts


def _row(row: dict[str, Any], said: list[Judged], known: frozenset[str], counts: Counts) -> None:
    if row.get("negative") == "verified":
        counts.clean[row["source"]][0] += bool(said)
        counts.clean[row["source"]][1] += 1
    source = counts.sources[row["source"]]
    used: set[int] = set()
    for gold in row["brands"]:
        wanted = {*gold["brand_ids"], *gold.get("also_ids", ())}
        if not wanted & known:
            continue
        hits = [at for at, one in enumerate(said) if one.brand_id in wanted and overlaps(one, gold)]
        used.update(hits)
        source[0 if hits else 2] += 1
        if hits and gold["role"] in ("own", "compat") and row["source"].startswith("jd"):
            counts.roles[gold["role"], str(said[hits[0]].usage)] += 1
    if row["complete"]:
        silent = [*row.get("ignore", ()), *row["brands"]]
        source[1] += sum(at not in used and not any(overlaps(one, span) for span in silent) for at, one in enumerate(said))
