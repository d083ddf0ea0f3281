"""Who is told of an event: by type, level, shop and brand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.model.finding import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.model.event import Event
    from monitor.model.settings import Channel

LEVELLED = ("finding.", "authorization.", "case.")  # the other events have no level of their own


def wanted(event: Event, channels: Sequence[Channel]) -> list[str]:
    """Names of the channels that are told of this event, in their order.

    `scan.failed` reaches every channel: silence would look like a clean bill. An event that names no shop or no brand
    (a paper for all shops) passes those filters, since it may concern the one that was asked for.
    """
    return [channel.name for channel in channels if event.type == "scan.failed" or _wants(channel, event)]


def _wants(channel: Channel, event: Event) -> bool:
    loud = not event.type.startswith(LEVELLED) or LEVELS.index(event.level) >= LEVELS.index(channel.min_level)
    return channel.wants(event.type) and loud and _among(event.shop, channel.shops) and _among(event.brand_id, channel.brands)


def _among(name: str, chosen: Sequence[str]) -> bool:
    return not chosen or not name or name.casefold() in {one.casefold() for one in chosen}
