"""The one who keeps the hours: at every tick it asks the database what is due, takes it, starts it, sees it end.

Two keepers may run, on one machine or on two: the lease says who leads, and the slot that is taken in the database
says that nobody starts it again. What a keeper that died had taken and not seen to its end, its successor starts anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from monitor.cron import Cron, Slot
from monitor.store import leases, runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from monitor.model.settings import ScheduleEntry

LEASE = timedelta(seconds=60)
LEADER = "schedule"


class Running(Protocol):
    """A started command: `poll` gives its exit code, or None while it runs."""

    def poll(self) -> int | None: ...


Tell = Callable[..., None]


@dataclass(slots=True)
class Keeper:
    """`start` runs an entry's command. `tell(name, **params)` is told what happens: started, ended, lost, leading.

    `holder` names this process among all that ever ran. Call `tick(now)` every few seconds.
    """

    engine: Engine
    entries: Sequence[ScheduleEntry]
    holder: str
    start: Callable[[ScheduleEntry], Running]
    tell: Tell
    crons: Mapping[str, Cron] = field(init=False)
    running: dict[str, tuple[Slot, Running]] = field(default_factory=dict)
    leading: bool = False

    def __post_init__(self) -> None:
        self.crons = {entry.name: Cron(entry.cron, entry.zone) for entry in self.entries}

    def tick(self, now: datetime) -> bool:
        """See what ended, lead if nobody else does, start what is due. True while this keeper leads."""
        self._reap(now)
        led, self.leading = self.leading, leases.take(self.engine, LEADER, self.holder, now, LEASE)
        if led != self.leading:
            self.tell("leading" if self.leading else "following", holder=self.holder)
        if self.leading:
            runs.alive(self.engine, self.holder, now)
            self._take_over(now)
            for entry in self.entries:
                if entry.name not in self.running:
                    self._due(entry, now)
        return self.leading

    def leave(self, now: datetime) -> None:
        """Give the lead away; what was running and is stopped counts as not done and is started anew by the next."""
        self._reap(now)
        if self.leading:
            leases.release(self.engine, LEADER, self.holder)
            self.leading = False

    def _reap(self, now: datetime) -> None:
        for name, (slot, child) in list(self.running.items()):
            code = child.poll()
            if code is not None:
                runs.finish(self.engine, name, slot.name, code, now)
                del self.running[name]
                self.tell("ended", entry=name, slot=slot.name, code=code)

    def _take_over(self, now: datetime) -> None:
        """Runs of keepers that are gone. One whose line was taken out of the settings is closed."""
        for run in runs.abandoned(self.engine, self.holder, now - LEASE):
            entry = next((entry for entry in self.entries if entry.name == run.entry), None)
            if entry is None or run.attempts >= runs.MOST_ATTEMPTS:
                runs.finish(self.engine, run.entry, run.slot, runs.GIVEN_UP, now)
                self.tell("given-up", entry=run.entry, slot=run.slot)
            elif entry.name not in self.running and runs.take_over(self.engine, run, self.holder, now):
                self._start(entry, Slot(run.due_at, run.slot))

    def _due(self, entry: ScheduleEntry, now: datetime) -> None:
        last = runs.last(self.engine, entry.name, now)
        if last is None:
            # A line that is new here begins now: nobody wants the runs of the years before.
            runs.begin(self.engine, entry.name, self.holder, now)
            return
        slot = self.crons[entry.name].latest(last, now)
        if slot and slot.at + jitter(entry, slot) <= now and runs.claim(self.engine, entry.name, slot.name, slot.at, self.holder, now):
            self._start(entry, slot)

    def _start(self, entry: ScheduleEntry, slot: Slot) -> None:
        self.running[entry.name] = (slot, self.start(entry))
        self.tell("started", entry=entry.name, slot=slot.name)


def jitter(entry: ScheduleEntry, slot: Slot) -> timedelta:
    """A wait of up to `entry.jitter` seconds, the same for this slot on every host: not all shops call at :00."""
    digest = hashlib.sha256(f"{entry.name} {slot.name}".encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:4], "big") % (entry.jitter + 1))
