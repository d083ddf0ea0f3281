"""The lists of products that shops give out as JSON: Shopify's /products.json, WooCommerce's Store API. Pure.

Sources: Shopify's storefront answers GET /products.json?limit=250&page=N with {"products": [...]}, amounts as decimal
text; WooCommerce "Store API: Products" (developer.woocommerce.com/docs/apis/store-api/resources-endpoints/products):
a list of products, amounts as text in the currency's minor unit, names with HTML entities.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from monitor.model.problem import Problem
from monitor.model.source import Identification, Reading, Row
from spiders.pages.document import dig, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

INLINE = re.compile(r"</?(?:a|abbr|b|em|font|i|mark|s|small|span|strong|sub|sup|u)(?:\s[^>]*)?>", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of a list that comes in pages. `ids`: of its products, in order; `reading`: their rows."""

    dialect: str
    ids: tuple[str, ...]
    reading: Reading


def read_products(content: bytes, name: str, *, url: str = "") -> Page | None:
    """The products of one answer; None where it is none of these lists. `url` is the address that was asked."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict) and isinstance(value.get("products"), list):
        return _page("shopify-products", value["products"], _shopify, name, url)
    if isinstance(value, list) and all(isinstance(one, dict) and "name" in one and ("permalink" in one or "prices" in one) for one in value):
        return _page("woocommerce-store", value, _woocommerce, name, url)
    return None


def _page(dialect: str, products: Sequence[Any], reader: Callable[[Mapping[str, Any], str], dict[str, str]], name: str, url: str) -> Page:
    known = [one for one in products if isinstance(one, dict)]
    identification = Identification(file=name, kind="listings", dialect=dialect, encoding="utf-8", confidence=0.95, evidence="documentation")
    return Page(
        dialect=dialect, ids=tuple(text_of(one.get("id") or one.get("handle")) for one in known),
        reading=Reading(identification=identification, rows=partial(_rows, products, reader, name, url)),
    )  # fmt: skip


def _rows(products: Sequence[Any], reader: Callable[[Mapping[str, Any], str], dict[str, str]], name: str, url: str) -> Iterator[Row | Problem]:
    for number, one in enumerate(products, 1):
        if isinstance(one, dict):
            yield Row(kind="listing", values={key: value for key, value in reader(one, url).items() if value}, row=number)
        else:
            yield Problem(code="crawl.no-product", source=name, row=number, loss="row")


def _shopify(product: Mapping[str, Any], url: str) -> dict[str, str]:
    """One product; its cheapest variant tells the price. A vendor is what the shop calls the brand."""
    variants = [one for one in _list(product.get("variants")) if isinstance(one, dict)]
    cheapest = min((one for one in variants if _amount(one.get("price")) is not None), key=lambda one: _amount(one["price"]) or 0, default={})
    tags = product.get("tags")
    handle = text_of(product.get("handle"))
    return {
        "platform": "shopify", "listing_id": handle or text_of(product.get("id")), "title": text_of(product.get("title")),
        "brand": text_of(product.get("vendor")), "category": text_of(product.get("product_type")), "sku": text_of(cheapest.get("sku")),
        "price": text_of(cheapest.get("price")), "list_price": text_of(cheapest.get("compare_at_price")),
        "status": "active" if any(one.get("available") for one in variants) else "unavailable" if variants else "",
        "keywords": ", ".join(map(text_of, tags)) if isinstance(tags, list) else text_of(tags),
        "attributes": ";".join(_options(product.get("options"))), "description": _plain(text_of(product.get("body_html"))),
        "images": ";".join(text_of(one.get("src")) for one in _list(product.get("images")) if isinstance(one, dict)),
        "listed_at": text_of(product.get("published_at")), "url": urljoin(url, f"/products/{handle}") if url and handle else "",
    }  # fmt: skip


def _options(options: Any) -> Iterator[str]:
    for one in _list(options):
        values = dig(one, "values")
        if isinstance(values, list) and text_of(dig(one, "name")) not in ("", "Title"):
            yield f"{text_of(dig(one, 'name'))}:{','.join(map(text_of, values))}"


def _woocommerce(product: Mapping[str, Any], url: str) -> dict[str, str]:
    prices = product.get("prices") if isinstance(product.get("prices"), dict) else {}
    brands = [text_of(dig(one, "name")) for one in _list(product.get("brands"))]
    stock = product.get("is_in_stock")
    return {
        "platform": "woocommerce", "listing_id": text_of(product.get("id")), "title": _plain(text_of(product.get("name"))),
        "sku": text_of(product.get("sku")), "brand": html.unescape("; ".join(filter(None, brands))),
        "price": _major(dig(prices, "price"), prices), "list_price": _major(dig(prices, "regular_price"), prices) if product.get("on_sale") else "",
        "currency": text_of(dig(prices, "currency_code")), "category": html.unescape(text_of(dig(product, "categories", 0, "name"))),
        "keywords": html.unescape(", ".join(text_of(dig(one, "name")) for one in _list(product.get("tags")))),
        "attributes": html.unescape(";".join(_terms(product.get("attributes")))),
        "description": _plain(text_of(product.get("description")) or text_of(product.get("short_description"))),
        "images": ";".join(text_of(dig(one, "src")) for one in _list(product.get("images"))),
        "status": "" if stock is None else "active" if stock else "unavailable", "url": text_of(product.get("permalink")),
    }  # fmt: skip


def _terms(attributes: Any) -> Iterator[str]:
    for one in _list(attributes):
        terms = [text_of(dig(term, "name")) for term in _list(dig(one, "terms"))]
        yield f"{text_of(dig(one, 'name'))}:{','.join(terms)}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _amount(value: Any) -> Decimal | None:
    try:
        found = Decimal(text_of(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _major(value: Any, prices: Any) -> str:
    """ "2599" with a minor unit of 2 -> "25.99"."""
    found, unit = _amount(value), dig(prices, "currency_minor_unit")
    if found is None:
        return ""
    return format(found.scaleb(-unit), "f") if isinstance(unit, int) and 0 <= unit <= 4 else format(found, "f")


def _plain(text: str) -> str:
    """HTML as text. An inline tag ends no word: N<b>i</b>ke is shown as one."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", INLINE.sub("", text))).split())
