"""One holder of a name at a time, for as long as it says that it is there: who leads the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, update
from sqlalchemy.exc import IntegrityError

from monitor.store.tables import leases

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Engine


def take(engine: Engine, name: str, holder: str, now: datetime, for_: timedelta) -> bool:
    """Take or renew the lease until `now` + `for_`. False while somebody else holds it.

    A lease whose end lies further ahead than any could is left by a clock that was set back: it counts as ended.
    """
    free = or_(leases.c.holder == holder, leases.c.until < now, leases.c.until > now + 2 * for_)
    with engine.begin() as connection:
        renewed = connection.execute(update(leases).where(leases.c.name == name, free).values(holder=holder, until=now + for_))
        if renewed.rowcount:
            return True
    try:
        with engine.begin() as connection:
            connection.execute(insert(leases).values(name=name, holder=holder, until=now + for_))
    except IntegrityError:
        return False  # held by somebody else
    return True


def release(engine: Engine, name: str, holder: str) -> None:
    """Give it back, so that the next need not wait for its end."""
    with engine.begin() as connection:
        connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
