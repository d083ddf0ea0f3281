"""The kinds of channel, and what each service can bear."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from monitor.channels.parcel import Outcome, Parcel, Send
    from monitor.channels.wire import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`per_minute`: messages that the service takes in a minute, 0 for no limit; `pause`: seconds between two.
    `digests`: may many alerts become one message? Not for a program, which wants each event by its id."""

    name: str
    send: Send
    per_minute: int = 20
    pause: float = 0.0
    digests: bool = True


def _of(module: str) -> Callable[[Parcel, Wire], Outcome]:
    """The sender of a module that is imported with the first message."""

    def send(parcel: Parcel, wire: Wire) -> Outcome:
        outcome: Outcome = import_module(f"monitor.channels.{module}").send(parcel, wire)
        return outcome

    return send


# The figures stand in each module's documentation.
SHIPPED: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(name="webhook", send=_of("webhook"), per_minute=0, digests=False),
        Kind(name="dingtalk", send=_of("dingtalk"), per_minute=20),
        Kind(name="feishu", send=_of("feishu"), per_minute=100, pause=0.25),
        Kind(name="wecom", send=_of("wecom"), per_minute=20),
        Kind(name="slack", send=_of("slack"), per_minute=60, pause=1.0),
        Kind(name="discord", send=_of("discord"), per_minute=30, pause=0.5),
        Kind(name="teams", send=_of("teams"), per_minute=60, pause=0.3),
        Kind(name="email", send=_of("email"), per_minute=30),
    )
}


def with_plugins(plugins: Sequence[tuple[str, Any]]) -> dict[str, Kind]:
    """The shipped kinds and those of plug-ins: a callable `send(parcel, wire) -> Outcome` under the name of its entry
    point, which may bear `per_minute`, `pause` and `digests`. A shipped name may be replaced."""
    found = {
        name: Kind(name=name, send=part, per_minute=getattr(part, "per_minute", 20), pause=getattr(part, "pause", 0.0), digests=getattr(part, "digests", True))
        for name, part in plugins
    }  # fmt: skip
    return {**SHIPPED, **found}
