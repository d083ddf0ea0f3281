"""monitor.toml, the environment and the flags become one frozen Config."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.model.policy import ScreeningPolicy
from monitor.model.registry import Shop

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path("monitor.toml")
PREFIX = "LISTING_MONITOR_"
# Sections of monitor.toml and their keys (the public contract). What only later commands read is checked too, so
# that a slip of the pen is told where it stands.
KEYS: Mapping[str, tuple[str, ...]] = {
    "registry": ("path",), "store": ("url",), "shops": ("id", "platform", "name", "company", "territory"),
    "sources": ("name", "kind", "path", "url", "shop"),
    "channels": ("name", "kind", "url", "secret_env", "events", "min_level", "shops", "brands", "lang"),
    "schedule": ("name", "cron", "zone", "command"), "alerts": ("quiet_hours", "digest_over", "heartbeat"), "policy": ("path",),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the user has set. Paths are as seen from the file that names them."""

    registry_path: Path | None = None
    policy: ScreeningPolicy = field(default_factory=ScreeningPolicy)
    shops: tuple[Shop, ...] = ()


def load_config(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """The settings at `path` (default: monitor.toml here, if there is one); the environment wins.

    ConfigError names the file, the key and, for a misspelt one, the nearest.
    """
    environ = os.environ if environ is None else environ
    chosen = path or (FILE if FILE.is_file() else None)
    values = _read(chosen) if chosen else {}
    base = chosen.parent if chosen else Path()
    for section, keys in values.items():
        _checked(section, keys, chosen or FILE)
    registry = environ.get(f"{PREFIX}REGISTRY_PATH") or values.get("registry", {}).get("path")
    policy = environ.get(f"{PREFIX}POLICY_PATH") or values.get("policy", {}).get("path")
    return Config(
        registry_path=_place(base, registry), policy=load_policy(_place(base, policy)),
        shops=tuple(_shop(shop, chosen or FILE) for shop in values.get("shops", ())),
    )  # fmt: skip


def _place(base: Path, name: str | None) -> Path | None:
    return base / name if name else None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise failure(ConfigError, "config.unreadable", file=path, why=error.strerror or error) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise failure(ConfigError, "config.no-toml", file=path, why=error) from error


def _checked(section: str, keys: Any, path: Path) -> None:
    """Known section, known keys."""
    if section not in KEYS:
        raise failure(ConfigError, "config.unknown-section", file=path, section=section, near=_near(section, KEYS))
    for entry in keys if isinstance(keys, list) else [keys]:
        if not isinstance(entry, dict):
            raise failure(ConfigError, "config.no-table", file=path, section=section)
        for key in entry:
            if key not in KEYS[section]:
                raise failure(ConfigError, "config.unknown-key", file=path, section=section, key=key, near=_near(key, KEYS[section]))


def _near(word: str, known: Any) -> str:
    return next(iter(get_close_matches(word, list(known), 1, 0)), "")


def _shop(values: Mapping[str, Any], path: Path) -> Shop:
    if not values.get("id"):
        raise failure(ConfigError, "config.shop-without-id", file=path)
    cells = {name: str(values.get(name, "")) for name in ("platform", "name", "company", "territory")}
    return Shop(shop_id=str(values["id"]), **cells)


def load_policy(path: Path | None) -> ScreeningPolicy:
    """Weights and bounds from a policy.toml laid over the shipped ones. ConfigError names what does not fit."""
    shipped = ScreeningPolicy()
    if path is None:
        return shipped
    values = _read(path)
    numbers: dict[str, Any] = {}
    for name in ("far_below_percent", "below_percent", "expiring_days", "letter_days", "sales_volume"):
        if name in values:
            numbers[name] = _number(values.pop(name), name, path)
    weights, bounds = values.pop("weights", {}), values.pop("bounds", {})
    for name in values:
        raise failure(ConfigError, "config.unknown-key", file=path, section="policy", key=name, near=_near(name, [*numbers, "weights", "bounds"]))
    for section, given, known in (("weights", weights, shipped.weights), ("bounds", bounds, shipped.bounds)):
        for name in given:
            if section == "bounds" and name not in known:
                raise failure(ConfigError, "config.unknown-key", file=path, section=section, key=name, near=_near(name, known))
    merged = {**shipped.bounds, **{name: _number(value, name, path) for name, value in bounds.items()}}
    if not 0 < merged["low"] < merged["medium"] < merged["high"] < merged["critical"]:
        raise failure(ConfigError, "config.bounds-order", file=path)
    return ScreeningPolicy(weights={**shipped.weights, **{name: _number(value, name, path) for name, value in weights.items()}}, bounds=merged, **numbers)


def _number(value: Any, name: str, path: Path) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise failure(ConfigError, "config.no-number", file=path, key=name, value=value)
    return value
