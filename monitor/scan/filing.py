"""Screening and packing in one step, beside other processes: the scan's own process reads, compares and writes.

The stored text of a listing is also how it travels: one string a listing goes to a worker, and of a listing that names
no brand two numbers come back. Remedies and saved findings, the dearest of a first scan, are made where the
brand was found.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.model.listing import SEARCHED_FIELDS
from monitor.screening import paired
from monitor.screening.parallel import Job, spread
from monitor.store.packing import TEXTS, Found, Packed, cells, contents, found_in, hashes, load_listing, names, packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.model.finding import Level
    from monitor.model.listing import Listing
    from monitor.model.problem import Problem
    from monitor.screening import Screener

_SEARCHED = [(name, TEXTS.index(name)) for name in SEARCHED_FIELDS]
Prepared = tuple[list[str], list[str], "list[int | None]"]  # contents, files, rows


@dataclass(frozen=True, slots=True)
class Filed:
    """A batch, ready for `Scan.add_packed`. `levels` counts listings with a finding by their worst level."""

    rows: list[Packed]
    levels: Counter[Level]
    findings: Counter[Level]
    problems: list[Problem]


def filed(screener: Screener, listings: Iterable[Listing], source: str, workers: int) -> Iterator[Filed]:
    """Batches in the order of the listings of `source`. ServiceError where a worker dies."""
    return spread(Filing(screener, source), listings, workers)


@dataclass(frozen=True, slots=True)
class Filing(Job[Filed]):
    """Screen and pack what `source` shows."""

    screener: Screener
    source: str

    def prepared(self, batch: Sequence[Listing]) -> Prepared:
        return contents(batch), [listing.source for listing in batch], [listing.row for listing in batch]

    def worked(self, prepared: Prepared) -> tuple[Any, ...]:
        """(identities, digests, place -> what was found, levels, levels of findings, problems)."""
        saved, files, rows = prepared
        columns = list(zip(*map(cells, saved), strict=True))
        texts = paired([(name, columns[at]) for name, at in _SEARCHED if any(columns[at])]) or [()] * len(saved)
        levels: Counter[Level] = Counter()
        findings: Counter[Level] = Counter()
        problems: list[Problem] = []
        found: dict[int, Found] = {}
        asked: dict[int, Listing] = {}

        def listing(at: int) -> Listing:
            return asked.setdefault(at, load_listing(saved[at], files[at], rows[at]))

        for at, mentions in self.screener.assessor.mentioned(texts, listing):
            (screening,) = self.screener.told((asked[at],), [(0, mentions)])
            levels[screening.level] += 1
            findings.update(finding.level for finding in screening.findings)
            problems += screening.problems
            found[at] = found_in(screening, saved[at].encode())
        return names(columns, self.source), hashes([content.encode() for content in saved]), found, levels, findings, problems

    def made(self, batch: Sequence[Listing], prepared: Prepared, worked: tuple[Any, ...]) -> Filed:
        identities, digests, found, levels, findings, problems = worked
        return Filed(packed(identities, digests, *prepared, found), levels, findings, problems)
