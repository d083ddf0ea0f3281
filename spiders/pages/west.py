"""Amazon, eBay, Shopify and WooCommerce: what their product pages show."""

from __future__ import annotations

import json
import re
from typing import Any

from spiders.pages import structured
from spiders.pages.document import Document, dig, objects, text_of


def amazon(page: Document) -> dict[str, str] | None:
    """No JSON-LD: the visible page. The first off-screen price is the offer, a later one may be per unit."""
    title = page.first("//*[@id='productTitle']", "//*[@id='title']//span")
    if not title or "amazon" not in page.text[:200_000].lower():
        return None
    byline = page.first("//*[@id='bylineInfo']")
    details = dict(zip(
        page.all("//*[starts-with(@id,'productDetails_')]//tr/th"), page.all("//*[starts-with(@id,'productDetails_')]//tr/td"), strict=False
    ))  # fmt: skip
    price = page.first(
        "//*[@id='corePrice_feature_div']//*[contains(@class,'a-offscreen')]",
        "//*[@id='corePriceDisplay_desktop_feature_div']//*[contains(@class,'priceToPay')]//*[contains(@class,'a-offscreen')]",
        "//*[@id='priceblock_ourprice']",
    )
    images = page.first("//*[@id='landingImage']/@data-a-dynamic-image")
    return {
        "platform": "amazon", "title": title, "brand": _byline(byline) or details.get("Brand") or details.get("Manufacturer") or "",
        "listing_id": (re.findall(r"/(?:dp|gp/product)/([A-Z0-9]{10})", page.url) or [page.first("//input[@id='ASIN']/@value")])[0],
        "price": price, "list_price": page.first("//*[contains(@class,'a-text-price')]//*[contains(@class,'a-offscreen')]"),
        "description": " ".join(page.all("//*[@id='feature-bullets']//li")), "images": ";".join(_keys(images)),
        "attributes": ";".join(f"{name}:{value}" for name, value in details.items()), "url": page.url,
    }  # fmt: skip


def _byline(text: str) -> str:
    """"Visit the Nike Store" and "Brand: Nike" -> Nike."""
    for form in (r"Visit the (.+) Store", r"Brand:\s*(.+)", r"Besuche den (.+)-Store", r"Marke:\s*(.+)", r"(.+)のストアを表示", r"ブランド[:：]\s*(.+)", r"品牌[:：]\s*(.+)"):
        if found := re.fullmatch(form, text):
            return found.group(1).strip()
    return ""


def _keys(text: str) -> list[str]:
    try:
        found = json.loads(text) if text else []
        return list(found) if isinstance(found, dict) else []
    except (ValueError, RecursionError):
        return []


def ebay(page: Document) -> dict[str, str] | None:
    """JSON-LD where it stands, the item specifics for the brand."""
    if "ebay." not in page.host:
        return None
    values = structured.read(page) or {"title": page.first("//h1[contains(@class,'x-item-title')]")}
    if not values.get("title"):
        return None
    names = page.all("//*[contains(@class,'ux-labels-values__labels')]")
    specifics = dict(zip((name.rstrip(":") for name in names), page.all("//*[contains(@class,'ux-labels-values__values')]"), strict=False))
    found = re.findall(r"/itm/(?:[^/]+/)?(\d{9,})", page.url)
    return values | {
        "platform": "ebay", "listing_id": found[0] if found else values.get("listing_id", ""),
        "brand": values.get("brand") or specifics.get("Brand", ""), "url": page.url,
        "attributes": ";".join(f"{name}:{value}" for name, value in specifics.items()),
    }  # fmt: skip


def shopify(page: Document) -> dict[str, str] | None:
    """A storefront: JSON-LD, with the compare-at price from the product's own JSON (in cents)."""
    if not re.search(r"cdn\.shopify\.com|Shopify\.theme|shopify-", page.text[:400_000]):
        return None
    values = structured.read(page)
    if values is None:
        return None
    handle = re.findall(r"/products/([^/?#]+)", page.url)
    variants = objects(dig(_product_script(page), "variants"))
    compare = [int(text_of(one["compare_at_price"])) for one in variants if re.fullmatch(r"[0-9]{1,12}", text_of(one.get("compare_at_price")))]
    return values | {
        "platform": "shopify", "listing_id": handle[0] if handle else values.get("listing_id", ""), "url": page.url,
        "list_price": f"{max(compare) / 100:.2f}" if compare else "",
    }  # fmt: skip


def _product_script(page: Document) -> Any:
    for text in page.tree.xpath("//script[@type='application/json']/text()"):
        if '"compare_at_price"' in text:
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                continue
            return value.get("product", value) if isinstance(value, dict) else None
    return None


def product_json(text: str) -> dict[str, str] | None:
    """Shopify's /products/HANDLE.json: amounts are decimal text here, not cents."""
    try:
        product = dig(json.loads(text), "product")
    except (ValueError, RecursionError):
        return None
    if not isinstance(product, dict) or not product.get("title"):
        return None
    variants = objects(product.get("variants"))
    priced = [one for one in variants if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", text_of(one.get("price")))]
    cheapest = min(priced, key=lambda one: float(text_of(one["price"])), default={})
    return {
        "platform": "shopify", "title": text_of(product.get("title")), "brand": text_of(product.get("vendor")),
        "listing_id": text_of(product.get("handle")), "sku": text_of(cheapest.get("sku")), "category": text_of(product.get("product_type")),
        "price": text_of(cheapest.get("price")), "currency": text_of(cheapest.get("price_currency")),
        "list_price": text_of(cheapest.get("compare_at_price")), "description": _plain(text_of(product.get("body_html"))),
        "keywords": text_of(product.get("tags")) if not isinstance(product.get("tags"), list) else ", ".join(map(text_of, product["tags"])),
        "images": ";".join(text_of(one.get("src")) for one in objects(product.get("images"))),
    }  # fmt: skip


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def woocommerce(page: Document) -> dict[str, str] | None:
    """A WooCommerce page: JSON-LD, else what the theme shows."""
    if not re.search(r"woocommerce|wc-block", page.text[:400_000]):
        return None
    values = structured.read(page) or {"title": page.first("//h1[contains(@class,'product_title')]")}
    if not values.get("title"):
        return None
    shown = page.first("//p[contains(@class,'price')]//ins//bdi", "//p[contains(@class,'price')]//bdi")
    post = page.first("//@data-product_id", "//button[@name='add-to-cart']/@value")
    return values | {
        "platform": "woocommerce", "listing_id": post or values.get("listing_id", ""), "price": values.get("price") or shown,
        "brand": values.get("brand") or page.first("//*[contains(@class,'posted_in')]/*[contains(@href,'brand')]"), "url": page.url,
        "list_price": page.first("//p[contains(@class,'price')]//del//bdi"), "category": page.first("//*[contains(@class,'posted_in')]//a"),
    }  # fmt: skip
