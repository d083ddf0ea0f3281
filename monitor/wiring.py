"""Configuration and plug-ins become the parts, once."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.config.toml_file import nearest
from monitor.errors import ConfigError
from monitor.messages import failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from monitor.channels.kinds import Kind
    from monitor.config import Config
    from monitor.model.registry import Registry
    from monitor.model.settings import Channel, ScanSettings
    from monitor.model.source import Reader
    from monitor.screening import Screener
    from monitor.screening.places import Engine

SEAMS = ("dialects", "rules", "comparators", "channels", "runners")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One loaded entry point, and the distribution it came from."""

    seam: str
    name: str
    value: str
    distribution: str
    part: Any


@cache
def plugins(seam: str) -> tuple[Plugin, ...]:
    """Everything registered at `listing_monitor.<seam>`. ConfigError where one fails to load:
    a monitor without the rule that its user installed would say "clear" for the wrong reason."""
    loaded = []
    for point in sorted(entry_points(group=f"listing_monitor.{seam}"), key=lambda point: point.name):
        distribution = point.dist.name if point.dist else "?"
        try:
            part = point.load()
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            raise failure(ConfigError, "config.plugin", name=point.name, distribution=distribution, why=why) from error
        loaded.append(Plugin(seam=seam, name=point.name, value=point.value, distribution=distribution, part=part))
    return tuple(loaded)


def assemble(config: Config, on: date, *, registry_path: Path | None = None, company: str = "") -> tuple[Registry, Screener]:
    """The registry (the user's over the starter one, unless `registry_path` replaces it) and the screener built on it."""
    from monitor.index_file import cache_folder, finder
    from monitor.registry_files import load_registry, load_with_starter
    from monitor.screening import Screener

    registry = load_registry(registry_path) if registry_path else load_with_starter(config.registry_path)
    registry = replace(registry, shops=(*registry.shops, *config.shops))
    rules = [plugin.part for plugin in plugins("rules")]
    found = finder(registry.brands, cache_folder(os.environ, sys.platform, Path.home()), engine(os.environ))
    return registry, Screener.build(registry, on=on, policy=config.policy, company=company, rules=rules, finder=found)


def addressed(settings: ScanSettings, registry: Registry) -> ScanSettings:
    """The settings with channels that know their shops by id and name, and their brands by id. ConfigError for one that
    nobody knows: such a channel would be told nothing, and its silence would look like all clear."""
    from monitor.screening.seller import same_name

    shops = {same_name(name): (shop.shop_id, shop.name) for shop in registry.shops for name in (shop.name, shop.shop_id) if name}
    brands = {same_name(name): (brand.brand_id,) for brand in registry.brands for name in (*brand.names, brand.brand_id)} if any(one.brands for one in settings.channels) else {}

    def meant(channel: Channel, key: str, asked: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        found: list[str] = []
        for name in asked:
            if known and same_name(name) not in known:
                raise failure(ConfigError, "channels.nobody", channel=channel.name, key=key, name=name, near=nearest(name, [one for some in known.values() for one in some[:1]]))
            found += [name, *known.get(same_name(name), ())]
        return tuple(dict.fromkeys(filter(None, found)))

    channels = [replace(one, shops=meant(one, "shops", one.shops, shops), brands=meant(one, "brands", one.brands, brands)) for one in settings.channels]
    return replace(settings, channels=tuple(channels))


def engine(environ: Mapping[str, str]) -> Engine:
    """Which engine LISTING_MONITOR_ENGINE asks for; "auto" where it is silent. ConfigError for one that there is not."""
    from monitor.screening.places import ENGINES

    asked = environ.get("LISTING_MONITOR_ENGINE") or "auto"
    for one in ENGINES:
        if one == asked:
            return one
    raise failure(ConfigError, "config.engine", engine=asked, engines=", ".join(ENGINES))


def readers() -> tuple[Reader, ...]:
    """The readers of files and pages, the shipped one included."""
    return tuple(plugin.part for plugin in plugins("dialects"))


def channel_kinds(channels: Iterable[Channel] = ()) -> Mapping[str, Kind]:
    """The kinds of channel by name, those of plug-ins included. ConfigError where one of `channels` is of none of them."""
    from monitor.channels.kinds import with_plugins

    kinds = with_plugins([(plugin.name, plugin.part) for plugin in plugins("channels")])
    for channel in channels:
        if channel.kind not in kinds:
            raise failure(ConfigError, "channels.no-such-kind", channel=channel.name, kind=channel.kind, known=", ".join(kinds))
    return kinds
