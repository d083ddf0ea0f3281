"""What does a mention do: names the goods, says what they fit, compares, denies, or is no brand at all?

A bounded window around each match is read; the listing's other matches and its brand field count as
evidence. Nothing here looks at policies or papers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.screening.lexicon import (
    ACCESSORY_EN,
    ACCESSORY_ZH,
    ATTRIBUTE_BRAND,
    ATTRIBUTE_FIT,
    COMPARED_AFTER,
    COMPARED_BEFORE,
    COMPOUNDS,
    DEVICE_NOUNS,
    FITS_AFTER,
    FITS_BEFORE,
    GIFT,
    GOODS,
    NEGATED_BEFORE,
)
from monitor.screening.text import plain
from monitor.screening.words import chinese, zipf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.model.finding import Usage
    from monitor.model.listing import Listing
    from monitor.model.registry import Brand
    from monitor.screening.index import Match

WINDOW = 48  # characters looked at on each side
COMMON_EN, COMMON_ZH = 3.6, 3.4  # Zipf frequency from which on a name is taken for an ordinary word


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One match for one brand. `usage` None: not a mention; `why` is the code that `explain` shows."""

    match: Match
    brand_id: str
    usage: Usage | None
    why: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a brand beforehand: is its name a word, which goods does it make?"""

    common: bool | None
    goods: frozenset[str]  # folded words of its goods, from categories and classes
    words: frozenset[str]  # its spellings that are ordinary words
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class UsageJudge:
    brands: Mapping[str, Known]

    @classmethod
    def build(cls, brands: Iterable[Brand]) -> UsageJudge:
        return cls({brand.brand_id: _known(brand) for brand in brands})

    def __call__(self, listing: Listing, matches: Sequence[Match]) -> tuple[Judged, ...]:
        """One judgement for each match and brand, in the order of the matches."""
        fields: dict[str, str] = {}
        return tuple(self._one(listing, match, brand_id, matches, fields) for match in matches for brand_id in match.brand_ids)

    def _one(self, listing: Listing, match: Match, brand_id: str, matches: Sequence[Match], fields: dict[str, str]) -> Judged:
        raw = fields.get(match.field)
        if raw is None:
            raw = fields[match.field] = str(getattr(listing, match.field, ""))
        before = plain(raw[max(0, match.start - WINDOW) : match.start])
        after = plain(raw[match.end : match.end + WINDOW])
        known = self.brands.get(brand_id) or Known(None, frozenset(), frozenset(), frozenset())

        def judged(usage: Usage | None, why: str) -> Judged:
            return Judged(match=match, brand_id=brand_id, usage=usage, why=why)

        others = [one for one in matches if one is not match and brand_id not in one.brand_ids and one.field == match.field]
        if match.field == "brand":
            return judged("own", "brand-field")
        if match.field == "attributes" and (said := _attribute(raw, match)):
            return judged(said, "attribute")
        if match.needs_fit and not _fits(known, raw):
            return judged(None, "goods-do-not-fit")
        before_list = _without_others(raw, match, others)
        if NEGATED_BEFORE.search(before):
            return judged("negated", "negation")
        if COMPARED_BEFORE.search(before_list) or COMPARED_AFTER.match(after):
            return judged("comparison", "comparison-word")
        if _is_word(match, known) and not self._meant(listing, match, brand_id, matches, known, raw, before, after):
            return judged("descriptive", "ordinary-word")
        if not match.text.isascii() and len(match.text) <= 3 and match.method != "joined" and _inside_word(before, match, after):
            return judged(None, "inside-a-word")
        if FITS_BEFORE.search(before_list) or FITS_AFTER.match(_without_others_after(raw, match, others)):
            return judged("compatible", "fit-word")
        if _sold_for(match, raw, before, after, others, known):
            return judged("compatible", "accessory")
        return judged("own", "names-the-goods")

    def _meant(self, listing: Listing, match: Match, brand_id: str, matches: Sequence[Match], known: Known, raw: str, before: str, after: str) -> bool:
        """Is there evidence that the brand is meant, and not the word?"""
        if any(one is not match and brand_id in one.brand_ids and plain(one.text) not in known.words for one in matches):
            return True
        if any(one is not match and brand_id in one.brand_ids and one.field == "brand" for one in matches):
            return True
        near = f"{before[-12:]} {after}"
        if known.goods and any(word in near if not word.isascii() else re.search(rf"\b{re.escape(word)}s?\b", near) for word in known.goods):
            return not _inside_word(before, match, after)
        if not known.goods and MODEL_AFTER.match(after) and not _inside_word(before, match, after):
            return True
        first = match.start <= 2 or (match.start <= 14 and before.strip()[-1:] in "】])）")
        if match.text.isascii():
            rest = raw[match.end :]
            shouted = match.text.isupper() and len(match.text) > 2 and not rest.isupper()
            lower = match.text.islower()
            named = match.text[:1].isupper() and sum(word[:1].islower() for word in rest.split()) * 2 > len(rest.split())
            if lower and not known.goods:
                return False
            if known.goods or known.categories:
                return first and (shouted or named) and not known.goods
            return first and (shouted or named) and zipf(plain(match.text)) < 5.2
        if known.goods:
            return False
        return first and not _inside_word(before, match, after) and zipf(plain(match.text)) < 4.6


def _known(brand: Brand) -> Known:
    categories = frozenset(plain(one) for one in brand.categories)
    goods = frozenset(word for category in categories for word in (category, *GOODS.get(category, ())))
    for nice in brand.nice_classes if not goods else ():
        goods |= frozenset(GOODS.get(str(nice), ()))
    words = frozenset(spelling for spelling in map(plain, brand.names) if zipf(spelling) >= (COMMON_EN if spelling.isascii() else COMMON_ZH))
    return Known(brand.common_word, goods, words, categories)


def _is_word(match: Match, known: Known) -> bool:
    """Must this spelling show that the brand is meant?"""
    spelling = plain(match.text)
    if match.method not in ("exact", "folded") or known.common is False:
        return False
    return spelling in known.words or (known.common is True and zipf(spelling) >= 2.5)


def _inside_word(before: str, match: Match, after: str) -> bool:
    """Is a Han match part of a longer word, as 小米 is of 黄小米 or 大小米字格?"""
    spelling = plain(match.text)
    if not spelling or spelling.isascii():
        return False
    common = chinese()
    own = common.get(spelling, 0)
    for left in range(0, 3):
        for right in range(0, 3):
            if not left + right or left > len(before) or right > len(after):
                continue
            word = before[len(before) - left :] + spelling + after[:right]
            if common.get(word, 0) > max(20, own - 12):
                return True
    at, text = len(before), before + spelling + after
    if any(found.start() < at + len(spelling) and at < found.end() for found in COMPOUNDS.finditer(text)):
        return True
    # A word that begins before and ends inside, or begins inside and ends behind, cuts the match apart.
    cut_left = any(common.get(before[-left:] + spelling[:at], 0) >= 34 for left in (1, 2) for at in range(1, len(spelling)) if len(before) >= left)
    cut_right = any(common.get(spelling[at:] + after[:right], 0) >= 34 for right in (1, 2) for at in range(1, len(spelling)) if len(after) >= right)
    return (cut_left and cut_right) or ((cut_left or cut_right) and own < 30)


def _without_others(raw: str, match: Match, others: Sequence[Match]) -> str:
    """The text before, with the other brands and their models between taken out: `for Canon and Nikon`."""
    start = max(0, match.start - WINDOW)
    text = raw[start : match.start]
    for other in sorted(others, key=lambda one: -one.start):
        if start <= other.start and other.end <= match.start:
            text = text[: other.start - start] + text[other.end - start :]
    return LIST_GAP.sub(" ", plain(text))


def _without_others_after(raw: str, match: Match, others: Sequence[Match]) -> str:
    """The text behind, with the other brands in it taken out: `海尔小天鹅通用`."""
    end = min(len(raw), match.end + WINDOW)
    text = raw[match.end : end]
    for other in sorted(others, key=lambda one: -one.start):
        if match.end <= other.start and other.end <= end:
            text = text[: other.start - match.end] + text[other.end - match.end :]
    return plain(text).lstrip(" ,/、&+和与及或")


def _attribute(raw: str, match: Match) -> Usage | None:
    """In `name:value;name:value` the name says what the brand does there; None where it does not."""
    start = max(raw.rfind(";", 0, match.start), raw.rfind("；", 0, match.start)) + 1
    name, mark, _ = raw[start : match.start].replace("：", ":").partition(":")
    name = plain(name).strip()
    if not mark:
        return None
    if ATTRIBUTE_FIT.search(name):
        return "compatible"
    return "own" if ATTRIBUTE_BRAND.search(name) else None


# A model or a device right behind a name says that the brand is meant: 小米8, 苹果手机壳, Apple iPhone.
MODEL_AFTER = re.compile(
    r"\s?(?:[a-z]{0,3}\d{1,2}(?!\d|\s?(?:ml|g|kg|斤|克|升|l|cm|寸|年|元|包|个|袋|颗|粒|只|片|件|支|枚))[a-z]*|(?:note|pro|max|plus|mate|play|redmi|iphone|ipad|watch|macbook)(?![a-z])"
    r"|手机|数据线|充电|快充|耳机|笔记本|平板|电脑|电视|手环|手表|路由|音箱|相机|打印|系统)"
)
LIST_GAP = re.compile(r"(?:\s*(?:,|/|、|\band\b|\bor\b|&|\+|和|与|及|或)\s*)+$")


def _fits(known: Known, raw: str) -> bool:
    text = plain(raw[:400])
    return any(word in text for word in known.goods)


def _sold_for(match: Match, raw: str, before: str, after: str, others: Sequence[Match], known: Known) -> bool:
    """Are the goods an accessory of this brand's goods, made by somebody else?"""
    text = plain(raw[match.end : match.end + 40])
    found = ACCESSORY_ZH.search(text) if not match.text.isascii() or ACCESSORY_ZH.search(text) else ACCESSORY_EN.search(text)
    if found is None:
        found = ACCESSORY_EN.search(text)
    if found is None or GIFT.search(text[: found.start()]):
        return False
    if found.group() in known.goods:
        return False
    maker_in_front = any(other.end <= match.start and other.start <= 6 for other in others)
    if maker_in_front or match.start > 6:
        return True
    # First in the title and no other maker: a model behind the name says that it is what the goods fit.
    return bool(re.match(r"\s*(?:[a-z]*\d+\w*|手机|手表|打印机|吸尘器)", after)) and bool(DEVICE_NOUNS & set(known.goods)) is False and not known.goods


