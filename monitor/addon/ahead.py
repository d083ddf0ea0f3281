"""What a callback has ready is searched together, before its items reach the pipeline one by one.

One by one a search costs several times as much, and an item that waits in the pipeline for company costs more still: a
future, and a task put to sleep and woken. So this spider middleware looks ahead over what a callback yields without
waiting. Order, errors and requests stay as they were; nothing is held while the callback waits for something.
"""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from types import coroutine
from typing import TYPE_CHECKING, Any

from scrapy import Request

from monitor.model.gathered import Gathered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Sequence

    from scrapy.crawler import Crawler

    from monitor.addon.fields import Texts
    from monitor.screening.index import Finder

FIRST, MOST = 32, 256  # outputs looked ahead over: few at first, so that a callback stays nearly as lazy as it is
PATIENCE = 0.02  # seconds after which no further output is asked for: a callback that works hard keeps nothing back
REMEMBERED = 2000  # texts; those before them are forgotten when as many have come again


class Searched:
    """Which texts name no brand, of the items that are on their way. Known by the texts themselves: an item that
    another pipeline changed, or made anew, is searched as it arrives."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self._young: dict[Texts, bool] = {}
        self._old: dict[Texts, bool] = {}

    def learn(self, batch: Sequence[Texts]) -> None:
        """Search these together."""
        self._young.update(zip(batch, (not found for found in self.finder.find_batch(batch)), strict=True))
        if len(self._young) > REMEMBERED:
            self._old, self._young = self._young, {}

    def clear(self, texts: Texts) -> bool:
        """Do these name no brand?"""
        known = self._young.get(texts)
        if known is None:
            known = self._old.get(texts)
        return not self.finder.find(texts) if known is None else known


class LookAhead:
    """The spider middleware. It stands next to the engine: what other middlewares drop or add it sees as it will arrive."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._learn: Callable[[Sequence[Any]], None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LookAhead:
        return cls(crawler)

    def process_spider_output(self, response: Any, result: Iterable[Any]) -> Iterator[Any]:
        source, size, failed, more = iter(result), FIRST, None, True
        while more:
            ready: list[Any] = []
            until = monotonic() + PATIENCE
            try:
                while len(ready) < size and monotonic() < until:
                    ready.append(next(source))
            except StopIteration:
                more = False
            except Exception as error:
                failed, more = error, False
            self._search(ready)
            yield from ready
            size = min(size * 2, MOST)
        if failed is not None:
            raise failed

    async def process_spider_output_async(self, response: Any, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The same for an asynchronous generator, stepped by hand: later Scrapys hand on an ordinary callback's output as
        one, too, so that the method above is never asked, and `async for` would wait where nothing is to be waited for."""
        size, failed, more = FIRST, None, True
        ready: list[Any] = []
        while more:
            coming: Any = None
            until = monotonic() + PATIENCE
            try:
                while len(ready) < size and monotonic() < until:
                    coming = result.__anext__().__await__()
                    try:
                        awaited(waits_for := next(coming), False)
                        break
                    except StopIteration as had:
                        ready.append(had.value)
                        coming = None
            except StopAsyncIteration:
                coming, more = None, False
            except Exception as error:
                coming, failed, more = None, error, False
            self._search(ready)
            try:
                for one in ready:
                    yield one
            except GeneratorExit:
                if coming is not None:
                    with suppress(GeneratorExit, StopIteration, StopAsyncIteration):
                        coming.throw(GeneratorExit())  # `close` does not reach an asynchronous generator that waits
                raise
            ready = []
            size = min(size * 2, MOST)
            if coming is not None:
                try:
                    ready.append(await finish(coming, waits_for))
                except StopAsyncIteration:
                    more = False
        if failed is not None:
            raise failed

    def _search(self, outputs: Sequence[Any]) -> None:
        if self._learn is None:
            from monitor.addon.pipeline import Pipeline

            pipeline = self.crawler.get_item_pipeline(Pipeline)
            self._learn = pipeline.learn if pipeline else lambda _: None  # the host may have taken it out
        items = [one for one in outputs if one is not None and not isinstance(one, Request | Gathered)]
        if items:
            self._learn(items)


@coroutine
def finish(coming: Any, waits_for: Any) -> Generator[Any, Any, Any]:
    """The rest of an `__anext__` that was begun and turned out to wait for something: the task waits for that now."""
    while True:
        awaited(waits_for, True)
        try:
            sent = yield waits_for
        except BaseException as error:
            go_on, what = coming.throw, error
        else:
            go_on, what = coming.send, sent
        try:
            waits_for = go_on(what)
        except StopIteration as had:
            return had.value


def awaited(future: Any, flag: bool) -> None:
    """asyncio marks a future on its way from `await` to the task. Off while we hold it: others may await it meanwhile."""
    if hasattr(future, "_asyncio_future_blocking"):  # not so: a Deferred, the None of sleep(0)
        future._asyncio_future_blocking = flag
