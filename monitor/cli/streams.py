"""Standard input, output and error: closed ones, ones whose reader has gone, characters that they cannot say."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator


def ready() -> None:
    """Every stream is there and speaks UTF-8.

    A closed one (`>&-`, a task without a console) becomes the null device: else the next file that is opened gets its number, and
    a library that writes to number 1 writes into the database.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            taken = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: its own
            if taken > number:
                os.close(taken)
            setattr(sys, name, open(os.devnull, "w" if number else "r", encoding="utf-8"))  # noqa: PTH123, SIM115  # for the life of the process
        elif number and hasattr(stream, "reconfigure"):
            # A title may hold what the terminal's code page or UTF-8 itself cannot say (a lone surrogate).
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def leave_pipe() -> None:
    """The reader of our output has gone (`| head`): what is still to be said falls on the floor."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def unheard() -> Iterator[None]:
    """Nobody need listen to what is told inside: the work goes on behind it."""
    try:
        yield
    except BrokenPipeError:
        leave_pipe()
