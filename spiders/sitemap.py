"""A sitemap as addresses (sitemaps.org/protocol.html). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

# Paths under which shops show one product: Shopify /products/x, WooCommerce /product/x, Etsy /listing/1, Amazon /dp/x, eBay /itm/1.
PRODUCT = re.compile(r"/(?:products?|items?|itm|listings?|dp|goods|shop|p)/[^/?#]+", re.I)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """`maps`: further sitemaps that it names; `pages`: addresses of pages. In order, each once."""

    maps: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    def products(self) -> tuple[str, ...]:
        """The addresses that look like one product's page; all of them where none does."""
        found = tuple(url for url in self.pages if PRODUCT.search(urlsplit(url).path))
        return found or self.pages

    def product_maps(self) -> tuple[str, ...]:
        """The further sitemaps of products; all of them where no name says it."""
        found = tuple(url for url in self.maps if re.search(r"product|goods|listing|(?<![a-z])items?(?![a-z])", url, re.I))
        return found or self.maps


def read_sitemap(content: bytes) -> Sitemap | None:
    """The addresses of a sitemap or of an index of sitemaps; None for anything else."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError):
        return None
    name = _local(root)
    if name not in ("urlset", "sitemapindex"):
        return None
    found = [place for child in root for place in child if _local(place) == "loc"]
    urls = tuple(dict.fromkeys(url for one in found if (url := (one.text or "").strip())))
    return Sitemap(maps=urls) if name == "sitemapindex" else Sitemap(pages=urls)


def _local(element: Any) -> str:
    """The name of an element without its namespace; "" for none and for what is no element."""
    tag = getattr(element, "tag", "")
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""
