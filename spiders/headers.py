"""Header cells as files really write them, and the one spelling under which they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REQUIRED_MARKS = ("(必填)", "(必填项)", "(选填)", "(required)", "(optional)", "[必填]", "必填")
SPACES = re.compile(r"[\s_\-\u200b\ufeff]+")
# Amazon's newer keys: item_name[marketplace_id=ATVPDKIKX0DER][language_tag=en_US]#1.value
QUALIFIER = re.compile(r"\[(?:marketplace_id|language_tag|audience|currency)=[^\]]*\]")
BRACKET = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")


@lru_cache(maxsize=20_000)
def plain(header: str) -> str:
    """NFKC, without a leading `*`, marks such as （必填） and case; blank, `_` and `-` are one space.

    >>> plain(" *商品标题（必填）"), plain("Image_Src "), plain("价格（元）")
    ('商品标题', 'image src', '价格(元)')
    """
    text = unicodedata.normalize("NFKC", header[:300].replace("\0", "")).casefold().strip(" \t\r\n\ufeff\u200b\"'")
    text = QUALIFIER.sub("", text)
    for mark in REQUIRED_MARKS:
        text = text.removesuffix(mark)
    return SPACES.sub(" ", text.lstrip("* ")).strip()


def bare(header: str) -> str:
    """`plain` without a bracket at the end, where units stand: 价格(元) -> 价格."""
    text = plain(header)
    return BRACKET.sub("", text) or text


def unit(header: str) -> str:
    """What stands in the bracket at the end: 价格(元) -> 元."""
    found = BRACKET.search(plain(header))
    return found.group(1).strip() if found else ""


def positions(headers: Iterable[str]) -> dict[str, int]:
    """Spelling -> column index. A repeated header has `#2`, `#3` behind its later places (Taobao's export
    has 商家编码 for the item and again for the SKU). A bare name never hides a full one."""
    seen: Counter[str] = Counter()
    found: dict[str, int] = {}
    bares: list[tuple[str, int]] = []
    for index, header in enumerate(headers):
        name = plain(header)
        if not name:
            continue
        seen[name] += 1
        found.setdefault(name if seen[name] == 1 else f"{name}#{seen[name]}", index)
        if (without := bare(header)) != name:
            bares.append((without, index))
    for name, index in bares:
        found.setdefault(name, index)
    return found


# What stands in cells of data and in no header: long numbers, addresses of mail and web, amounts, days and times.
DATA = re.compile(r"\d{6,}|@|://|^[¥￥$€£]?\s?-?\d[\d.,/: -]*$|\d{4}[-/年]\d{1,2}|\d:\d\d")


def is_header(record: Iterable[str]) -> bool:
    """Could these cells be the names of columns? A row of data is never taken for them, nor shown as them."""
    cells = [cell.strip() for cell in record if cell.strip()]
    return bool(cells) and all(map(str.isprintable, map(plain, cells))) and not any(DATA.search(cell) or len(cell) > 80 for cell in cells) and len(set(cells)) * 2 > len(cells)


def likely_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the first row that could be a header and is nearly as wide as the table; None where there is none."""
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    widest = max(filled, default=0)
    return next((place for place, row in enumerate(rows[:15]) if filled[place] * 10 >= widest * 6 and is_header(row)), None)
