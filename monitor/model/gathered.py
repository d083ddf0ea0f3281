"""What a spider hands to the house at once. Scrapy costs some 40 microseconds an item: a whole file pays them once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.model.listing import Listing
    from monitor.model.problem import Problem
    from monitor.model.source import Pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """A file whose pieces can be read in other processes. `platform` and `shop` fill what its rows leave blank;
    `nothing` is said where it has no row."""

    file: str
    pieces: Pieces
    platform: str = ""
    shop: str = ""
    nothing: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Gathered:
    """Listings of one source, or whole files of them, and the problems met on the way, in order; read as they are asked for.

    `source` is the name of the [[sources]] entry; `orders` counts the order lines read beside them.
    """

    source: str
    found: Iterable[Listing | Problem | Apart] = ()
    orders: int = 0

    def __repr__(self) -> str:
        # Scrapy puts the item into its log lines: a thousand listings would bury the line.
        return f"<Gathered from {self.source}>"
