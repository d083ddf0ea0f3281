"""The command `scan` as a person runs it: a child process, Scrapy inside, a real database, a real local shop."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Ran, export


def start(folder: Path, *arguments: str, lang: str = "en") -> subprocess.Popen[str]:
    environ = {**os.environ, "LISTING_MONITOR_LANG": lang, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "monitor", "scan", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ, encoding="utf-8")


def scan(folder: Path, *arguments: str, lang: str = "en") -> Ran:
    running = start(folder, *arguments, lang=lang)
    out, err = running.communicate(timeout=90)
    assert "Traceback" not in err, err
    return Ran(running.returncode, out, err)


def states(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "listing-monitor.sqlite3") as database:
        return [state for (state,) in database.execute("SELECT state FROM scans ORDER BY scan_id")]


def open_findings(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "listing-monitor.sqlite3") as database:
        return [key for (key,) in database.execute("SELECT key FROM findings WHERE state = 'open' ORDER BY key")]


def test_first_second_and_changed(workspace: Path) -> None:
    first = scan(workspace)
    assert first.code == 0, first.err
    assert "Scan 1 of files, web: 4 listings read." in first.out
    assert first.out.count("new, high") == 3 and 'Nike in "耐·克 跑鞋" (taobao/s1/3/nike)' in first.out and "What would help" in first.out
    second = scan(workspace)
    assert second.code == 0 and "Nothing changed" in second.out and "N1KE" not in second.out
    export(workspace, "N1KE running shoes", "plain chair", "素色 跑鞋")
    third = scan(workspace, "files", lang="zh")
    assert third.code == 0 and "已消除" in third.out and "taobao/s1/3/nike" in third.out
    assert states(workspace) == ["complete"] * 3
    assert len(open_findings(workspace)) == 2, "what the other source shows stays open"


def test_a_missing_source_closes_nothing_and_is_said_loudly(workspace: Path) -> None:
    assert scan(workspace).code == 0
    before = open_findings(workspace)
    (workspace / "exports" / "a.csv").unlink()
    ran = scan(workspace)
    assert ran.code == 3 and "NOT THE WHOLE SHOP WAS SEEN" in ran.err and "no known export is here" in ran.err
    assert states(workspace)[-1] == "incomplete" and open_findings(workspace) == before
    failed = scan(workspace, "files")
    assert failed.code == 3 and "THE SCAN FAILED" in failed.err and "Nothing changed" not in failed.out
    assert states(workspace)[-1] == "failed" and open_findings(workspace) == before


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["nowhere"], 2, "No source is called nowhere"), (["--config", "missing.toml"], 2, "missing.toml"), (["--config", "empty.toml"], 2, "names no source"),
    (["--config", "locked.toml"], 4, "database"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_one_paragraph(
    workspace: Path, command: Command, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    (workspace / "empty.toml").write_text('[registry]\npath = "registry"\n')
    (workspace / "locked.toml").write_text((workspace / "monitor.toml").read_text() + '[store]\nurl = "sqlite:///nowhere/at/all.sqlite3"\n')
    monkeypatch.chdir(workspace)
    ran = command("scan", *arguments)
    assert ran.code == code and said in ran.err and ran.out == "" and len(ran.err.strip().splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_stopped_in_the_middle(workspace: Path, here: str, sent: signal.Signals) -> None:
    """Half of the shop was seen: the scan ends as incomplete, at once, and closes nothing."""
    export(workspace, "N1KE running shoes", *(f"garden chair {number}" for number in range(400_000)))
    with (workspace / "monitor.toml").open("a") as settings:
        settings.write('[[channels]]\nname = "chat"\nkind = "webhook"\nurl = "env:NO_SUCH_ADDRESS"\n')
    running = start(workspace, "files")
    database = workspace / "listing-monitor.sqlite3"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (database.exists() and stored(database)):
        time.sleep(0.05)
    running.send_signal(sent)
    _, err = running.communicate(timeout=60)
    assert "Traceback" not in err and running.returncode == (130 if sent == signal.SIGINT else 3), err
    with sqlite3.connect(database) as connection:
        told = connection.execute("SELECT count(*) FROM events WHERE type = 'scan.failed'").fetchone()
    assert told == (0 if sent == signal.SIGINT else 1,), "who stops it himself need not read so in every chat"
    assert "Reading was stopped before its end: files." in err
    assert states(workspace) == ["incomplete"] and 0 < stored(database) < 400_000


def stored(database: Path) -> int:
    try:
        with sqlite3.connect(database) as connection:
            (count,) = connection.execute("SELECT count(*) FROM listings").fetchone()
            return int(count)
    except sqlite3.OperationalError:
        return 0
