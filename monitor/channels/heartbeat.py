"""A sign of life, when the user wishes for one: silence means "nothing changed" only as long as somebody looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.channels.routing import wanted
from monitor.model.event import Event
from monitor.store import outbox
from monitor.store.pulse import pulse

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from monitor.model.settings import ScanSettings

LATE = timedelta(hours=36)  # a daily pass still brings it; older than this it would tell of another day
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def beat(engine: Engine, settings: ScanSettings, now: datetime) -> int:
    """Put the sign of life that fell due last into the outbox; once for each time, however often it is asked."""
    line = settings.alerts.heartbeat
    at = last_time(line, now, settings.alerts.zone) if line else None
    if at is None:
        return 0
    event = Event(event_id=f"alive_{at:%Y%m%dT%H%M}", type="monitor.alive", at=now, data=pulse(engine), level="low")
    with engine.begin() as connection:
        return outbox.put(connection, [(event, wanted(event, settings.channels))])


def last_time(line: str, now: datetime, zone: str = "") -> datetime | None:
    """The latest minute up to `now`, as the wall in `zone` shows it, that a cron line names; None when it is older than LATE.

    Five fields, each `*`, numbers, ranges, steps and lists of them; Sunday is 0 or 7; a day fits when the day of the
    month or of the week does, if both are told (POSIX crontab). ValueError for another line.
    """
    fits = _cron(line)
    place = ZoneInfo(zone) if zone else None
    moment = now.replace(second=0, microsecond=0)
    while now - moment <= LATE:
        wall = moment.astimezone(place)
        if fits(wall):
            return wall
        moment -= timedelta(minutes=1)
    return None


def _cron(line: str) -> Callable[[datetime], bool]:
    texts = line.split()
    if len(texts) != 5:
        raise ValueError(line)
    minutes, hours, days, months, weekdays = (_field(text, low, high) for text, (low, high) in zip(texts, BOUNDS, strict=True))
    either = not texts[2].startswith("*") and not texts[4].startswith("*")

    def fits(wall: datetime) -> bool:
        if wall.minute not in minutes or wall.hour not in hours or wall.month not in months:
            return False
        of_month, of_week = wall.day in days, wall.isoweekday() % 7 in {day % 7 for day in weekdays}
        return of_month or of_week if either else of_month and of_week

    return fits


def _field(text: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for one in text.split(","):
        span, _, step = one.partition("/")
        first, _, last = span.partition("-")
        begin = low if first == "*" else int(first)
        end = high if first == "*" or (step and not last) else int(last or first)
        if not low <= begin <= end <= high or (step and int(step) < 1):
            raise ValueError(text)
        found.update(range(begin, end + 1, int(step or 1)))
    return found
