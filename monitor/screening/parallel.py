"""The screener over many listings in worker processes: in order, with a bounded number under way."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING

from monitor.screening import batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.model.finding import Screening
    from monitor.model.listing import Listing
    from monitor.screening import Screener

_screener: Screener | None = None  # one per worker process: sent once, not with every batch


def _start(screener: Screener) -> None:
    global _screener
    _screener = screener


def _work(batch: list[Listing]) -> list[Screening]:
    assert _screener is not None
    return _screener.many(batch)


def processes(screener: Screener, listings: Iterable[Listing], workers: int) -> Iterator[Screening]:
    """Batches in worker processes; results in order; at most three batches a worker are under way."""

    with ProcessPoolExecutor(workers, initializer=_start, initargs=(screener,)) as pool:
        waiting: deque[Future[list[Screening]]] = deque()
        for batch in batches(listings):
            waiting.append(pool.submit(_work, batch))
            if len(waiting) >= workers * 3:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
