"""Files that tell parts of the same things are put together (Shopee's workbooks, Taobao's two order lists)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.model.source import Reading


def join(readings: Sequence[tuple[str, Reading]]) -> list[tuple[str, Reading]]:
    """The readings, with those of one set put together."""
    return list(readings)
