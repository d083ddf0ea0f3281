"""Stored findings as a person asks for them: what is open, one finding's whole story."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, select

from monitor.model.finding import LEVELS, Finding, Level, Screening
from monitor.store import bulk, reading, reviews
from monitor.store.listings import history
from monitor.store.packing import load_finding, load_listing
from monitor.store.tables import finding_changes, findings, listings, places, scans, sightings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from monitor.model.listing import Listing

State = Literal["open", "accepted", "closed"]
STATES: tuple[State, ...] = ("open", "accepted", "closed")
PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which findings: at or above `level`, of these shops and brands (all, where empty), in these states."""

    level: Level = "low"
    shops: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    states: tuple[State, ...] = ("open",)

    @property
    def conditions(self) -> list[Any]:
        levels = LEVELS[LEVELS.index(self.level) :]
        asked: list[Any] = [findings.c.state.in_(self.states), findings.c.level.in_(levels)]
        if self.shops:
            asked.append(findings.c.shop.in_(self.shops))
        if self.brands:
            asked.append(findings.c.brand_id.in_(self.brands))
        return asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A finding as it is remembered."""

    state: State
    listing: Listing
    finding: Finding
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None = None
    facts: int = 0
    listing_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything about one finding. `changes`: at, change, before, after, scan_id; `history`: at, field, old, new."""

    stored: Stored
    changes: Sequence[Mapping[str, Any]] = ()
    history: Sequence[Mapping[str, Any]] = ()
    reviews: Sequence[Mapping[str, Any]] = field(default=())


def chosen(engine: Engine, wanted: Wanted, limit: int | None = None) -> list[Stored]:
    """The worst first."""
    with reading(engine) as connection:
        ids = connection.execute(select(findings.c.finding_id).where(*wanted.conditions).order_by(findings.c.rank.desc(), findings.c.key).limit(limit))
        return _read(connection, list(ids.scalars()))


def counts(engine: Engine, wanted: Wanted) -> dict[Level, int]:
    """How many of each level, the worst first."""
    with reading(engine) as connection:
        rows = connection.execute(select(findings.c.level, func.count()).where(*wanted.conditions).group_by(findings.c.level)).all()
    found: dict[Level, int] = {row[0]: row[1] for row in rows}
    return {level: found[level] for level in reversed(LEVELS) if level in found}


def stored(engine: Engine, column: str) -> list[str]:
    """Every shop, or brand_id, of which something was ever found."""
    with reading(engine) as connection:
        return list(connection.execute(select(findings.c[column]).distinct().order_by(findings.c[column])).scalars())


def screenings(engine: Engine, wanted: Wanted) -> Iterator[Screening]:
    """The same for reports: a screening for each listing, by listing, then brand; streaming."""
    last = -1
    while True:
        with reading(engine) as connection:
            some = select(findings.c.listing_id).where(*wanted.conditions, findings.c.listing_id > last).distinct().order_by(findings.c.listing_id).limit(PAGE)
            numbers = list(connection.execute(some).scalars())
            if not numbers:
                return
            ids = connection.execute(select(findings.c.finding_id).where(*wanted.conditions, findings.c.listing_id.in_(numbers)))
            stored = _read(connection, list(ids.scalars()))
        last = numbers[-1]
        by_listing: dict[int | None, list[Stored]] = {}
        for one in sorted(stored, key=lambda one: (one.listing_id or 0, one.finding.brand_id)):
            by_listing.setdefault(one.listing_id, []).append(one)
        for group in by_listing.values():
            yield Screening(listing=group[0].listing, findings=tuple(one.finding for one in group))


def story(engine: Engine, key: str) -> Story | None:
    """The finding of that key with its life, its listing's history and every review; None where there is none."""
    with reading(engine) as connection:
        number = connection.execute(select(findings.c.finding_id).where(findings.c.key == key)).scalar()
        if number is None:
            return None
        (stored,) = _read(connection, [number])
        life = select(finding_changes, scans.c.kind).outerjoin(scans, scans.c.scan_id == finding_changes.c.scan_id)
        changes = connection.execute(life.where(finding_changes.c.finding_id == number).order_by(finding_changes.c.at)).mappings()
        return Story(
            stored=stored, changes=[dict(row) for row in changes], reviews=reviews.story(connection, key),
            history=history(connection, stored.listing_id) if stored.listing_id is not None else [],
        )  # fmt: skip


def near(engine: Engine, text: str, limit: int = 5) -> list[str]:
    """Keys that hold the text, or of the same listing, shop: for somebody who typed a part of one."""
    with reading(engine) as connection:
        while text:
            escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
            wanted = select(findings.c.key).where(findings.c.key.like(f"%{escaped}%", escape="!")).order_by(findings.c.key).limit(limit)
            if found := list(connection.execute(wanted).scalars()):
                return found
            text = text.rpartition("/")[0]
    return []


def _read(connection: Connection, numbers: Sequence[int]) -> list[Stored]:
    """The findings of these numbers, in their order."""
    rows: dict[int, Any] = {}
    wanted = select(findings, sightings.c.data.label("shown"), listings.c.content, listings.c.row, places.c.file).select_from(
        findings.outerjoin(sightings, (sightings.c.finding_id == findings.c.finding_id) & (sightings.c.listing_id == findings.c.listing_id))
        .outerjoin(listings, listings.c.listing_id == findings.c.listing_id)
        .outerjoin(places, places.c.place_id == listings.c.place_id)
    )
    for some in bulk.parts(list(numbers)):
        rows |= {row.finding_id: row for row in connection.execute(wanted.where(findings.c.finding_id.in_(some)))}
    return [_stored(rows[number]) for number in numbers]


def _stored(row: Any) -> Stored:
    if row.shown is not None:
        listing, finding = load_listing(row.content, row.file, row.row), load_finding(row.shown)
    else:
        content, file, place, data = json.loads(row.data)
        listing, finding = load_listing(content, file, place), load_finding(data)
    return Stored(
        state=row.state, listing=listing, finding=finding, opened_at=row.opened_at, changed_at=row.changed_at, closed_at=row.closed_at,
        facts=row.facts, listing_id=row.listing_id,
    )  # fmt: skip
