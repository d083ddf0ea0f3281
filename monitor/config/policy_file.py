"""policy.toml: weights and bounds laid over the shipped ones."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from monitor.config.toml_file import nearest, read_toml
from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.model.policy import ScreeningPolicy

if TYPE_CHECKING:
    from pathlib import Path


def load_policy(path: Path | None) -> ScreeningPolicy:
    """Weights and bounds from a policy.toml laid over the shipped ones. ConfigError names what does not fit."""
    shipped = ScreeningPolicy()
    if path is None:
        return shipped
    values = read_toml(path)
    numbers: dict[str, Any] = {}
    for name in ("far_below_percent", "below_percent", "expiring_days", "letter_days", "sales_volume"):
        if name in values:
            numbers[name] = _number(values.pop(name), name, path)
    weights, bounds = values.pop("weights", {}), values.pop("bounds", {})
    for name in values:
        raise failure(ConfigError, "config.unknown-key", file=path, section="policy", key=name, near=nearest(name, [*numbers, "weights", "bounds"]))
    for section, given, known in (("weights", weights, shipped.weights), ("bounds", bounds, shipped.bounds)):
        for name in given:
            if section == "bounds" and name not in known:
                raise failure(ConfigError, "config.unknown-key", file=path, section=section, key=name, near=nearest(name, known))
    merged = {**shipped.bounds, **{name: _number(value, name, path) for name, value in bounds.items()}}
    if not 0 < merged["low"] < merged["medium"] < merged["high"] < merged["critical"]:
        raise failure(ConfigError, "config.bounds-order", file=path)
    return ScreeningPolicy(weights={**shipped.weights, **{name: _number(value, name, path) for name, value in weights.items()}}, bounds=merged, **numbers)


def _number(value: Any, name: str, path: Path) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise failure(ConfigError, "config.no-number", file=path, key=name, value=value)
    return value
