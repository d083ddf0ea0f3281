"""Something that happened and that somebody may want to be told: the body of an alert on its way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.model.finding import Level

EventType = Literal[
    "finding.opened", "finding.escalated", "finding.eased", "finding.closed",
    "authorization.expiring", "scan.failed", "case.deadline", "monitor.alive",
]  # fmt: skip
EVENTS: tuple[EventType, ...] = EventType.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. `data` is JSON: for `finding.*` the finding of the public contract plus `change` and `scan_id`.

    `event_id` is the webhook-id: stable over retries and restarts. `subject` orders: events of one subject (a finding
    key) leave in the order in which they happened. `level`, `shop`, `brand_id` are what routing looks at; of a
    finding that eased or closed the level is the one *before*, so that whoever was told of it hears its end.

    `data` of the others: `authorization.expiring` has `authorization_id`, `brand` (`brand_id`, `name`), `licensor`,
    `valid_until` (ISO day), `days`, `listings` (how many it would uncover); `scan.failed` has `scan_id`, `why` (English),
    `reasons` (`code` and `params` of messages), `sources`, `listings`; `monitor.alive` has `last_scan` (ISO time or
    null), `open` (findings by level).
    """

    event_id: str
    type: EventType
    at: datetime  # aware, UTC
    data: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    level: Level = "high"
    shop: str = ""
    brand_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one channel. `sequence` rises within a channel; `attempts` made so far."""

    delivery_id: int
    channel: str
    event: Event
    sequence: int
    attempts: int = 0
