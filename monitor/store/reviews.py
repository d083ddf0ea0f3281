"""What people decided about findings: appended, never overwritten.

`accept` and `false-alarm` keep a finding quiet until the day given, or until the facts that the decision rested on
change; `reject` and `reopen` keep it open. The last decision counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, insert, select

from monitor.store import bulk
from monitor.store.numbers import block
from monitor.store.tables import reviews

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

Decision = Literal["accept", "false-alarm", "reject", "reopen"]
QUIET: tuple[Decision, ...] = ("accept", "false-alarm")


def append(
    connection: Connection, key: str, *, who: str, decision: Decision, why: str, until: date | None, at: datetime, facts: int, level: str
) -> int:
    """Write a decision; its number."""
    number = block(connection, "reviews", 1)
    connection.execute(
        insert(reviews).values(review_id=number, key=key, at=at, who=who, decision=decision, why=why, until=until, facts=facts, level=level)
    )
    return number


def latest(connection: Connection, keys: Sequence[str]) -> Mapping[str, Row[Any]]:
    """Key -> the decision that counts, where it keeps the finding quiet."""
    found: dict[str, Row[Any]] = {}
    for some in bulk.parts(keys):
        last = select(func.max(reviews.c.review_id)).where(reviews.c.key.in_(some)).group_by(reviews.c.key)
        found |= {row.key: row for row in connection.execute(select(reviews).where(reviews.c.review_id.in_(last)))}
    return {key: row for key, row in found.items() if row.decision in QUIET}


def story(connection: Connection, key: str) -> list[Mapping[str, Any]]:
    """Every decision about a finding, oldest first."""
    return [dict(row) for row in connection.execute(select(reviews).where(reviews.c.key == key).order_by(reviews.c.review_id)).mappings()]
