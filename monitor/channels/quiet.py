"""Hours in which only the critical is told, by the clock on the user's wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(now: datetime, hours: tuple[time, time] | None, zone: str = "") -> datetime | None:
    """The moment (UTC) at which the quiet hours that `now` falls into end; None outside of them.

    `hours` may pass midnight; equal ends mean never. `zone` is an IANA name, "" the machine's own. On the night of a
    clock change the hours are as long as the wall's clock says: an end that is skipped comes with the skip, an end
    that happens twice comes the first time.
    """
    if hours is None or hours[0] == hours[1]:
        return None
    start, end = hours
    place = ZoneInfo(zone) if zone else None
    today = now.astimezone(place).date()
    for day in (today - timedelta(days=1), today):
        last = day if start < end else day + timedelta(days=1)
        begins, ends = _moment(day, start, place), _moment(last, end, place)
        if begins <= now < ends:
            return ends
    return None


def _moment(day: date, wall: time, place: ZoneInfo | None) -> datetime:
    """The first moment (UTC) of that day at which the wall shows `wall` or, where it skips that, something later."""
    naive = datetime.combine(day, wall)
    early, late = sorted(_utc(naive.replace(fold=fold), place) for fold in (0, 1))
    while early < late and early.astimezone(place).replace(tzinfo=None) < naive:
        early += timedelta(minutes=1)
    return early


def _utc(naive: datetime, place: ZoneInfo | None) -> datetime:
    # A naive moment is the machine's own for astimezone().
    return (naive.replace(tzinfo=place) if place else naive).astimezone(UTC)
