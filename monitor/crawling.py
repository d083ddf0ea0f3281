"""The crawls of one scan: what they bring is screened, counted and kept; at the end, did each see what it should?

Scrapy's exit code says nothing (0 for a callback that failed, a missing file, half of the items): what counts is
why each crawl ended, how many errors it had and how many listings it brought.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from monitor.audit import Tally
from monitor.model.gathered import Apart
from monitor.model.problem import Problem
from monitor.screening import batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from monitor.errors import ServiceError
    from monitor.model.finding import Screening
    from monitor.model.gathered import Gathered
    from monitor.model.listing import Listing
    from monitor.scan import Scan
    from monitor.scan.filing import Filed
    from monitor.screening import Screener


@dataclass(slots=True)
class Visit:
    """How one source went. `reason` is Scrapy's finish reason, "" while it runs."""

    listings: int = 0
    errors: int = 0
    reason: str = ""


BATCH = 1000  # listings that are screened and kept together
ALONE = 5000  # listings of one source that need no second process
PIECES = 3  # pieces of one file that need none


@dataclass(slots=True)
class Crawling:
    """`scan` keeps what was screened (None: nothing is stored); `watch(count)` is told of progress."""

    screener: Screener
    scan: Scan | None = None
    watch: Callable[[int], object] | None = None
    workers: int = 1  # processes that screen a long file, this one included
    tally: Tally = field(default_factory=Tally)
    visits: dict[str, Visit] = field(default_factory=dict)
    broken: ServiceError | None = None  # the database failed on the way

    def begin(self, source: str) -> None:
        """A source whose crawl never ends, or never began, counts as not seen."""
        self.visits.setdefault(source, Visit())

    def gathered(self, item: Gathered) -> Iterator[int]:
        """Screen and keep what a spider of ours found; after every batch the number of its listings, so that the
        caller can look up. ServiceError where the database fails."""
        self.tally.orders += item.orders
        found = iter(item.found)
        files: list[Apart] = []  # one at most: the listings before it come first
        while True:
            yield from self._listed(self._listings(found, files), item.source)
            if not files:
                return
            yield from self._apart(files.pop(), item.source)

    def _listings(self, found: Iterator[Listing | Problem | Apart], files: list[Apart]) -> Iterator[Listing]:
        """Up to the next file that is read apart, which goes to `files`."""
        for one in found:
            if isinstance(one, Problem):
                self.note(one)
            elif isinstance(one, Apart):
                files.append(one)
                return
            else:
                yield one

    def _listed(self, listings: Iterator[Listing], source: str) -> Iterator[int]:
        while some := list(islice(listings, ALONE if self.workers > 1 else BATCH)):
            if self.workers > 1 and len(some) == ALONE:
                from monitor.scan.filing import Filing
                from monitor.screening.parallel import spread

                beside = spread(Filing(self.screener, source), batches(chain(some, listings)), self.workers)
                yield from self._filed(beside, source, [])
                continue
            for at in range(0, len(some), BATCH):
                batch = self.screener.many(some[at : at + BATCH])
                self.screened(batch, source)
                yield len(batch)

    def _apart(self, file: Apart, source: str) -> Iterator[int]:
        """A file that is read, screened and packed in pieces: a long one in other processes."""
        from monitor.scan.filing import Reading
        from monitor.screening.parallel import spread

        read = Reading(screener=self.screener, source=source, read=file.pieces.read, file=file.file, platform=file.platform, shop=file.shop)
        notes: list[Any] = []
        first = list(islice(file.pieces.split, PIECES))
        pieces = chain(first, file.pieces.split)
        alone = self.workers <= 1 or len(first) < PIECES
        self.screener.finder.expect(file.pieces.about)
        before = self._met(source)
        yield from self._filed(map(read.whole, pieces) if alone else spread(read, pieces, self.workers), source, notes)
        for problem in file.pieces.rest(notes):
            self.note(problem)
        if file.nothing and self._met(source) == before:
            self.note(file.nothing)

    def _met(self, source: str) -> int:
        return self.visits[source].listings + self.tally.problem_counts.total()

    def _filed(self, batches: Iterable[Filed], source: str, notes: list[Any]) -> Iterator[int]:
        """Keep batches that are ready for the store; what their reader noted goes to `notes`."""
        for batch in batches:
            notes.append(batch.notes)
            self.filed(batch, source)
            if batch.rows:
                yield len(batch.rows)

    def filed(self, batch: Filed, source: str) -> None:
        """Count and keep a batch that is ready for the store. ServiceError where the database fails."""
        self.tally.levels += batch.levels
        self.tally.findings += batch.findings
        for problem in batch.problems:
            self.note(problem)
        if batch.rows:
            if self.scan:
                self.scan.add_packed(batch.rows, source)
            self._count(len(batch.rows), source)

    def screened(self, screenings: Sequence[Screening], source: str, *, clear: int = 0) -> None:
        """Count and keep what was screened, and count so many listings more that name no brand. ServiceError where
        the database fails."""
        tally = self.tally
        for screening in screenings:
            if screening.findings:
                tally.levels[screening.level] += 1
                for finding in screening.findings:
                    tally.findings[finding.level] += 1
            if self.scan:
                self.scan.add(screening, source)
            for problem in screening.problems:  # the scan counts these itself
                tally.note(problem)
        self._count(len(screenings) + clear, source)

    def _count(self, listings: int, source: str) -> None:
        self.tally.listings += listings
        self.visits[source].listings += listings
        if self.watch:
            self.watch(self.tally.listings)

    def note(self, problem: Problem) -> None:
        self.tally.note(problem)
        if self.scan:
            self.scan.note(problem)

    def fault(self, source: str, error: BaseException | None) -> None:
        """An error in a spider or a pipeline: a fault of the program, said in one line and never a clean bill."""
        self.visits[source].errors += 1
        self.note(Problem(code="crawl.fault", source=source, loss="rest", params={"why": f"{type(error).__name__}: {error}"[:200]}))

    def ended(self, source: str, reason: str) -> None:
        self.visits[source].reason = reason

    def why(self) -> Problem | None:
        """What kept a source from being read to its end; None where each was. Rows lost and empty sources are the
        scan's own to judge."""
        for code, names in (
            ("crawl.why-stopped", [name for name, visit in self.visits.items() if visit.reason != "finished"]),
            ("crawl.why-errors", [name for name, visit in self.visits.items() if visit.errors]),
        ):
            if names:
                return Problem(code=code, loss="rest", params={"sources": ", ".join(names)})
        return None
