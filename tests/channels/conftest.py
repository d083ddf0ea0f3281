"""Parcels, wires and events for the channels' tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.channels.addresses import Guard
from monitor.channels.message import message
from monitor.channels.parcel import Parcel
from monitor.channels.round import body
from monitor.channels.wire import Wire
from monitor.model.event import Event
from monitor.reports.jsonl_report import finding_object
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
