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

from monitor.addon.fields import pairs
from monitor.model.gathered import Gathered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Sequence

    from scrapy.crawler import Crawler

    from monitor.addon.fields import Texts
    from monitor.screening.index import Finder, Match

    Matches = tuple[Match, ...]

FIRST, MOST = 32, 128  # outputs looked ahead over: few at first, so that a callback stays nearly as lazy as it is
PATIENCE = 0.02  # seconds after which no further output is asked for: a callback that works hard keeps nothing back
NO_ITEMS = (Request, Gathered)
REMEMBERED = 2000  # texts; those before them are forgotten when as many have come again


class Searched:
    """Which brands could be meant in the texts of items that are on their way. Known by the texts themselves: an item that
    another pipeline changed, or made anew, is searched as it arrives."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self._young: dict[Texts, Matches] = {}
        self._old: dict[Texts, Matches] = {}

    def learn(self, batch: Sequence[Texts]) -> None:
        """Search these together."""
        titles = [texts for texts in batch if isinstance(texts, str)]
        if titles:
            found = self.finder.find_columns([("title", titles)], len(titles))
            self._young.update(dict.fromkeys(titles, ()))
            self._young.update((titles[at], matches) for at, matches in found)
        if len(titles) < len(batch):
            others = [texts for texts in batch if not isinstance(texts, str)]
            self._young.update(zip(others, self.finder.find_batch(others), strict=True))
        if len(self._young) > REMEMBERED:
            self._old, self._young = self._young, {}

    def matches(self, texts: Texts) -> Matches:
        """What was found in these; nothing in most."""
        found = self._young.get(texts)
        if found is None:
            found = self._old.get(texts)
        return self.finder.find(pairs(texts)) if found is None else found


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
        """The same for an asynchronous generator: later Scrapys hand on an ordinary callback's output as one, too, so that
        the method above is never asked. A batch is gathered by a coroutine that is stepped by hand: `await` would wait with
        what is ready in hand."""
        size, failed, more = FIRST, None, True
        ready: list[Any] = []
        while more:
            gathering: Any = gathered(result, ready, size)
            step, sent = gathering.send, None
            while gathering is not None:
                try:
                    awaited(waits_for := step(sent), False)
                except StopIteration as end:
                    gathering, more = None, end.value
                except Exception as error:
                    gathering, failed, more = None, error, False
                self._search(ready)
                try:
                    for one in ready:
                        yield one
                except GeneratorExit:
                    if gathering is not None:
                        with suppress(GeneratorExit, StopIteration, StopAsyncIteration):
                            gathering.cr_await.throw(GeneratorExit())  # `close` does not reach an asynchronous generator that waits
                        gathering.close()
                    raise
                ready.clear()
                if gathering is not None:
                    try:
                        step, sent = gathering.send, await handed_on(waits_for)
                    except BaseException as error:
                        step, sent = gathering.throw, error
            size = min(size * 2, MOST)
        if failed is not None:
            raise failed

    def _search(self, outputs: Sequence[Any]) -> None:
        if self._learn is None:
            from monitor.addon.pipeline import Pipeline

            pipeline = self.crawler.get_item_pipeline(Pipeline)
            self._learn = pipeline.learn if pipeline else lambda _: None  # the host may have taken it out
        items = [one for one in outputs if type(one) is dict or not (one is None or isinstance(one, NO_ITEMS))]
        if items:
            self._learn(items)


async def gathered(source: AsyncIterator[Any], ready: list[Any], size: int) -> bool:
    """Put up to `size` outputs into `ready`; may there be more?"""
    until = monotonic() + PATIENCE
    async for one in source:
        ready.append(one)
        if len(ready) >= size or monotonic() >= until:
            return True
    return False


@coroutine
def handed_on(waits_for: Any) -> Generator[Any, Any, Any]:
    """What the callback waits for, the task waits for now."""
    awaited(waits_for, True)
    return (yield waits_for)


def awaited(future: Any, flag: bool) -> None:
    """asyncio marks a future on its way from `await` to the task. Off while we hold it: others may await it meanwhile."""
    if hasattr(future, "_asyncio_future_blocking"):  # not so: a Deferred, the None of sleep(0)
        future._asyncio_future_blocking = flag
