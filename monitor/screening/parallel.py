"""A batch of listings after the other in several processes: in order, streaming, with a bounded number under way.

Processes and no threads: the compiled search lets go of the interpreter's lock, but three quarters of the work,
what a mention does, is Python. What travels decides: a whole listing costs more to send than to search, and a finding
more to send than to make. So a `Job` says what of a batch is sent and what comes back; this process only gives and
takes, so that no worker ever waits for it. Measured in benchmarks/path.py and benchmarks/stored.py.

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
from itertools import chain
from operator import attrgetter
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from monitor.errors import ServiceError
from monitor.messages import failure
from monitor.model.frozen import twin
from monitor.model.listing import SEARCHED_FIELDS, Listing
from monitor.screening import batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from monitor.model.finding import Screening
    from monitor.screening import Screener

BATCH = 2048  # listings; large enough that a worker seldom waits for this process to find time for it
AHEAD = 4  # batches under way for each worker: it goes on while this process is busy with results
# What is sent of a listing to be told who is mentioned: everything that may say what a mention does. Columns that are
# empty cost nothing.
SENT = (*SEARCHED_FIELDS, "category", "nice_class")
_Listing = twin(Listing)
_GET = {name: attrgetter(name) for name in SENT}
Columns = dict[str, list[Any]]
Given = TypeVar("Given")
Result = TypeVar("Result")


class Job(ABC, Generic[Given, Result]):
    """What is done with a batch: prepared here, worked on in a worker, made here. Each worker gets the job once."""

    def prepared(self, batch: Given) -> Any:
        """What a worker must know of the batch: plain values that are quick to pickle."""
        return batch

    @abstractmethod
    def worked(self, prepared: Any) -> Any:
        """In a worker: what it finds out, plain values too."""

    def made(self, batch: Given, worked: Any) -> Result:
        """The result of a batch."""
        result: Result = worked
        return result

    def whole(self, batch: Given) -> Result:
        """All three in this process."""
        return self.made(batch, self.worked(self.prepared(batch)))


_job: Job[Any, Any] | None = None  # one per worker process: sent once, not with every batch


def processes(screener: Screener, listings: Iterable[Listing], workers: int) -> Iterator[Screening]:
    """Screenings in the order of the listings; ServiceError where a worker dies."""
    screened: Iterator[list[Screening]] = spread(Screened(screener), batches(listings, size=BATCH), workers, here=True)
    return chain.from_iterable(screened)


def spread(job: Job[Given, Result], source: Iterable[Given], workers: int, *, here: bool = False) -> Iterator[Result]:
    """The job's results, one for each batch of the source, in order. ServiceError where a worker dies.

    `here`: this process is one of the workers, and does a batch itself as long as the others have enough to do. Not for
    a scan, which has the database to write.
    """
    others = max(1, workers - here)
    pool = ProcessPoolExecutor(others, mp_context=_context(), initializer=_start, initargs=(job,))
    try:
        yield from _spread(job, source, pool, others * AHEAD, here=here)
    except BrokenProcessPool as error:
        raise failure(ServiceError, "screening.worker-died") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> multiprocessing.context.BaseContext:
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _spread(job: Job[Given, Result], source: Iterable[Given], pool: ProcessPoolExecutor, ahead: int, *, here: bool) -> Iterator[Result]:
    waiting: deque[tuple[Future[Any], Callable[[Any], Result]]] = deque()  # what is done of a batch, and the last step with it
    failed: Exception | None = None
    given = iter(source)
    while True:
        try:
            batch = next(given)
        except StopIteration:
            break
        except Exception as error:  # the source's own: what came before it comes out first
            failed = error
            break
        if here and sum(not work.done() for work, _ in waiting) >= ahead:
            done: Future[Any] = Future()
            done.set_result(job.whole(batch))
            waiting.append((done, lambda result: result))
        else:
            waiting.append((pool.submit(_work, job.prepared(batch)), partial(job.made, batch)))
        while len(waiting) > ahead * (1 + here) or (waiting and waiting[0][0].done()):
            work, finish = waiting.popleft()
            yield finish(work.result())
    for work, finish in waiting:
        yield finish(work.result())
    if failed is not None:
        raise failed


def _start(job: Job[Any, Any]) -> None:
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
class Screened(Job["Sequence[Listing]", "list[Screening]"]):
    """A worker says who is mentioned where; this process makes findings of it."""

    screener: Screener

    def prepared(self, batch: Sequence[Listing]) -> tuple[int, Columns]:
        columns = {name: list(map(get, batch)) for name, get in _GET.items()}
        return len(batch), {name: column for name, column in columns.items() if any(column)}

    def worked(self, prepared: tuple[int, Columns]) -> Any:
        count, columns = prepared
        texts = [(name, columns[name]) for name in SEARCHED_FIELDS if name in columns]
        return self.screener.assessor.mentioned(texts, count, partial(_listing, columns))

    def made(self, batch: Sequence[Listing], worked: Any) -> list[Screening]:
        return self.screener.told(batch, worked)

    def whole(self, batch: Sequence[Listing]) -> list[Screening]:
        return self.screener.many(batch)


def _listing(columns: Columns, at: int) -> Listing:
    made = _Listing(**{"title": "", **{name: column[at] for name, column in columns.items()}})
    made.__class__ = Listing
    return made
