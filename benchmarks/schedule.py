"""A real schedule for some real minutes: two keepers over one database, stops, kills and restarts; each run exactly once.

    python -m benchmarks.schedule [MINUTES]

Every line is due every minute. One of the two keepers is stopped or killed with SIGKILL every 20 to 40 seconds and
started again. Exit code 1 where a minute was missed, or started more often than a killed keeper explains.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from monitor.store import open_store, reading
from monitor.store.tables import schedule_runs

LINES = {"shanghai": "Asia/Shanghai", "berlin": "Europe/Berlin", "new-york": "America/New_York"}
STARTED = re.compile(r"(\S+): started for (\S+)")


def main(minutes: float) -> int:
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [f'[[schedule]]\nname = "{line}"\ncron = "* * * * *"\nzone = "{zone}"\njitter = 5\ncommand = "plugins"\n' for line, zone in LINES.items()]
        (folder / "monitor.toml").write_text("\n".join(lines), encoding="utf-8")
        with (folder / "log").open("w") as log:
            keepers = [start(folder, log), start(folder, log)]
            begun, kills, stops = datetime.now(UTC), 0, 0
            while datetime.now(UTC) - begun < timedelta(minutes=minutes):
                time.sleep(chance.uniform(20, 40))
                at = chance.randrange(2)
                way = chance.choice([signal.SIGKILL, signal.SIGTERM])
                keepers[at].send_signal(way)
                keepers[at].wait()
                kills, stops = kills + (way == signal.SIGKILL), stops + (way == signal.SIGTERM)
                keepers[at] = start(folder, log)
            time.sleep(75)  # one lease and one tick: what the last kill left is taken over
            for keeper in keepers:
                keeper.terminate()
                keeper.wait()
        return judge(folder, begun, kills, stops)


def start(folder: Path, log: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-P", "-m", "monitor", "--lang", "en", "schedule"], cwd=folder, stdout=subprocess.DEVNULL, stderr=log)  # type: ignore[call-overload,no-any-return]


def judge(folder: Path, begun: datetime, kills: int, stops: int) -> int:
    """Minutes without a run, and runs that started more than once, by what the database and the keepers say."""
    with reading(open_store(f"sqlite:///{folder / 'listing-monitor.sqlite3'}")) as connection:
        rows = connection.execute(select(schedule_runs).where(schedule_runs.c.state != "begun")).all()
    ended = {(row.entry, row.due_at) for row in rows if row.state == "ended"}
    last = max(at for _, at in ended) - timedelta(minutes=1)
    first = min(at for _, at in ended)
    wanted = [first + timedelta(minutes=count) for count in range(int((last - first).total_seconds() // 60) + 1)]
    missed = [(line, at) for line in LINES for at in wanted if (line, at) not in ended]
    starts = Counter(STARTED.findall((folder / "log").read_text()))
    again = {key: count for key, count in starts.items() if count > 1}
    explained = sum(row.attempts - 1 for row in rows)
    print(f"{len(wanted)} minutes x {len(LINES)} lines, two keepers, {kills} kills, {stops} stops: {len(ended)} runs ended, {len(missed)} missed,"
          f" {sum(again.values()) - len(again)} started again after their keeper was killed ({explained} in the database)")
    # A line that sleeps through a minute runs once for all that passed: only a gap longer than a lease may be missed.
    return int(sum(again.values()) - len(again) > explained or len(missed) > 2 * kills * len(LINES))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 4))
