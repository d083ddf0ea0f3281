"""What one unit costs the buyer, and what the brand's guide price says it should."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.model.platforms import platform_id
from monitor.screening.plain import fold, stands_in, tokens, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from monitor.model.listing import Listing
    from monitor.model.registry import GuidePrice

# Marketplaces that quote in one currency only. Amazon, eBay, Etsy, Shopify, Shopee and Lazada quote in many.
CURRENCIES = {
    **dict.fromkeys(
        ("taobao", "tmall", "pinduoduo", "1688", "jd", "douyin", "kuaishou", "xiaohongshu", "weidian", "xianyu", "vip", "dewu",
         "wechat", "youzan", "suning", "kaola", "alibaba.cn"), "CNY"),
    "ozon": "RUB", "rakuten": "JPY", "mercari.jp": "JPY", "coupang": "KRW", "gmarket": "KRW", "tokopedia": "IDR", "bukalapak": "IDR",
    "flipkart": "INR", "walmart": "USD", "target": "USD", "bol": "EUR", "otto": "EUR", "trendyol": "TRY",
    "amazon.com": "USD", "amazon.co.uk": "GBP", "amazon.de": "EUR", "amazon.fr": "EUR", "amazon.it": "EUR", "amazon.es": "EUR",
    "amazon.co.jp": "JPY", "amazon.ca": "CAD", "amazon.com.au": "AUD", "amazon.cn": "CNY", "amazon.in": "INR",
}  # fmt: skip


def only_currency(platform: str) -> str:
    """The one currency a marketplace quotes in, or ""."""
    return CURRENCIES.get(platform_id(platform), "")


HAN_DIGITS = {"一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
NUMBER = r"(?:\d{1,4}|[一二两俩三四五六七八九]?十[一二三四五六七八九]?|[一二两俩三四五六七八九])"
# Measure words that count whole units; 层, 款, 色, 寸, 代, 码, 个月 do not.
UNIT = r"(?:瓶|罐|听|双|支|只(?!装?码)|盒|袋|包(?!邮|[挂带袋臀])|件(?!套)|条|个(?!月|性|人|小时|工作|颜色|款|尺|色|档)|片|块|枚|张|颗|粒|卷|桶|把|本(?!命|草|地)|副|对|套|台|根|顶|箱|提|排|板|贴|枝|筒|管|杯|碗|份|组|束|双装|(?:pcs?|pieces?|packs?|pairs?|bottles?|cans?|boxes|tubes?|rolls?|counts?|ct|units?|sets?|bars?|bags?|sticks?|sheets?|pk)(?![a-wyz]))"
LATIN_END = r"(?![a-z])"
COUNT = re.compile(
    rf"""(?P<not>第\s?{NUMBER}\s?{UNIT}|[买满拍送赠买买购][^\s\d一二两三四五六七八九十]{{0,2}}\s?{NUMBER}\s?{UNIT}?(?:\s?[送赠减免]\s?{NUMBER}\s?{UNIT}?)?|\d+\s?(?:件|pcs?)\s?[\d.]+折)
    |(?:pack|set|lot|case|box|bundle|bag)s?\sof\s(?:(?P<of>\d{{1,4}})|(?P<word>two|three|four|five|six|eight|ten|twelve)){LATIN_END}
    |(?<![\d.\-~/a-z一二两三四五六七八九十第])(?P<number>{NUMBER})\s?-?\s?(?P<unit>{UNIT})(?:\s?[x*]\s?(?P<times>\d{{1,3}})\s?(?P<inner>{UNIT})?(?![\d.]*\s?(?:cm|mm|m|寸|厘米|毫米|米|ml|g|kg|l|oz|克|升|毫升)))?
    |(?<![\d.x*])(?P<each>\d{{1,3}})\s?[x*]\s?\d+(?:\.\d+)?\s?(?:ml|cl|l|g|kg|oz|克|毫升|升){LATIN_END}
    |(?:(?<=[\dglk克升斤片粒抽])|(?<=ml)|(?<=oz)|(?<=\s)|(?<=\)))\s?[x*]\s?(?P<by>\d{{1,3}})(?P<byunit>\s?{UNIT})?(?![\d.]|\s?(?:[x*]\s?\d|cm|mm|m(?![a-z])|寸|厘米|毫米|米|in(?:ch)?|["'英寸]))""",
    re.X,
)
SIZE_BEFORE = re.compile(r"\d\s?(?:cm|mm|m|in|inch|寸|厘米|米)?\s?$")
ENGLISH = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12}
CONTAINERS = ("箱", "盒", "提", "包", "袋", "组", "套", "box", "pack", "set", "bag", "case", "lot")
PER = re.compile(r"(?:每|单|/|per)\s?[箱盒提包袋组套]?\s?$")


def pack_count(title: str) -> int:
    """Units in one sale, counted from a number with a unit in the title; 1 where it names none.

    A container and its content multiply where they are tied (2盒x6支); a content "per" container counts alone.
    """
    folded = fold(title)
    found: list[tuple[int, str]] = []
    for match in COUNT.finditer(folded):
        if match["not"]:
            continue
        counted = _counted(match, folded)
        if counted and counted[0] > 0:
            found.append(counted)
    if not found:
        return 1
    # 一箱6瓶, 1盒12支: one container, then what is in it.
    if len(found) > 1 and found[0][0] == 1 and found[0][1].startswith(CONTAINERS):
        return found[1][0]
    if len(found) > 1 and found[1][1].startswith("per ") and found[0][1].startswith(CONTAINERS):
        return found[0][0] * found[1][0]
    return found[0][0]


def _counted(match: re.Match[str], folded: str) -> tuple[int, str] | None:
    if match["of"] or match["word"]:
        return (int(match["of"]) if match["of"] else ENGLISH[match["word"]]), ""
    if match["each"]:
        return int(match["each"]), ""
    if match["by"]:
        # 500ml x6 counts; 30x40 cm and 6x4 do not: a bare number on both sides is a size.
        if match["byunit"] is None and SIZE_BEFORE.search(folded[: match.start()].rstrip()) and not re.search(r"(?:ml|g|kg|l|oz|克|升)\s?$", folded[: match.start()]):
            return None
        return int(match["by"]), match["byunit"] or ""
    number, unit = _number(match["number"]), match["unit"]
    if match["times"]:
        return number * int(match["times"]), unit
    if PER.search(folded[max(0, match.start() - 4) : match.start()]):
        return number, f"per {unit}"
    return number, unit


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return HAN_DIGITS.get(tens, 1) * 10 + HAN_DIGITS.get(ones, 0)
    return HAN_DIGITS[text]


@dataclass(frozen=True, slots=True)
class Price:
    """What a buyer pays for one unit: `net` / `units`, in `currency`. Exact: never a float, never rounded."""

    net: Decimal
    units: int
    currency: str

    @property
    def each(self) -> Decimal:
        return self.net / self.units

    def under(self, percent: int, amount: Decimal, units: int = 1) -> bool:
        """Is one unit cheaper than `percent` per cent of `amount` for `units`?"""
        return self.net * units * 100 < amount * self.units * percent


def net_price(listing: Listing, platform: str) -> Price | None:
    """The listing's net unit price; None where the price or its currency is unknown."""
    offer = listing.offer
    if offer.price is None or offer.price <= 0:
        return None
    currency = offer.currency.upper() or only_currency(platform)
    if not currency:
        return None
    units = offer.pack_size if offer.pack_size and offer.pack_size > 0 else pack_count(listing.title)
    return Price(offer.price - (offer.coupon or 0), units, currency)


def same_currency(currency: str, price: Price, platform: str) -> bool:
    """May an amount be compared with the price? Where it names no currency, the platform's only one is meant."""
    return (currency.upper() or only_currency(platform)) == price.currency


class Guides:
    """The guide prices of one brand that hold on the day."""

    def __init__(self, guides: Iterable[GuidePrice], on: date) -> None:
        self._guides: list[tuple[int, tuple[str, ...], str, GuidePrice]] = []
        for guide in guides:
            if (guide.valid_from and guide.valid_from > on) or (guide.valid_until and guide.valid_until < on) or guide.pack_size < 1:
                continue  # a pack of none, in a registry made in memory, has no price for one unit
            kind, colon, code = guide.pattern.strip().partition(":")
            if colon and kind.strip().lower() in ("sku", "gtin"):
                # An article number is more exact than any words.
                self._guides.append((1_000_000, (), kind.strip().lower() + ":" + code.strip().casefold(), guide))
            else:
                each = tuple(dict.fromkeys(words(guide.pattern)))
                self._guides.append((len(guide.pattern.split()) or len(each), each, "", guide))
        # The most words first; among equals the younger one, then the dearer: the order never depends on the file.
        self._guides.sort(key=lambda one: (-one[0], _age(one[3]), -one[3].amount / one[3].pack_size, one[3].pattern))

    def __bool__(self) -> bool:
        return bool(self._guides)

    def find(self, listing: Listing, price: Price, platform: str) -> GuidePrice | None:
        """The guide price for this listing in the currency of its price: the pattern with the most words wins."""
        folded = fold(listing.title)
        whole = tokens(folded)
        for _, each, code, guide in self._guides:
            if not same_currency(guide.currency, price, platform):
                continue
            if _has_code(code, listing) if code else all(stands_in(word, folded, whole) for word in each):
                return guide
        return None


def _age(guide: GuidePrice) -> int:
    return -guide.valid_from.toordinal() if guide.valid_from else 0


def _has_code(code: str, listing: Listing) -> bool:
    kind, _, value = code.partition(":")
    if kind == "sku":
        return listing.sku.strip().casefold() == value
    digits = value.lstrip("0")
    if not digits:
        return False
    return any(number.lstrip("0") == digits for text in (listing.sku, listing.attributes, listing.title) for number in re.findall(r"\d+", text))
