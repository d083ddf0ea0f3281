"""One channel's round: claim what is due, send it in order, write down what became of it.

At least once: a message is marked only after its service took it, and a process that dies in between leaves it to be
sent again under the same id.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.channels.message import digest, message
from monitor.channels.parcel import Outcome, Parcel, Unreachable, Why
from monitor.channels.quiet import quiet_until
from monitor.messages import say_code
from monitor.store import outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Engine

    from monitor.channels.kinds import Kind
    from monitor.channels.wire import Wire
    from monitor.messages import Lang
    from monitor.model.event import Delivery, Event
    from monitor.model.settings import AlertSettings, Channel

# Seconds from one try to the next; a tenth failure is the last. The example schedule of Standard Webhooks.
DELAYS = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.2  # a delay is up to so much longer
LEASE = timedelta(minutes=5)
MARGIN = timedelta(seconds=45)  # of the lease, so that the last message is settled while the claim still holds
CLAIMED = 100  # one by one
IN_ONE = 5_000  # as one digest
DOWN = 3  # failures of the service in a row: the next message would fare no better
OUTAGE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Round:
    """`until`: how long this round may wait for a retry that is near. `fault`: what still is wrong at its end."""

    engine: Engine
    channel: Channel
    kind: Kind
    alerts: AlertSettings
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    wire: Wire
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    until: datetime
    sent: int = 0
    messages: int = 0
    dead: int = 0
    held: set[int] = field(default_factory=set)
    fault: Why | None = None
    stopped: bool = False  # set from outside: the message under way is the last
    again: datetime | None = None  # the next try that this round may wait for
    paused: datetime | None = None  # nothing leaves before
    failures: int = 0  # of the service, in a row
    times: deque[datetime] = field(default_factory=deque)

    def run(self) -> None:
        """Until nothing is due, or the service has had enough."""
        if self.kind.per_minute:  # another round may have sent a moment ago
            self.times.extend(outbox.recent(self.engine, self.channel.name, self.clock() - MINUTE))
        try:
            while not self.stopped and self._may_go_on():
                quiet = quiet_until(self.clock(), self.alerts.quiet_hours, self.alerts.zone)
                urgent = outbox.press(self.engine, self.channel.name, "critical", self.clock()) if quiet else set()
                claimed = outbox.due(self.engine, self.channel.name, self.clock(), IN_ONE if self.kind.digests else CLAIMED, LEASE)
                if claimed:
                    self._send_all(self._awake(claimed, quiet, urgent), self.clock() + LEASE - MARGIN)
                elif not self._wait():
                    return
        finally:
            self.wire.close()

    def _may_go_on(self) -> bool:
        """Wait out a pause that is short; write down one that is long, for the rounds to come."""
        if self.paused is not None and self.paused > self.clock():
            if self.paused > self.until:
                outbox.pause(self.engine, self.channel.name, self.paused)
                return False
            self.sleep((self.paused - self.clock()).total_seconds())
        self.paused = None
        return True

    def _wait(self) -> bool:
        """Sleep until the next try, if there is one near."""
        moment, self.again = self.again, None
        if moment is not None:
            self.sleep(max(0.0, (moment - self.clock()).total_seconds()))
        return moment is not None

    def _awake(self, claimed: Sequence[Delivery], quiet: datetime | None, urgent: set[str]) -> list[Delivery]:
        """What may be told now: in quiet hours the critical, and what its finding has to say before it."""
        if quiet is None:
            return list(claimed)
        loud = [delivery for delivery in claimed if delivery.event.level == "critical" or delivery.event.subject in urgent]
        held = {delivery.delivery_id for delivery in claimed} - {delivery.delivery_id for delivery in loud}
        outbox.put_off(self.engine, held, quiet)
        self.held |= held
        return loud

    def _send_all(self, deliveries: Sequence[Delivery], lease_ends: datetime) -> None:
        most = min(self.alerts.digest_over, self.kind.per_minute or self.alerts.digest_over)
        groups = [list(deliveries)] if self.kind.digests and len(deliveries) > most else [[delivery] for delivery in deliveries]
        for at, group in enumerate(groups):
            if not self.stopped and self.clock() < lease_ends and self._in_time():
                outcome = self._try(group)
                self._settle(group, outcome)
                if outcome.gone:
                    self._bury(outcome.why)
                if self.paused is None:
                    continue
                at += 1
            left = [delivery.delivery_id for later in groups[at:] for delivery in later]
            outbox.put_off(self.engine, left, self.clock())
            return

    def _in_time(self) -> bool:
        """Keep the service's pace: a pause between two, no more than so many in a minute."""
        now = self.clock()
        while self.times and now - self.times[0] >= MINUTE:
            self.times.popleft()
        if self.kind.per_minute and len(self.times) >= self.kind.per_minute:
            self.paused = self.times[0] + MINUTE
            return False
        if self.times and self.kind.pause:
            self.sleep(max(0.0, self.kind.pause - (now - self.times[-1]).total_seconds()))
        self.times.append(self.clock())
        return True

    def _try(self, group: Sequence[Delivery]) -> Outcome:
        events, lang = [delivery.event for delivery in group], self.channel.lang
        one = len(events) == 1
        parcel = Parcel(
            url=self.url, secrets=self.secrets, message_id=message_id(events), at=self.clock(),
            message=message(events[0], lang) if one else digest(events, lang),
            body=body(events[0], lang) if one else {"type": "digest", "data": {"events": [body(event, lang) for event in events]}},
            lang=lang, secret_env=self.channel.secret_env,
        )  # fmt: skip
        return attempt(self.kind, parcel, self.wire)

    def _settle(self, group: Sequence[Delivery], outcome: Outcome) -> None:
        """Write down what became of a message, and whether the service needs a pause."""
        ids, now = [delivery.delivery_id for delivery in group], self.clock()
        if outcome.ok:
            outbox.sent(self.engine, ids, now)
            self.sent, self.messages, self.failures = self.sent + len(ids), self.messages + 1, 0
            self.fault = self.fault if self.dead else None
            return
        self.fault = outcome.why or Why(key="channels.broken", params={"kind": "?"})
        self.failures = self.failures + 1 if outcome.down else 0
        if outcome.fault:
            outbox.put_off(self.engine, ids, now)
            self.paused = now + OUTAGE
            return
        self._again_or_never(group, outcome, now)
        if outcome.after is not None and outcome.down:
            self.paused = now + timedelta(seconds=max(outcome.after, self.kind.pause))
        elif self.failures >= DOWN:
            self.paused = now + OUTAGE

    def _again_or_never(self, group: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
        why = self.fault.text() if self.fault else ""
        for tries in sorted({delivery.attempts + 1 for delivery in group}):
            some = [delivery for delivery in group if delivery.attempts + 1 == tries]
            retry = None
            if not outcome.gone and tries < len(DELAYS):
                retry = now + delay(f"{self.channel.name} {message_id([one.event for one in some])}", tries, outcome.after)
                self.again = min(self.again or retry, retry) if retry <= self.until else self.again
            else:
                self.dead += len(some)
            outbox.failed(self.engine, [delivery.delivery_id for delivery in some], now, why, retry)

    def _bury(self, why: Why | None) -> None:
        """410: the channel is at its end, and so is all that waits for it. `alerts resend` brings it back."""
        self.paused = self.until + OUTAGE
        self.dead += outbox.bury(self.engine, self.channel.name, why.text() if why else "")


def attempt(kind: Kind, parcel: Parcel, wire: Wire) -> Outcome:
    """Send one parcel; a plug-in that breaks is a failed try, not the end of the others."""
    try:
        return kind.send(parcel, wire)
    except Unreachable as error:
        return Outcome(why=error.why, down=True)
    except Exception as error:
        return Outcome(why=Why(key="channels.broken", params={"kind": type(error).__name__}))


def delay(seed: str, tries: int, after: float | None) -> timedelta:
    """How long until the next try: the table, a little more so that many do not come back at once, never less than
    the service asked for. The jitter comes from the seed (channel and message), so that a restart does not change it."""
    share = int.from_bytes(hashlib.sha256(f"{seed} {tries}".encode()).digest()[:4], "big") / 2**32
    return timedelta(seconds=max(DELAYS[tries] * (1 + JITTER * share), after or 0.0))


def message_id(events: Sequence[Event]) -> str:
    """The event's own id; of a digest one that stays while its events stay the same."""
    if len(events) == 1:
        return events[0].event_id
    return "msg_" + hashlib.sha256(" ".join(sorted(event.event_id for event in events)).encode()).hexdigest()[:32]


def body(event: Event, lang: Lang) -> dict[str, Any]:
    """The public JSON of an event, its sentences in the channel's language."""
    stamp = event.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    data = dict(event.data)
    for room, name in (("reason", "reasons"), ("remedy", "remedies"), ("remedy", "remedy_set")):
        if isinstance(data.get(name), list | tuple):
            data[name] = [_said(room, one, lang) for one in data[name]]
    return {"type": event.type, "timestamp": stamp, "data": data}


def _said(room: str, told: Mapping[str, Any], lang: Lang) -> Mapping[str, Any]:
    try:
        return {**told, "message": say_code(room, told["code"], told.get("params") or {}, lang)}
    except KeyError:
        return told
