"""Scans: who runs, what was read, how it ended; and the registries that they were made with."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from monitor.errors import ServiceError
from monitor.messages import failure
from monitor.store.numbers import block
from monitor.store.tables import held_back, registries, scan_sources, scans

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Engine, Row

SILENT = timedelta(hours=6)  # a scan on another machine that said nothing for so long is dead
STALE = timedelta(hours=24)  # on this one its number may have gone to another process by then
_ours: set[int] = set()  # scans that run in this very process


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    scan_id: int
    died: tuple[Row[Any], ...] = ()  # scans that a killed process left running


def begin(
    connection: Connection, *, kind: str, now: datetime, day: date, screener: str, registry: str, sources: Sequence[str]
) -> Begun:
    """A new scan's row. What a killed process left running is closed as failed; ServiceError where one of these
    sources is being scanned by somebody who lives."""
    running = list(connection.execute(select(scans).where(scans.c.state == "running").with_for_update()))
    died = tuple(row for row in running if not alive(row, now))
    for row in running:
        if row not in died and set(json.loads(row.sources)) & set(sources):
            raise failure(ServiceError, "scan.runs-already", scan=row.scan_id, since=row.started_at.isoformat(timespec="seconds"), holder=row.holder)
    for row in died:
        end(connection, row.scan_id, "failed", {"key": "scan.killed", "params": {"scan": str(row.scan_id), "holder": row.holder}}, now)
    scan_id = block(connection, "scans", 1)
    connection.execute(
        insert(scans).values(
            scan_id=scan_id, kind=kind, state="running", why="", holder=holder(), started_at=now, alive_at=now, day=day, screener=screener,
            registry=registry, sources=json.dumps(sorted(sources)), listings=0, errors=0, changes="{}", problems="{}",
        )
    )  # fmt: skip
    return Begun(scan_id=scan_id, died=died)


def holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def live_here(scan_id: int) -> None:
    """This process runs it: while it does, nobody takes it for dead."""
    _ours.add(scan_id)


def done_here(scan_id: int) -> None:
    _ours.discard(scan_id)


def alive(row: Row[Any], now: datetime) -> bool:
    """Does the process that began this scan still live? Of another machine only its silence tells."""
    host, _, process = row.holder.rpartition(":")
    if host != socket.gethostname() or not process.isdigit():
        return bool(now - row.alive_at < SILENT)
    if int(process) == os.getpid():
        return row.scan_id in _ours
    if now - row.alive_at > STALE:
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def beat(connection: Connection, scan_id: int, listings: int, at: datetime) -> None:
    """How far it is."""
    connection.execute(update(scans).where(scans.c.scan_id == scan_id).values(listings=listings, alive_at=at))


def end(
    connection: Connection, scan_id: int, state: str, why: Mapping[str, Any] | None, now: datetime, *,
    counts: Mapping[str, int] | None = None, errors: int = 0, changes: Mapping[str, int] | None = None, problems: Mapping[str, int] | None = None,
) -> None:  # fmt: skip
    """The last word about a scan; what it held back is forgotten."""
    values: dict[str, Any] = {"state": state, "why": json.dumps(why) if why else "", "finished_at": now, "alive_at": now}
    if counts is not None:
        values |= {"listings": sum(counts.values()), "errors": errors, "changes": json.dumps(dict(changes or {})), "problems": json.dumps(dict(problems or {}))}
        if counts:
            connection.execute(insert(scan_sources), [{"scan_id": scan_id, "source": name, "listings": count} for name, count in counts.items()])
    connection.execute(update(scans).where(scans.c.scan_id == scan_id).values(**values))
    connection.execute(delete(held_back).where(held_back.c.scan_id == scan_id))


def last_counts(connection: Connection, sources: Sequence[str]) -> dict[str, int]:
    """Source -> listings that its last complete scan read."""
    counts: dict[str, int] = {}
    for source in sources:
        wanted = select(scan_sources.c.listings).join(scans).where(scan_sources.c.source == source, scans.c.state == "complete", scans.c.kind == "scan")
        found = connection.execute(wanted.order_by(scans.c.scan_id.desc()).limit(1)).scalar()
        if found is not None:
            counts[source] = found
    return counts


def keep_registry(connection: Connection, fingerprint: str, content: Callable[[], bytes], now: datetime) -> None:
    """The registry as it stood, once; `content` is asked for only then."""
    if connection.execute(select(registries.c.fingerprint).where(registries.c.fingerprint == fingerprint)).scalar() is None:
        connection.execute(insert(registries).values(fingerprint=fingerprint, content=content(), first_used=now))


def recent(engine: Engine, limit: int = 20) -> list[Row[Any]]:
    """The last scans, newest first."""
    with engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(select(scans).order_by(scans.c.scan_id.desc()).limit(limit)))
