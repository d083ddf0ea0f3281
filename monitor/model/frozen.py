"""Frozen values made by the million: a dataclass that may not change sets its fields the slow way round."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar

Value = TypeVar("Value")


def twin(frozen: type[Value]) -> type[Value]:
    """A class with the fields of a frozen, slotted dataclass whose values may change, made in a quarter of the time.

    `made = Twin(...)`, then `made.__class__ = Frozen`: the same value as Frozen(...). Only for values that nobody
    else has seen yet.
    """
    shape: Any = frozen
    told: dict[str, Any] = {"__annotations__": {field.name: field.type for field in fields(shape)}, "__doc__": frozen.__doc__}
    told |= {field.name: field.default for field in fields(shape) if field.default is not MISSING}
    made: type[Value] = dataclass(slots=True, kw_only=True)(type(frozen.__name__, (), told))
    return made
