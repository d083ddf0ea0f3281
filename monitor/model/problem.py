"""A fault in the input, as a value: where it stands, what was found, what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`code` is a message key `<room>.<name>`: its sentence stands in monitor/locale/<lang>/<room>.toml.

    `loss` says what it cost: "cell" (read as blank), "row" (the row is lost), "rest" (the rest of the
    file is lost), "" (nothing lost: a notice). A loss of a row or more makes a command exit with 3.
    """

    code: str
    source: str = ""
    row: int | None = None  # the header counts as 1
    column: str = ""
    found: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    loss: Literal["", "cell", "row", "rest"] = "cell"
