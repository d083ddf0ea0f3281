"""The reader of every export file. The entry point `listing_monitor.dialects`.

Everything that reads is loaded with the first file: a command that only says what is loaded must not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from monitor.model.source import Proposal, Reading, ReadOptions


class FileReader:
    """`read(path, options)` and the two further callables of `monitor.model.source.Reader`."""

    def __call__(self, path: Path, options: ReadOptions) -> Reading | None:
        """The file as a reading. InputError where it cannot be opened, is empty or hostile; a table that no
        dialect knows is a reading of kind `unknown` without rows."""
        from spiders.recognise import recognised

        return recognised(path, options)

    def propose(self, path: Path) -> Proposal:
        """What the columns of an unknown table may mean."""
        from spiders.mapping import propose

        return propose(path)

    def join(self, readings: Sequence[tuple[str, Reading]]) -> list[tuple[str, Reading]]:
        """Files that tell parts of the same listings or orders, put together."""
        from spiders.joining import join

        return join(readings)


read = FileReader()
