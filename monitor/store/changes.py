"""What scans changed, worst first, for the person who ran them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from monitor.model.finding import LEVELS
from monitor.store import reading
from monitor.store.packing import load_finding, load_listing
from monitor.store.tables import finding_changes, findings, listings, places, sightings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from monitor.model.finding import Finding, Level
    from monitor.model.listing import Listing
    from monitor.store.findings import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change. `listing` and `finding` as the worst row shows them now; of a closed one as they were last seen."""

    key: str
    change: Change
    before: Level
    after: Level
    listing: Listing
    finding: Finding


def of_scans(engine: Engine, scan_ids: Sequence[int], limit: int) -> list[Changed]:
    """The first `limit` changes of some scans by the worse of both levels, then as they were found."""
    rank = {level: number for number, level in enumerate(LEVELS)}
    worst = [case(rank, value=column) for column in (finding_changes.c.after, finding_changes.c.before)]
    wanted = (
        select(
            findings.c.key, finding_changes.c.change, finding_changes.c.before, finding_changes.c.after,
            listings.c.content, listings.c.row, places.c.file, sightings.c.data, findings.c.data.label("last"),
        )
        .select_from(finding_changes.join(findings).outerjoin(listings, listings.c.listing_id == findings.c.listing_id).outerjoin(places))
        .outerjoin(sightings, (sightings.c.listing_id == findings.c.listing_id) & (sightings.c.finding_id == findings.c.finding_id))
        .where(finding_changes.c.scan_id.in_(scan_ids))
        .order_by(*(one.desc() for one in worst), findings.c.finding_id)
        .limit(limit)
    )  # fmt: skip
    with reading(engine) as connection:
        return [_changed(row) for row in connection.execute(wanted)]


def count(engine: Engine, scan_ids: Sequence[int]) -> int:
    """How many changes these scans made."""
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(finding_changes).where(finding_changes.c.scan_id.in_(scan_ids))).scalar_one()


def _changed(row: Any) -> Changed:
    content, file, number, data = (row.content, row.file, row.row, row.data) if row.data else json.loads(row.last)
    return Changed(
        key=row.key, change=row.change, before=row.before, after=row.after, listing=load_listing(content, file, number), finding=load_finding(data)
    )
