"""Stored listings once more: the registry changed, or only the day. A paper that ended yesterday tells itself today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.errors import InputError
from monitor.messages import failure
from monitor.scan import Scan
from monitor.store import listings, reading
from monitor.store.batch import Batch
from monitor.store.packing import load_listing, pack_many

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from monitor.model.registry import Registry
    from monitor.model.settings import ScanSettings
    from monitor.scan.result import ScanResult
    from monitor.screening import Screener
    from monitor.store.packing import Packed


def rescreen(engine: Engine, *, screener: Screener, registry: Registry, settings: ScanSettings, now: datetime) -> ScanResult:
    """Screen what is stored with today's registry; changes are told like those of a scan. Nothing is read, nothing closes
    for being absent. InputError where no listing is stored yet."""
    with reading(engine) as connection:
        sources = listings.sources(connection)
    if not sources:
        raise failure(InputError, "scan.nothing-stored")
    scan = Scan.begin(engine, screener=screener, registry=registry, settings=settings, sources=sources, now=now, kind="rescreen")
    for page in listings.stored(engine):
        by_source: dict[str, list[Packed]] = {}
        stored = [load_listing(row.content, row.file, row.row) for row in page]
        for row, screening in zip(page, screener.screen(stored), strict=True):
            scan.note_all(screening)
            # The stored identity, not a new one: a copy of another row has one of its own.
            by_source.setdefault(row.source, []).append(pack_many([screening], row.source)[0]._replace(identity=row.identity))
        for source, rows in by_source.items():
            scan.add_packed(Batch.of(rows), source)
    return scan.close(now=now)

