"""Reading, screening and packing in one step, beside other processes: the scan's own process compares and writes.

Of a file whose rows stand alone a worker gets a piece as it stands in the file, and only of a listing that names a brand
is a listing ever made. What else there is travels as the stored text of a listing: one string each. Remedies and saved
findings, the dearest of a first scan, are made where the brand was found.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.intake.columns import Taken, columns
from monitor.model.listing import SEARCHED_FIELDS
from monitor.screening.parallel import Job
from monitor.store.batch import Batch
from monitor.store.packing import FIELDS, Found, cells, found_in, hashes, joined, load_listing, names, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from monitor.model.finding import Level, Screening
    from monitor.model.listing import Listing
    from monitor.model.problem import Problem
    from monitor.model.source import Rows
    from monitor.screening import Screener

_SEARCHED = [(name, FIELDS.index(name)) for name in SEARCHED_FIELDS]
Prepared = tuple[list[str], list[str], "Sequence[int | None]"]  # contents, files, rows
NOTHING = Batch.of(())


@dataclass(slots=True)
class Filed:
    """A batch, ready for `Scan.add_packed`. `levels` counts listings with a finding by their worst level; `notes` is
    what the reader of a piece noted."""

    rows: Batch
    levels: Counter[Level] = field(default_factory=Counter)
    findings: Counter[Level] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    notes: Any = None


@dataclass(frozen=True, slots=True)
class Filing(Job["Sequence[Listing]", Filed]):
    """Screen and pack listings of `source`."""

    screener: Screener
    source: str

    def prepared(self, batch: Sequence[Listing]) -> Prepared:
        contents, _ = joined(list(zip(*map(values, batch), strict=True)))
        return contents, [listing.source for listing in batch], [listing.row for listing in batch]

    def worked(self, prepared: Prepared) -> Filed:
        contents = prepared[0]
        return filed(self.screener, self.source, list(zip(*map(cells, contents), strict=True)), prepared, list(map(str.encode, contents)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Job[Any, Filed]):
    """Read a piece of `file`, screen and pack it. `platform` and `shop` fill what its rows leave blank."""

    screener: Screener
    source: str
    read: Callable[[Any], tuple[list[Problem], Rows | None, Any]]
    file: str
    platform: str = ""
    shop: str = ""

    def worked(self, prepared: Any) -> Filed:
        problems, rows, notes = self.read(prepared)
        if rows is None:
            return Filed(NOTHING, problems=problems, notes=notes)
        taken = columns(rows, source=self.file, platform=self.platform, shop=self.shop)
        table, prepared, raws = stored(taken, self.file)
        made = filed(self.screener, self.source, table, prepared, raws) if raws else Filed(NOTHING)
        made.problems, made.notes = [*problems, *taken.problems, *made.problems], notes
        return made


def known(rows: Rows, screenings: Iterable[tuple[int, Screening]], *, source: str, platform: str = "", shop: str = "") -> Filed:
    """Rows with a title each, of which it is known at which places something was found."""
    taken = columns(rows, source=source, platform=platform, shop=shop)
    made = packed(source, *stored(taken, source), screenings)
    made.problems = [*taken.problems, *made.problems]
    return made


def stored(taken: Taken, file: str) -> tuple[list[Sequence[str]], Prepared, list[bytes]]:
    """The columns of FIELDS, and the listings as they are stored, as text and in UTF-8."""
    table, numbers = whole(taken)
    contents, raws = joined(table)
    return table, (contents, [file] * len(contents), numbers), raws


def whole(taken: Taken) -> tuple[list[Sequence[str]], Sequence[int | None]]:
    """A column for each of FIELDS, and the rows' numbers: with those that were read alone, without those that are lost."""
    cells, numbers, alone, _ = taken
    blank = ("",) * len(numbers)
    table = [cells.get(name, blank) for name in FIELDS]
    if not alone:
        return table, numbers
    filled = [list(column) for column in table]
    for at, listing in alone.items():
        if listing is not None:
            for column, cell in zip(filled, values(listing), strict=True):
                column[at] = cell
    lost = {at for at, listing in alone.items() if listing is None}
    kept = [at for at in range(len(numbers)) if at not in lost]
    return [[column[at] for at in kept] for column in filled], [numbers[at] for at in kept]


def filed(screener: Screener, source: str, table: Sequence[Sequence[str]], prepared: Prepared, raws: Sequence[bytes]) -> Filed:
    """Listings by column, and how they are stored, screened."""
    contents, files, rows = prepared
    texts = [(name, table[at]) for name, at in _SEARCHED if any(table[at])]
    asked: dict[int, Listing] = {}

    def listing(at: int) -> Listing:
        return asked.setdefault(at, load_listing(contents[at], files[at], rows[at]))

    mentioned = screener.assessor.mentioned(texts, len(contents), listing)
    return packed(source, table, prepared, raws, ((at, screener.told((asked[at],), [(0, them)])[0]) for at, them in mentioned))


def packed(source: str, table: Sequence[Sequence[str]], prepared: Prepared, raws: Sequence[bytes], screenings: Iterable[tuple[int, Screening]]) -> Filed:
    """Listings by column, and how they are stored, when it is known at which places something was found."""
    made = Filed(NOTHING)
    found: dict[int, Found] = {}
    for at, screening in screenings:
        made.levels[screening.level] += 1
        made.findings.update(finding.level for finding in screening.findings)
        made.problems += screening.problems
        found[at] = found_in(screening, raws[at])
    contents, files, rows = prepared
    digests = np.array(hashes(raws), dtype=np.int64)
    for at, (digest, _, _) in found.items():
        digests[at] = digest
    made.rows = Batch(np.array(names(table, source), dtype=np.int64), digests, contents, files, rows, found)
    return made
