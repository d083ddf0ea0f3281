"""Ten thousand alerts against a receiver that misbehaves: is each delivered once by its id, in order, or a dead letter?

    python -m benchmarks.alerts [--alerts 10000] [--seed 1] [--store sqlite:///...]

Real HTTP on this machine, a real database, the real sender; only the clock is simulated, so that three days of retries
pass in a minute. Of the requests the receiver refuses some at random (500, 503, 429 with Retry-After), takes some and
breaks off before it answers (which must lead to a second delivery under the same id), answers some late and some never;
it always refuses a few alerts; and one of the four channels answers 410 from some moment on.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from monitor.channels.delivery import Outside, deliver
from monitor.channels.kinds import SHIPPED
from monitor.model.event import Event
from monitor.model.settings import AlertSettings, Channel, ScanSettings
from monitor.store import open_store, outbox

CHANNELS = ("a", "b", "c", "d")
ENDS = "d"  # answers 410 once it has taken half of what is for it
EVENTS_EACH = 5  # of one finding, whose order counts
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
TIMEOUT = 0.5  # seconds of real time that the sender waits
# Share of requests that meet with it.
MOODS = {"500": 0.04, "503": 0.02, "429": 0.02, "cut": 0.02, "late": 0.02, "silent": 0.001}
HOPELESS = 200  # one alert in so many is always refused


@dataclass
class Receiver:
    """Takes what its mood lets it take; remembers the order in which ids were first taken, and how often."""

    seed: int
    share: int  # how many alerts are for one channel
    taken: list[str] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)
    moods: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    chance: random.Random = field(init=False)
    of_ends: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def mood(self, message_id: str, channel: str) -> str:
        with self.lock:
            self.requests += 1
            if channel == ENDS and self.of_ends >= self.share // 2:
                return "410"
            if hopeless(message_id):
                return "500"
            value = self.chance.random()
            for name, share in MOODS.items():
                if value < share:
                    return name
                value -= share
            return "204"

    def take(self, message_id: str, channel: str) -> None:
        with self.lock:
            self.of_ends += channel == ENDS and not self.times[message_id]
            if not self.times[message_id]:
                self.taken.append(message_id)
            self.times[message_id] += 1


def hopeless(message_id: str) -> bool:
    return int(message_id.rpartition("_")[2]) % HOPELESS == 0


@contextmanager
def listening(receiver: Receiver) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            message_id, channel = self.headers["webhook-id"], self.path.strip("/")
            mood = receiver.mood(message_id, channel)
            receiver.moods[mood] += 1
            if mood in ("204", "cut", "late"):
                receiver.take(message_id, channel)
            if mood in ("cut", "silent"):
                time.sleep(TIMEOUT * 1.5 if mood == "silent" else 0)
                self.close_connection = True
                return
            if mood == "late":
                time.sleep(TIMEOUT / 10)
            self.send_response(204 if mood == "late" else int(mood))
            if mood == "429":
                self.send_header("Retry-After", str(receiver.chance.randint(1, 30)))
            if mood not in ("204", "late"):
                self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Clock:
    """Sleeping moves it; threads share it."""

    now: datetime = START
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.now += timedelta(seconds=max(0.0, seconds))


def fill(engine: Engine, count: int) -> dict[str, str]:
    """Put the alerts of `count` / 5 findings into the outbox, each finding to one channel; id -> channel."""
    types: tuple[Any, ...] = ("finding.opened", "finding.escalated", "finding.eased", "finding.escalated", "finding.closed")
    messages, channel_of = [], {}
    for at in range(count):
        step, finding = divmod(at, max(1, count // EVENTS_EACH))
        key, channel = f"taobao/s1/{finding}/nike", CHANNELS[finding % len(CHANNELS)]
        data = {"key": key, "level": "high", "listing": {"title": f"running shoes {finding}"}, "change": types[step % 5].partition(".")[2], "scan_id": step}
        messages.append((Event(event_id=f"msg_{at}", type=types[step % 5], at=START, subject=key, data=data), [channel]))
        channel_of[f"msg_{at}"] = channel
    with engine.begin() as connection:
        outbox.put(connection, messages)
    return channel_of


def run(count: int, seed: int, url: str) -> dict[str, Any]:
    """The figures of one run. AssertionError where an alert was lost, or left out of its order."""
    engine, clock, receiver = open_store(url), Clock(), Receiver(seed, count // len(CHANNELS))
    channel_of = fill(engine, count)
    began, passes = time.perf_counter(), 0
    with listening(receiver) as address:
        channels = tuple(Channel(name=name, kind="webhook", url=f"{address}/{name}") for name in CHANNELS)
        settings = ScanSettings(base=Path(), channels=channels, alerts=AlertSettings(allow_networks=("127.0.0.1/32",)))
        outside = Outside(environ={}, kinds=SHIPPED, sleep=clock.sleep, seconds=TIMEOUT)
        while waiting := outbox.listing(engine, "waiting"):
            heads = {row.subject: row for row in waiting}  # newest first, so the oldest of a finding stays: the others wait for it
            clock.now = max(clock.now, min(row.due_at for row in heads.values()))
            deliver(engine, settings, clock.now, clock, environ={}, outside=outside)
            passes += 1
    seconds = time.perf_counter() - began
    states = {row.event_id: row.state for row in outbox.listing(engine)}
    engine.dispose()
    sent = {one for one, state in states.items() if state == "sent"}
    dead = {one for one, state in states.items() if state == "dead"}
    lost = [one for one in channel_of if one not in sent | dead] + [one for one in sent if not receiver.times[one]]
    wrong = out_of_order(receiver.taken, count)
    needless = [one for one in dead if not hopeless(one) and channel_of[one] != ENDS]
    assert not lost and not wrong, (lost[:5], wrong[:5])
    return {
        "alerts": count, "sent": len(sent), "dead letters": len(dead), "of them on the channel that answered 410": sum(channel_of[one] == ENDS for one in dead),
        "of them always refused": sum(channel_of[one] != ENDS and hopeless(one) for one in dead), "of them after ten unlucky tries": len(needless),
        "lost": len(lost), "out of order": len(wrong), "taken twice under one id (the answer was cut off)": sum(times > 1 for times in receiver.times.values()),
        "requests": receiver.requests, "moods": dict(receiver.moods.most_common()), "passes": passes, "days of simulated time": round((clock.now - START) / timedelta(days=1), 1),
        "seconds": round(seconds, 1), "requests a second": round(receiver.requests / seconds),
    }  # fmt: skip


def out_of_order(taken: list[str], count: int) -> list[str]:
    """Ids that were first taken after a later one of the same finding."""
    latest: dict[int, int] = defaultdict(lambda: -1)
    wrong = []
    for message_id in taken:
        step, finding = divmod(int(message_id.partition("_")[2]), max(1, count // EVENTS_EACH))
        if step < latest[finding]:
            wrong.append(message_id)
        latest[finding] = max(latest[finding], step)
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", help="address of an empty database (default: SQLite in a folder of its own)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(chosen.alerts, chosen.seed, chosen.store or f"sqlite:///{folder}/outbox.sqlite3"), indent=2))


if __name__ == "__main__":
    main()
