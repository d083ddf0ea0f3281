"""An unknown table: what its columns may mean, from their names and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.model.source import Proposal


def propose(path: Path) -> Proposal:
    """A first mapping of the table in `path`."""
    raise NotImplementedError(path)
