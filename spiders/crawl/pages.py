"""The spider of product pages: saved ones, and the addresses of his own listings that the seller names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import InputError
from monitor.model.problem import Problem
from monitor.model.source import ReadOptions
from spiders import files
from spiders.crawl.downloads import files_at
from spiders.crawl.own_shop import OwnShop
from spiders.crawl.refusals import gone, refusal
from spiders.pages import read_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from monitor.model.gathered import Gathered

PAGES = (".html", ".htm", ".mhtml", ".json", ".xhtml")


class Pages(OwnShop):
    """One listing a page; no link on a page is followed."""

    name = "pages"

    def here(self, response: Response) -> Iterator[Gathered]:
        for path in saved(self.source.paths):
            if not self.crawler.crawling:
                return
            yield from self.saved(path)

    def saved(self, path: Path) -> Iterator[Gathered]:
        """One file: a page, or where nothing is found a problem."""
        if not path.is_file():
            # A folder without pages, a pattern that fits nothing, a file that was moved.
            yield self.problem("crawl.no-pages", str(path))
            return
        try:
            reading = files.read(path, ReadOptions(name=str(path)))
        except InputError as error:
            yield self.unreadable(error)
            return
        if reading is not None:
            yield self.read(reading, str(path))

    def asked_for(self, response: Response) -> Iterator[Gathered]:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        yield self.read(read_page(response.body, response.url, url=response.url, content_type=content_type), response.url)

    def refused(self, failed: Failure) -> Iterator[Gathered]:
        """A page that is no more is a fact about the listing and no fault of the scan."""
        told = refusal(failed)
        if gone(failed):
            told = Problem(code="crawl.page-gone", source=told.source, loss="", params=told.params)
        yield self.gathered([told])


def saved(paths: Iterable[str]) -> Iterator[Path]:
    """The page files at the paths, each once; a path at which there is none comes back itself."""
    seen: dict[Path, None] = {}
    for path in paths:
        place = Path(path)
        pages = sorted(one for one in files_at(path) if one == place or one.suffix.lower() in PAGES)
        seen.update(dict.fromkeys(pages or [place]))
    return iter(seen)
