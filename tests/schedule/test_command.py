"""The real command: a real process keeps the lines, ends when told to, and leaves nothing running when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from monitor.store import open_store, runs
from tests.cli.conftest import Command, command

__all__ = ["command"]
SHOP = '[[schedule]]\nname = "often"\ncron = "* * * * *"\njitter = 0\ncommand = "{command}"\n'


def workspace(folder: Path, line: str) -> Path:
    """A folder whose line was kept since an hour ago, so that it is due at once."""
    folder.mkdir()
    (folder / "monitor.toml").write_text(SHOP.format(command=line), encoding="utf-8")
    ago = datetime.now(UTC) - timedelta(hours=1)
    runs.begin(open_store(f"sqlite:///{folder / 'listing-monitor.sqlite3'}"), "often", "before", ago)
    return folder


def state(folder: Path) -> runs.Run | None:
    return runs.last_run(open_store(f"sqlite:///{folder / 'listing-monitor.sqlite3'}"), "often")


def until(true: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


@pytest.fixture
def started() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "monitor", "--lang", "en", "schedule"], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_a_due_line_runs_once_and_sigterm_ends_it(tmp_path: Path, started: Callable[[Path], subprocess.Popen[str]]) -> None:
    folder = workspace(tmp_path / "shop", "plugins")
    process = started(folder)
    until(lambda: (run := state(folder)) and run.state == "ended")
    run = state(folder)
    assert run and run.exit_code == 0 and run.attempts == 1
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=40)
    assert process.returncode == 0 and "Traceback" not in said
    assert "dialects" in said and "started for" in said and "exit code 0" in said


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_stays_running(tmp_path: Path, started: Callable[[Path], subprocess.Popen[str]], way: signal.Signals) -> None:
    """The child is a schedule of another folder: a command that would run for ever."""
    inner = workspace(tmp_path / "inner", "plugins")
    outer = workspace(tmp_path / "outer", f"schedule --config {inner / 'monitor.toml'}")
    process = started(outer)
    until(lambda: (run := state(inner)) and run.state == "ended")
    child = int((run.holder if (run := state(inner)) else "::").split(":")[1])
    os.kill(child, 0)
    process.send_signal(way)
    process.communicate(timeout=60)
    until(lambda: not Path(f"/proc/{child}").exists() if Path("/proc").exists() else True)


def test_show_and_slips(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = workspace(tmp_path / "shop", "scan --quiet")
    shown = command("schedule", "--show", "--config", folder / "monitor.toml")
    assert shown.code == 0 and "often" in shown.out and "scan --quiet" in shown.out and "no run yet" in shown.out
    (folder / "monitor.toml").write_text(SHOP.format(command="scan").replace("* * * * *", "* * * * 9"), encoding="utf-8")
    wrong = command("schedule", "--config", folder / "monitor.toml")
    assert wrong.code == 2 and "* * * * 9" in wrong.err and "often" in wrong.err
    (folder / "monitor.toml").write_text("", encoding="utf-8")
    none = command("schedule", "--config", folder / "monitor.toml")
    assert none.code == 2 and "[[schedule]]" in none.err


@pytest.mark.parametrize("kind", ["systemd", "cron", "windows", "container"])
def test_recipes_name_the_folder_and_the_command(tmp_path: Path, command: Command, kind: str) -> None:
    assert command("doctor", "--autostart", kind, "--folder", tmp_path / "my shop").code == 2, "a folder that there is not"
    (tmp_path / "my shop").mkdir()
    ran = command("doctor", "--autostart", kind, "--folder", tmp_path / "my shop")
    assert ran.code == 0 and "my shop" in ran.out
    assert "schedule" in ran.out or "scan" in ran.out
    assert "secrets" not in ran.out, "no settings, no secrets to speak of"


@pytest.mark.parametrize("kind", ["systemd", "cron", "windows", "container"])
def test_recipes_name_the_secrets_and_speak_the_language(tmp_path: Path, command: Command, kind: str) -> None:
    (tmp_path / "monitor.toml").write_text('[[channels]]\nname = "chat"\nkind = "dingtalk"\nurl = "env:TALK_URL"\nsecret_env = "TALK_SECRET"\n', encoding="utf-8")
    ran = command("doctor", "--autostart", kind, "--folder", tmp_path, "--lang", "zh")
    assert "TALK_URL" in ran.out and "TALK_SECRET" in ran.out and "密钥" in ran.out
    assert "LISTING_MONITOR_LANG=zh" in ran.out or "--lang zh" in ran.out
    if kind == "windows":
        ElementTree.fromstring(ran.out.split("?>", 1)[1])
