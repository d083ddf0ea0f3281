"""Which slot of which schedule line was taken, by whom, and how it ended. The key (entry, slot) is the promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor.store import reading
from monitor.store.tables import schedule_runs as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

MOST_ATTEMPTS = 3
GIVEN_UP = -1  # the exit code of a run that was begun so often and never ended
BEGUN = "begun"  # the slot's name of the row that says from when on a line is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`state`: begun (the line is kept from here on), running, ended, given-up."""

    entry: str
    slot: str
    due_at: datetime
    holder: str
    state: str
    attempts: int
    exit_code: int | None


def last(engine: Engine, entry: str, now: datetime) -> datetime | None:
    """The latest moment up to `now` that was taken; None for a line that is new here.

    Rows of the future were made by a clock that ran ahead; they do not hold today's runs up.
    """
    with reading(engine) as connection:
        found: datetime | None = connection.scalar(select(func.max(table.c.due_at)).where(table.c.entry == entry, table.c.due_at <= now))
        return found


def begin(engine: Engine, entry: str, holder: str, now: datetime) -> None:
    """Keep the line from now on."""
    claim(engine, entry, f"{BEGUN} {now.isoformat()}", now, holder, now, state="begun")


def claim(engine: Engine, entry: str, slot: str, due_at: datetime, holder: str, now: datetime, *, state: str = "running") -> bool:
    """Take a slot. False where it was taken before."""
    try:
        with engine.begin() as connection:
            connection.execute(
                insert(table).values(entry=entry, slot=slot, due_at=due_at, holder=holder, state=state, attempts=1, claimed_at=now, alive_at=now)
            )
    except IntegrityError:
        return False
    return True


def alive(engine: Engine, holder: str, now: datetime) -> None:
    """Everything that `holder` runs is still looked after."""
    with engine.begin() as connection:
        connection.execute(update(table).where(table.c.holder == holder, table.c.state == "running").values(alive_at=now))


def finish(engine: Engine, entry: str, slot: str, code: int, now: datetime) -> None:
    """How it ended."""
    state = "given-up" if code == GIVEN_UP else "ended"
    with engine.begin() as connection:
        connection.execute(update(table).where(table.c.entry == entry, table.c.slot == slot).values(state=state, exit_code=code, finished_at=now))


def abandoned(engine: Engine, holder: str, before: datetime) -> list[Run]:
    """Runs of others that nobody has looked after since `before`: their keepers are gone, and so are they."""
    with reading(engine) as connection:
        rows = connection.execute(select(table).where(table.c.state == "running", table.c.holder != holder, table.c.alive_at < before))
        return [_run(row) for row in rows]


def take_over(engine: Engine, run: Run, holder: str, now: datetime) -> bool:
    """Take an abandoned run. False where another keeper was quicker."""
    with engine.begin() as connection:
        mine = connection.execute(
            update(table).where(table.c.entry == run.entry, table.c.slot == run.slot, table.c.holder == run.holder, table.c.state == "running")
            .values(holder=holder, attempts=run.attempts + 1, alive_at=now)
        )  # fmt: skip
        return bool(mine.rowcount)


def last_run(engine: Engine, entry: str) -> Run | None:
    """The latest run of a line, for a person to see."""
    with reading(engine) as connection:
        row = connection.execute(select(table).where(table.c.entry == entry, table.c.state != "begun").order_by(table.c.claimed_at.desc()).limit(1)).first()
        return _run(row) if row else None


def _run(row: object) -> Run:
    return Run(**{name: getattr(row, name) for name in Run.__dataclass_fields__})
