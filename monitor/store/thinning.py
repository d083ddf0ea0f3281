"""What is older than [store] keep_days goes: closed findings, gone listings, history, scans, alerts that arrived.

Kept whatever its age: an open finding with its life and reviews, a listing that is still shown, a waiting alert, and the
last complete scan of every source, which the next one is measured against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, select

from monitor.store.tables import (
    deliveries,
    events,
    findings,
    listing_changes,
    listings,
    registries,
    reviews,
    scan_sources,
    scans,
    schedule_runs,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def thin(connection: Connection, before: datetime) -> int:
    """Delete what ended before that moment, in the caller's transaction. How many rows."""
    last = connection.execute(select(func.max(scans.c.scan_id)).where(scans.c.finished_at < before)).scalar()
    if last is None:
        return 0
    measures = select(func.max(scan_sources.c.scan_id)).join(scans).where(scans.c.state == "complete").group_by(scan_sources.c.source)
    waiting = exists().where(deliveries.c.event_id == events.c.event_id, deliveries.c.state == "waiting")
    latest = select(func.max(schedule_runs.c.due_at)).group_by(schedule_runs.c.entry)  # from which a line reckons its next one
    gone = [
        delete(findings).where(findings.c.state == "closed", findings.c.closed_at < before),
        delete(listings).where(listings.c.gone_scan <= last),
        delete(listing_changes).where(listing_changes.c.at < before),
        delete(reviews).where(reviews.c.at < before, reviews.c.key.not_in(select(findings.c.key))),
        delete(events).where(events.c.at < before, ~waiting),
        delete(schedule_runs).where(schedule_runs.c.due_at < before, schedule_runs.c.finished_at.is_not(None), schedule_runs.c.due_at.not_in(latest)),
        delete(scans).where(scans.c.scan_id <= last, scans.c.state != "running", scans.c.scan_id.not_in(measures)),
        delete(registries).where(registries.c.fingerprint.not_in(select(scans.c.registry))),
    ]
    return sum(connection.execute(statement).rowcount for statement in gone)
