"""What a callback has ready is searched together, before its items reach the pipeline one by one.

One by one a search costs several times as much, and an item that waits in the pipeline for company costs more still: a
future, and a task put to sleep and woken. So this spider middleware looks ahead over what an ordinary callback yields.
Order, errors and requests stay as they were. What an asynchronous callback yields is searched as it arrives.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import Request

from monitor.model.gathered import Gathered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence

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
        """As it comes. Nobody can tell from outside whether a coroutine has more ready or is about to wait."""
        async for one in result:
            yield one

    def _search(self, outputs: Sequence[Any]) -> None:
        if self._learn is None:
            from monitor.addon.pipeline import Pipeline

            pipeline = self.crawler.get_item_pipeline(Pipeline)
            self._learn = pipeline.learn if pipeline else lambda _: None  # the host may have taken it out
        items = [one for one in outputs if one is not None and not isinstance(one, Request | Gathered)]
        if items:
            self._learn(items)
