"""Ctrl-C and SIGTERM while a scan runs: once, it ends in order; a second time, at once."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class Stopping:
    """Within it a signal is noted, and what `calls` was given is called; a second one raises KeyboardInterrupt.

    `by_hand`: it was Ctrl-C. Whoever stops a scan himself need not be told in every chat that it failed.
    """

    def __init__(self) -> None:
        self.asked = self.by_hand = False
        self._stop: Callable[[], object] | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stopping:
        self._before = {number: signal.signal(number, self._heard) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def calls(self, stop: Callable[[], object]) -> None:
        """What a signal sets off from now on; it may come between any two steps of the program."""
        self._stop = stop

    def _heard(self, number: int, _: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked, self.by_hand = True, number == signal.SIGINT
        if self._stop:
            self._stop()
