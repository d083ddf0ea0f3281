"""Cron lines over the days on which clocks change, in three zones and for every kind of line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cron import Cron, Slot

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai")  # Lord Howe: half an hour


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def times(line: str, zone: str, start: str, end: str) -> list[str]:
    return [slot.at.strftime("%dT%H:%M") for slot in Cron(line, zone).slots(at(start), at(end))]


def test_a_time_that_comes_twice_is_due_once() -> None:
    assert times("30 2 * * *", "Europe/Berlin", "2026-10-24", "2026-10-27") == ["24T00:30", "25T00:30", "26T01:30"]
    assert times("30 1 * * *", "America/New_York", "2026-10-31", "2026-11-03") == ["31T05:30", "01T05:30", "02T06:30"]


def test_a_time_that_is_left_out_is_due_all_the_same() -> None:
    assert times("30 2 * * *", "Europe/Berlin", "2026-03-28", "2026-03-31") == ["28T01:30", "29T01:30", "30T00:30"]
    assert times("30 2 * * *", "America/New_York", "2026-03-07", "2026-03-10") == ["07T07:30", "08T07:30", "09T06:30"]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_every_hour_goes_by_the_time_that_passes(day: str) -> None:
    start = at(day) - timedelta(hours=6)
    found = list(Cron("0 * * * *", "Europe/Berlin").slots(start, start + timedelta(hours=24)))
    assert [slot.at for slot in found] == [start + timedelta(hours=hour) for hour in range(1, 25)]
    assert len({slot.name for slot in found}) == 24


def test_weekdays_are_those_of_crontab() -> None:
    assert times("0 12 * * 0", "UTC", "2026-11-22", "2026-11-30") == ["22T12:00", "29T12:00"]  # Sundays
    assert times("0 12 * * 7", "UTC", "2026-11-22", "2026-11-30") == ["22T12:00", "29T12:00"]
    assert times("0 12 * * 5-7", "UTC", "2026-11-23", "2026-11-30") == ["27T12:00", "28T12:00", "29T12:00"]
    assert times("0 12 * * fri-mon", "UTC", "2026-11-23", "2026-11-30") == ["23T12:00", "27T12:00", "28T12:00", "29T12:00"]
    assert times("0 12 * * */3", "UTC", "2026-11-22", "2026-11-29") == ["22T12:00", "25T12:00", "28T12:00"]


def test_day_or_weekday_is_enough() -> None:
    assert times("0 0 25 * mon", "UTC", "2026-11-22", "2026-12-01") == ["23T00:00", "25T00:00", "30T00:00"]


def test_the_latest_is_found_however_long_the_sleep() -> None:
    line = Cron("30 7 * * *", "Asia/Shanghai")
    assert line.latest(at("2024-01-01"), at("2026-11-25T12:00")) == Slot(at("2026-11-24T23:30"), "2026-11-25T07:30")
    assert Cron("* * * * *").latest(at("2020-01-01"), at("2026-11-25T12:00")) == Slot(at("2026-11-25T12:00"), "2026-11-25T12:00+00:00")
    assert line.latest(at("2026-11-24T23:30"), at("2026-11-25T12:00")) is None
    assert Cron("0 0 30 2 *").next(at("2026-01-01")) is None


@pytest.mark.parametrize("line", ["* * * *", "61 * * * *", "0 25 * * *", "0 0 * * 8", "0 0 * * xyz", "a b c d e", "0 0 32 * *", "0 0 * 13 *", "0 0 0 * *", "5-3 * * * *", "*/0 * * * *"])
def test_what_does_not_fit_is_a_value_error(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cron(line, "UTC")


@given(
    zone=st.sampled_from(ZONES), hour=st.integers(0, 23), minute=st.integers(0, 59),
    cuts=st.lists(st.integers(1, 370 * 24 * 60), max_size=6), day=st.dates(datetime(2024, 1, 1).date(), datetime(2027, 1, 1).date()),
)  # fmt: skip
def test_a_daily_line_is_due_once_a_day_however_the_year_is_cut(zone: str, hour: int, minute: int, cuts: list[int], day: object) -> None:
    line = Cron(f"{minute} {hour} * * *", zone)
    start = datetime.combine(day, datetime.min.time(), UTC)  # type: ignore[arg-type]
    end = start + timedelta(days=370)
    edges = [start, *sorted(start + timedelta(minutes=cut) for cut in cuts), end]
    slots = [slot for one, two in pairwise(edges) for slot in line.slots(one, min(two, end))]
    days = [slot.name[:10] for slot in slots]
    assert len(days) == len(set(days)) and len(days) in (370, 369, 371)
    assert slots == sorted(slots)


@pytest.mark.parametrize(
    ("line", "now", "expected"),
    [
        ("0 9 * * *", (2026, 3, 2, 9, 0), (2026, 3, 2, 9, 0)), ("0 9 * * *", (2026, 3, 2, 8, 59), (2026, 3, 1, 9, 0)),
        ("0 9 * * 1", (2026, 3, 3, 7, 30), (2026, 3, 2, 9, 0)), ("0 9 * * 1", (2026, 3, 4, 7, 30), None), ("0 9 * * 0", (2026, 3, 1, 10, 0), (2026, 3, 1, 9, 0)),
        ("0 9 * * 7", (2026, 3, 1, 10, 0), (2026, 3, 1, 9, 0)), ("*/15 8-18 * * 1-5", (2026, 3, 2, 12, 44), (2026, 3, 2, 12, 30)), ("30 7 1 * *", (2026, 3, 2, 8, 0), (2026, 3, 1, 7, 30)),
        ("0 0 1 * 2", (2026, 3, 3, 1, 0), (2026, 3, 3, 0, 0)), ("5,35 * * 2,3 *", (2026, 3, 2, 8, 0), (2026, 3, 2, 7, 35)), ("59 23 31 12 *", (2026, 3, 2, 8, 0), None),
    ],
)  # fmt: skip
def test_the_last_time_of_a_cron_line(line: str, now: tuple[int, ...], expected: tuple[int, ...] | None) -> None:
    moment, asked = datetime(*now, tzinfo=SHANGHAI), expected and datetime(*expected, tzinfo=SHANGHAI)  # type: ignore[misc, arg-type]
    found = Cron(line, "Asia/Shanghai").latest(moment - timedelta(hours=36), moment)
    assert (found and found.at) == asked
