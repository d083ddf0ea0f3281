"""A locked database, a full disk, a server that goes away, a process killed: one sentence, nothing lost, the next run mends it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from monitor.errors import ServiceError
from monitor.model.listing import Listing
from monitor.store import open_store, outbox
from monitor.store.health import faults
from tests.store.conftest import Server
from tests.test_scan import NOW, SHOP, Days, listing

MANY = [listing(number, "Nike shoes" if number % 10 == 0 else "wooden spoon") for number in range(6000)]


def mended(engine: Engine, shown: list[Listing] = MANY) -> None:
    """One more run over the same shop: every finding once, every alert once, nothing contradicts itself."""
    days = Days(engine)
    days.days = 50
    result = days.scan(shown)
    assert result.complete and result.listings == len(shown)
    wanted = {f"taobao/s1/{one.listing_id}/nike" for one in shown if "Nike" in one.title}
    assert {key for key, (state, _) in days.states().items() if state == "open"} == wanted
    opened = [row.subject for row in outbox.listing(engine) if row.type == "finding.opened"]
    assert sorted(opened) == sorted(wanted)
    assert list(faults(engine)) == []


def test_a_locked_database_waits_then_says_so(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path / 'shop.sqlite3'}", wait=0.1)
    days = Days(engine)
    scan = days.begin()
    holder = open_store(f"sqlite:///{tmp_path / 'shop.sqlite3'}")
    with holder.begin():
        with pytest.raises(ServiceError, match="busy: another scan") as raised:
            for screening in days.screener.screen(MANY):
                scan.add(screening)
        assert raised.value.exit_code == 4
    from monitor.store import scans

    scans.done_here(scan.scan_id)
    mended(engine)


def test_a_full_disk_loses_the_last_batch_only(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    engine = open_store(url)
    with engine.connect() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    engine.dispose()
    event.listen(engine, "connect", lambda dbapi, _: dbapi.execute(f"PRAGMA max_page_count={pages + 450}"))
    days = Days(engine)
    scan = days.begin()
    with pytest.raises(ServiceError, match=r"disk of the database .* is full"):
        for screening in days.screener.screen(MANY):
            scan.add(screening)
    from monitor.store import scans

    scans.done_here(scan.scan_id)
    roomy = open_store(url)
    kept = Days(roomy).states()
    assert 0 < len(kept) < 600 and list(faults(roomy)) == []
    mended(roomy)


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anything")
def test_a_file_that_may_only_be_read(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite3"
    open_store(f"sqlite:///{path}").dispose()
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    with pytest.raises(ServiceError):
        Days(open_store(f"sqlite:///{path}")).begin()
    tmp_path.chmod(0o700)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path / 'no' / 'shop.sqlite3'}")


def test_a_server_that_stops_in_the_middle_and_comes_back(own_server: Server) -> None:
    engine = open_store(own_server.url)
    days = Days(engine)
    scan = days.begin()
    screenings = list(days.screener.screen(MANY))
    for screening in screenings[:4000]:
        scan.add(screening)
    own_server.stop()
    with pytest.raises(ServiceError, match="Nothing that was stored is lost") as raised:
        for screening in screenings[4000:]:
            scan.add(screening)
    assert "\n" not in str(raised.value) and raised.value.exit_code == 4
    own_server.start()
    from monitor.store import scans

    scans.done_here(scan.scan_id)
    mended(engine)
    engine.dispose()


def test_nobody_answers_at_the_address() -> None:
    with pytest.raises(ServiceError, match="start it, then run the command again"):
        open_store("postgresql+psycopg://user:s3cret@127.0.0.1:1/x")
    with pytest.raises(ServiceError) as raised:
        open_store("postgresql+psycopg://user:s3cret@127.0.0.1:1/x")
    assert "s3cret" not in str(raised.value)


WORK = """
import sys
from tests.store.test_trouble import MANY
from tests.test_scan import Days
from monitor.store import open_store
days = Days(open_store(sys.argv[1]))
days.days = int(sys.argv[2])
print("ready", flush=True)
import monitor.scan
monitor.scan.BATCH = 200
days.scan(MANY)
print("done", flush=True)
"""


def test_a_process_killed_at_any_moment(url: str) -> None:
    """Four kills here; the benchmark of the kills does hundreds, in every phase."""
    open_store(url).dispose()
    chance = random.Random(20260301)
    for number in range(4):
        process = subprocess.Popen([sys.executable, "-c", WORK, url, str(number)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.05, 0.8))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    engine = open_store(url)
    mended(engine)
    engine.dispose()


def test_the_command_says_it_in_one_paragraph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from monitor.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(open_store.__kwdefaults__, "wait", 0.1)
    Path("monitor.toml").write_text("", encoding="utf-8")
    holder = open_store(f"sqlite:///{tmp_path / 'listing-monitor.sqlite3'}")
    call: Callable[[], None] = lambda: main(["findings", "review", "k", "--as", "accept", "--who", "x", "--why", "y", "--lang", "zh"])  # noqa: E731
    with holder.begin(), pytest.raises(SystemExit) as left:
        call()
    err = capsys.readouterr().err
    assert left.value.code == 4 and "正忙" in err and err.count("\n") == 1
    assert NOW and SHOP
