"""Listings as they were last shown, and what changed in their title and price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from monitor.store import bulk
from monitor.store.numbers import block
from monitor.store.packing import load_listing, storable
from monitor.store.tables import listing_changes, listings, moment, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from monitor.model.listing import Listing
    from monitor.store.packing import Packed

PAGE = 2000  # listings read at once: a long read would keep SQLite from tidying its log
_COLUMNS = ("listing_id", "identity", "digest", "place_id", "row", "first_scan", "content")


class Places:
    """(source, file) -> number, remembered for one scan."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}

    def of(self, connection: Connection, source: str, file: str) -> int:
        known = self._numbers.get((source, file))
        return self._find(connection, source, file) if known is None else known

    def _find(self, connection: Connection, source: str, file: str) -> int:
        stored = storable(file)
        number = connection.execute(select(places.c.place_id).where(places.c.source == source, places.c.file == stored)).scalar()
        if number is None:
            number = block(connection, "places", 1)
            connection.execute(insert(places).values(place_id=number, source=source, file=stored))
        self._numbers[source, file] = number
        return number

    def forget(self) -> None:
        """After a transaction that failed: a number may have gone with it."""
        self._numbers.clear()


def add(connection: Connection, source: str, rows: Sequence[Packed], known: Places, scan_id: int) -> int:
    """Insert new listings; the first of their numbers, which rise by one."""
    first = block(connection, "listings", len(rows))
    place = {file: known.of(connection, source, file) for file in {row.file for row in rows}}
    bulk.insert(connection, listings, _COLUMNS, [
        (number, identity, digest, place[file], row, scan_id, content) for number, (identity, digest, content, file, row, *_) in enumerate(rows, first)
    ])  # fmt: skip
    return first


def change(connection: Connection, source: str, rows: Sequence[tuple[int, Packed]], known: Places, scan_id: int, at: datetime) -> None:
    """Overwrite listings with what they show now; title and price that changed go to their history."""
    history: list[tuple[Any, ...]] = []
    for some in bulk.parts(rows):
        found = select(listings.c.listing_id, listings.c.content).where(listings.c.listing_id.in_([number for number, _ in some]))
        before: dict[int, str] = {row.listing_id: row.content for row in connection.execute(found)}
        for number, row in some:
            if number in before and before[number] != row.content:
                history += [(number, scan_id, moment(at), *one) for one in differences(before[number], row.content)]
    bulk.insert(connection, listing_changes, ("listing_id", "scan_id", "at", "field", "old", "new"), history)
    bulk.update(connection, listings, ("listing_id",), ("digest", "place_id", "row", "content", "gone_scan"), [
        (row.digest, known.of(connection, source, row.file), row.row, row.content, None, number) for number, row in rows
    ])  # fmt: skip


def differences(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """(field, old, new) of title and price."""
    old, new = load_listing(before), load_listing(after)
    if old.title != new.title:
        yield "title", storable(old.title), storable(new.title)
    if (old.offer.price, old.offer.currency) != (new.offer.price, new.offer.currency):
        yield "price", _price(old), _price(new)


def _price(listing: Listing) -> str:
    offer = listing.offer
    return "" if offer.price is None else storable(f"{offer.price} {offer.currency}".strip())


def leave(connection: Connection, numbers: Sequence[int], scan_id: int) -> None:
    """A complete scan no longer saw them."""
    bulk.update(connection, listings, ("listing_id",), ("gone_scan",), [(scan_id, number) for number in numbers])


def stored(engine: Engine) -> Iterator[list[Any]]:
    """Every listing that is still shown, by the page: listing_id, identity, digest, row, content, source, file."""
    last = 0
    wanted = (
        select(listings.c.listing_id, listings.c.identity, listings.c.digest, listings.c.row, listings.c.content, places.c.source, places.c.file)
        .join(places)
        .where(listings.c.gone_scan.is_(None))
        .order_by(listings.c.listing_id)
        .limit(PAGE)
    )
    while True:
        with engine.connect().execution_options(reading=True) as connection:
            rows = list(connection.execute(wanted.where(listings.c.listing_id > last)))
        if not rows:
            return
        last = rows[-1].listing_id
        yield rows


def sources(connection: Connection) -> list[str]:
    """Names of all sources that still show a listing."""
    shown = select(listings.c.place_id).where(listings.c.gone_scan.is_(None)).distinct()
    return sorted(connection.execute(select(places.c.source).distinct().where(places.c.place_id.in_(shown))).scalars())


def history(connection: Connection, listing_id: int) -> list[Mapping[str, Any]]:
    """Changes of title and price, oldest first: scan_id, at, field, old, new."""
    wanted = select(listing_changes).where(listing_changes.c.listing_id == listing_id).order_by(listing_changes.c.at, listing_changes.c.field)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def count(connection: Connection) -> int:
    """Listings that are still shown."""
    return int(connection.execute(select(func.count()).select_from(listings).where(listings.c.gone_scan.is_(None))).scalar_one())


