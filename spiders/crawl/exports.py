"""The spider of export files: finds today's, joins what belongs together, fills units sold from order files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from monitor import audit
from monitor.config import own_dialects
from monitor.errors import InputError
from monitor.model.problem import Problem
from monitor.model.source import ReadOptions
from monitor.wiring import readers
from spiders.crawl.downloads import find
from spiders.crawl.own_shop import Collected, OwnShop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response

    from monitor.model.gathered import Gathered

OLD = 7  # days after which an export is called old


class Exports(OwnShop):
    """Files, folders and patterns on this machine; nothing is asked over the network."""

    name = "exports"

    def here(self, response: Response) -> Iterator[Gathered]:
        tally = Collected()
        options = ReadOptions(dialects=own_dialects(self.base))
        found = find(self.source.paths, readers(), options)
        for problem in found.problems:
            tally.note(problem)
        if found.newest and (days := int((self.crawler.stats.get_value("start_time").timestamp() - found.newest) // 86400)) > OLD:
            tally.note(Problem(code="crawl.old-export", source=str(found.files[0]), loss="", params={"days": str(days)}))
        try:
            opened = audit.open_files([(path, options) for path in found.files], readers(), tally) if found.files else []
        except InputError:  # the one file there is; the tally already has its problem
            opened = []
        for name, reading in opened:
            columns = reading.identification.columns  # none of a feed, whose reader knows the ids
            if columns and reading.identification.kind == "listings" and columns.keys().isdisjoint(("listing_id", "sku")):
                tally.note(Problem(code="crawl.no-id", source=name, loss=""))
        sales = audit.read_orders(opened, tally)
        listings = audit.read_apart(opened, tally, audit.Blanks(platform=self.platform, shop=self.source.shop), sales)
        yield self.gathered(tally.beside(listings), tally.orders)

    @property
    def base(self) -> Path:
        """The folder of monitor.toml."""
        return Path(self.settings.get("LISTING_MONITOR_CONFIG") or "monitor.toml").parent
