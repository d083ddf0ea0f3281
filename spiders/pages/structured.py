"""Any shop's page by what it says in public forms: JSON-LD, microdata, Open Graph.

Sources: schema.org/Product, schema.org/ProductGroup, schema.org/Offer; ogp.me; the product:* properties of
the Open Graph product type.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spiders.pages.document import Document, dig, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PRODUCTS = ("Product", "ProductGroup", "IndividualProduct", "ProductModel", "Vehicle", "Book")
PREFIXES = ("http://schema.org/", "https://schema.org/", "schema:")


def read(page: Document) -> dict[str, str] | None:
    """The listing's values; None where the page speaks none of these forms."""
    for source in (_json_ld, _microdata, _open_graph):
        values = source(page)
        if values and values.get("title"):
            return {name: value for name, value in values.items() if value}
    return None


def _json_ld(page: Document) -> dict[str, str] | None:
    products = [one for one in page.json_ld if _types(one) & set(PRODUCTS)]
    # A group first: it has the name, its variants only a size.
    products.sort(key=lambda one: "ProductGroup" not in _types(one))
    return _product(products[0], page) if products else None


def _types(value: Mapping[str, Any]) -> set[str]:
    kinds = value.get("@type")
    found = {str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])}
    return {kind.removeprefix(prefix) for kind in found for prefix in PREFIXES} | found


def _product(value: Mapping[str, Any], page: Document) -> dict[str, str]:
    variants = value.get("hasVariant")
    variants = variants if isinstance(variants, list) else [variants] if isinstance(variants, dict) else []
    offers = [offer for one in (value, *variants) if isinstance(one, dict) for offer in _offers(one.get("offers"))]
    cheapest = min(offers, key=lambda offer: offer[0], default=(0.0, "", "", ""))
    first = next((one for one in variants if isinstance(one, dict)), {})
    return {
        "title": text_of(value.get("name")),
        "brand": _name(value.get("brand")) or _name(value.get("manufacturer")),
        "description": text_of(value.get("description")),
        "sku": text_of(value.get("sku") or (first.get("sku") if len(variants) == 1 else "")),
        "listing_id": text_of(value.get("productGroupID") or value.get("productID") or ""),
        "category": _name(value.get("category")),
        "price": cheapest[1], "currency": cheapest[2], "status": cheapest[3],
        "images": ";".join(_images(value.get("image"))),
        "url": text_of(value.get("url")) or page.url,
    }  # fmt: skip


def _name(value: Any) -> str:
    if isinstance(value, list):
        return _name(value[0]) if value else ""
    return text_of(value.get("name")) if isinstance(value, dict) else text_of(value)


def _images(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if found := text_of(one.get("url") or one.get("contentUrl")) if isinstance(one, dict) else text_of(one):
            yield found


def _offers(value: Any) -> Iterator[tuple[float, str, str, str]]:
    """(price as a number, price, currency, availability) of each offer that has a price."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            continue
        yield from _offers(one.get("offers"))
        specification = dig(one, "priceSpecification", 0) or one.get("priceSpecification") or {}
        price = one.get("lowPrice") or one.get("price") or dig(specification, "price")
        currency = one.get("priceCurrency") or dig(specification, "priceCurrency")
        plain = text_of(price).replace(",", "")
        if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{0,8})?", plain):
            continue
        number = float(plain)
        yield number, text_of(price), text_of(currency), text_of(one.get("availability")).rsplit("/", 1)[-1]


def _microdata(page: Document) -> dict[str, str] | None:
    scopes = page.tree.xpath("//*[@itemscope][contains(@itemtype, 'schema.org/Product')]")
    if not scopes:
        return None
    scope = scopes[0]
    return {
        "title": _property(scope, "name"), "brand": _property(scope, "brand") or _property(scope, "manufacturer"),
        "description": _property(scope, "description"), "sku": _property(scope, "sku"),
        "listing_id": _property(scope, "productID"), "category": _property(scope, "category"),
        "price": _property(scope, "lowPrice") or _property(scope, "price"), "currency": _property(scope, "priceCurrency"),
        "images": _property(scope, "image"), "url": _property(scope, "url") or page.url,
        "status": _property(scope, "availability").rsplit("/", 1)[-1],
    }  # fmt: skip


def _property(scope: Any, name: str) -> str:
    """The first value of an itemprop; of a nested thing (a brand) its name."""
    for node in scope.xpath(f".//*[contains(concat(' ', @itemprop, ' '), ' {name} ')]"):
        if name == "name" and node.xpath("ancestor::*[@itemprop and @itemscope][1]") and not _own(node, scope):
            continue
        if node.get("itemscope") is not None:
            inner = _property(node, "name")
            if inner:
                return inner
            continue
        value = node.get("content") or node.get("href") or node.get("src") or node.get("datetime") or node.text_content()
        if squeezed := " ".join(str(value).split()):
            return squeezed
    return ""


def _own(node: Any, scope: Any) -> bool:
    """Does the property belong to the scope itself, and not to a thing nested in it?"""
    above = node.getparent()
    while above is not None and above is not scope:
        if above.get("itemscope") is not None:
            return False
        above = above.getparent()
    return above is scope


def _open_graph(page: Document) -> dict[str, str] | None:
    kind = page.meta("og:type")
    price = page.meta("product:price:amount", "og:price:amount", "product:sale_price:amount")
    if not (kind.startswith("product") or kind.endswith(":product") or price):
        return None
    return {
        "title": page.meta("og:title"), "brand": page.meta("product:brand", "og:brand"),
        "description": page.meta("og:description"), "sku": page.meta("product:retailer_item_id", "product:sku"),
        "listing_id": page.meta("product:retailer_item_id"), "category": page.meta("product:category"),
        "price": price, "currency": page.meta("product:price:currency", "og:price:currency"),
        "images": page.meta("og:image"), "url": page.url, "status": page.meta("product:availability", "og:availability"),
    }  # fmt: skip
