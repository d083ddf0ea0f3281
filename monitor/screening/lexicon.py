"""Phrases that say outright what a mention does, in both languages; the plain word lists are in lexica (vocabulary.py)."""

from __future__ import annotations

import re

# --- directly before a brand, at the end of what stands before
FITS_BEFORE = re.compile(
    r"(?:适用于?|适配于?|适合于?|兼容于?|通用于?|专用于|配套|可配|替换|替代|代替|用于|匹配|支持|配合|改装|仅适合|for于?)(?:各种|各款|全系|新款|老款|部分|原装|正品)?[\s:：·【\[(（]*$"
    r"|(?:\bfor|\bfits|(?<!slim )(?<!regular )(?<!loose )(?<!relaxed )(?<!skinny )(?<!tapered )(?<!straight )(?<!comfort )(?<!classic )(?<!custom )\bfit|\bfitting|\bcompatible(?: with)?|replacement(?: for)?|replaces|works with|work with|suitable for|suits|designed for|made for|use with|to fit|compatible for|supports?)\s+(?:the |your |all |most |new |original )?[\(\[]?$"
)
FITS_AFTER = re.compile(
    r"^\s*[a-z0-9+\-/. ]{0,18}(?:系列|相机|手机|打印机|吸尘器|净水器|机型|车型|全系)?\s*(?:专用|通用|适用|可用|兼容|适配(?!器))(?!于?(?:干|油|敏|各|肌|皮|全家|男|女|儿|办公))"
    r"|^[- ](?:compatible|fit)\b"
)
NEGATED_BEFORE = re.compile(
    r"(?:非|不是|并非|不属于|没有|无|不含|不带|勿认|不同于|与)\s*$"
    r"|(?:\bnot|\bnon|\bno|\bisn'?t|\bnever|\bwithout|\bun|\bnot (?:an?|the|genuine|original|made by|affiliated with|associated with|by|from))[\s-]+$"
)
COMPARED_BEFORE = re.compile(
    r"(?:平替|媲美|对标|堪比|类似|好比|代替大牌|碾压|不输|秒杀|比肩)\s*(?:于)?$"
    r"|\b(?:inspired by|style of|styled after|in the style of|dupe (?:for|of)|dupes? (?:for|of)|alternative to|similar to|looks like|look like|like|comparable to|compare to|compared to|knock ?off of|rivals?)\s+(?:the )?$"
)
COMPARED_AFTER = re.compile(
    r"^\s*(?:[\u4e00-\u9fff]{0,4}|[a-z0-9 ]{0,16})?(?:(?<!男女)(?<!情侣)(?<!亲子)(?<!明星)(?<!网红)(?<!官网)(?<!专柜)(?<!门店)同款|平替|风格|替代款|类似款|既视感|仿版|味道相似)|^\s?(?:风(?![机扇衣筒味行琴铃暖压炮油雨车能水光湿幕管速量景情帽筝镜挡波炉冷道口嘴干电火寒])|款(?=[\u4e00-\u9fff]))"
    r"|^\s*[a-z0-9 ]{0,18}?[ -]?\b(?:dupes?|inspired|alternatives?|look-?alikes?|knock-?offs?)\b|^[- ](?:style|styled|like|type(?!-?[abc](?![a-z]))|esque)\b"
)
ATTRIBUTE_FIT = re.compile(r"适用|兼容|适配|通用|匹配|配套|compatib|\bfits?\b|suitable|\bfor\b|works with|device model|supported")
ATTRIBUTE_BRAND = re.compile(r"^(?:商标)?品牌(?:名称|名)?$|\bbrand\b|manufacturer|vendor|^maker$|厂商|制造商")
# Most texts say none of this, and these patterns look long before they know it: what every phrase holds or ends with
# is asked first (tests/screening/test_lexicon.py holds the two together).
_HELD_AFTER = re.compile("[同平风替类既仿味款专通适可兼]")
BLANKS = " \t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_OPENING = BLANKS + "-:：·【[(（"
_LAST_HAN = frozenset("用于合容套配换代持装种款系品分非是有无含带认与替美标比似牌压输杀肩")
_LAST_LATIN = (
    "for", "fits", "fit", "fitting", "compatible", "with", "replacement", "replaces", "suits", "support", "supports",
    "the", "your", "all", "most", "new", "original", "not", "non", "no", "isn't", "isnt", "never", "without", "un", " a", " an",
    "genuine", "by", "from", "of", "after", "to", "like", "rival", "rivals",
)  # fmt: skip
_LAST_BY = ("by", "from", "brand", "brand:", "maker", "maker:", "manufacturer", "manufacturer:", "品牌", "品牌:", "品牌：", "牌子", "牌子:", "牌子：")


def may_speak_after(text: str) -> bool:
    """Could COMPARED_AFTER or FITS_AFTER say yes to what stands behind a name?"""
    if not text.isascii() and _HELD_AFTER.search(text):
        return True
    # fmt: off
    return (
        "fit" in text or "compat" in text or "style" in text or "like" in text or "type" in text or "dupe" in text or "inspired" in text
        or "alternative" in text or "alike" in text or "knock" in text or "esque" in text
    )
    # fmt: on


def may_speak_before(text: str) -> bool:
    """Could FITS_BEFORE, NEGATED_BEFORE or COMPARED_BEFORE say yes to what stands before a name?"""
    text = text.rstrip(_OPENING)
    return text[-1:] in _LAST_HAN or text.endswith(_LAST_LATIN)


def may_say_by(text: str) -> bool:
    """Could meaning.BY say yes to what stands before a name?"""
    return text.rstrip(BLANKS).endswith(_LAST_BY)


GIFT = re.compile(r"送|赠|附赠|加送|礼包|\+\s?\d?[个只支条]?$|[免无]$|不[含带]$|\bwith free\b|\bfree\b|\bincludes?\b|\bgift\b")
