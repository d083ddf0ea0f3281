"""listing-monitor: which of my listings are likely to draw a brand's letter, why, and what clears them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.model.listing import Listing as Listing
    from monitor.model.listing import Offer as Offer
    from monitor.registry_files import load_registry as load_registry
    from monitor.screening import Screener as Screener

__all__ = ["Listing", "Offer", "Screener", "load_registry"]

_HOME = {
    "Listing": "monitor.model.listing",
    "Offer": "monitor.model.listing",
    "Screener": "monitor.screening",
    "load_registry": "monitor.registry_files",
}


def __getattr__(name: str) -> Any:
    # Lazy, so that `listing-monitor --help` does not pay for the screener.
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'monitor' has no attribute {name!r}")
