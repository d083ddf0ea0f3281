"""Keepers over days of simulated time: two leaders, restarts, killed ones, sleep, clocks that are set."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.model.settings import ScheduleEntry
from monitor.schedule.keeper import Keeper
from monitor.store import open_store, runs

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Shanghai")


@dataclass
class Child:
    """A command that takes some time of the simulated clock."""

    ends: datetime
    world: World
    killed: bool = False

    def poll(self) -> int | None:
        if self.killed:
            return -9
        return 0 if self.world.now >= self.ends else None


@dataclass
class World:
    now: datetime
    engine: Engine
    entries: list[ScheduleEntry]
    lasts: timedelta = timedelta(minutes=4)
    started: Counter[tuple[str, str]] = field(default_factory=Counter)
    made: int = 0

    def keeper(self) -> Keeper:
        self.made += 1

        def tell(name: str, **params: object) -> None:
            if name == "started":
                self.started[str(params["entry"]), str(params["slot"])] += 1

        return Keeper(
            engine=self.engine, entries=self.entries, holder=f"host:{self.made}", start=lambda entry: Child(self.now + self.lasts, self), tell=tell,
        )  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> World:
    entries = [ScheduleEntry(name=zone.replace("/", "-"), cron="30 2 * * *", zone=zone) for zone in ZONES]
    return World(datetime(2026, 1, 1, tzinfo=UTC), open_store(f"sqlite:///{tmp_path / 'shop.sqlite3'}"), entries)


@pytest.mark.parametrize("start", ["2026-03-06", "2026-03-27", "2026-10-23", "2026-10-30"])
def test_both_clock_changes_two_keepers_and_restarts_each_run_once(world: World, start: str) -> None:
    world.now = datetime.fromisoformat(start).replace(tzinfo=UTC)
    chance = random.Random(start)
    keepers = [world.keeper(), world.keeper()]
    end = world.now + timedelta(days=4)
    while world.now < end:
        for keeper in keepers:
            keeper.tick(world.now)
        if chance.random() < 0.02:  # a clean restart while nothing runs
            at = chance.randrange(2)
            if not keepers[at].running:
                keepers[at].leave(world.now)
                keepers[at] = world.keeper()
        world.now += timedelta(seconds=chance.choice([20, 40, 60, 90, 240]))
    assert set(world.started.values()) == {1}
    assert len(world.started) == 3 * 4


def test_a_killed_keeper_s_run_is_started_anew_and_once(world: World) -> None:
    first, second = world.keeper(), world.keeper()
    first.tick(world.now)
    world.now += timedelta(hours=2)
    assert first.tick(world.now) and first.running
    world.now += timedelta(seconds=90)  # `first` is gone, and its child with it
    assert second.tick(world.now)
    assert {slot for (_, slot), count in world.started.items() if count == 2} and len(second.running) == len(first.running)
    world.now += timedelta(minutes=10)
    second.tick(world.now)
    second.tick(world.now + timedelta(minutes=1))
    assert not second.running and max(world.started.values()) == 2


def test_a_run_that_never_ends_well_is_given_up(world: World) -> None:
    world.keeper().tick(world.now)
    world.now += timedelta(hours=2)
    for _ in range(5):
        keeper = world.keeper()
        keeper.tick(world.now)
        world.now += timedelta(minutes=3)
    assert max(world.started.values()) == runs.MOST_ATTEMPTS
    states = {run.state for entry in world.entries if (run := runs.last_run(world.engine, entry.name))}
    assert states <= {"given-up", "running"} and "given-up" in states


def test_a_long_sleep_is_one_run(world: World) -> None:
    keeper = world.keeper()
    keeper.tick(world.now)
    world.now += timedelta(days=9, hours=5)
    for _ in range(20):
        keeper.tick(world.now)
        world.now += timedelta(seconds=20)
    assert sorted(world.started.values()) == [1, 1, 1]


def test_a_clock_set_back_doubles_nothing_and_one_that_ran_ahead_holds_nothing_up(world: World) -> None:
    keeper = world.keeper()
    keeper.tick(world.now)
    for minutes in range(0, 48 * 60, 2):  # two good days
        world.now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        keeper.tick(world.now)
    before = dict(world.started)
    for minutes in range(0, 24 * 60, 2):  # the second day again
        world.now = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)
        keeper.tick(world.now)
    assert world.started == before
    world.now = datetime(2027, 6, 1, tzinfo=UTC)  # a year ahead, for a moment
    keeper.tick(world.now)
    for _, child in keeper.running.values():
        child.ends = datetime(2026, 1, 3, tzinfo=UTC)  # type: ignore[attr-defined]
    for minutes in range(0, 24 * 60, 2):
        world.now = datetime(2026, 1, 3, tzinfo=UTC) + timedelta(minutes=minutes)
        keeper.tick(world.now)
    assert sum(slot.startswith("2026-01-03") for _, slot in world.started) == 3
    assert max(world.started.values()) == 1


def test_the_other_takes_over_within_a_minute(world: World) -> None:
    first, second = world.keeper(), world.keeper()
    assert first.tick(world.now) and not second.tick(world.now)
    assert second.tick(world.now + timedelta(seconds=61))
    assert not first.tick(world.now + timedelta(seconds=62))
    second.leave(world.now + timedelta(seconds=63))
    assert first.tick(world.now + timedelta(seconds=64))
