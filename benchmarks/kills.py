"""kill -9 at random moments of scan and delivery: nothing lost, nothing doubled, whatever the moment.

    python -m benchmarks.kills [KILLS] [POSTGRES-ADDRESS]

Each morning some listings of an invented shop change and the shop is scanned: the real readers, the real database, real
HTTP to a receiver in a process of its own. The scan runs in a forked process (it has everything imported already) which
is killed in one of four phases: read, store (inside a transaction of findings), outbox (while alerts are written,
claimed or settled) and send (on the wire). A shared byte says where it is; the moment within the phase is random.

In the end one scan runs whole, and then: the open findings are those of a fresh database over the last state of the
shop; every finding's life is a chain without a gap or a repeated link; every change that a channel wants has one event;
every event has arrived; what arrived twice has one id. Exit code 1 where one of these does not hold.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, select

import monitor.channels.wire
import monitor.cli.alerts
import monitor.cli.scan
import monitor.crawling
from monitor.channels import round as sending
from monitor.cli.face import Face
from monitor.cli.scan import scan_once, visit_files
from monitor.model.finding import LEVELS
from monitor.scan import Scan
from monitor.store import open_store, outbox, reading
from monitor.store.tables import deliveries, events, finding_changes, findings

PHASES = ("read", "store", "outbox", "send")
LISTINGS, CHANGED = 1200, 40
NAMES = ["Velmora", "V3lmora", "Tarnhoj", "T.A.R.N.H.O.J", "Okeanos", "Brikko", "for Okeanos", "Tarnhoj replica"]
GOODS = ["running shoes", "face cream 50 ml", "wool hat", "保湿面霜", "透气跑步鞋", "building set"]
BRANDS = "brand_id,name,policy\nvelmora,Velmora,no-online\ntarnhoj,Tarnhoj,authorized-only\nokeanos,Okeanos,unknown\nbrikko,Brikko,no-online\n"
SETTINGS = """\
[registry]
path = "brands.csv"
[store]
url = "{store}"
[[sources]]
name = "shop"
path = "shop.csv"
[[channels]]
name = "receiver"
kind = "webhook"
url = "http://127.0.0.1:{port}/"
min_level = "low"
[alerts]
allow_networks = ["127.0.0.0/8"]
digest_over = 1000
"""


class Shop:
    """Listings whose titles change from morning to morning."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.titles = [self._title() for _ in range(LISTINGS)]

    def _title(self) -> str:
        name = self.chance.choice(NAMES) + " " if self.chance.random() < 0.12 else ""
        return name + self.chance.choice(GOODS)

    def morning(self, path: Path) -> None:
        for at in self.chance.sample(range(LISTINGS), CHANGED):
            self.titles[at] = self._title() if self.chance.random() < 0.5 else f"{self.chance.choice(NAMES)} {self.chance.choice(GOODS)}"
        rows = "".join(f"taobao,s1,{610000 + at},{title},99,CNY\n" for at, title in enumerate(self.titles))
        path.write_text("platform,shop,listing_id,title,price,currency\n" + rows, encoding="utf-8")


def receiver(port: Any, log: str) -> None:
    """Write down every alert that arrives, then say yes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"]))
            if len(sent) < int(self.headers["content-length"]):
                return  # the sender was killed on the wire
            body = json.loads(sent)
            line = json.dumps([self.headers["webhook-id"], body["type"], body["data"].get("key"), body["data"].get("scan_id")])
            with Path(log).open("a", encoding="utf-8") as file:
                file.write(line + "\n")
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.value = server.server_address[1]
    server.serve_forever()


class Clock:
    """Tomorrow comes at once: a claim of a process that was killed has ended by then."""

    def __init__(self) -> None:
        self.mornings = 0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.mornings)

    @property
    def day(self) -> date:
        return self().date()


class Phases:
    """Where a child is, seen from outside: a shared byte; and a word through a pipe when it comes where it shall die."""

    def __init__(self) -> None:
        self.byte = mmap.mmap(-1, 1)
        self.wanted, self.skip, self.pipe = -1, 0, -1
        for name in ("_write", "_settle"):
            setattr(Scan, name, self.marked("store", getattr(Scan, name)))
        for name in ("put", "due", "sent", "failed"):
            setattr(outbox, name, self.marked("outbox", getattr(outbox, name)))
        assert sending.outbox is outbox
        monitor.channels.wire.Wire.post = self.marked("send", monitor.channels.wire.Wire.post)  # type: ignore[method-assign]

    def enter(self, phase: int) -> int:
        """Say that the process is in `phase` now; the one before."""
        before, self.byte[0] = self.byte[0], phase
        if phase == self.wanted and phase != before:
            self.skip -= 1
            if self.skip < 0:
                self.wanted = -1
                os.write(self.pipe, b"x")
        return before

    def marked(self, phase: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **more: Any) -> Any:
            before = self.enter(PHASES.index(phase))
            try:
                return work(*args, **more)
            finally:
                self.byte[0] = before

        return run


def run_scan(folder: Path, clock: Clock) -> int:
    """One scan and its delivery, in this process."""
    monitor.cli.scan.now = monitor.cli.alerts.now = clock
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        return scan_once(Face(quiet=True), folder / "monitor.toml", (), clock.day, visit_files, workers=1 + clock.mornings % 2)


def killed_in(folder: Path, clock: Clock, phases: Phases, wanted: int, chance: random.Random) -> int | None:
    """Scan in a child and kill it in the wanted phase; the phase it was in, None where it was quicker."""
    there, here = os.pipe()
    phases.byte[0] = 255
    phases.wanted, phases.pipe = wanted, here
    phases.skip = int(chance.expovariate(0.7)) if wanted else 0  # the first, or a later time that it comes to this phase
    wait = chance.uniform(0, (0.25, 0.004, 0.0008, 0.001)[wanted])
    child = os.fork()
    if child == 0:
        code = 9
        try:
            phases.enter(0)
            code = run_scan(folder, clock)
        finally:
            os._exit(code)
    phases.wanted = -1  # the child's alone
    os.close(here)
    came = os.read(there, 1)
    os.close(there)
    if came:
        time.sleep(wait)
        os.kill(child, signal.SIGSTOP)
        phase = phases.byte[0]
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return phase if came and os.WIFSIGNALED(status) else None


@contextlib.contextmanager
def database(folder: Path, address: str) -> Iterator[str]:
    """An empty database: a file here, or one on the server at `address`."""
    if not address:
        yield f"sqlite:///{folder / 'shop.sqlite3'}"
        return
    name = f"kills_{os.getpid()}"
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield make_url(address).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def main(kills: int, address: str = "") -> int:
    monitor.crawling.ALONE = LISTINGS // 2  # every other morning a worker files what it screened
    chance, clock, seen = random.Random(11), Clock(), Counter[int]()
    with tempfile.TemporaryDirectory() as name, database(Path(name), address) as store:
        folder = Path(name)
        port = multiprocessing.Value("i", 0)
        listener = multiprocessing.Process(target=receiver, args=(port, str(folder / "log")), daemon=True)
        listener.start()
        while port.value == 0:
            time.sleep(0.01)
        (folder / "monitor.toml").write_text(SETTINGS.format(port=port.value, store=store), encoding="utf-8")
        (folder / "brands.csv").write_text(BRANDS, encoding="utf-8")
        shop = Shop(chance)
        shop.morning(folder / "shop.csv")
        open_store(store).dispose()
        fresh(folder, clock)  # everything is imported and read once, before the first fork
        phases = Phases()
        whole = 0
        while sum(seen.values()) < kills:
            clock.mornings += 1
            shop.morning(folder / "shop.csv")
            phase = killed_in(folder, clock, phases, min(range(4), key=lambda one: (seen[one], chance.random())), chance)
            if phase is None:
                whole += 1
            else:
                seen[phase] += 1
        clock.mornings += 1
        code = run_scan(folder, clock)
        faults = list(judge(folder, store, clock))
        listener.terminate()
    told = ", ".join(f"{phase} {seen[at]}" for at, phase in enumerate(PHASES))
    print(f"{make_url(store).get_backend_name()}: {sum(seen.values())} kills ({told}), {whole} scans that were quicker; last scan: exit {code}")
    print(*faults or ["nothing lost, nothing doubled"], sep="\n")
    return int(bool(faults) or code != 0)


def judge(folder: Path, store: str, clock: Clock) -> Iterator[str]:
    """What does not hold."""
    engine = open_store(store)
    arrived = [json.loads(line) for line in (folder / "log").read_text(encoding="utf-8").splitlines()]
    with reading(engine) as connection:
        mine = {(row.key, row.level) for row in connection.execute(select(findings).where(findings.c.state == "open"))}
        lives = connection.execute(select(finding_changes, findings.c.key).join(findings).order_by(finding_changes.c.scan_id, finding_changes.c.at)).all()
        told = connection.execute(select(events).where(events.c.type.like("finding.%"))).all()
        states = connection.execute(select(deliveries.c.state, deliveries.c.event_id)).all()
    engine.dispose()
    yield from _same(mine, fresh(folder, clock))
    yield from _chains(lives)
    ids = Counter(line[0] for line in arrived)
    lost = [event_id for state, event_id in states if state != "sent" or event_id not in ids]
    if lost:
        yield f"{len(lost)} alerts never arrived, such as {lost[0]}"
    wanted = Counter((row.key, row.scan_id, row.change) for row in lives)
    given = Counter((row.subject, json.loads(row.data)["scan_id"], row.type.removeprefix("finding.")) for row in told)
    if wanted != given:
        yield f"{sum((wanted - given).values())} changes without an alert, {sum((given - wanted).values())} alerts without a change"
    meant: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for webhook_id, type_, key, scan_id in arrived:
        if type_.startswith("finding."):
            meant[type_, key, scan_id].add(webhook_id)
    doubled = [key for key, names in meant.items() if len(names) > 1]
    if doubled:
        yield f"{len(doubled)} changes arrived under two ids, such as {doubled[0]}"
    print(f"{len(mine)} open findings, {len(lives)} changes, {len(ids)} alerts, of which {sum(count > 1 for count in ids.values())} arrived again under the same id")


def fresh(folder: Path, clock: Clock) -> set[tuple[str, str]]:
    """The open findings of an empty memory over the shop as it is."""
    text = (folder / "monitor.toml").read_text(encoding="utf-8").split("[[channels]]")[0]
    lines = [f'url = "sqlite:///{folder / "fresh.sqlite3"}"' if line.startswith("url") else line for line in text.splitlines()]
    (folder / "fresh.sqlite3").unlink(missing_ok=True)
    (folder / "fresh.toml").write_text("\n".join(lines), encoding="utf-8")
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        scan_once(Face(quiet=True), folder / "fresh.toml", (), clock.day, visit_files)
    with reading(open_store(f"sqlite:///{folder / 'fresh.sqlite3'}")) as connection:
        return {(row.key, row.level) for row in connection.execute(select(findings).where(findings.c.state == "open"))}


def _same(mine: set[tuple[str, str]], wanted: set[tuple[str, str]]) -> Iterator[str]:
    if mine != wanted:
        yield f"open findings: {len(wanted - mine)} lost, {len(mine - wanted)} too many, such as {next(iter(mine ^ wanted))}"


def _chains(lives: Any) -> Iterator[str]:
    """Each change of a finding begins at the level at which the one before ended, and goes where its name says."""
    level: dict[str, str] = {}
    for row in lives:
        before = level.get(row.key, "clear")
        up = LEVELS.index(row.after) - LEVELS.index(row.before)
        goes = {"opened": row.before == "clear" and up > 0, "closed": row.after == "clear" and up < 0, "escalated": up > 0, "eased": up < 0}
        if row.before != before or not goes.get(row.change, True):
            yield f"{row.key}: {row.change} from {row.before} to {row.after}, but it was {before}"
        level[row.key] = row.after


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 250, sys.argv[2] if len(sys.argv) > 2 else ""))
