"""Changes for the better wait until the scan has seen the whole shop.

A login wall, a cut-off page or a column read amiss looks like a title that was mended. So a listing that shows less
than before is held back: what got worse is written at once, the rest when the scan closes complete. An incomplete
scan forgets it, and the listing stays as it was known.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from monitor.model.finding import LEVELS
from monitor.store import bulk
from monitor.store.packing import Ending, Packed, Sighting, as_json
from monitor.store.tables import findings, held_back, sightings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

Held = tuple[int, str, Packed]  # listing, source, what it shows now


def shown_before(connection: Connection, numbers: Sequence[int]) -> Mapping[int, Mapping[str, Row[Any]]]:
    """Listing -> key -> its sighting."""
    shown: dict[int, dict[str, Row[Any]]] = defaultdict(dict)
    wanted = select(sightings, findings.c.key, findings.c.brand_id, findings.c.platform, findings.c.shop).join(findings)
    for some in bulk.parts(numbers):
        for row in connection.execute(wanted.where(sightings.c.listing_id.in_(some))):
            shown[row.listing_id][row.key] = row
    return shown


def same(packed: Packed, before: Mapping[str, Row[Any]]) -> bool:
    """Does the listing show exactly the findings that it showed?"""
    was = {key: (row.level, row.rank, row.facts, row.data) for key, row in before.items()}
    return was == {one.key: (one.level, one.rank, one.facts, one.data) for one in packed.sightings}


def is_better(packed: Packed, before: Mapping[str, Row[Any]]) -> bool:
    """Did a finding go, or fall in level?"""
    now = {one.key: one.level for one in packed.sightings}
    return any(LEVELS.index(now.get(key, "clear")) < LEVELS.index(row.level) for key, row in before.items())


def worse_of(packed: Packed, before: Mapping[str, Row[Any]]) -> tuple[Sighting, ...] | None:
    """What it showed, with what got worse; None where nothing did."""
    now = {one.key: one for one in packed.sightings}
    grown = {key: one for key, one in now.items() if key not in before or LEVELS.index(one.level) > LEVELS.index(before[key].level)}
    if not grown:
        return None
    kept = [Sighting(key, row.brand_id, row.platform, row.shop, row.level, row.rank, row.facts, row.data) for key, row in before.items() if key not in grown]
    return (*kept, *grown.values())


def hold(connection: Connection, scan_id: int, rows: Iterable[Held]) -> None:
    """Keep them for the end of the scan. A listing is held once: each row of a scan has a number of its own."""
    values = [{"scan_id": scan_id, "listing_id": number, "packed": as_json([source, *packed])} for number, source, packed in rows]
    if values:
        connection.execute(insert(held_back), values)


def take(connection: Connection, scan_id: int, most: int) -> list[Held]:
    """The next of them, no longer held."""
    rows = list(connection.execute(select(held_back).where(held_back.c.scan_id == scan_id).order_by(held_back.c.listing_id).limit(most)))
    for some in bulk.parts([row.listing_id for row in rows]):
        connection.execute(delete(held_back).where(held_back.c.scan_id == scan_id, held_back.c.listing_id.in_(some)))
    return [(row.listing_id, *_unpacked(row.packed)) for row in rows]


def _unpacked(text: str) -> tuple[str, Packed]:
    source, identity, digest, content, file, row, seen, endings = json.loads(text)
    ends = tuple(Ending(brand_id, tuple(chain), until) for brand_id, chain, until in endings)
    return source, Packed(identity, digest, content, file, row, tuple(Sighting(*one) for one in seen), ends)
