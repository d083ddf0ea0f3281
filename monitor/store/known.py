"""What the store knew when a scan began, as arrays: 25 bytes a listing, and a batch is compared in one step.

The second scan of an unchanged shop is only this: no row is read, none is written.
"""

from __future__ import annotations

from array import array
from contextlib import closing
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import select

from monitor.store.batch import Batch
from monitor.store.failures import plain
from monitor.store.packing import copy_of
from monitor.store.tables import places

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Connection

    from monitor.store.packing import Packed

ROWS = 50_000


class Known:
    """Identity -> digest and number of every listing that the sources of this scan have shown so far."""

    def __init__(self, pages: Iterable[np.ndarray]) -> None:
        """`pages`: identity, digest, listing_id, gone (0 or 1), one row a listing."""
        columns = [array("q") for _ in range(4)]
        for page in pages:
            for column, part in zip(columns, page.T, strict=True):
                column.frombytes(part.tobytes())
        order = np.argsort(np.frombuffer(columns[0], dtype=np.int64), kind="stable")

        def taken() -> np.ndarray:
            # One column after the other, and each is let go of: a million rows are never held twice.
            return np.frombuffer(columns.pop(0), dtype=np.int64)[order]

        self._ids, self._digests, self._numbers, self._gone = taken(), taken(), taken(), taken() != 0
        self._seen = np.zeros(len(order), dtype=bool)
        self._fresh = np.empty(0, dtype=np.int64)  # identities first shown by this scan, sorted
        self._young: set[int] = set()  # the newest of them
        self._copies: dict[int, int] = {}

    @classmethod
    def read(cls, connection: Connection, sources: Collection[str] | None) -> Known:
        """Of these sources, or of all (None)."""
        wanted = "SELECT identity, digest, listing_id, CASE WHEN gone_scan IS NULL THEN 0 ELSE 1 END FROM listings"
        if sources is not None:
            ids = connection.execute(select(places.c.place_id).where(places.c.source.in_(sources))).scalars()
            wanted += f" WHERE place_id IN ({', '.join(map(str, ids)) or 'NULL'})"
        return cls(_pages(connection, wanted))

    def sort(self, batch: Batch) -> tuple[list[Packed], list[tuple[int, Packed]]]:
        """(new rows, changed rows with their number); what did not change is only marked as seen.

        A row that has the names of an earlier one of this scan is a listing of its own: a copy.
        """
        ids = batch.identities
        at, found = _look(self._ids, ids)
        again = self._again(ids, at, found)
        fresh, there = ~found & ~again, found & ~again
        known = at[there]
        same = np.zeros(len(ids), dtype=bool)
        same[there] = (self._digests[known] == batch.digests[there]) & ~self._gone[known]
        self._seen[known] = True
        self._remember(ids[fresh])
        if same.all():
            return [], []
        rows = batch.packed()
        new = list(compress(rows, fresh.tolist()))
        changed = [(int(self._numbers[at[place]]), rows[place]) for place in np.flatnonzero(there & ~same).tolist()]
        if again.any():
            copies = [self._copy(row) for row in compress(rows, again.tolist())]
            more, others = self.sort(Batch.of(copies))
            return new + more, changed + others
        return new, changed

    def unseen(self) -> list[int]:
        """Numbers of the listings that were there and that this scan has not met."""
        return sorted(self._numbers[~self._seen & ~self._gone].tolist())

    def _again(self, ids: np.ndarray, at: np.ndarray, found: np.ndarray) -> np.ndarray:
        """Which of the batch were met before in this scan, in the batch itself too."""
        again = np.zeros(len(ids), dtype=bool)
        order = np.argsort(ids, kind="stable")
        again[order[1:]] = ids[order[1:]] == ids[order[:-1]]
        again[found] |= self._seen[at[found]]
        if len(self._fresh):
            again |= _look(self._fresh, ids)[1]
        if not self._young.isdisjoint(listed := ids.tolist()):  # one step, where there is none: the usual
            again |= np.fromiter((one in self._young for one in listed), dtype=bool, count=len(ids))
        return again

    def _remember(self, ids: np.ndarray) -> None:
        self._young.update(ids.tolist())
        if len(self._young) >= ROWS:
            added = np.fromiter(self._young, dtype=np.int64, count=len(self._young))
            self._fresh = np.sort(np.concatenate((self._fresh, added)), kind="stable")
            self._young.clear()

    def _copy(self, row: Packed) -> Packed:
        nth = self._copies[row.identity] = self._copies.get(row.identity, 0) + 1
        return row._replace(identity=copy_of(row.identity, nth))


def _pages(connection: Connection, wanted: str) -> Iterator[np.ndarray]:
    """Rows of numbers as the driver gives them: a million wrapped ones would cost more than all else of a quiet scan."""
    driver = connection.connection
    try:
        cursor: Any = driver.cursor() if connection.dialect.name == "sqlite" else driver.driver_connection.cursor(name="known")  # type: ignore[union-attr]
        with closing(cursor):
            cursor.execute(wanted)
            while page := cursor.fetchmany(ROWS):
                yield np.array(page, dtype=np.int64)
    except connection.dialect.loaded_dbapi.Error as error:
        raise plain(error, connection.engine.url.render_as_string(hide_password=True)) from error


def _look(sorted_ids: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(place, is it there) of each id."""
    if not len(sorted_ids):
        return np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=bool)
    at = np.minimum(np.searchsorted(sorted_ids, ids), len(sorted_ids) - 1)
    return at, sorted_ids[at] == ids

