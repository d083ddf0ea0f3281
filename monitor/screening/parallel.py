"""The screener over many listings in several processes: in order, streaming, with a bounded number under way.

Processes and no threads: the compiled search lets go of the interpreter's lock, but three quarters of the work,
what a mention does, is Python. And not everything in them: a whole listing costs more to send than to search, and a
finding more to send than to make. So the workers get the texts and say who is mentioned where; this process makes
findings of it and, as long as all workers have enough to do, screens batches itself. Measured in benchmarks/path.py.

Where the system can fork, workers share the prepared screener's memory; elsewhere each is sent it once.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import sys
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from operator import attrgetter
from threading import Thread
from typing import TYPE_CHECKING, Any

from monitor.errors import ServiceError
from monitor.messages import failure
from monitor.model.frozen import twin
from monitor.model.listing import SEARCHED_FIELDS, Listing
from monitor.screening import batches, paired

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.model.finding import Screening
    from monitor.screening import Screener

BATCH = 2048  # listings; large enough that sending costs little, small enough that nobody waits for the last one
AHEAD = 2  # batches each worker has under way
# What is sent of a listing: everything that may say what a mention does. Columns that are empty cost nothing.
SENT = (*SEARCHED_FIELDS, "category", "nice_class")
_Listing = twin(Listing)
_GET = {name: attrgetter(name) for name in SENT}
Columns = dict[str, list[Any]]

_screener: Screener | None = None  # one per worker process: sent once, not with every batch


def processes(screener: Screener, listings: Iterable[Listing], workers: int) -> Iterator[Screening]:
    """Screenings in the order of the listings; ServiceError where a worker dies."""
    pool = ProcessPoolExecutor(max(1, workers - 1), mp_context=_context(), initializer=_start, initargs=(screener,))
    try:
        yield from _spread(screener, listings, pool, max(1, workers - 1) * AHEAD)
    except BrokenProcessPool as error:
        raise failure(ServiceError, "screening.worker-died") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> multiprocessing.context.BaseContext:
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _spread(screener: Screener, listings: Iterable[Listing], pool: ProcessPoolExecutor, ahead: int) -> Iterator[Screening]:
    """Each batch goes to the pool while that has less than `ahead` to do, else it is screened here."""
    waiting: deque[tuple[list[Listing], Future[bytes] | list[Screening]]] = deque()
    source, failed = batches(listings, size=BATCH), None
    while True:
        try:
            batch = next(source, None)
        except Exception as error:  # the source's own: what came before it comes out first
            batch, failed = None, error
        if batch is None:
            break
        busy = sum(not _is_done(under_way) for _, under_way in waiting)
        waiting.append((batch, pool.submit(_work, _columns(batch)) if busy < ahead else screener.many(batch)))
        while waiting and (len(waiting) > ahead * 2 or _is_done(waiting[0][1])):
            yield from _result(screener, *waiting.popleft())
    while waiting:
        yield from _result(screener, *waiting.popleft())
    if failed is not None:
        raise failed


def _is_done(under_way: Future[bytes] | list[Screening]) -> bool:
    return not isinstance(under_way, Future) or under_way.done()


def _result(screener: Screener, batch: list[Listing], under_way: Future[bytes] | list[Screening]) -> list[Screening]:
    if not isinstance(under_way, Future):
        return under_way
    return screener.told(batch, pickle.loads(under_way.result()))  # noqa: S301  # our own worker's


def _columns(batch: Sequence[Listing]) -> bytes:
    columns = {name: list(map(get, batch)) for name, get in _GET.items()}
    return pickle.dumps((len(batch), {name: column for name, column in columns.items() if any(column)}), pickle.HIGHEST_PROTOCOL)


def _start(screener: Screener) -> None:
    """In a worker: an interrupt is the parent's to handle, and without a parent there is nothing to do."""
    global _screener
    _screener = screener
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork has the parent's handler, which may wait for a loop that is not here
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)


def _work(sent: bytes) -> bytes:
    """In a worker: who is mentioned where in a batch."""
    assert _screener is not None
    count, columns = pickle.loads(sent)  # noqa: S301  # our own parent's
    texts = [(name, columns[name]) for name in SEARCHED_FIELDS if name in columns]
    found = _screener.assessor.mentioned(paired(texts) or [()] * count, partial(_listing, columns))
    return pickle.dumps(found, pickle.HIGHEST_PROTOCOL)


def _listing(columns: Columns, at: int) -> Listing:
    made = _Listing(**{"title": "", **{name: column[at] for name, column in columns.items()}})
    made.__class__ = Listing
    return made
