"""A command in a child process that never outlives its parent, and ends cleanly when it is told to.

The child gets the parent's end of a pipe as standard input; when the parent is gone, however it went, the pipe
closes and the child ends itself (monitor/cli/watched.py). That holds on every system, unlike a signal at death.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.model.settings import ScheduleEntry

WATCHED = "LISTING_MONITOR_WATCHED"
PATIENCE = 30.0  # seconds between asking a child to end and ending it


def arguments(entry: ScheduleEntry, config: Path) -> list[str]:
    """What a person would type behind `listing-monitor`, in the folder of `config`."""
    words = shlex.split(entry.command)
    return words if config.name == "monitor.toml" or "--config" in words else [*words, "--config", str(config)]


def spawn(entry: ScheduleEntry, config: Path, lang: str) -> subprocess.Popen[bytes]:
    """Start the entry's command beside `config`, in a session of its own: Ctrl-C reaches the parent alone. It speaks `lang`."""
    return subprocess.Popen(  # noqa: S603  # the user's own settings say what is run, as this same program
        [sys.executable, "-P", "-m", "monitor", *arguments(entry, config)], cwd=config.parent, stdin=subprocess.PIPE,
        env={**os.environ, WATCHED: "1", "LISTING_MONITOR_LANG": lang}, start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )  # fmt: skip


def stop(children: list[subprocess.Popen[bytes]], patience: float = PATIENCE) -> None:
    """Ask every child to end, wait together, then end those that did not, with all that they started."""
    for child in children:
        with suppress(OSError):
            child.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(patience)
    for child in children:
        if child.poll() is None:
            with suppress(OSError):
                os.killpg(child.pid, signal.SIGKILL) if os.name == "posix" else child.kill()
            child.wait()
