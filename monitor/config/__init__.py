"""monitor.toml, the environment and the flags become one frozen Config."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.config.own_dialects import own_dialects
from monitor.config.policy_file import load_policy
from monitor.config.scanning import scan_settings
from monitor.config.toml_file import checked, read_toml
from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.model.platforms import marketplace
from monitor.model.policy import ScreeningPolicy
from monitor.model.registry import Shop
from monitor.model.settings import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path("monitor.toml")
PREFIX = "LISTING_MONITOR_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the user has set. Paths are as seen from the file that names them."""

    registry_path: Path | None = None
    policy: ScreeningPolicy = field(default_factory=ScreeningPolicy)
    shops: tuple[Shop, ...] = ()
    scanning: ScanSettings = field(default_factory=lambda: ScanSettings(base=Path()))

    def platform(self, shop: str) -> str:
        """The marketplace of a shop of [[shops]], "" where it is not told."""
        return marketplace(next((one.platform for one in self.shops if shop and shop in (one.shop_id, one.name)), ""))


def load_config(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """The settings at `path` (default: monitor.toml here, if there is one); the environment wins.

    ConfigError names the file, the key and, for a misspelt one, the nearest.
    """
    environ = os.environ if environ is None else environ
    chosen = path or (FILE if FILE.is_file() else None)
    values = read_toml(chosen) if chosen else {}
    file = chosen or FILE
    for section, entries in values.items():
        checked(section, entries, file)
    registry = environ.get(f"{PREFIX}REGISTRY_PATH") or _path(values, "registry", file)
    policy = environ.get(f"{PREFIX}POLICY_PATH") or _path(values, "policy", file)
    if url := environ.get(f"{PREFIX}STORE_URL"):
        values["store"] = {**values.get("store", {}), "url": url}
    return Config(
        registry_path=_place(file.parent, registry), policy=load_policy(_place(file.parent, policy)),
        shops=tuple(_shop(shop, file) for shop in values.get("shops", ())), scanning=scan_settings(values, file),
    )  # fmt: skip


def _path(values: Mapping[str, Any], section: str, file: Path) -> str:
    found = values.get(section, {}).get("path", "")
    if not isinstance(found, str) or "\0" in found:
        raise failure(ConfigError, "config.wrong-value", file=file, section=section, key="path", value=found, wanted="config.want-text")
    return found


def _place(base: Path, name: str) -> Path | None:
    return base / os.path.expanduser(name) if name else None  # noqa: PTH111  # ~nobody stays as it is written


def _shop(values: Mapping[str, Any], path: Path) -> Shop:
    if not values.get("id"):
        raise failure(ConfigError, "config.shop-without-id", file=path)
    for key, value in values.items():
        if not isinstance(value, str | int):
            raise failure(ConfigError, "config.wrong-value", file=path, section="shops", key=key, value=value, wanted="config.want-text")
    cells = {name: str(values.get(name, "")) for name in ("platform", "name", "company", "territory")}
    return Shop(shop_id=str(values["id"]), **cells)


__all__ = ["Config", "load_config", "load_policy", "own_dialects"]
