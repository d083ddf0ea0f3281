"""The part of monitor.toml that the daily scan needs: sources, channels, schedule, alerts, store."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.config.toml_file import nearest
from monitor.errors import ConfigError
from monitor.messages import LANGS, failure
from monitor.model.event import EVENTS
from monitor.model.finding import LEVELS
from monitor.model.settings import (
    CHANNEL_KINDS,
    SOURCE_KINDS,
    AlertSettings,
    Channel,
    ScanSettings,
    ScheduleEntry,
    Source,
    StoreSettings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAME = re.compile(r"[\w.-]{1,64}")
HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
ADDRESSES = ("https://", "http://", "env:", "smtps://", "smtp://")  # of channels; which fits which kind the channel says
DATABASE = "listing-monitor.sqlite3"


def scan_settings(values: Mapping[str, Any], file: Path) -> ScanSettings:
    """Typed settings from the values of monitor.toml; ConfigError names file, section, entry and key."""
    sources = tuple(_source(_Entry("sources", entry, file)) for entry in values.get("sources", ()))
    channels = tuple(_channel(_Entry("channels", entry, file)) for entry in values.get("channels", ()))
    schedule = tuple(_schedule(_Entry("schedule", entry, file)) for entry in values.get("schedule", ()))
    for section, entries in (("sources", sources), ("channels", channels), ("schedule", schedule)):
        names = [entry.name for entry in entries]
        for name in names:
            if names.count(name) > 1:
                raise failure(ConfigError, "config.double-name", file=file, section=section, name=name)
    return ScanSettings(
        base=file.parent, sources=sources, channels=channels, schedule=schedule,
        alerts=_alerts(_Entry("alerts", values.get("alerts", {}), file)), store=_store(_Entry("store", values.get("store", {}), file)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table of the file; every getter names section and key where the value does not fit."""

    section: str
    values: Mapping[str, Any]
    file: Path

    def wrong(self, key: str, wanted: str, **params: object) -> ConfigError:
        """The error for a value that does not fit, or lacks; `config.want-<wanted>` is the sentence's last part."""
        told = {"file": self.file, "section": self.section, "key": key, "wanted": f"config.want-{wanted}", **params}
        if key not in self.values:
            return failure(ConfigError, "config.lacks", **told)
        return failure(ConfigError, "config.wrong-value", value=self.values[key], **told)

    def text(self, key: str, otherwise: str = "") -> str:
        value = self.values.get(key, otherwise)
        if not isinstance(value, str):
            raise self.wrong(key, "text")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(key, "texts")
        return tuple(one.strip() for one in value if one.strip())

    def choice(self, key: str, known: Sequence[str], otherwise: str = "") -> Any:
        value = self.text(key, otherwise)
        if value not in known:
            raise self.wrong(key, "one-of", known=", ".join(known), near=nearest(value, known))
        return value

    def number(self, key: str, otherwise: float, least: float, most: float) -> float:
        value = self.values.get(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.wrong(key, "number", least=f"{least:g}", most=f"{most:g}")
        return value

    def name(self) -> str:
        name = self.text("name")
        if not NAME.fullmatch(name):
            raise self.wrong("name", "name")
        return name


def _source(entry: _Entry) -> Source:
    base = entry.file.parent
    paths = tuple(str(Path(path).expanduser() if path.startswith("~") else base / path) for path in entry.texts("path"))
    source = Source(name=entry.name(), kind=entry.choice("kind", SOURCE_KINDS, "exports"), paths=paths, urls=entry.texts("url"), shop=entry.text("shop"))
    if not source.paths and not source.urls:
        raise entry.wrong("path", "path")
    if source.kind == "exports" and source.urls:
        raise entry.wrong("url", "no-url")
    for url in source.urls:
        if not url.startswith(("https://", "http://")):
            raise entry.wrong("url", "url")
    return source


def _channel(entry: _Entry) -> Channel:
    events = entry.texts("events")
    for event in events:
        if event not in EVENTS:
            raise entry.wrong("events", "one-of", known=", ".join(EVENTS), near=nearest(event, EVENTS))
    kind, url = entry.text("kind"), entry.text("url")
    if url and not url.startswith(ADDRESSES):
        raise entry.wrong("url", "address")
    if not kind:
        raise entry.wrong("kind", "one-of", known=", ".join(CHANNEL_KINDS), near=CHANNEL_KINDS[0])
    return Channel(
        name=entry.name(), kind=kind, url=url, secret_env=entry.text("secret_env"), events=events,  # type: ignore[arg-type]
        min_level=entry.choice("min_level", LEVELS, "high"), shops=entry.texts("shops"), brands=entry.texts("brands"), lang=entry.choice("lang", LANGS, "en"),
    )  # fmt: skip


def _schedule(entry: _Entry) -> ScheduleEntry:
    cron = entry.text("cron")
    if len(cron.split()) != 5:
        raise entry.wrong("cron", "cron")
    command, jitter = entry.text("command", "scan") or "scan", int(entry.number("jitter", 20, 0, 3600))
    return ScheduleEntry(name=entry.name(), cron=cron, zone=_zone(entry), command=command, jitter=jitter)


def _zone(entry: _Entry) -> str:
    zone = entry.text("zone")
    try:
        return ZoneInfo(zone).key if zone else ""
    except (KeyError, ValueError, OSError) as error:
        raise entry.wrong("zone", "zone") from error


def _alerts(entry: _Entry) -> AlertSettings:
    quiet = entry.text("quiet_hours")
    hours = HOURS.fullmatch(quiet)
    if quiet and not hours:
        raise entry.wrong("quiet_hours", "hours")
    heartbeat = entry.text("heartbeat")
    if heartbeat and len(heartbeat.split()) != 5:
        raise entry.wrong("heartbeat", "cron")
    days = entry.values.get("expiring_days", [30, 7, 1])
    if not isinstance(days, list) or not all(isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 3650 for day in days):
        raise entry.wrong("expiring_days", "days")
    for network in entry.texts("allow_networks"):
        try:
            ip_network(network)
        except ValueError as error:
            raise entry.wrong("allow_networks", "networks") from error
    return AlertSettings(
        quiet_hours=(time(int(hours[1]), int(hours[2])), time(int(hours[3]), int(hours[4]))) if hours else None, zone=_zone(entry),
        digest_over=int(entry.number("digest_over", 10, 1, 1000)), heartbeat=heartbeat, expiring_days=tuple(sorted(set(days), reverse=True)),
        allow_networks=entry.texts("allow_networks"),
    )  # fmt: skip


def _store(entry: _Entry) -> StoreSettings:
    url = entry.text("url") or f"sqlite:///{(entry.file.parent / DATABASE).absolute()}"
    if "://" not in url:
        raise entry.wrong("url", "store")
    if url.startswith("sqlite:///") and url != "sqlite:///:memory:":
        url = f"sqlite:///{(entry.file.parent / url.removeprefix('sqlite:///')).absolute()}"
    return StoreSettings(url=url, keep_days=int(entry.number("keep_days", 400, 0, 36500)), incomplete_below=entry.number("incomplete_below", 0.8, 0, 1))
