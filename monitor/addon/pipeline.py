"""The item pipeline: an item is read as a listing, screened, given its findings, and kept for the database."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from scrapy import signals
from scrapy.utils.asyncio import is_asyncio_available

from monitor import audit, intake
from monitor.addon import config_file
from monitor.addon.ahead import Searched
from monitor.addon.fields import Fields, Room, Waiting
from monitor.channels.delivery import deliver
from monitor.config import load_config
from monitor.crawling import Crawling
from monitor.errors import ServiceError
from monitor.messages import say, say_problem
from monitor.model.gathered import Gathered
from monitor.model.problem import Problem
from monitor.model.source import Row, Rows
from monitor.reports.jsonl_report import finding_object
from monitor.screening.findings import mentions
from monitor.screening.folding import folds
from monitor.screening.places import available
from monitor.wiring import addressed, assemble, channel_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from monitor.model.finding import Screening
    from monitor.screening.index import Match

log = logging.getLogger(__name__)
BATCH = 2000  # listings that wait for the database: a transaction, as in a scan
USUAL = ((0x20, 0x250), (0x2000, 0x2070), (0x3000, 0x3100), (0x4E00, 0xA000), (0xFF00, 0xFFF0))  # characters of titles
SOON = 2000  # items after which a crawl is long enough for the compiled engine, which takes a second to load


class Pipeline:
    """One for each crawl. Where the spider brings its own `crawling` (the command `scan`), that one counts and keeps."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self.fields = Fields(settings.getdict("LISTING_MONITOR_FIELDS"))
        self.room = Room(settings.get("LISTING_MONITOR_FINDINGS") or "")
        self.lang = settings.get("LISTING_MONITOR_LANG", "en")
        self.blanks = audit.Blanks()
        self.waiting = Waiting()  # for the database
        self.found: dict[int, Screening] = {}  # places among them
        self.clear = 0  # listings that name no brand, not yet counted, where there is no database
        self.seen = 0
        self.strangers: set[str] = set()
        self.continued = False
        self.frozen = 0  # how often what stays was taken out of the collector's rounds

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
        # A spider of ours stands for the source of monitor.toml that it was asked for, any other for itself.
        asked = getattr(spider, "asked", "")
        self.name: str = (asked if isinstance(asked, str) else asked.name) or spider.name
        self.crawling = given if isinstance(given, Crawling) else self._begin()
        self.screener = self.crawling.screener
        self.searched = Searched(self.screener.finder)
        self.asyncio = is_asyncio_available()  # a host may run another reactor
        self.crawling.begin(self.name)

    def _begin(self) -> Crawling:
        """A scan of this one spider, kept where the settings want it. ConfigError, ServiceError."""
        settings = self.crawler.settings
        config = self.config = load_config(config_file(settings))
        registry, screener = assemble(config, date.today(), company=settings.get("LISTING_MONITOR_COMPANY", ""))
        shop = settings.get("LISTING_MONITOR_SHOP", "")
        self.blanks = audit.Blanks(shop=shop, platform=config.platform(shop))
        if not settings.getbool("LISTING_MONITOR_STORE"):
            return Crawling(screener=screener)
        from monitor.scan import Scan
        from monitor.store import open_store

        self.engine = open_store(config.scanning.store.url)
        scan = Scan.begin(self.engine, screener=screener, registry=registry, settings=addressed(config.scanning, registry), sources=[self.name], now=_now())
        return Crawling(screener=screener, scan=scan)

    def process_item(self, item: Any) -> Any:
        """At once: what the item says was searched when its callback yielded it (see `ahead`)."""
        if isinstance(item, Gathered):
            return self._gathered(item)
        try:
            self._screen(item)
        except Exception as error:
            self._failed(error)
        return item

    def learn(self, items: Sequence[Any]) -> None:
        """Search together what will arrive one by one."""
        self._safely(self._learn, items)

    def _learn(self, items: Sequence[Any]) -> None:
        self.seen += len(items)
        if self.screener.finder.engine == "auto" and self.seen >= SOON and available():
            self.screener.finder.engine = "compiled"
            # A character that is met for the first time has its batch searched twice; of Han characters new ones come for hours.
            folds().learn(np.concatenate([np.arange(first, last, dtype=np.uint32) for first, last in USUAL]))
        if self.own and self.frozen < 2 and self.seen >= SOON * self.frozen * 1.5:  # again when the engine is there
            # The registry and the engine stay for good: walked again and again they cost half of what an item does.
            self.frozen += 1
            gc.collect()
            gc.freeze()
        kind_of = self.fields.kind
        self.searched.learn([texts for item in items if (texts := (kind := kind_of(item)).texts(kind.row(item)))])

    def _screen(self, item: Any) -> None:
        """Most items name no brand: of those no listing is ever made, and the database gets them by the batch."""
        kind = self.fields.kind(item)
        row = kind.row(item)
        texts = kind.texts(row)
        if texts is None:
            self._untitled(item)
            return
        matches = self.searched.matches(texts)
        screening = self._screening(kind.cells(row), matches) if matches else None
        if self.crawling.scan is not None:
            self.waiting.add(kind, row)
            if screening:
                self.found[len(self.waiting.kinds) - 1] = screening
            if len(self.waiting.kinds) >= BATCH:
                self._keep()
        elif screening:
            self.crawling.screened([screening], self.name)
        else:
            self.clear += 1
        if self.room.name:
            self.room.add(item, self._told(screening) if screening else [])

    def _screening(self, cells: Mapping[str, str], matches: Sequence[Match]) -> Screening | None:
        """None where no match is a mention."""
        listing, problems = intake.listing(Row(kind="listing", values=cells), source=self.name, platform=self.blanks.platform, shop=self.blanks.shop)
        assert listing is not None  # it has a title
        if self.crawling.scan is None:  # else told when it is kept
            for problem in problems:
                self.crawling.note(problem)
        found = mentions(self.screener.assessor.judge(listing, matches))
        return self.screener.told((listing,), [(0, found)])[0] if found else None

    def _keep(self) -> None:
        """Count and store what has come together."""
        clear, waiting, found = self.clear, self.waiting, self.found
        self.clear, self.waiting, self.found = 0, Waiting(), {}
        if clear:
            self.crawling.screened((), self.name, clear=clear)
        if waiting.kinds:
            from monitor.scan.filing import known

            rows = Rows("listing", waiting.columns(), [None] * len(waiting.kinds))
            collecting = gc.isenabled()
            gc.disable()  # rows are tuples by the thousand on their way, none of which stays
            try:
                self.crawling.filed(known(rows, found.items(), source=self.name, platform=self.blanks.platform, shop=self.blanks.shop), self.name)
            finally:
                if collecting:
                    gc.enable()

    def _told(self, screening: Screening) -> list[dict[str, Any]]:
        """The findings as in JSONL, without the listing: that is the item itself."""
        objects = [finding_object(screening, one, self.lang) for one in screening.findings if one.level != "clear"]
        return [{name: value for name, value in one.items() if name != "listing"} for one in objects]

    async def _gathered(self, item: Gathered) -> Gathered:
        """A file of a million rows must not keep Scrapy from its signals and its other crawls."""
        steps = self.crawling.gathered(item)
        more = self.crawling.broken is None
        while more and self.crawler.crawling:
            more = bool(self._safely(next, steps, None))
            if self.asyncio:
                await asyncio.sleep(0)
        return item

    def _safely(self, work: Callable[..., Any], *what: Any) -> Any:
        """The host's items go their way whatever befalls ours; the scan is then not complete."""
        try:
            return work(*what)
        except Exception as error:
            self._failed(error)
        return None

    def _failed(self, error: Exception) -> None:
        if isinstance(error, ServiceError):
            self._broken(error)
        else:
            log.error("listing-monitor could not screen some items", exc_info=error)
            self.crawling.fault(self.name, error)

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
        self._safely(self._keep)
        # With JOBDIR: a crawl that goes on where another stopped sees a part of the shop only.
        state = getattr(self.crawler.spider, "state", None)
        if self.own and isinstance(state, dict):
            self.continued = bool(state.get("listing_monitor_runs"))
            state["listing_monitor_runs"] = state.get("listing_monitor_runs", 0) + 1

    async def closed(self, reason: str) -> None:
        """Only now Scrapy tells why the crawl ended. What is due then goes to the channels, as after `scan`."""
        self.crawling.ended(self.name, reason)
        if not self.own:
            return
        self._tell(self.crawling)
        if self.crawling.scan is not None and self.config.scanning.channels:
            await (asyncio.to_thread(self._deliver) if self.asyncio else _at_once(self._deliver))

    def _deliver(self) -> None:
        """A chat that does not answer is no reason to stop anything: the alerts wait for the next time."""
        try:
            result = deliver(self.engine, self.config.scanning, _now(), _now, environ=os.environ, kinds=channel_kinds())
        except ServiceError as error:
            log.error(str(error))
            return
        for fault in result.faults:
            log.error("%s: %s", fault.channel, fault.why.say(self.lang))

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
        why = crawling.why() or (Problem(code="crawl.why-continued", params={"sources": self.name}) if self.continued else None)
        try:
            result = crawling.scan.close(why is None, why or "", _now())
        except ServiceError as error:
            log.error(str(error))
            return
        stats.set_value("listing_monitor/complete", result.state == "complete")
        for name, count in result.changes.items():
            stats.set_value(f"listing_monitor/changes/{name}", count)
        for reason in result.reasons:
            log.error(say_problem(reason, self.lang))


def _now() -> datetime:
    return datetime.now(UTC)


async def _at_once(work: Callable[[], None]) -> None:
    work()

