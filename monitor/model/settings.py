"""What the user has set for the daily scan: sources, channels, schedule, alerts, store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from monitor.model.event import EVENTS, EventType

if TYPE_CHECKING:
    from datetime import time
    from pathlib import Path

    from monitor.model.finding import Level

SourceKind = Literal["exports", "pages", "feed"]
ChannelKind = Literal["webhook", "dingtalk", "feishu", "wecom", "slack", "discord", "teams", "email"]
SOURCE_KINDS: tuple[SourceKind, ...] = ("exports", "pages", "feed")
CHANNEL_KINDS: tuple[ChannelKind, ...] = ("webhook", "dingtalk", "feishu", "wecom", "slack", "discord", "teams", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where listings of one shop come from. `paths`: files, folders or globs as seen from monitor.toml, `~` undone."""

    name: str
    kind: SourceKind
    paths: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    shop: str = ""  # an id of [[shops]] or of the registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way out for alerts. The secret stands in the environment variable `secret_env`, never here. Empty `events`,
    `shops`, `brands`: all of them."""

    name: str
    kind: ChannelKind | str  # a plug-in may bring kinds of its own
    url: str = field(default="", repr=False)  # often a secret itself
    secret_env: str = ""
    events: tuple[EventType, ...] = ()
    min_level: Level = "high"
    shops: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    lang: Literal["zh", "en"] = "en"

    def wants(self, type_: EventType) -> bool:
        """`scan.failed` always comes through: silence would look like a clean bill."""
        return type_ == "scan.failed" or type_ in (self.events or EVENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleEntry:
    """A cron line of five fields in `zone` (IANA), and the command that a person would type after `listing-monitor`.
    `jitter`: it starts up to so many seconds later, so that not every shop calls at the full hour."""

    name: str
    cron: str
    zone: str = ""  # "": the machine's own
    command: str = "scan"
    jitter: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """`quiet_hours`: local start and end (may pass midnight), all but critical wait. `digest_over`: more alerts than
    this for one channel become one message. `heartbeat`: cron line of a sign of life, "" for none. `expiring_days`:
    days before a paper's end on which it is told. `allow_networks`: own networks that webhooks may reach."""

    quiet_hours: tuple[time, time] | None = None
    zone: str = ""
    digest_over: int = 10
    heartbeat: str = ""
    expiring_days: tuple[int, ...] = (30, 7, 1)
    allow_networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """`keep_days`: closed findings, scans and history older than this are thinned; 0 keeps all. `incomplete_below`: a
    scan that reads less than this share (0..1) of the last complete one is incomplete."""

    url: str = ""  # an SQLAlchemy address; "" is listing-monitor.sqlite3 beside monitor.toml
    keep_days: int = 400
    incomplete_below: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """Everything of monitor.toml that the daily scan needs. `base`: the folder of monitor.toml."""

    base: Path
    sources: tuple[Source, ...] = ()
    channels: tuple[Channel, ...] = ()
    schedule: tuple[ScheduleEntry, ...] = ()
    alerts: AlertSettings = AlertSettings()
    store: StoreSettings = StoreSettings()
