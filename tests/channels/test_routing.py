"""Who is told: level, shop, brand and event; a failed scan is told to everybody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.channels.routing import wanted
from monitor.model.event import Event
from monitor.model.settings import Channel

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
ALL = Channel(name="all", kind="webhook", min_level="clear")
NARROW = Channel(name="narrow", kind="slack", min_level="critical", shops=("S1",), brands=("nike",), events=("finding.opened",))


def event(**values: object) -> Event:
    return Event(**{"event_id": "msg_1", "type": "finding.opened", "at": AT, "level": "high", "shop": "s1", "brand_id": "nike", **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"level": "critical"}, ["all", "narrow"]),
        ({"level": "high"}, ["all"]),
        ({"level": "critical", "shop": "s2"}, ["all"]),
        ({"level": "critical", "shop": ""}, ["all", "narrow"]),
        ({"level": "critical", "brand_id": "lego"}, ["all"]),
        ({"level": "critical", "type": "finding.closed"}, ["all"]),
        ({"type": "scan.failed", "level": "clear", "shop": "s9", "brand_id": "x"}, ["all", "narrow"]),
        ({"type": "monitor.alive", "level": "clear"}, ["all"]),
    ],
)
def test_who_is_told(values: dict[str, object], names: list[str]) -> None:
    assert wanted(event(**values), (ALL, NARROW)) == names


def test_a_sign_of_life_needs_no_level_but_the_wish() -> None:
    quiet = Channel(name="boss", kind="email", min_level="critical", events=("monitor.alive",))
    assert wanted(event(type="monitor.alive", level="clear"), (quiet,)) == ["boss"]
