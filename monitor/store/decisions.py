"""A person decides about a finding: the review is appended and the finding's state follows, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from monitor.store import reviews
from monitor.store.packing import storable
from monitor.store.tables import findings

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Engine

    from monitor.store.reviews import Decision
    from monitor.store.shown import State


def decide(
    engine: Engine, key: str, *, decision: Decision, who: str, why: str, until: date | None, at: datetime, today: date
) -> State | None:
    """The state that the finding has now; None where no finding has this key. A closed one stays closed: the decision
    counts when it comes back with the same facts."""
    with engine.begin() as connection:
        row = connection.execute(select(findings).where(findings.c.key == key).with_for_update()).one_or_none()
        if row is None:
            return None
        reviews.append(
            connection, key, who=storable(who), decision=decision, why=storable(why), until=until, at=at, facts=row.facts, level=row.level
        )  # fmt: skip
        quiet = decision in reviews.QUIET and (until is None or until >= today)
        state: State = "closed" if row.state == "closed" else "accepted" if quiet else "open"
        connection.execute(update(findings).where(findings.c.finding_id == row.finding_id).values(state=state, changed_at=at if state != row.state else row.changed_at))
        return state
