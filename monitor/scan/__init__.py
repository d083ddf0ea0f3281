"""A scan: what a shop shows now, against what is remembered; each change told once.

    scan = Scan.begin(engine, screener=screener, registry=registry, settings=settings, sources=sources, now=now)
    for screening in screener.screen(listings):
        scan.add(screening, source="taobao")
    result = scan.close(complete=True, now=now)

`add` writes by the batch, each batch whole or not at all, its alerts in the same transaction: a process killed at any
moment loses nothing that it told and tells nothing twice. A scan that did not see the whole shop closes no finding.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Literal

from sqlalchemy.exc import IntegrityError

from monitor.model.problem import Problem
from monitor.scan.alerts import Teller
from monitor.scan.result import ScanResult, State, shortfalls
from monitor.scan.snapshot import keep
from monitor.store import findings, held, listings, reading, scans
from monitor.store.batch import Batch
from monitor.store.findings import When
from monitor.store.known import Known
from monitor.store.packing import Ending, Packed, Sighting, pack_many
from monitor.store.thinning import thin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from monitor.model.finding import Screening
    from monitor.model.registry import Registry
    from monitor.model.settings import ScanSettings, Source
    from monitor.screening import Screener
    from monitor.store.findings import Told

BATCH = 2000  # listings a transaction
IDS_LOST = "sources.mangled-ids"  # told by a reader: a listing whose id a spreadsheet spoilt looks like another one
BEAT = 60  # batches without a change after which the scan says that it lives
Kind = Literal["scan", "rescreen"]


class Scan:
    """One run over sources. Made by `begin`; `add` as listings arrive, `close` at the end."""

    def __init__(self, engine: Engine, kind: Kind, when: When, known: Known, teller: Teller, sources: Sequence[str], settings: ScanSettings) -> None:
        self.engine, self.kind, self.when, self.sources = engine, kind, when, tuple(sources)
        self._known, self._teller, self._settings = known, teller, settings
        self._waiting: dict[str, list[Screening]] = defaultdict(list)
        self._places = listings.Places()
        self._counts: Counter[str] = Counter()
        self._changes: Counter[str] = Counter()
        self._problems: Counter[str] = Counter()
        self._endings: Counter[Ending] = Counter()
        self._lost = self._quiet = self._alerts = 0
        self._began = monotonic()
        self.unfinished: tuple[Problem, ...] = ()  # what `begin` found left running by a killed process
        self._sure = kind == "rescreen"  # it reads the store itself: nothing can be missing

    @classmethod
    def begin(
        cls, engine: Engine, *, screener: Screener, registry: Registry, settings: ScanSettings, sources: Sequence[Source | str], now: datetime,
        kind: Kind = "scan",
    ) -> Scan:  # fmt: skip
        """Open a scan of `sources` (of monitor.toml, or just names, as a spider has one).

        Closes as failed what a killed process left running. ServiceError where one of the sources is being scanned.
        """
        names = [source if isinstance(source, str) else source.name for source in sources]
        with engine.begin() as connection:
            fingerprint = keep(connection, registry, now)
            begun = scans.begin(connection, kind=kind, now=now, day=screener.on, screener=screener.fingerprint, registry=fingerprint, sources=names)
            teller = Teller(registry, settings, begun.scan_id, screener.on, now)
            unfinished = teller.died(connection, begun.died)
        whole = {source.name for source in settings.sources} <= set(names) and bool(settings.sources)
        scans.live_here(begun.scan_id)
        with reading(engine) as connection:
            # All sources read: what a source showed that is no longer in monitor.toml has gone, too.
            known = Known.read(connection, None if whole or kind == "rescreen" else names)
        scan = cls(engine, kind, When(scan_id=begun.scan_id, day=screener.on, at=now), known, teller, names, settings)
        scan.unfinished = unfinished
        return scan

    @property
    def scan_id(self) -> int:
        return self.when.scan_id

    def add(self, screening: Screening, source: str = "") -> None:
        """One listing of `source` (the scan's only one, if blank)."""
        waiting = self._waiting[source or self.sources[0]]
        waiting.append(screening)
        if len(waiting) >= BATCH:
            self._flush(source or self.sources[0])

    def add_packed(self, rows: Batch, source: str = "") -> None:
        """A batch of the same that was packed elsewhere: a worker process packs what it screened (`pack_many`)."""
        source = source or self.sources[0]
        if self._waiting.get(source):
            self._flush(source)  # it came before
        self._counts[source] += len(rows)
        for _, _, endings in rows.found.values():
            self._endings.update(endings)
        new, changed = self._known.sort(rows)
        self._quiet += 1
        if not new and not changed and self._quiet < BEAT:
            return
        try:
            self._write(source, new, changed)
        except IntegrityError:
            # Another scan opened the same finding at the same moment: now it is there to be found.
            self._places.forget()
            self._write(source, new, changed)
        self._quiet = 0

    def note(self, problem: Problem) -> None:
        """A fault met on the way. One that lost a row or more leaves the scan incomplete."""
        self._problems[problem.code] += 1
        self._lost += problem.loss in ("row", "rest")

    def note_all(self, screening: Screening) -> None:
        """The faults that a screening met."""
        for problem in screening.problems:
            self.note(problem)

    def close(self, complete: bool = True, why: str | Problem = "", now: datetime | None = None, *, fewer_ok: bool = False, told: bool = True) -> ScanResult:
        """End the scan. Complete: what got better is told, what is gone is closed. Else both wait for the next one.

        `why`: what stopped the reading. `fewer_ok`: the shop did shrink; do not take few listings for a broken export.
        `told`: where it is not complete the channels are told so.
        """
        for source in list(self._waiting):
            self._flush(source)
        now = now or self.when.at
        reasons = self._reasons(complete, why, fewer_ok=fewer_ok)
        state: State = "failed" if not sum(self._counts.values()) else "incomplete" if reasons else "complete"
        if state == "complete":
            self._settle()
        with self.engine.begin() as connection:
            self._tell(connection, findings.reopen(connection, self.when))
            self._alerts += self._teller.papers(connection, self._endings)
            if state != "complete" and told:
                self._alerts += self._teller.failed(connection, self.kind, self.sources, reasons, sum(self._counts.values()))
            scans.end(
                connection, self.scan_id, state, {"key": reasons[0].code, "params": dict(reasons[0].params)} if reasons else None, now,
                counts=self._counts, errors=self._lost, changes=self._changes, problems=self._problems,
            )  # fmt: skip
            if state == "complete" and (days := self._settings.store.keep_days):
                thin(connection, now - timedelta(days=days))
        scans.done_here(self.scan_id)
        return ScanResult(
            scan_id=self.scan_id, state=state, listings=sum(self._counts.values()), reasons=tuple(reasons), changes=self._changes,
            problems=self._problems, alerts=self._alerts, unfinished=self.unfinished,
        )  # fmt: skip

    def _reasons(self, complete: bool, why: str | Problem, *, fewer_ok: bool) -> list[Problem]:
        """Everything that speaks against having seen the whole shop."""
        reasons: list[Problem] = []
        if not complete:
            reasons.append(why if isinstance(why, Problem) else Problem(code="scan.stopped", params={"why": why or "?"}))
        if self._sure:
            return reasons
        with reading(self.engine) as connection:
            before = scans.last_counts(connection, self.sources)
        below = 0.0 if fewer_ok else self._settings.store.incomplete_below
        reasons += shortfalls(self.sources, self._counts, before, below, self._lost)
        if self._problems[IDS_LOST] and not fewer_ok and (gone := len(self._known.unseen())):
            reasons.append(Problem(code="scan.ids-lost", params={"count": str(gone)}, loss="rest"))
        return reasons

    def _flush(self, source: str) -> None:
        """Write what waits, in one transaction; nothing is written where nothing changed."""
        batch = self._waiting.pop(source, [])
        for screening in batch:
            self.note_all(screening)
        self.add_packed(Batch.of(pack_many(batch, source)), source)

    def _write(self, source: str, new: Sequence[Packed], changed: Sequence[tuple[int, Packed]]) -> None:
        with self.engine.begin() as connection:
            told: list[Told] = []
            if new:
                first = listings.add(connection, source, new, self._places, self.scan_id)
                seen = [(number, row.sightings) for number, row in enumerate(new, first) if row.sightings]
                told += findings.add(connection, seen, self.when) if seen else []
            if changed:
                told += self._change(connection, source, changed)
            scans.beat(connection, self.scan_id, sum(self._counts.values()), self.when.at + timedelta(seconds=monotonic() - self._began))
            self._tell(connection, told)

    def _change(self, connection: Connection, source: str, rows: Iterable[tuple[int, Packed]]) -> list[Told]:
        """Listings that show something else than before; what got better is held back until the scan is complete."""
        rows = list(rows)
        before = held.shown_before(connection, [number for number, _ in rows])
        written: list[tuple[int, Packed]] = []
        shown: list[tuple[int, Sequence[Sighting]]] = []
        waiting: list[held.Held] = []
        for number, row in rows:
            was = before.get(number, {})
            if not self._sure and held.is_better(row, was):
                waiting.append((number, source, row))
                if (worse := held.worse_of(row, was)) is not None:
                    written.append((number, row._replace(digest=~row.digest)))  # to be looked at again
                    shown.append((number, worse))
                continue
            written.append((number, row))
            if not held.same(row, was):
                shown.append((number, row.sightings))
        # First the findings: a closed one keeps the listing as it was when it was last seen.
        told = findings.replace(connection, shown, self.when) if shown else []
        listings.change(connection, source, written, self._places, self.scan_id, self.when.at)
        held.hold(connection, self.scan_id, waiting)
        return told

    def _settle(self) -> None:
        """The whole shop was seen: tell what got better, close what is gone. By the batch, each whole."""
        sure, self._sure = self._sure, True
        more = True
        while more:
            with self.engine.begin() as connection:
                rows = held.take(connection, self.scan_id, BATCH)
                for source in {source for _, source, _ in rows}:
                    self._tell(connection, self._change(connection, source, [(number, row) for number, of, row in rows if of == source]))
                more = bool(rows)
        self._sure = sure
        gone = [] if self.kind == "rescreen" else self._known.unseen()
        for at in range(0, len(gone), BATCH):
            with self.engine.begin() as connection:
                some = gone[at : at + BATCH]
                listings.leave(connection, some, self.scan_id)
                self._tell(connection, findings.settle(connection, findings.drop(connection, some), self.when))

    def _tell(self, connection: Connection, told: Sequence[Told]) -> None:
        self._changes.update(one.change for one in told)
        self._alerts += self._teller.findings(connection, told)


__all__ = ["Scan", "ScanResult"]
