"""Quiet hours by the wall's clock, on ordinary nights and on those of both clock changes; the heartbeat's cron line."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.channels.quiet import quiet_until

NIGHT = (time(22), time(7, 30))


def at(zone: str, *when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York"])
def test_past_midnight(zone: str) -> None:
    assert quiet_until(at(zone, 2026, 6, 1, 21, 59, 59), NIGHT, zone) is None
    assert quiet_until(at(zone, 2026, 6, 1, 22), NIGHT, zone) == at(zone, 2026, 6, 2, 7, 30)
    assert quiet_until(at(zone, 2026, 6, 2, 0), NIGHT, zone) == at(zone, 2026, 6, 2, 7, 30)
    assert quiet_until(at(zone, 2026, 6, 2, 7, 29, 59), NIGHT, zone) == at(zone, 2026, 6, 2, 7, 30)
    assert quiet_until(at(zone, 2026, 6, 2, 7, 30), NIGHT, zone) is None


def test_within_a_day_and_never() -> None:
    noon = (time(12), time(14))
    assert quiet_until(at("Asia/Shanghai", 2026, 6, 1, 13), noon, "Asia/Shanghai") == at("Asia/Shanghai", 2026, 6, 1, 14)
    assert quiet_until(at("Asia/Shanghai", 2026, 6, 1, 11), noon, "Asia/Shanghai") is None
    assert quiet_until(at("Asia/Shanghai", 2026, 6, 1, 11), None) is None
    assert quiet_until(at("Asia/Shanghai", 2026, 6, 1, 9), (time(9), time(9)), "Asia/Shanghai") is None


def test_the_night_that_is_an_hour_shorter() -> None:
    """Berlin, 29 March 2026: 02:00 becomes 03:00."""
    night = (time(23), time(6))
    assert quiet_until(at("Europe/Berlin", 2026, 3, 28, 23), night, "Europe/Berlin") == datetime(2026, 3, 29, 4, tzinfo=UTC)
    skipped = (time(22), time(2, 30))  # ends within the hour that is not there: with the skip, at 01:00 UTC
    assert quiet_until(at("Europe/Berlin", 2026, 3, 28, 23), skipped, "Europe/Berlin") == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert quiet_until(datetime(2026, 3, 29, 1, tzinfo=UTC), skipped, "Europe/Berlin") is None
    begins = (time(2, 30), time(8))  # begins within it
    assert quiet_until(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), begins, "Europe/Berlin") is None
    assert quiet_until(datetime(2026, 3, 29, 1, tzinfo=UTC), begins, "Europe/Berlin") == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_the_night_that_is_an_hour_longer() -> None:
    """New York, 1 November 2026: 02:00 becomes 01:00 again."""
    zone = "America/New_York"
    assert quiet_until(at(zone, 2026, 10, 31, 23), (time(22), time(7)), zone) == datetime(2026, 11, 1, 12, tzinfo=UTC)
    twice = (time(22), time(1, 30))  # ends at the first half past one, and does not begin again at the second one o'clock
    first = at(zone, 2026, 11, 1, 1, 30)
    assert quiet_until(at(zone, 2026, 11, 1, 1), twice, zone) == first
    for minutes in range(0, 120, 5):
        assert quiet_until(first + timedelta(minutes=minutes), twice, zone) is None


def test_every_minute_of_a_year_is_quiet_or_not() -> None:
    """Nine and a half hours a night, an hour less and an hour more on two of them."""
    start, minutes = at("Europe/Berlin", 2026, 1, 1, 12), 365 * 24 * 60
    quiet = sum(quiet_until(start + timedelta(minutes=at_), NIGHT, "Europe/Berlin") is not None for at_ in range(0, minutes, 15))
    assert quiet * 15 == 365 * 570
