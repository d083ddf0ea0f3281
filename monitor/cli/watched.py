"""A command that the scheduler started ends when the scheduler is gone: nobody would take its result."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress

PATIENCE = 20.0  # seconds for a clean end


def watch() -> None:
    """Wait for the end of standard input, which the scheduler holds open while it lives."""
    threading.Thread(target=_watch, name="scheduler-watch", daemon=True).start()


def _watch() -> None:
    with suppress(OSError, ValueError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(PATIENCE)
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # worker processes too
    os._exit(143)
