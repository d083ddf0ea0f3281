"""Marketplaces by the names that sellers and their tools give them: 淘宝 and Taobao are one."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

WRITTEN = {
    "淘宝": "taobao", "淘宝网": "taobao", "天猫": "tmall", "天猫国际": "tmall", "天猫商城": "tmall",
    "拼多多": "pinduoduo", "pdd": "pinduoduo", "京东": "jd", "jingdong": "jd", "jd.com": "jd",
    "抖音": "douyin", "抖店": "douyin", "抖音小店": "douyin", "快手": "kuaishou", "快手小店": "kuaishou",
    "小红书": "xiaohongshu", "xhs": "xiaohongshu", "red": "xiaohongshu", "阿里巴巴": "1688", "阿里巴巴1688": "1688",
    "微店": "weidian", "闲鱼": "xianyu", "唯品会": "vip", "唯品": "vip", "得物": "dewu", "微信小店": "wechat",
    "亚马逊": "amazon", "速卖通": "aliexpress", "虾皮": "shopee", "来赞达": "lazada",
}  # fmt: skip


IDS = frozenset(WRITTEN.values()) | {"ebay", "etsy", "shopify", "woocommerce", "temu", "shein", "tiktok", "walmart", "ozon", "rakuten", "coupang", "youzan", "suning"}


@lru_cache(maxsize=1024)
def platform_id(text: str) -> str:
    """A marketplace as it is compared: under its id where it has one, else folded."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    return WRITTEN.get(folded, folded)


@lru_cache(maxsize=1024)
def marketplace(text: str) -> str:
    """A marketplace as a listing keeps it, so that its findings have one key: under its id, or as written where nobody knows it.

    >>> marketplace("淘宝"), marketplace("eBay"), marketplace("My stall")
    ('taobao', 'ebay', 'My stall')
    """
    known = platform_id(text)
    return known if known in IDS else text
