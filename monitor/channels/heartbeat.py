"""A sign of life, when the user wishes for one: silence means "nothing changed" only as long as somebody looks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.channels.routing import wanted
from monitor.model.event import Event
from monitor.store import outbox
from monitor.store.pulse import pulse

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from monitor.model.settings import ScanSettings

LATE = timedelta(hours=36)  # a daily pass still brings it; older than this it would tell of another day


def beat(engine: Engine, settings: ScanSettings, now: datetime) -> int:
    """Put the sign of life that fell due last into the outbox; once for each time, however often it is asked.

    ValueError where the cron line cannot be kept.
    """
    if not settings.alerts.heartbeat:
        return 0
    from monitor.cron import Cron  # brings APScheduler: only for those who wish for a sign

    slot = Cron(settings.alerts.heartbeat, settings.alerts.zone).latest(now - LATE, now)
    if slot is None:
        return 0
    event = Event(event_id=f"alive_{slot.at:%Y%m%dT%H%M}", type="monitor.alive", at=now, data=pulse(engine), level="low")
    with engine.begin() as connection:
        return outbox.put(connection, [(event, wanted(event, settings.channels))])
