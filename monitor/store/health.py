"""What is wrong with a database: damage of its file, and rows that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.model.problem import Problem
from monitor.store.upgrade import HEAD, refuse_newer, revision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

OLDER = "db.other-revision"  # no damage: the next scan brings it up to date, after a backup
# Each finds rows that cannot be: what `settle` and the outbox promise.
CONTRADICTIONS = {
    "db.open-unseen": """SELECT count(*) FROM findings f WHERE state <> 'closed'
        AND NOT EXISTS (SELECT 1 FROM sightings s WHERE s.finding_id = f.finding_id AND s.listing_id = f.listing_id)""",
    "db.closed-seen": "SELECT count(*) FROM findings f JOIN sightings s ON s.finding_id = f.finding_id WHERE f.state = 'closed'",
    "db.closed-blank": "SELECT count(*) FROM findings WHERE state = 'closed' AND data IS NULL",
    "db.gone-seen": "SELECT count(*) FROM listings l JOIN sightings s ON s.listing_id = l.listing_id WHERE l.gone_scan IS NOT NULL",
    "db.event-unsent": "SELECT count(*) FROM events e WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = e.event_id)",
}
NUMBERED = {"scans": "scan_id", "places": "place_id", "listings": "listing_id", "findings": "finding_id", "reviews": "review_id", "deliveries": "delivery_id"}


def faults(engine: Engine) -> Iterator[Problem]:
    """Everything that is wrong; none for a healthy database. `code` is the sentence, in room `db`. ConfigError for a newer one."""
    with engine.connect().execution_options(reading=True) as connection:
        if engine.dialect.name == "sqlite":
            yield from _file(connection)
        found = revision(connection)
        refuse_newer(engine, found)
        if found != HEAD:
            yield Problem(code=OLDER, params={"found": found or "-", "known": HEAD})
            return
        for code, question in CONTRADICTIONS.items():
            count = connection.exec_driver_sql(question).scalar()
            if count:
                yield Problem(code=code, params={"count": str(count)})
        for name, column in NUMBERED.items():
            question = f"SELECT coalesce(max({column}), 0) - (SELECT value FROM sequences WHERE name = '{name}') FROM {name}"  # noqa: S608
            ahead = connection.exec_driver_sql(question).scalar()
            if ahead is None or int(ahead) > 0:
                yield Problem(code="db.numbers", params={"table": name})


def _file(connection: Connection) -> Iterator[Problem]:
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if said != "ok":
            yield Problem(code="db.damage", params={"what": str(said)[:200]})
    pointing = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if pointing:
        yield Problem(code="db.pointing-nowhere", params={"count": str(len(pointing)), "table": str(pointing[0][0])})
