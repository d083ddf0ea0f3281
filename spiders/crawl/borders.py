"""The seller's own shops only: which addresses a crawl may ask, and a downloader middleware that holds it to them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy import Request
    from scrapy.crawler import Crawler

DEFAULT_PORTS = {"http": 80, "https": 443}


class Outside(IgnoreRequest):
    """An address beyond the borders. `url` is what was not asked."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{url} is not one of the configured shops")
        self.url = url


def place(url: str) -> tuple[str, int] | None:
    """(host without www., port) of a web address, the port 0 for the default one; None for anything else.

    >>> place("https://www.Shop.example/a"), place("http://shop.example:8080/"), place("file:///etc/passwd")
    (('shop.example', 0), ('shop.example', 8080), None)
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not host:
        return None
    # A shop moves from http to https and from www. to without: that is the same shop, and the same port 0.
    return host.rstrip(".").removeprefix("www."), 0 if port in (None, DEFAULT_PORTS[parts.scheme]) else port


def inside(url: str, shops: Iterable[str]) -> bool:
    """Does the address lie at one of the shops' hosts? `shops` are the configured addresses."""
    return (found := place(url)) is not None and any(found == place(shop) for shop in shops)


class Borders:
    """Refuses every request, redirected ones and robots.txt too, that leaves the spider's `shops`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Borders:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        # The one data: address is the spider's own first step (see own_shop.py): no page's redirect can lead to it.
        if request.url != "data:," and not inside(request.url, getattr(self.crawler.spider, "shops", ())):
            raise Outside(request.url)
