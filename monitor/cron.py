"""A cron line in a zone -> the moments at which it is due, each with a name of its own. Pure.

APScheduler reads and matches the fields; zones are ours. Its own zone handling fires 01:30 twice at the autumn
change, and in its crontab syntax day 0 is Monday. Here:

* A line with fixed hours is due once for each time on the wall. A time that the spring change leaves out is due
  as long after the change as it would have been after the hour before; one that comes twice, the first time.
* A line whose hours begin with `*` (every hour, every second hour) goes by the time that passes: it is due in
  both of the doubled hours and knows nothing of the one left out.
* Where day and weekday are both given, either is enough; 0 and 7 are Sunday (crontab(5)).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
# A day on the wall and the same moment in UTC are at most this far apart, changes of a zone included.
SLACK = timedelta(hours=30)
# How far to look back for the last moment, in growing steps: a line for every minute is found at once.
LOOKS = tuple(timedelta(hours=hours) for hours in (2, 26, 24 * 32, 24 * 400, 24 * 366 * 8))
WEEKDAY = re.compile(r"(\*|[a-z]{3}|\d)(?:-([a-z]{3}|\d))?(?:/(\d+))?", re.I)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One moment at which a line is due. `name` stays the same whatever the clock is set to: no run is doubled."""

    at: datetime  # aware, UTC
    name: str


class Cron:
    """`minute hour day month weekday` in a zone ("" is the machine's own). ValueError says what does not fit."""

    def __init__(self, line: str, zone: str = "") -> None:
        fields = line.split()
        if len(fields) != 5:
            raise ValueError(f"a cron line has five fields, not {len(fields)}: {line}")
        minute, hour, day, month, weekday = fields
        self.zone: tzinfo | None = ZoneInfo(zone) if zone else None
        self.passing = hour.startswith("*")
        either = "*" not in (day[0], weekday[0])
        days = [(day, "*"), ("*", _weekdays(weekday))] if either else [(day, _weekdays(weekday))]
        self._triggers = [
            CronTrigger(minute=minute, hour=hour, day=on, month=month, day_of_week=week, timezone=UTC) for on, week in days
        ]  # fmt: skip

    def slots(self, after: datetime, until: datetime) -> Iterator[Slot]:
        """Every slot with `after` < at <= `until` (both aware), in order."""
        found: list[Slot] = []
        for wall in self._walls(after.astimezone(UTC) - SLACK, until.astimezone(UTC) + SLACK):
            found += [slot for slot in self._moments(wall) if after < slot.at <= until]
        yield from sorted(set(found))

    def latest(self, after: datetime, until: datetime) -> Slot | None:
        """The last slot with `after` < at <= `until`: what is left of a night's sleep is one run."""
        for look in LOOKS:
            start = max(after, until - look)
            slots = list(self.slots(start, until))
            if slots:
                return slots[-1]
            if start == after:
                return None
        return None

    def next(self, after: datetime) -> Slot | None:
        """The first slot after `after`; None where there is none within eight years (30 February)."""
        for look in LOOKS:
            slot = next(self.slots(after, after + look), None)
            if slot is not None:
                return slot
        return None

    def _walls(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Times on the wall that fit the fields, taken as if they were UTC: there every time exists once."""

        def each(trigger: CronTrigger) -> Iterator[datetime]:
            wall = trigger.get_next_fire_time(None, start)
            while wall is not None and wall <= end:
                yield wall.replace(tzinfo=None)
                wall = trigger.get_next_fire_time(None, wall + MINUTE)

        yield from merge(*map(each, self._triggers))

    def _moments(self, wall: datetime) -> Iterator[Slot]:
        first = self._instant(wall.replace(fold=0))
        if not self.passing:
            yield Slot(first, wall.isoformat(timespec="minutes"))
            return
        for instant in {first, self._instant(wall.replace(fold=1))}:
            if self._local(instant) == wall:
                yield Slot(instant, instant.isoformat(timespec="minutes"))

    def _instant(self, wall: datetime) -> datetime:
        local = wall.replace(tzinfo=self.zone) if self.zone else wall
        return local.astimezone(UTC)

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone).replace(tzinfo=None, fold=0)


def _weekdays(field: str) -> str:
    """The weekday field with names instead of numbers, ranges written out: APScheduler counts from Monday."""
    if field == "*":
        return field
    names: list[str] = []
    for part in field.split(","):
        found = WEEKDAY.fullmatch(part)
        if not found:
            raise ValueError(f"the weekday {part} is none of 0-7, mon-sun")
        first = 0 if found[1] == "*" else _day(found[1])
        last = 6 if found[1] == "*" or (found[3] and not found[2]) else _day(found[2] or found[1])
        if last < first:
            last += 7
        names += [DAYS[day % 7] for day in range(first, last + 1, int(found[3] or 1) or 1)]
    return ",".join(dict.fromkeys(names))


def _day(word: str) -> int:
    if word.isdigit():
        if int(word) > 7:
            raise ValueError(f"the weekday {word} is none of 0-7, mon-sun")
        return int(word)
    if word.lower() not in DAYS:
        raise ValueError(f"the weekday {word} is none of 0-7, mon-sun")
    return DAYS.index(word.lower())
