"""A one-off check of drafts or listings: files in, screenings out, with a tally of what was seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from monitor import intake
from monitor.errors import InputError
from monitor.messages import failure
from monitor.model.finding import LEVELS, Finding, Level, Screening
from monitor.model.gathered import Apart
from monitor.model.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from monitor.model.listing import Listing, Order
    from monitor.model.source import Identification, Reader, Reading, ReadOptions
    from monitor.screening import Screener

Change = Literal["opened", "escalated", "eased", "closed", "unchanged"]
Name = tuple[str, str]  # id, sku or title, and its value
UNSOLD = ("closed", "refunded", "pending")  # states of an order line: nothing was paid, or all of it was paid back
KEPT_PER_CODE = 100  # problems of one kind kept with their place; the rest are only counted


@dataclass(slots=True)
class Tally:
    """What an audit has seen so far. Final once its screenings are read to the end."""

    listings: int = 0
    orders: int = 0
    levels: Counter[Level] = field(default_factory=Counter)  # listings by their worst level
    findings: Counter[Level] = field(default_factory=Counter)
    changes: dict[str, Change] = field(default_factory=dict)  # finding key -> change, with --diff only
    closed: list[Mapping[str, Any]] = field(default_factory=list)  # findings of the old file that are gone
    problems: list[Problem] = field(default_factory=list)
    problem_counts: Counter[str] = field(default_factory=Counter)
    files: list[Identification] = field(default_factory=list)
    unmatched_orders: int = 0
    lost: bool = False  # a row or more could not be read

    def note(self, problem: Problem) -> None:
        """Count a problem; keep its place while there are not yet too many of its kind."""
        self.problem_counts[problem.code] += 1
        if self.problem_counts[problem.code] <= KEPT_PER_CODE:
            self.problems.append(problem)
        if problem.loss in ("row", "rest"):
            self.lost = True

    def reaches(self, level: Level) -> bool:
        """Is there a listing at or above `level`?"""
        return any(self.levels[one] for one in LEVELS[LEVELS.index(level) :])


@dataclass(frozen=True, slots=True, kw_only=True)
class Blanks:
    """Values that fill what a listing leaves blank, and nothing else."""

    platform: str = ""
    shop: str = ""

    def fill(self, listing: Listing) -> Listing:
        platform = listing.platform or self.platform
        shop = listing.shop or self.shop
        if platform == listing.platform and shop == listing.shop:
            return listing
        return replace(listing, platform=platform, shop=shop)


class Sales:
    """Units sold, from order lines: looked up by listing id, then SKU, then exact title, on the same platform."""

    def __init__(self) -> None:
        self._units: dict[Name, Counter[str]] = {}  # name -> platform -> units
        self._lines: Counter[tuple[Name, ...]] = Counter()
        self._found: set[tuple[Name, str]] = set()

    def add(self, order: Order) -> None:
        """Count one line. Unpaid, closed and refunded ones count no unit; a seller's own purchases are no sales."""
        if order.upstream_order_id and not order.order_id:
            return
        sold = 0 if order.status in UNSOLD else (order.quantity or 0)
        platform = _place(order.platform)
        names = tuple(_names(order.listing_id, order.sku, order.title))
        for name in names:
            self._units.setdefault(name, Counter())[platform] += sold
        if names:
            self._lines[(*names, ("platform", platform))] += 1

    def fill(self, listing: Listing) -> Listing:
        """The listing with `sold` filled where it was blank and orders know it."""
        platform = _place(listing.platform)
        for name in _names(listing.listing_id, listing.sku, listing.title):
            # An ERP's list names no platform, nor does every order list: then nothing contradicts.
            places = [place for place in self._units.get(name, ()) if not (place and platform and place != platform)]
            if places:
                self._found.update((name, place) for place in places)
                if listing.offer.sold is None:
                    return replace(listing, offer=replace(listing.offer, sold=sum(self._units[name][place] for place in places)))
                return listing
        return listing

    @property
    def unmatched(self) -> int:
        """Order lines of which no name belongs to a listing."""
        return sum(
            lines for (*names, (_, place)), lines in self._lines.items() if not any((name, place) in self._found for name in names)
        )


def _place(platform: str) -> str:
    """Taobao and Tmall are one house: the exports of one name the goods of the other."""
    return "taobao" if platform == "tmall" else platform


def _names(listing_id: str, sku: str, title: str) -> Iterator[Name]:
    for kind, value in (("id", listing_id), ("sku", sku), ("title", title.strip())):
        if value:
            yield kind, value


def open_files(
    paths: Sequence[tuple[Path, ReadOptions]], readers: Sequence[Reader], tally: Tally
) -> list[tuple[str, Reading]]:
    """Identify every file. One that nobody can read becomes a problem; the others go on.

    InputError only where no file is left.
    """
    opened: list[tuple[str, Reading]] = []
    errors: list[InputError] = []
    for path, options in paths:
        name = options.name or str(path)
        try:
            reading = _best(path, options, readers)
        except InputError as error:
            errors.append(error)
            tally.note(Problem(code=error.key, loss="rest", params=error.params))
            continue
        identification = reading.identification
        tally.files.append(identification)
        for problem in identification.problems:
            tally.note(problem)
        if identification.kind == "unknown":
            missing = ", ".join(identification.missing)
            code = "audit.unknown-table-near" if identification.nearest else "audit.unknown-table"
            params = {"nearest": identification.nearest, "missing": missing, "quoted": argument(name)}
            tally.note(Problem(code=code, source=name, loss="rest", params=params))
            continue
        opened.append((name, reading))
    if not opened and len(errors) == 1 and len(paths) == 1:
        raise errors[0]
    if len(opened) > 1:
        # Several files may tell parts of the same listings: Shopee's workbooks, Taobao's two order lists.
        for reader in readers:
            join = getattr(reader, "join", None)
            opened = join(opened) if join else opened
        noted = {id(problem) for identification in tally.files for problem in identification.problems}
        for problem in (problem for _, reading in opened for problem in reading.identification.problems):
            if id(problem) not in noted:
                tally.note(problem)
    return opened


def argument(name: str) -> str:
    """A file as it is written behind a command, to be copied."""
    return f'"{name}"' if " " in name else name


def _best(path: Path, options: ReadOptions, readers: Sequence[Reader]) -> Reading:
    """The most confident reading of one file."""
    readings = [reading for reader in readers if (reading := reader(path, options)) is not None]
    if not readings:
        raise failure(InputError, "audit.no-reader", file=options.name or path)
    return max(readings, key=lambda reading: reading.identification.confidence)


def read_orders(opened: Iterable[tuple[str, Reading]], tally: Tally) -> Sales | None:
    """Units sold from the order files among `opened`; None where there is no order file."""
    sales: Sales | None = None
    for name, reading in opened:
        if reading.identification.kind != "orders":
            continue
        sales = sales or Sales()
        for place, row in reading.placed(name):
            if isinstance(row, Problem):
                tally.note(row)
                continue
            order, problems = intake.order(row, source=place)
            for problem in problems:
                tally.note(problem)
            if order is not None:
                tally.orders += 1
                sales.add(order)
    return sales


def read_listings(
    opened: Sequence[tuple[str, Reading]], tally: Tally, blanks: Blanks, sales: Sales | None = None
) -> Iterator[Listing]:
    """Every listing of the opened files, in order, streaming; problems go to the tally."""
    for name, reading in opened:
        if reading.identification.kind != "orders":
            yield from _listings(name, reading, tally, blanks, sales, _nothing(name, opened))


def read_apart(
    opened: Sequence[tuple[str, Reading]], tally: Tally, blanks: Blanks, sales: Sales | None = None
) -> Iterator[Listing | Apart]:
    """The same, with files that other processes can read left to them: those whose rows nothing else fills."""
    for name, reading in opened:
        nothing = _nothing(name, opened)
        if reading.apart and not sales:
            yield Apart(file=name, pieces=reading.apart(), platform=blanks.platform, shop=blanks.shop, nothing=nothing)
        elif reading.identification.kind != "orders":
            yield from _listings(name, reading, tally, blanks, sales, nothing)


def _nothing(name: str, opened: Sequence[tuple[str, Reading]]) -> Problem | None:
    """What is said of a file without a row; a single one is refused as a whole."""
    return Problem(code="audit.holds-nothing", source=name, loss="rest") if len(opened) > 1 else None


def _listings(name: str, reading: Reading, tally: Tally, blanks: Blanks, sales: Sales | None, nothing: Problem | None) -> Iterator[Listing]:
    empty = True
    for place, row in reading.placed(name):
        empty = False
        if isinstance(row, Problem):
            tally.note(row)
            continue
        listing, problems = intake.listing(row, source=place, platform=blanks.platform, shop=blanks.shop)
        for problem in problems:
            tally.note(problem)
        if listing is not None:
            yield sales.fill(listing) if sales else listing
    if empty and nothing:
        tally.note(nothing)


def run(
    listings: Iterable[Listing], screener: Screener, tally: Tally, *, workers: int = 1
) -> Iterator[Screening]:
    """Screen the listings in order and count what comes out."""
    for screening in screener.screen(listings, workers=workers):
        tally.listings += 1
        if screening.findings:
            tally.levels[screening.level] += 1
            for finding in screening.findings:
                tally.findings[finding.level] += 1
        else:
            tally.levels["clear"] += 1
        for problem in screening.problems:
            tally.note(problem)
        yield screening


def shown(screenings: Iterable[Screening], *, everything: bool = False) -> Iterator[Screening]:
    """Without `everything`, findings of level `clear` are left out; every screening stays."""
    for screening in screenings:
        if everything or not screening.findings:
            yield screening
            continue
        findings = tuple(finding for finding in screening.findings if finding.level != "clear")
        yield screening if len(findings) == len(screening.findings) else screening._replace(findings=findings)


def changed(screenings: Iterable[Screening], old: Mapping[str, Mapping[str, Any]], tally: Tally) -> Iterator[Screening]:
    """Only the findings that differ from `old` (key -> JSONL object); what is gone goes to tally.closed."""
    seen: set[str] = set()
    for screening in screenings:
        findings = []
        for finding in screening.findings:
            change = _change(finding, old.get(finding.key))
            seen.add(finding.key)
            if change != "unchanged":
                tally.changes[finding.key] = change
                findings.append(finding)
        yield screening._replace(findings=tuple(findings), whole=screening.level)
    tally.closed.extend(value for key, value in old.items() if key not in seen and value.get("level") != "clear")


def _change(finding: Finding, before: Mapping[str, Any] | None) -> Change:
    was = LEVELS.index(before["level"]) if before else 0
    now = LEVELS.index(finding.level)
    if was == now:
        return "unchanged"
    if was == 0:
        return "opened"
    if now == 0:
        return "closed"
    return "escalated" if now > was else "eased"
