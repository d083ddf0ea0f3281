"""The item pipeline: an item is read as a listing, screened, given its findings, and kept for the database."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.utils.asyncio import is_asyncio_available

from monitor import audit, intake
from monitor.addon import config_file
from monitor.addon.fields import Fields, Room, cell, row
from monitor.config import load_config
from monitor.crawling import Crawling
from monitor.errors import ServiceError
from monitor.messages import say, say_problem
from monitor.model.gathered import Gathered
from monitor.model.listing import SEARCHED_FIELDS
from monitor.reports.jsonl_report import finding_object
from monitor.screening.places import available
from monitor.wiring import assemble

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from monitor.model.listing import Listing

log = logging.getLogger(__name__)
BATCH = 500  # items kept for the database before they are screened together
SOON = 2000  # items after which a crawl is long enough for the compiled engine, which takes a second to load
TOGETHER = 0.05  # seconds that an item waits for company: the next page's items come within them


class Batch:
    """Items that wait for each other."""

    __slots__ = ("done", "items")

    def __init__(self) -> None:
        self.items: list[tuple[Any, Mapping[str, Any]]] = []
        self.done: asyncio.Future[None] | None = None


class Pipeline:
    """One for each crawl. Where the spider brings its own `crawling` (the command `scan`), that one counts and keeps."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self.fields = Fields(settings.getdict("LISTING_MONITOR_FIELDS"))
        self.room = Room(settings.get("LISTING_MONITOR_FINDINGS") or "")
        self.lang = settings.get("LISTING_MONITOR_LANG", "en")
        self.batch = Batch()
        self.strangers: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Pipeline:
        pipeline = cls(crawler)
        for handler, signal in ((pipeline.spider_error, signals.spider_error), (pipeline.item_error, signals.item_error), (pipeline.closed, signals.spider_closed)):
            crawler.signals.connect(handler, signal)
        return pipeline

    def open_spider(self) -> None:
        spider: Any = self.crawler.spider
        given = getattr(spider, "crawling", None)
        self.own = not isinstance(given, Crawling)
        self.name: str = spider.name if self.own else spider.asked.name
        self.crawling = given if isinstance(given, Crawling) else self._begin()
        self.screener = self.crawling.screener
        # Findings for the item: it waits. No more come at once than CONCURRENT_ITEMS: then nobody need wait longer.
        self.asyncio = is_asyncio_available()  # a host may run another reactor
        self.waits = bool(self.room.name) and self.asyncio
        self.most = self.crawler.settings.getint("CONCURRENT_ITEMS") if self.waits else 1 if self.room.name else BATCH
        self.crawling.begin(self.name)

    def _begin(self) -> Crawling:
        """A scan of this one spider, kept where the settings want it. ConfigError, ServiceError."""
        settings = self.crawler.settings
        config = load_config(config_file(settings))
        registry, screener = assemble(config, date.today(), company=settings.get("LISTING_MONITOR_COMPANY", ""))
        shop = settings.get("LISTING_MONITOR_SHOP", "")
        self.blanks = audit.Blanks(shop=shop, platform=config.platform(shop))
        if not settings.getbool("LISTING_MONITOR_STORE"):
            return Crawling(screener=screener)
        from monitor.scan import Scan
        from monitor.store import open_store

        engine = open_store(config.scanning.store.url)
        scan = Scan.begin(engine, screener=screener, registry=registry, settings=config.scanning, sources=[self.name], now=datetime.now(UTC))
        return Crawling(screener=screener, scan=scan)

    async def process_item(self, item: Any) -> Any:
        """Items are screened together, as many as Scrapy passes on at once: one by one costs several times as much.
        Each waits for its batch, so that a feed keeps their order."""
        if isinstance(item, Gathered):
            await self._gathered(item)
            return item
        batch = self.batch
        if (values := self.fields.values(item)) is None:
            self._untitled(item)
        else:
            batch.items.append((item, values))
            if len(batch.items) >= self.most:
                self._work_off()
            elif self.waits and batch.done is None:
                loop = asyncio.get_running_loop()
                batch.done = loop.create_future()
                loop.call_later(TOGETHER, self._work_off, batch)
        if batch.done is not None:
            # The item that filled the batch lets those go first that came first.
            await (asyncio.sleep(0) if batch.done.done() else batch.done)
        return item

    def _work_off(self, batch: Batch | None = None) -> None:
        """Screen what has come together; `batch`: only if it is still the one that is filled."""
        if batch in (None, self.batch) and self.batch.items:
            batch, self.batch = self.batch, Batch()
            self._safely(self._screen, batch.items)
            if batch.done is not None and not batch.done.done():
                batch.done.set_result(None)

    def _screen(self, items: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
        """Most items name no brand: where nothing is stored, a listing is made of the others alone."""
        if self.screener.finder.engine == "auto" and self.crawling.tally.listings >= SOON and available():
            self.screener.finder.engine = "compiled"
        if self.crawling.scan is not None:
            screenings = self.screener.many([self._listing(values) for _, values in items])
            found = [(at, one) for at, one in enumerate(screenings) if one.findings]
            self.crawling.screened(screenings, self.name)
        else:
            made = cache(lambda at: self._listing(items[at][1]))
            mentioned = self.screener.assessor.mentioned([_texts(values) for _, values in items], made)
            found = [(at, self.screener(made(at))) for at, _ in mentioned]
            self.crawling.screened([one for _, one in found], self.name, clear=len(items) - len(found))
        if self.room.name:
            hits = dict(found)
            for at, (item, _) in enumerate(items):
                one = hits.get(at)
                self.room.add(item, [finding_object(one, each, self.lang) for each in one.findings if each.level != "clear"] if one else [])

    def _listing(self, values: Mapping[str, Any]) -> Listing:
        listing, problems = intake.listing(row(values), source=self.name)
        for problem in problems:
            self.crawling.note(problem)
        assert listing is not None  # it has a title
        return self.blanks.fill(listing)

    async def _gathered(self, item: Gathered) -> None:
        """A file of a million rows must not keep Scrapy from its signals and its other crawls."""
        steps = self.crawling.gathered(item)
        more = self.crawling.broken is None
        while more and self.crawler.crawling:
            more = bool(self._safely(next, steps, None))
            if self.asyncio:
                await asyncio.sleep(0)

    def _safely(self, work: Callable[..., Any], *what: Any) -> Any:
        """The host's items go their way whatever befalls ours; the scan is then not complete."""
        try:
            return work(*what)
        except ServiceError as error:
            self._broken(error)
        except Exception as error:
            log.exception("listing-monitor could not screen some items")
            self.crawling.fault(self.name, error)
        return None

    def _untitled(self, item: Any) -> None:
        """Not every item is a listing; but one that is and calls its title otherwise must not pass in silence."""
        self.crawler.stats.inc_value("listing_monitor/untitled")
        kind = type(item).__qualname__
        if kind not in self.strangers:
            self.strangers.add(kind)
            log.warning(say("addon.untitled", self.lang, kind=kind))

    def _broken(self, error: ServiceError) -> None:
        """The database failed. A host's crawl goes on without it; a scan of ours has nothing left to do."""
        if self.crawling.broken is None:
            self.crawling.broken = error
            log.error(str(error))
            if not self.own:
                self._stopping = asyncio.ensure_future(self.crawler.stop_async())
        self.crawling.scan = None

    def spider_error(self, failure: Failure) -> None:
        self.crawling.fault(self.name, failure.value)

    def item_error(self, failure: Failure) -> None:
        self.crawling.fault(self.name, failure.value)

    def close_spider(self) -> None:
        self._work_off()

    def closed(self, reason: str) -> None:
        """Only now Scrapy tells why the crawl ended."""
        self.crawling.ended(self.name, reason)
        if self.own:
            self._tell(self.crawling)

    def _tell(self, crawling: Crawling) -> None:
        """What came out, in the host's log and statistics."""
        stats = self.crawler.stats
        stats.set_value("listing_monitor/listings", crawling.tally.listings)
        for level, count in crawling.tally.findings.items():
            stats.set_value(f"listing_monitor/findings/{level}", count)
        for problem in crawling.tally.problems:
            log.warning("%s: %s", problem.source or self.name, say_problem(problem, self.lang))
        if crawling.scan is None:
            return
        why = crawling.why()
        try:
            result = crawling.scan.close(why is None, why or "", datetime.now(UTC))
        except ServiceError as error:
            log.error(str(error))
            return
        stats.set_value("listing_monitor/complete", result.state == "complete")
        for name, count in result.changes.items():
            stats.set_value(f"listing_monitor/changes/{name}", count)
        for reason in result.reasons:
            log.error(say_problem(reason, self.lang))


def _texts(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The (field, text) pairs that are searched for brands."""
    return [(name, cell(values[name], name)) for name in SEARCHED_FIELDS if name in values]
