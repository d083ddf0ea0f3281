"""Configuration and plug-ins become the parts, once."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.errors import ConfigError
from monitor.messages import failure

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from monitor.channels.kinds import Kind
    from monitor.config import Config
    from monitor.model.registry import Brand, Registry, Shop
    from monitor.model.settings import Channel, ScanSettings
    from monitor.model.source import Reader
    from monitor.screening import Screener
    from monitor.screening.places import Engine

Writings = Mapping[str, tuple[str, ...]]  # a name as it is compared -> all that it may be written as
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
    from monitor.config.toml_file import nearest
    from monitor.index_file import cache_folder, finder
    from monitor.model.policy import WEIGHTS
    from monitor.registry_files import load_registry, load_with_starter
    from monitor.screening import Screener

    registry = load_registry(registry_path) if registry_path else load_with_starter(config.registry_path)
    registry = replace(registry, shops=(*registry.shops, *config.shops))
    rules = [plugin.part for plugin in plugins("rules")]
    known = [*WEIGHTS, *(rule.code for rule in rules)]
    for code in config.policy.weights:
        if code not in known:
            raise failure(ConfigError, "config.unknown-key", file="policy.toml", section="weights", key=code, near=nearest(code, known))
    found = finder(registry.brands, cache_folder(os.environ, sys.platform, Path.home()), engine(os.environ))
    return registry, Screener.build(registry, on=on, policy=config.policy, company=company, rules=rules, finder=found)


def shops_by_name(shops: Iterable[Shop]) -> Writings:
    """Every way in which a listing may name its shop, by each of them."""
    from monitor.screening.seller import same_name

    return {same_name(name): tuple(filter(None, (shop.shop_id, shop.name))) for shop in shops for name in (shop.name, shop.shop_id) if name}


def brands_by_name(brands: Iterable[Brand]) -> Writings:
    """The ids of the brands that a name may mean, a brand's id among its names."""
    from monitor.screening.seller import same_name

    found: dict[str, tuple[str, ...]] = {}
    for brand in brands:
        for name in {same_name(one) for one in (brand.brand_id, *brand.names)}:
            found[name] = (*found.get(name, ()), brand.brand_id)
    return found


def meant(asked: Iterable[str], known: Writings, kept: Collection[str] = ()) -> tuple[str, ...]:
    """The names asked for in every way in which they are written. Unheard for one that is neither known nor kept: to go on
    without it would look like all clear."""
    from monitor.config.toml_file import nearest
    from monitor.screening.seller import same_name

    found: list[str] = []
    for name in asked:
        writings = known.get(same_name(name), ())
        if not writings and name not in kept:
            raise Unheard(name, nearest(name, [*kept, *(one[0] for one in known.values())]))
        found += [name, *writings]
    return tuple(dict.fromkeys(found))


class Unheard(LookupError):
    """Nobody has this `name`; `near` is the nearest that somebody has."""

    def __init__(self, name: str, near: str) -> None:
        super().__init__(name)
        self.name, self.near = name, near or "-"


def addressed(settings: ScanSettings, registry: Registry) -> ScanSettings:
    """The settings with channels that know their shops and brands under every name. ConfigError for one that nobody knows:
    such a channel would be told nothing."""
    if not any(one.shops or one.brands for one in settings.channels):
        return settings
    shops, brands = shops_by_name(registry.shops), brands_by_name(registry.brands)
    channels = []
    for channel in settings.channels:
        try:
            channels.append(replace(channel, shops=meant(channel.shops, shops) if shops else channel.shops, brands=meant(channel.brands, brands)))
        except Unheard as error:
            raise failure(ConfigError, "channels.nobody", channel=channel.name, name=error.name, near=error.near) from error
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
