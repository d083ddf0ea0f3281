"""A scan in a bad hour: a disk that fills, a certificate that is not in order, a parent killed, workers that are spawned."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.channels.receivers import certificate
from tests.cli.conftest import export
from tests.cli.test_scan import open_findings, scan, start, states, stored
from tests.spiders.shop_server import shop

ROOT = Path(__file__).resolve().parents[2]
MANY = ("N1KE running shoes", *(f"garden chair g{number}g" for number in range(120_000)), "耐克 last of all")
SPAWNED = """
import multiprocessing, sys
from monitor.screening import parallel
parallel._context = lambda: multiprocessing.get_context("spawn")
if __name__ == "__main__":
    from monitor.cli import main
    sys.exit(main())
"""


def within(seconds: float, happened: Callable[[], object]) -> bool:
    deadline = time.monotonic() + seconds
    while not (done := happened()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(done)


def test_a_certificate_that_is_not_in_order_is_refused_and_closes_nothing(workspace: Path, here: str, tmp_path: Path) -> None:
    assert scan(workspace).code == 0
    before = open_findings(workspace)
    assert len(before) == 3
    config = workspace / "monitor.toml"
    with shop(certificate(tmp_path)[0]) as address:
        config.write_text(config.read_text(encoding="utf-8").replace(here, address), encoding="utf-8")
        ran = scan(workspace)
    assert ran.code == 3 and "certificate is not in order" in ran.err and address in ran.err and "NOT THE WHOLE SHOP WAS SEEN" in ran.err
    assert states(workspace)[-1] == "incomplete" and open_findings(workspace) == before


def little_room() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, resource.RLIM_INFINITY))


def run(workspace: Path, *command: str, room: bool = True) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, *command], cwd=workspace, capture_output=True, text=True, timeout=100, env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=None if room else little_room,
    )  # fmt: skip
    return ran.returncode, ran.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="file size limits")
def test_a_database_that_cannot_grow_stops_the_scan_and_the_next_one_mends_it(workspace: Path) -> None:
    export(workspace, *MANY)
    code, err = run(workspace, "-m", "monitor", "scan", "files", room=False)
    assert code == 4 and "database" in err and "Traceback" not in err, err
    assert len([line for line in err.splitlines() if line.strip()]) == 1, err
    assert 0 < stored(workspace / "listing-monitor.sqlite3") < len(MANY)
    again = scan(workspace, "files")
    assert again.code == 0 and states(workspace)[-1] == "complete", again.err
    assert again.out.count("new, high") == 2 and "N1KE" in again.out, "what the broken scan had stored was told by nobody"
    assert stored(workspace / "listing-monitor.sqlite3") == len(MANY) and len(open_findings(workspace)) == 2
    with sqlite3.connect(workspace / "listing-monitor.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM findings").fetchone() == (2,)


def test_a_scan_with_spawned_workers(workspace: Path) -> None:
    """As on Windows and macOS: a worker imports everything anew."""
    export(workspace, *MANY[:9000], MANY[-1])
    (workspace / "spawned.py").write_text(SPAWNED)
    code, err = run(workspace, "spawned.py", "scan", "files", "--workers", "3")
    assert code == 0 and "Traceback" not in err, err
    assert stored(workspace / "listing-monitor.sqlite3") == 9001 and len(open_findings(workspace)) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_no_worker_outlives_a_killed_scan(workspace: Path) -> None:
    export(workspace, *MANY)
    running = start(workspace, "files", "--workers", "3")
    kin = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    seen: set[int] = set()

    def children() -> set[int]:
        seen.update(int(one) for one in kin.read_text().split())
        return seen if len(seen) >= 2 and stored(workspace / "listing-monitor.sqlite3") else set()

    assert within(60, children), "the workers of a long file"
    running.kill()
    running.communicate(timeout=30)
    assert running.returncode == -signal.SIGKILL
    assert within(10, lambda: not any(alive(one) for one in seen)), "a worker lives on"
    assert scan(workspace, "files").code == 0 and len(open_findings(workspace)) == 2


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except OSError:
        return False
