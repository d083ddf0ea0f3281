"""Taobao and Tmall, Pinduoduo, 1688: the data that their pages carry in scripts.

The layouts are known from public parser code, not from the platforms; each reader returns None where its
data is not on the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from spiders.pages.document import Document, dig, objects, text_of, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def taobao(page: Document) -> dict[str, str] | None:
    """Taobao and Tmall, newest layout first."""
    return _ice(page) or _tshop(page) or _g_config(page)


def _platform(page: Document) -> str:
    return "tmall" if "tmall.com" in page.host or "TShop.Setup" in page.text else "taobao"


def _ice(page: Document) -> dict[str, str] | None:
    """PC pages since 2024: window.__ICE_APP_CONTEXT__, loaderData.home.data.res. priceMoney is in fen."""
    data = page.script_value(r"__ICE_APP_CONTEXT__\s*=\s*", r"Object\.assign\(\s*window\.__ICE_APP_CONTEXT__[^,]*,\s*")
    res = dig(data, "loaderData", "home", "data", "res")
    if not dig(res, "item", "title"):
        return None
    known = dig(res, "skuCore", "sku2info")
    skus = objects({key: value for key, value in known.items() if key != "0"} if isinstance(known, dict) else known)
    shown = dig(res, "componentsVO", "priceVO", "price", "priceText") or ""
    extra = dig(res, "componentsVO", "priceVO", "extraPrice", "priceText") or ""
    price = _lowest(_fen(dig(sku, "price", "priceMoney")) or text_of(dig(sku, "price", "priceText")) for sku in skus)
    return {
        "platform": _platform(page), "title": text_of(dig(res, "item", "title")),
        "listing_id": text_of(dig(res, "item", "itemId") or page.asked("id")),
        "shop": text_of(dig(res, "seller", "shopName")), "images": _joined(dig(res, "item", "images")),
        "price": text_of(extra) or price or text_of(shown),
        "list_price": _lowest(text_of(dig(sku, "subPrice", "priceText")) for sku in skus),
        "sold": _count(text_of(dig(res, "item", "vagueSellCount"))),
        "attributes": ";".join(f"{text_of(one.get('name'))}:{'/'.join(text_of(value.get('name')) for value in objects(one.get('values')))}"
                               for one in objects(dig(res, "skuBase", "props"))),
        "brand": "", "currency": "CNY", "url": page.url,
        # A gated page shows a round decoy; the true price stands under extraPrice, which the decoy lacks.
        "_decoy": "yes" if not extra and not skus and shown else "",
    }  # fmt: skip


def _tshop(page: Document) -> dict[str, str] | None:
    """Classic Tmall: TShop.Setup({...}). The brand is URL-encoded, reservePrice is the list price."""
    data = page.script_value(r"TShop\.Setup\(\s*")
    item = dig(data, "itemDO")
    if not isinstance(item, dict) or not item.get("title"):
        return None
    prices = [text_of(one.get("price")) for one in objects(dig(data, "valItemInfo", "skuMap"))]
    return {
        "platform": "tmall", "title": text_of(item.get("title")), "brand": unquote(text_of(item.get("brand"))),
        "listing_id": text_of(item.get("itemId") or dig(data, "rateConfig", "itemId")) or page.asked("id"),
        "price": _lowest(prices) or text_of(dig(data, "detail", "defaultItemPrice")),
        "list_price": text_of(item.get("reservePrice")), "category": text_of(item.get("categoryId")),
        "attributes": ";".join(page.all("//*[@id='J_AttrUL']//li")), "currency": "CNY", "url": page.url,
    }  # fmt: skip


def _g_config(page: Document) -> dict[str, str] | None:
    """Classic Taobao: g_config.idata and Hub.config.set('sku', ...). Sale price and sold come by a later call."""
    data = page.script_value(r"var\s+g_config\s*=\s*", r"g_config\s*=\s*")
    item = dig(data, "idata", "item")
    if not isinstance(item, dict) or not item.get("title"):
        return None
    sku = page.script_value(r"Hub\.config\.set\(\s*['\"]sku['\"]\s*,\s*")
    prices = [text_of(one.get("price")) for one in objects(dig(sku, "valItemInfo", "skuMap"))]
    attributes = page.all("//ul[contains(@class, 'attributes-list')]/li")
    return {
        "platform": "taobao", "title": text_of(item.get("title")), "listing_id": text_of(item.get("id")) or page.asked("id"),
        "shop": text_of(dig(data, "idata", "shop", "name") or dig(data, "shopName")), "images": _joined(item.get("auctionImages")),
        "brand": _named(attributes, "品牌"), "price": _lowest(prices) or page.first("//*[@id='J_StrPrice']//em[contains(@class,'tb-rmb-num')]"),
        "attributes": ";".join(attributes), "currency": "CNY", "url": page.url,
    }  # fmt: skip


def pinduoduo(page: Document) -> dict[str, str] | None:
    """H5 page: window.rawData. camelCase prices are yuan, snake_case ones fen."""
    data = page.script_value(r"window\.rawData\s*=\s*")
    goods = dig(data, "store", "initDataObj", "goods") or dig(data, "initDataObj", "goods") or dig(data, "goods")
    if not isinstance(goods, dict) or not (goods.get("goodsName") or goods.get("goods_name")):
        return None
    skus = objects(goods.get("skus") or goods.get("sku"))
    price = _lowest(text_of(one.get("groupPrice")) or _fen(one.get("group_price")) for one in skus)
    single = _lowest(text_of(one.get("normalPrice")) or _fen(one.get("normal_price")) for one in skus)
    properties = [
        f"{text_of(one.get('key'))}:{'/'.join(texts(one.get('values')))}" for one in objects(goods.get("goodsProperty"))
    ]  # fmt: skip
    return {
        "platform": "pinduoduo", "title": text_of(goods.get("goodsName") or goods.get("goods_name")),
        "listing_id": text_of(goods.get("goodsID") or goods.get("goodsId") or goods.get("goods_id")) or page.asked("goods_id"),
        "shop": text_of(dig(data, "store", "initDataObj", "mall", "mallName")), "brand": _named(properties, "品牌"),
        "price": price or _group_price(goods), "list_price": single, "attributes": ";".join(properties),
        "images": _joined(goods.get("topGallery") or goods.get("viewImageData")), "sold": _count(text_of(goods.get("sideSalesTip"))),
        "status": "" if goods.get("isOnSale", True) else "off sale", "currency": "CNY", "url": page.url,
    }  # fmt: skip


def _group_price(goods: Mapping[str, Any]) -> str:
    """minGroupPrice is yuan with a point and fen without one."""
    value = text_of(goods.get("minGroupPrice"))
    return value if "." in value or not value.isdecimal() else _fen(value)


def alibaba(page: Document) -> dict[str, str] | None:
    """1688: window.__INIT_DATA (2021 on, mobile still) or window.context (later desktop pages)."""
    data = page.script_value(r"window\.__INIT_DATA\s*=\s*")
    model = dig(data, "globalData", "tempModel")
    if isinstance(model, dict) and model.get("offerTitle"):
        ranges = objects(dig(data, "globalData", "orderParamModel", "orderParam", "skuParam", "skuRangePrices"))
        images = [text_of(one.get("fullPathImageURI")) for one in objects(dig(data, "globalData", "images"))]
        return _offer(page, model, [text_of(one.get("price")) for one in ranges], images, _features(data))
    data = page.script_value(r"window\.context\s*=\s*(?:\(function[^{]*\{.*?\}\)\([^{]*)?", r"window\.contextPath,\s*")
    model = dig(data, "result", "global", "globalData", "model") or dig(data, "result", "data", "productTitle", "fields")
    title = dig(model, "offerDetail", "subject") or dig(model, "title") or dig(model, "offerTitleModel", "subject")
    if not title:
        return None
    prices = [text_of(one.get("price")) for one in objects(dig(model, "tradeModel", "offerPriceModel", "currentPrices"))]
    fields = {"offerTitle": title, "offerId": dig(model, "offerDetail", "offerId"), "companyName": dig(model, "sellerModel", "companyName")}
    features = [f"{text_of(one.get('name'))}:{text_of(one.get('value'))}" for one in objects(dig(model, "offerDetail", "featureAttributes"))]
    return _offer(page, fields, prices, [], features)


def _features(data: Any) -> list[str]:
    """Attributes from whichever component carries them."""
    for part in objects(dig(data, "data")):
        if "attribute" in text_of(part.get("componentType")):
            rows = part.get("data")
            rows = rows if isinstance(rows, list) else dig(rows, "attributes")
            return [f"{text_of(one.get('name'))}:{text_of(one.get('value'))}" for one in objects(rows)]
    return []


def _offer(page: Document, model: Mapping[str, Any], prices: list[str], images: list[str], features: list[str]) -> dict[str, str]:
    return {
        "platform": "1688", "title": text_of(model.get("offerTitle")), "shop": text_of(model.get("companyName")),
        "listing_id": text_of(model.get("offerId")) or next(iter(re.findall(r"/offer/(\d+)", page.url)), ""),
        "brand": _named(features, "品牌"), "price": _lowest(prices), "images": ";".join(filter(None, images)),
        "attributes": ";".join(features), "currency": "CNY", "url": page.url,
    }  # fmt: skip


def _fen(value: Any) -> str:
    """Fen as yuan: "1299" -> "12.99"."""
    text = text_of(value)
    return f"{int(text) // 100}.{int(text) % 100:02d}" if re.fullmatch(r"[0-9]{1,15}", text) else ""


def _lowest(prices: Iterable[str]) -> str:
    """The lowest price that is a number, as it was written."""
    known = [(float(price), price) for price in prices if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?", price)]
    return min(known)[1] if known else ""


def _count(text: str) -> str:
    """"已售100+" -> 100, "1.2万+" -> 12000."""
    found = re.search(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*(万)?", text)
    return str(int(float(found.group(1)) * (10_000 if found.group(2) else 1))) if found else ""


def _named(attributes: Iterable[str], name: str) -> str:
    """The value of `name: value` among attributes."""
    for one in attributes:
        key, mark, value = one.replace("：", ":").partition(":")
        if mark and key.strip() == name:
            return value.strip()
    return ""


def _joined(values: Any) -> str:
    values = values if isinstance(values, list) else [values]
    urls = [text_of(one.get("url") or one.get("imgUrl")) if isinstance(one, dict) else text_of(one) for one in values]
    return ";".join(filter(None, urls))
