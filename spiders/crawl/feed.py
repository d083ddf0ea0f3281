"""The spider of feeds: a Merchant feed, Shopify's products.json, WooCommerce's Store API, a sitemap's product pages."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import scrapy
from scrapy.utils.gz import gunzip

from monitor.errors import InputError
from monitor.model.problem import Problem
from monitor.model.source import ReadOptions
from spiders import files
from spiders.crawl.borders import inside
from spiders.crawl.exports import Exports
from spiders.crawl.refusals import gone, refusal
from spiders.pages import read_page
from spiders.shop_json import Page, read_products
from spiders.sitemap import Sitemap, read_sitemap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from monitor.model.gathered import Gathered

MOST_PAGES = 400  # of one paged list: 100,000 products at Shopify
MOST_PRODUCTS = 5000  # product pages of one sitemap: at half a second each three quarters of an hour
DEEPEST = 3  # sitemaps within sitemaps
SIZES = {"shopify-products": ("limit", "250"), "woocommerce-store": ("per_page", "100")}


class Feed(Exports):
    """What it is is told by what comes, not by the address; files at `paths` are read as exports are."""

    name = "feed"

    async def start(self) -> Any:
        async for one in super().start():
            yield one.replace(url=first_page(one.url)) if isinstance(one, scrapy.Request) else one

    def asked_for(self, response: Response) -> Iterator[Any]:
        content = self.unpacked(response.body)
        if content is None:
            yield self.problem("crawl.too-big", response.url)
        elif page := read_products(content, response.url, url=response.url):
            yield from self.products(page, response)
        elif sitemap := read_sitemap(content):
            yield from self.sitemap(sitemap, response)
        else:
            yield from self.table(content, response.url)

    def unpacked(self, body: bytes) -> bytes | None:
        """A .gz file's content (a shop sends sitemaps so, without saying so in a header); None where it is a bomb."""
        try:
            return gunzip(body, max_size=self.settings.getint("DOWNLOAD_MAXSIZE")) if body[:2] == b"\x1f\x8b" else body
        except (ValueError, OSError, EOFError):
            return None

    def table(self, content: bytes, url: str) -> Iterator[Gathered]:
        """A feed in XML, CSV or TSV: read from a file, as any export is."""
        with TemporaryDirectory(prefix="listing-monitor-") as folder:
            path = Path(folder) / "feed"
            path.write_bytes(content)
            try:
                reading = files.read(path, ReadOptions(name=url))
            except InputError as error:
                yield self.unreadable(error)
                return
            if reading is None or reading.identification.kind not in ("listings", "page"):
                yield self.problem("crawl.no-feed", url)
                return
            yield self.gathered(list(self.read(reading, url).found))  # before the file is removed

    def products(self, page: Page, response: Response) -> Iterator[Any]:
        """One page of a list and the way to the next, until one is empty, repeats what was seen, or there are too many."""
        seen: frozenset[str] = response.meta.get("seen", frozenset())
        number = _number(response.url)
        if not page.ids or seen.issuperset(page.ids):
            if number == 1:
                yield self.problem("crawl.empty-list", response.url)
            elif page.ids:
                # The shop does not turn the page: what was read may be a part of it only.
                yield self.problem("crawl.same-page", response.url, page=number)
            return
        yield self.read(page.reading, response.url)
        if number >= self.settings.getint("LISTING_MONITOR_MOST_PAGES", MOST_PAGES):
            yield self.problem("crawl.too-many-pages", response.url, count=number)
            return
        total = (response.headers.get("X-WP-TotalPages") or b"").decode("latin-1")
        if total.isdigit() and number >= int(total):
            return
        name, size = SIZES[page.dialect]
        yield scrapy.Request(
            turned(response.url, name, size, number + 1), callback=self.asked_for, errback=self.refused, meta={"seen": seen | set(page.ids)}, dont_filter=True
        )

    def sitemap(self, sitemap: Sitemap, response: Response) -> Iterator[Any]:
        """Further sitemaps of products, or the product pages; what lies outside the shop is left out and counted."""
        depth = response.meta.get("sitemaps", 1)
        for url in sitemap.product_maps() if depth <= DEEPEST else ():
            if inside(url, self.shops):
                yield scrapy.Request(url, callback=self.asked_for, errback=self.refused, meta={"sitemaps": depth + 1})
        pages = [url for url in sitemap.products() if inside(url, self.shops)]
        outside = sum(not inside(url, self.shops) for url in (*sitemap.pages, *sitemap.maps))
        if outside:
            yield self.problem("crawl.links-outside", response.url, loss="", count=outside)
        if len(pages) > MOST_PRODUCTS:
            yield self.problem("crawl.too-many-products", response.url, count=len(pages), most=MOST_PRODUCTS)
        for url in pages[:MOST_PRODUCTS]:
            yield scrapy.Request(url, callback=self.product, errback=self.no_product)
        if not pages and not sitemap.maps:
            yield self.problem("crawl.empty-list", response.url)

    def product(self, response: Response) -> Iterator[Gathered]:
        """A page that a sitemap named. One without a listing is an article or a list, and no loss; a wall is."""
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        reading = read_page(response.body, response.url, url=response.url, content_type=content_type)
        yield self.gathered([one for one in self.read(reading, response.url).found if not isinstance(one, Problem) or one.code != "pages.no-listing"])

    def no_product(self, failed: Failure) -> Iterator[Gathered]:
        """A page that is no more has left the shop since its sitemap was written."""
        told = refusal(failed)
        if gone(failed):
            told = Problem(code="crawl.page-gone", source=told.source, loss="", params=told.params)
        yield self.gathered([told])


def first_page(url: str) -> str:
    """The address with the largest page that the shop gives, where it is one of the known lists.

    >>> first_page("https://a.example/products.json")
    'https://a.example/products.json?limit=250&page=1'
    """
    path = urlsplit(url).path.rstrip("/")
    if path.endswith("/products.json"):
        return turned(url, *SIZES["shopify-products"], 1)
    if path.endswith("/products") and "/wc/store" in path:
        return turned(url, *SIZES["woocommerce-store"], 1)
    return url


def turned(url: str, name: str, size: str, page: int) -> str:
    """The same address with a page number, and a page size where it has none yet."""
    parts = urlsplit(url)
    query = {name: [size]} | parse_qs(parts.query, keep_blank_values=True) | {"page": [str(page)]}
    return urlunsplit(parts._replace(query=urlencode(query, doseq=True)))


def _number(url: str) -> int:
    page = parse_qs(urlsplit(url).query).get("page", ["1"])[0]
    return int(page) if page.isdigit() else 1
