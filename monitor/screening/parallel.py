"""A batch of listings after the other in several processes: in order, streaming, with a bounded number under way.

Processes and no threads: the compiled search lets go of the interpreter's lock, but three quarters of the work,
what a mention does, is Python. What travels decides: a whole listing costs more to send than to search, and a finding
more to send than to make. So a `Job` says what of a batch is sent and what comes back; this process, as long as all
workers have enough to do, does batches itself. Measured in benchmarks/path.py and benchmarks/stored.py.

Where the system can fork, workers share the prepared screener's memory; elsewhere each is sent it once.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from abc import ABC, abstractmethod
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from monitor.errors import ServiceError
from monitor.messages import failure
from monitor.model.frozen import twin
from monitor.model.listing import SEARCHED_FIELDS, Listing
from monitor.screening import batches, paired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from monitor.model.finding import Screening
    from monitor.screening import Screener

BATCH = 1024  # listings; large enough that sending costs little, small enough that nobody waits for the last one
AHEAD = 4  # batches each worker has under way: it goes on while this process does one of its own
# What is sent of a listing to be told who is mentioned: everything that may say what a mention does. Columns that are
# empty cost nothing.
SENT = (*SEARCHED_FIELDS, "category", "nice_class")
_Listing = twin(Listing)
_GET = {name: attrgetter(name) for name in SENT}
Columns = dict[str, list[Any]]
Result = TypeVar("Result")


class Job(ABC, Generic[Result]):
    """What is done with a batch: prepared here, worked on in a worker, made here. Each worker gets the job once."""

    @abstractmethod
    def prepared(self, batch: Sequence[Listing]) -> Any:
        """What a worker must know of the batch: plain values that are quick to pickle."""

    @abstractmethod
    def worked(self, prepared: Any) -> Any:
        """In a worker: what it finds out, plain values too."""

    @abstractmethod
    def made(self, batch: Sequence[Listing], prepared: Any, worked: Any) -> Result:
        """The result of a batch."""

    def whole(self, batch: Sequence[Listing]) -> Result:
        """All three in this process."""
        prepared = self.prepared(batch)
        return self.made(batch, prepared, self.worked(prepared))


_job: Job[Any] | None = None  # one per worker process: sent once, not with every batch


def processes(screener: Screener, listings: Iterable[Listing], workers: int) -> Iterator[Screening]:
    """Screenings in the order of the listings; ServiceError where a worker dies."""
    for screenings in spread(Screened(screener), listings, workers):
        yield from screenings


def spread(job: Job[Result], listings: Iterable[Listing], workers: int) -> Iterator[Result]:
    """The job's results, a batch each, in order; `workers` processes, this one included. ServiceError where one dies."""
    pool = ProcessPoolExecutor(max(1, workers - 1), mp_context=_context(), initializer=_start, initargs=(job,))
    try:
        yield from _spread(job, listings, pool, max(1, workers - 1) * AHEAD)
    except BrokenProcessPool as error:
        raise failure(ServiceError, "screening.worker-died") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> multiprocessing.context.BaseContext:
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _spread(job: Job[Result], listings: Iterable[Listing], pool: ProcessPoolExecutor, ahead: int) -> Iterator[Result]:
    """Each batch goes to the pool while that has less than `ahead` to do, else it is done here."""
    waiting: deque[tuple[Future[Any], Callable[[Any], Result]]] = deque()  # what is done of a batch, and the last step with it
    source, failed = batches(listings, size=BATCH), None
    while True:
        try:
            batch = next(source, None)
        except Exception as error:  # the source's own: what came before it comes out first
            batch, failed = None, error
        if batch is None:
            break
        if sum(not work.done() for work, _ in waiting) < ahead:
            prepared = job.prepared(batch)
            waiting.append((pool.submit(_work, prepared), partial(job.made, batch, prepared)))
        else:
            here: Future[Any] = Future()
            here.set_result(job.whole(batch))
            waiting.append((here, lambda result: result))
        while waiting and (len(waiting) > ahead * 2 or waiting[0][0].done()):
            work, finish = waiting.popleft()
            yield finish(work.result())
    for work, finish in waiting:
        yield finish(work.result())
    if failed is not None:
        raise failed


def _start(job: Job[Any]) -> None:
    """In a worker: an interrupt is the parent's to handle, and without a parent there is nothing to do."""
    global _job
    _job = job
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork has the parent's handler, which may wait for a loop that is not here
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)


def _work(prepared: Any) -> Any:
    assert _job is not None
    return _job.worked(prepared)


@dataclass(frozen=True, slots=True)
class Screened(Job["list[Screening]"]):
    """A worker says who is mentioned where; this process makes findings of it."""

    screener: Screener

    def prepared(self, batch: Sequence[Listing]) -> tuple[int, Columns]:
        columns = {name: list(map(get, batch)) for name, get in _GET.items()}
        return len(batch), {name: column for name, column in columns.items() if any(column)}

    def worked(self, prepared: tuple[int, Columns]) -> Any:
        count, columns = prepared
        texts = [(name, columns[name]) for name in SEARCHED_FIELDS if name in columns]
        return self.screener.assessor.mentioned(paired(texts) or [()] * count, partial(_listing, columns))

    def made(self, batch: Sequence[Listing], prepared: Any, worked: Any) -> list[Screening]:
        return self.screener.told(batch, worked)

    def whole(self, batch: Sequence[Listing]) -> list[Screening]:
        return self.screener.many(batch)


def _listing(columns: Columns, at: int) -> Listing:
    made = _Listing(**{"title": "", **{name: column[at] for name, column in columns.items()}})
    made.__class__ = Listing
    return made
