"""The life of a finding: opened, escalated, eased, closed; and what a person decided about it.

A finding is as bad as the worst row that shows it. `settle` compares what the rows say now with what was told last
and writes the difference; the caller makes alerts of it in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, select

from monitor.model.finding import LEVELS
from monitor.store import bulk
from monitor.store.numbers import block
from monitor.store.packing import Sighting, as_json
from monitor.store.reviews import latest
from monitor.store.tables import finding_changes, findings, listings, moment, places, sightings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

    from monitor.model.finding import Level

Change = Literal["opened", "escalated", "eased", "closed", "unchanged"]
CHANGES: tuple[Change, ...] = ("opened", "escalated", "eased", "closed")
_SIGHTING = ("listing_id", "finding_id", "level", "rank", "facts", "data")
_FINDING = ("finding_id", "key", "brand_id", "platform", "shop", "state", "level", "rank", "facts", "listing_id", "opened_at", "changed_at", "closed_at", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The scan that brings the change, its day and moment."""

    scan_id: int
    day: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change that somebody may want to hear of. `data`: the finding as `packing` saved it."""

    finding_id: int
    key: str
    brand_id: str
    platform: str
    shop: str
    change: Change
    before: Level
    after: Level
    listing_id: int | None
    data: str


def add(connection: Connection, seen: Sequence[tuple[int, Sequence[Sighting]]], when: When) -> list[Told]:
    """Sightings of listings that had none before."""
    by_key = _existing(connection, {one.key for _, some in seen for one in some})
    fresh = [one for one in dict.fromkeys(one.key for _, some in seen for one in some) if one not in by_key]
    first = block(connection, "findings", len(fresh)) if fresh else 0
    ids = {key: row.finding_id for key, row in by_key.items()} | {key: number for number, key in enumerate(fresh, first)}
    worst: dict[str, tuple[int, Sighting]] = {}
    for number, some in seen:
        for one in some:
            if one.key not in worst or one.rank > worst[one.key][1].rank:
                worst[one.key] = (number, one)
    opened = [_opened(ids[key], *worst[key], when) for key in fresh]
    bulk.insert(connection, findings, _FINDING, [row for _, row in opened])
    # A row may name a brand twice only if a plug-in's keys collide: the worse one stays.
    rows = {(number, ids[one.key]): one for number, some in seen for one in sorted(some, key=lambda one: one.rank)}
    bulk.insert(connection, sightings, _SIGHTING, [(*pair, one.level, one.rank, one.facts, one.data) for pair, one in rows.items()])
    told = [one for one, _ in opened]
    _record(connection, told, when)
    return told + settle(connection, {row.finding_id for row in by_key.values()}, when)


def replace(connection: Connection, seen: Sequence[tuple[int, Sequence[Sighting]]], when: When) -> list[Told]:
    """Sightings of listings that were known: the old ones go."""
    lost = drop(connection, [number for number, _ in seen])
    told = add(connection, [pair for pair in seen if pair[1]], when)
    done = {one.finding_id for one in told}
    return told + settle(connection, lost - done, when)


def drop(connection: Connection, numbers: Sequence[int]) -> set[int]:
    """Forget what these listings showed; the findings that this concerns, to be settled."""
    lost: set[int] = set()
    for some in bulk.parts(numbers):
        gone = delete(sightings).where(sightings.c.listing_id.in_(some))
        # What a finding says last is kept with it: the row may show something else by now, or nothing.
        last = select(sightings, listings.c.content, listings.c.row, places.c.file).select_from(sightings.join(listings).join(places))
        rows = list(connection.execute(last.where(sightings.c.listing_id.in_(some))))
        lost.update(row.finding_id for row in rows)
        worst = {row.finding_id: row for row in sorted(rows, key=lambda row: row.rank)}
        bulk.update(connection, findings, ("finding_id",), ("data",), [(_last(row), number) for number, row in worst.items()])
        connection.execute(gone)
    return lost


def settle(connection: Connection, numbers: Collection[int], when: When) -> list[Told]:
    """Bring findings to what their rows show now; the changes that are to be told."""
    told: list[Told] = []
    for some in bulk.parts(sorted(numbers)):
        rows = list(connection.execute(select(findings).where(findings.c.finding_id.in_(some))))
        shown: dict[int, list[Row[Any]]] = defaultdict(list)
        for one in connection.execute(select(sightings).where(sightings.c.finding_id.in_(some))):
            shown[one.finding_id].append(one)
        decided = latest(connection, [row.key for row in rows])
        changes = [_compared(row, shown.get(row.finding_id, []), decided.get(row.key), when) for row in rows]
        bulk.update(connection, findings, ("finding_id",), _FINDING[5:], [values for _, values in changes])
        told += [one for one, _ in changes if one is not None]
    _record(connection, told, when)
    return told


def reopen(connection: Connection, when: When) -> list[Told]:
    """Accepted findings whose term has ended speak again."""
    accepted = list(connection.execute(select(findings.c.finding_id).where(findings.c.state == "accepted")).scalars())
    return settle(connection, accepted, when)


def _compared(row: Row[Any], shown: Iterable[Row[Any]], review: Row[Any] | None, when: When) -> tuple[Told | None, tuple[Any, ...]]:
    """(what to tell, the new values of the row): an accepted finding is silent until its facts or its term change."""
    worst = max(shown, key=lambda one: (one.rank, one.facts), default=None)
    now: Level = worst.level if worst is not None else "clear"
    was: Level = row.level if row.state == "open" else "clear"
    quiet = review is not None and worst is not None and review.facts == worst.facts and (review.until is None or review.until >= when.day)
    state = "closed" if worst is None else "accepted" if quiet else "open"
    change: Change = "unchanged" if quiet or (worst is None and row.state != "open") else compared(was, now)
    opened = when.at if change == "opened" else row.opened_at
    changed = when.at if change != "unchanged" or state != row.state else row.changed_at
    values = (
        state, now if worst is not None else row.level, worst.rank if worst is not None else row.rank,
        worst.facts if worst is not None else row.facts, worst.listing_id if worst is not None else row.listing_id,
        moment(opened), moment(changed), moment(changed) if state == "closed" else None, None if worst is not None else row.data, row.finding_id,
    )  # fmt: skip
    if change == "unchanged":
        return None, values
    data = worst.data if worst is not None else row.data
    told = Told(
        finding_id=row.finding_id, key=row.key, brand_id=row.brand_id, platform=row.platform, shop=row.shop, change=change,
        before=was, after=now, listing_id=worst.listing_id if worst is not None else None, data=data,
    )  # fmt: skip
    return told, values


def compared(was: Level, now: Level) -> Change:
    """What a level became."""
    if was == now:
        return "unchanged"
    if was == "clear":
        return "opened"
    if now == "clear":
        return "closed"
    return "escalated" if LEVELS.index(now) > LEVELS.index(was) else "eased"


def _opened(number: int, listing_id: int, one: Sighting, when: When) -> tuple[Told, tuple[Any, ...]]:
    at = moment(when.at)
    row = (number, one.key, one.brand_id, one.platform, one.shop, "open", one.level, one.rank, one.facts, listing_id, at, at, None, None)
    told = Told(
        finding_id=number, key=one.key, brand_id=one.brand_id, platform=one.platform, shop=one.shop, change="opened",
        before="clear", after=one.level, listing_id=listing_id, data=one.data,  # type: ignore[arg-type]
    )  # fmt: skip
    return told, row


def _record(connection: Connection, told: Sequence[Told], when: When) -> None:
    bulk.insert(connection, finding_changes, ("finding_id", "scan_id", "at", "change", "before", "after"), [
        (one.finding_id, when.scan_id, moment(when.at), one.change, one.before, one.after) for one in told
    ])  # fmt: skip


def _existing(connection: Connection, keys: Collection[str]) -> Mapping[str, Any]:
    wanted = select(findings.c.key, findings.c.finding_id)
    return {row.key: row for some in bulk.parts(sorted(keys)) for row in connection.execute(wanted.where(findings.c.key.in_(some)))}


def _last(row: Row[Any]) -> str:
    return as_json([row.content, row.file, row.row, row.data])
