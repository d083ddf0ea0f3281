"""Rows ready to be stored, by column: a batch travels between processes and is compared without a tuple for each row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from monitor.store.packing import Packed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.store.packing import Found


@dataclass(frozen=True, slots=True)
class Batch:
    """The columns of `Packed`. `found`: place in the batch -> what was found there; nothing in most rows."""

    identities: np.ndarray
    digests: np.ndarray
    contents: Sequence[str]
    files: Sequence[str]
    rows: Sequence[int | None]
    found: Mapping[int, Found]

    @classmethod
    def of(cls, rows: Sequence[Packed]) -> Batch:
        found = {at: (row.digest, row.sightings, row.endings) for at, row in enumerate(rows) if row.sightings or row.endings}
        identities, digests = (np.array([row[at] for row in rows], dtype=np.int64) for at in (0, 1))
        return cls(identities, digests, [row.content for row in rows], [row.file for row in rows], [row.row for row in rows], found)

    def __len__(self) -> int:
        return len(self.contents)

    def __iter__(self) -> Iterator[Packed]:
        return iter(self.packed())

    def packed(self) -> list[Packed]:
        """One by one."""
        columns = self.identities.tolist(), self.digests.tolist(), self.contents, self.files, self.rows
        made = list(map(partial(tuple.__new__, Packed), zip(*columns, repeat(()), repeat(()), strict=False)))  # repeat has no end
        for at, (_, sightings, endings) in self.found.items():
            made[at] = made[at]._replace(sightings=sightings, endings=endings)
        return made
