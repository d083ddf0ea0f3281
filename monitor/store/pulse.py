"""What the monitor can say of itself in one line: when it last saw the whole shop, and what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from monitor.store import reading
from monitor.store.tables import findings, scans

if TYPE_CHECKING:
    from sqlalchemy import Engine


def pulse(engine: Engine) -> dict[str, Any]:
    """`last_scan`: ISO time of the last complete scan, or None; `open`: level -> how many findings."""
    with reading(engine) as connection:
        last = connection.execute(select(func.max(scans.c.finished_at)).where(scans.c.state == "complete")).scalar()
        rows = connection.execute(select(findings.c.level, func.count()).where(findings.c.state == "open").group_by(findings.c.level))
        return {"last_scan": last.isoformat() if last else None, "open": {row[0]: row[1] for row in rows}}
