"""Parcels, wires and events for the channels' tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from monitor.channels.addresses import Guard
from monitor.channels.delivery import DeliveryResult, Outside, deliver
from monitor.channels.kinds import SHIPPED, Kind
from monitor.channels.message import message
from monitor.channels.parcel import Parcel
from monitor.channels.round import body
from monitor.channels.wire import Wire
from monitor.model.event import Event
from monitor.model.settings import AlertSettings, Channel, ScanSettings
from monitor.reports.jsonl_report import finding_object
from monitor.store import open_store, outbox
from tests.channels.receivers import SECRET
from tests.conftest import make_screening

OWN = ("127.0.0.0/8",)
HOSTILE = "N1KE <script>alert(1)</script> @all <!channel> <@everyone> ](http://evil.example) `code` **bold** _it_ ![x](y) <at id=all></at>\n# head\n> quote\u202e"


def make_event(title: str = "N1KE running shoes", **values: Any) -> Event:
    """A finding that opened, with the public JSON of it."""
    screening = make_screening(title)
    (finding,) = screening.findings
    data = {**finding_object(screening, finding, "en"), "change": "opened", "scan_id": 7}
    return Event(**{
        "event_id": "msg_1", "type": "finding.opened", "at": datetime(2026, 3, 1, 6, 30, tzinfo=UTC), "data": data, "subject": finding.key,
        "level": "high", "shop": "s1", "brand_id": "nike", **values,
    })  # fmt: skip


def make_parcel(kind: str, url: str, event: Event | None = None, lang: Any = "en") -> Parcel:
    event = event or make_event()
    return Parcel(
        url=url, secrets=(SECRET[kind],) if kind in SECRET else (), message_id=event.event_id, at=datetime.now(UTC),
        message=message(event, lang), body=body(event, lang), lang=lang, secret_env="SECRET",
    )  # fmt: skip


@pytest.fixture
def wire() -> Iterator[Callable[..., Wire]]:
    """Makes wires that may reach this machine, and closes them."""
    made: list[Wire] = []

    def make(**options: Any) -> Wire:
        guard = options.pop("guard", Guard(allowed=OWN))
        made.append(Wire(guard, **{"seconds": 2.0, **options}))
        return made[-1]

    yield make
    for one in made:
        one.close()


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self, now: datetime = datetime(2026, 3, 1, 8, tzinfo=UTC)) -> None:
        self.now, self.slept = now, 0.0
        self.lock = threading.Lock()

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.now += timedelta(seconds=max(0.0, seconds))
            self.slept += seconds

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Desk:
    """An outbox in a real database, settings, and one call for a pass."""

    engine: Engine
    clock: Clock
    channels: list[Channel] = field(default_factory=list)
    alerts: AlertSettings = field(default_factory=lambda: AlertSettings(allow_networks=OWN))
    environ: dict[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=lambda: SHIPPED)
    patience: timedelta = timedelta(0)

    def put(self, *events: Event, names: list[str] | None = None) -> None:
        with self.engine.begin() as connection:
            outbox.put(connection, [(event, names or [channel.name for channel in self.channels]) for event in events])

    def deliver(self) -> DeliveryResult:
        settings = ScanSettings(base=Path(), channels=tuple(self.channels), alerts=self.alerts)
        outside = Outside(environ=self.environ, kinds=self.kinds, sleep=self.clock.sleep, patience=self.patience, seconds=2.0)
        return deliver(self.engine, settings, self.clock(), self.clock, environ=self.environ, outside=outside)

    def states(self) -> dict[str, str]:
        """event id -> state, of the first channel that it went to."""
        return {row.event_id: row.state for row in outbox.listing(self.engine)}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = open_store(f"sqlite:///{tmp_path / 'outbox.sqlite3'}")
    yield Desk(engine, Clock())
    engine.dispose()


def many(count: int, level: Any = "high", **values: Any) -> list[Event]:
    return [make_event(event_id=f"msg_{at}", subject=f"taobao/s1/{at}/nike", level=level, **values) for at in range(count)]
