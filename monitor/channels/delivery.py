"""One pass over the outbox: every channel for itself, none waiting for another."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

from monitor.channels.addresses import Guard
from monitor.channels.credentials import address, secrets
from monitor.channels.heartbeat import beat
from monitor.channels.kinds import SHIPPED, Kind
from monitor.channels.message import test_message
from monitor.channels.parcel import Outcome, Parcel, Unreachable, Why
from monitor.channels.round import Round, attempt
from monitor.channels.wire import Wire
from monitor.store import outbox

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Engine

    from monitor.channels.addresses import Resolve
    from monitor.model.settings import AlertSettings, Channel, ScanSettings

THREADS = 8
ORPHAN = "channels.orphan"  # alerts wait for a channel that monitor.toml has no more
PATIENCE = timedelta(seconds=12)  # the first retry comes after five seconds: wait for it rather than for tomorrow's scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a channel; `dead` of its alerts were given up in this pass."""

    channel: str
    why: Why
    dead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResult:
    """Alerts by what became of them: `sent` (as so many `messages`), to be tried `later`, `held` by quiet hours, `dead`."""

    sent: int = 0
    messages: int = 0
    later: int = 0
    held: int = 0
    dead: int = 0
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What a pass needs of the world: environment, kinds of channel, how to sleep, how names resolve, whom TLS trusts."""

    environ: Mapping[str, str]
    kinds: Mapping[str, Kind]
    sleep: Callable[[float], None] = time.sleep
    resolve: Resolve = socket.getaddrinfo
    tls: ssl.SSLContext | None = None
    patience: timedelta = PATIENCE
    seconds: float = 20.0

    def wire(self, alerts: AlertSettings) -> Wire:
        return Wire(Guard(allowed=alerts.allow_networks, resolve=self.resolve), tls=self.tls, seconds=self.seconds)


def deliver(
    engine: Engine, settings: ScanSettings, now: datetime, clock: Callable[[], datetime], *, environ: Mapping[str, str],
    kinds: Mapping[str, Kind] = SHIPPED, outside: Outside | None = None,
) -> DeliveryResult:  # fmt: skip
    """Send what is due. `now`: when the pass began; `clock`: the time as it goes on (both aware, UTC).

    Nothing of a channel's trouble is raised: it stands in `faults`, and the alerts wait or are dead letters. ServiceError
    where the database fails.
    """
    outside = outside or Outside(environ=environ, kinds=kinds)
    faults = _beat(engine, settings, now)
    waiting = outbox.waiting(engine)
    faults += [
        Fault(channel=name, why=Why(key=ORPHAN, params={"count": str(count)}))
        for name, count in waiting.items() if name not in {channel.name for channel in settings.channels}
    ]  # fmt: skip
    rounds = []
    for channel in settings.channels:
        if channel.name in waiting:
            ready = _round(engine, channel, settings.alerts, now, clock, outside)
            if isinstance(ready, Why):
                faults.append(Fault(channel=channel.name, why=ready))
            else:
                rounds.append(ready)
    if rounds:
        with ThreadPoolExecutor(min(THREADS, len(rounds)), thread_name_prefix="channel") as pool:
            futures = [pool.submit(ready.run) for ready in rounds]
            try:
                for future in futures:
                    future.result()
            except BaseException:  # Ctrl-C: what waits goes out the next time
                for ready in rounds:
                    ready.stopped = True
                raise
    faults += [Fault(channel=ready.channel.name, why=ready.fault, dead=ready.dead) for ready in rounds if ready.fault]
    held = sum(len(ready.held) for ready in rounds)
    return DeliveryResult(
        sent=sum(ready.sent for ready in rounds), messages=sum(ready.messages for ready in rounds), held=held,
        dead=sum(ready.dead for ready in rounds), later=max(0, sum(outbox.waiting(engine).values()) - held), faults=tuple(faults),
    )  # fmt: skip


def send_test(channel: Channel, alerts: AlertSettings, now: datetime, outside: Outside) -> Outcome:
    """One test message to one channel, past the outbox."""
    kind = _kind(channel, outside.kinds)
    if isinstance(kind, Why):
        return Outcome(why=kind)
    stamp = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    wire = outside.wire(alerts)
    try:
        parcel = Parcel(
            url=address(channel, outside.environ), secrets=secrets(channel, outside.environ), message_id=f"test_{now:%Y%m%dT%H%M%S%f}", at=now,
            message=test_message(channel.lang), body={"type": "monitor.alive", "timestamp": stamp, "data": {"test": True}}, lang=channel.lang,
            secret_env=channel.secret_env,
        )  # fmt: skip
        return attempt(kind, parcel, wire)
    except Unreachable as error:
        return Outcome(why=error.why)
    finally:
        wire.close()


def _round(engine: Engine, channel: Channel, alerts: AlertSettings, now: datetime, clock: Callable[[], datetime], outside: Outside) -> Round | Why:
    kind = _kind(channel, outside.kinds)
    if isinstance(kind, Why):
        return kind
    try:
        url, hidden = address(channel, outside.environ), secrets(channel, outside.environ)
    except Unreachable as error:
        return error.why
    return Round(
        engine=engine, channel=channel, kind=kind, alerts=alerts, clock=clock, sleep=outside.sleep, wire=outside.wire(alerts),
        url=url, secrets=hidden, until=now + outside.patience,
    )  # fmt: skip


def _kind(channel: Channel, kinds: Mapping[str, Kind]) -> Kind | Why:
    near = get_close_matches(channel.kind, kinds, 1, 0)
    return kinds.get(channel.kind) or Why(key="channels.unknown-kind", params={"kind": channel.kind, "near": near[0] if near else "webhook"})


def _beat(engine: Engine, settings: ScanSettings, now: datetime) -> list[Fault]:
    try:
        beat(engine, settings, now)
    except ValueError:
        return [Fault(channel="heartbeat", why=Why(key="channels.bad-heartbeat", params={"line": settings.alerts.heartbeat}))]
    return []
