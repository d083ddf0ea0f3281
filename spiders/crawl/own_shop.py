"""What every spider of ours has: a source of monitor.toml, its borders, its manners."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.settings import default_settings

from monitor import audit
from monitor.config import load_config
from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.model.gathered import Gathered
from monitor.model.problem import Problem
from spiders.crawl.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from monitor.errors import InputError
    from monitor.model.gathered import Apart
    from monitor.model.listing import Listing
    from monitor.model.settings import Source
    from monitor.model.source import Reading

# 2.14 and 2.15 verify certificates with this class only; later ones have a setting for it.
VERIFYING = {"DOWNLOADER_CLIENTCONTEXTFACTORY": "scrapy.core.downloader.contextfactory.BrowserLikeContextFactory"}
if hasattr(default_settings, "DOWNLOAD_VERIFY_CERTIFICATES"):
    VERIFYING = {"DOWNLOAD_VERIFY_CERTIFICATES": "True"}

MANNERS: dict[str, Any] = {
    "ROBOTSTXT_OBEY": True, **VERIFYING,
    "USER_AGENT": "listing-monitor (a seller's check of his own shop)", "ROBOTSTXT_USER_AGENT": "listing-monitor",
    # One question at a time, half a second apart, slower where the shop is slow.
    "DOWNLOAD_DELAY": 0.5, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": 0.5,
    "DOWNLOAD_TIMEOUT": 60, "DOWNLOAD_MAXSIZE": 128 * 1024 * 1024, "DOWNLOAD_WARNSIZE": 0, "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "REDIRECT_MAX_TIMES": 5, "RETRY_TIMES": 2, "COOKIES_ENABLED": False, "REFERER_ENABLED": False,
    "DOWNLOAD_HANDLERS": {"file": None, "ftp": None, "s3": None},  # a page must never make us read a file here
    "DOWNLOADER_MIDDLEWARES": {
        "spiders.crawl.borders.Borders": 20, "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "spiders.crawl.patience.Patience": 550, "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    },
    "CONCURRENT_ITEMS": 1,  # an item is a whole file: the next one is opened when it is done
    "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
}  # fmt: skip


class OwnShop(scrapy.Spider):
    """`source`: the entry of [[sources]], or its name where the spider runs inside somebody's own project. `platform`:
    the marketplace of its shop, for listings that do not say theirs."""

    name: str = ""
    custom_settings = MANNERS

    def __init__(self, source: Source | str = "", platform: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.asked = source
        self.platform = platform

    async def start(self) -> AsyncIterator[Any]:
        """One step that reads what lies here, and a request for each configured address."""
        if isinstance(self.asked, str):
            self.source, self.platform = _configured(self.asked, self.settings.get("LISTING_MONITOR_CONFIG"))
        else:
            self.source = self.asked
        self.shops = self.source.urls
        if self.source.paths:
            # As a callback, and not in start(): there an error would end the spider as if it had finished.
            yield scrapy.Request("data:,", callback=self.here, dont_filter=True)
        for url in self.source.urls:
            yield scrapy.Request(url, callback=self.asked_for, errback=self.refused, dont_filter=True)

    def here(self, response: Response) -> Iterator[Any]:
        """What the source's `paths` hold."""
        raise NotImplementedError

    def asked_for(self, response: Response) -> Iterator[Any]:
        """What the source's `urls` answer."""
        raise NotImplementedError

    def gathered(self, found: Iterable[Listing | Problem | Apart], orders: int = 0) -> Gathered:
        return Gathered(source=self.source.name, found=found, orders=orders)

    def problem(self, code: str, place: str, loss: Any = "rest", **params: object) -> Gathered:
        """One problem of its own; `place` is a file or an address."""
        return self.gathered([Problem(code=code, source=place, loss=loss, params={name: str(value) for name, value in params.items()})])

    def unreadable(self, error: InputError) -> Gathered:
        """A file that no reader can open; the sentence names it."""
        return self.gathered([Problem(code=error.key, loss="rest", params=error.params)])

    def read(self, reading: Reading, place: str) -> Gathered:
        """The rows of one reading as listings."""
        tally = Collected()
        for problem in reading.identification.problems:
            tally.note(problem)
        blanks = audit.Blanks(platform=self.platform, shop=self.source.shop)
        return self.gathered(tally.beside(audit.read_listings([(place, reading)], tally, blanks)))

    def refused(self, failed: Failure) -> Iterator[Gathered]:
        """An address that gave nothing to read: said with the address that was configured."""
        yield self.gathered([refusal(failed)])


class Collected(audit.Tally):
    """A tally whose problems travel on between the listings; the house counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Problem] = []

    def note(self, problem: Problem) -> None:
        self.waiting.append(problem)

    def beside(self, listings: Iterator[Listing | Apart]) -> Iterator[Listing | Problem | Apart]:
        """The listings, each after the problems that were met before it."""
        waiting = self.waiting
        for listing in listings:
            if waiting:
                yield from waiting
                waiting.clear()
            yield listing
        yield from waiting


def _configured(name: str, file: str | None) -> tuple[Source, str]:
    """The source of that name in monitor.toml and its shop's platform, for a spider in somebody's own project.
    ConfigError names the known ones."""
    config = load_config(Path(file) if file else None)
    sources = config.scanning.sources
    for one in sources:
        if one.name == name:
            return one, config.platform(one.shop)
    raise failure(ConfigError, "crawl.no-source", name=name, known=", ".join(one.name for one in sources) or "-")
