"""Currencies: the codes of ISO 4217, and the signs and names that people write instead."""

from __future__ import annotations

import unicodedata

ISO_4217 = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
    UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905
)
# What exports write into an empty cell.
MISSING = frozenset(
    (
        "", "-", "--", "---", "—", "–", "/", "null", "none", "nan", "nil", "n/a", "na", "#n/a", "#value!", "#ref!", "#div/0!",
        "#name?", "暂无", "无", "未知", "待定",
    )
)  # fmt: skip
# Signs and names that mean one currency only. $ and ¥ alone, kr and Rs mean several.
SIGNS = {
    "€": "EUR", "£": "GBP", "₫": "VND", "฿": "THB", "₱": "PHP", "₩": "KRW", "₹": "INR", "₽": "RUB", "₴": "UAH", "₺": "TRY",
    "₪": "ILS", "₦": "NGN", "₸": "KZT", "us$": "USD", "us $": "USD", "hk$": "HKD", "nt$": "TWD", "s$": "SGD", "a$": "AUD",
    "au$": "AUD", "au $": "AUD", "c$": "CAD", "ca$": "CAD", "c $": "CAD", "nz$": "NZD", "mx$": "MXN", "r$": "BRL", "rm": "MYR",
    "rp": "IDR", "元": "CNY", "人民币": "CNY", "rmb": "CNY", "cn¥": "CNY", "cnh": "CNY", "円": "JPY", "jp¥": "JPY", "zł": "PLN",
    "kč": "CZK", "ft": "HUF", "лв": "BGN", "лв.": "BGN", "руб": "RUB", "руб.": "RUB", "đ": "VND", "บาท": "THB", "원": "KRW",
    "港币": "HKD", "港元": "HKD", "美元": "USD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY", "新台币": "TWD", "台币": "TWD",
}  # fmt: skip
AMBIGUOUS = ("$", "¥", "kr", "rs", "rs.")
WHOLE = frozenset(
    ("IDR", "VND", "KRW", "JPY", "CLP", "PYG", "UGX", "HUF")
)  # no smaller unit in use: a dot groups thousands
GROUPING_DOT = WHOLE | {"EUR", "BRL", "DKK", "TRY", "ARS", "COP", "RON"}  # 1.299 is one thousand here


def currency(cell: str) -> str | None:
    """An ISO 4217 code for a code, a sign or a name that means one currency; "" for an empty cell; None for
    what means none or several."""
    text = unicodedata.normalize("NFKC", cell).strip().casefold()
    if text in MISSING:
        return ""
    if text.upper() in ISO_4217:
        return text.upper()
    return SIGNS.get(text)
