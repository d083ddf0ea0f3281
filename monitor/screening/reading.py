"""One field as the judgement reads it: folded once, with what is true of the whole title."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from monitor.screening.text import plain, read
from monitor.screening.vocabulary import RUN, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.screening.index import Match

SHORT = 400  # characters of a text that is looked at as a whole
WINDOW = 48  # folded characters looked at on each side of a place
# What stands before the first name and says nothing of whose goods they are.
PRAISE = "全新|新款|新品|正品|正版|专柜|包邮|特价|促销|现货|二手|官方|原装|进口|热卖|爆款|限量|国行|预售|转卖|求购|代购|直邮|日本|韩国|美国|德国|法国|英国|意大利|澳洲|瑞士|泰国|北京|上海"
UNITS = "只个支片包件盒条套装双瓶"
OPENING = "【[(（<《「〔"
LEAD = re.compile(
    rf"""(?:[\s,.·\-*!~|:：]|[{re.escape(OPENING)}][^】\]\)）>》」〕]{{0,24}}[】\]\)）>》」〕]
    |\d{{1,4}}\s?(?:pcs?|pack|packs|x|[{UNITS}])(?![a-z])|(?:19|20)\d\d(?:年|新款|新品|款)?|\d{{1,2}}(?:\.\d{{1,2}})?\s?-?(?:英寸|寸|inch(?:es)?|feet|foot|ft|in)(?![a-z])
    |{PRAISE}
    |(?:new|brand\snew|genuine|original|authentic|official|the|a|lot\sof|set\sof|pack\sof|used|refurbished|renewed|oem|vintage|hot|sale|buy|[0-9]+)(?![a-z0-9]))*""",
    re.X,
)
FRONTS = frozenset(UNITS) | {word[-1] for word in PRAISE.split("|")} | set("年款寸")  # Han characters with which that can end
HAN = re.compile("[\u3400-\u9fff]")
WORD = re.compile(r"([A-Za-z])[A-Za-z']*")  # its initial


def lead(plain: str) -> int:
    """The place of a folded text at which its first telling word begins."""
    found = LEAD.match(plain)
    return found.end() if found else 0


def leads(plain: str, start: int) -> bool:
    """Does nothing telling stand before this place, or in a bracket at the front nothing between it and the place: 【正品...?"""
    end = lead(plain)
    if start >= end:
        return start == end
    inside = plain[max(map(plain[:start].rfind, OPENING)) + 1 : start]
    return lead(inside) == len(inside)


class Reading:
    """`raw` as given, `plain` folded; what is true of the whole is worked out when first asked for."""

    __slots__ = ("_category", "_lead", "_offsets", "_pictures", "_runs", "_small", "ascii", "han", "name", "plain", "raw")

    def __init__(self, name: str, raw: str, category: str = "") -> None:
        self.name, self.raw, self._category = name, raw, category
        self._offsets: Sequence[int] | None = None  # of each folded character, where some have moved
        self.ascii, self.han = raw.isascii(), False  # `han`: does it hold Han characters?
        if self.ascii:
            self.plain = raw.lower()
        else:
            _, self.plain, offsets, _ = read(raw)
            if type(offsets) is not range:
                self._offsets = offsets
            self.han = HAN.search(self.plain) is not None
        self._lead = -1
        self._small = -1.0
        self._pictures: bool | None = None
        self._runs: list[str] | None = None

    @property
    def category(self) -> str:
        return plain(self._category) if self._category else ""

    @property
    def lead(self) -> int:
        """The folded place at which the first telling word begins."""
        if self._lead < 0:
            self._lead = lead(self.plain)
        return self._lead

    def span(self, match: Match) -> tuple[int, int]:
        """A match's place in the folded text."""
        offsets = self._offsets
        if offsets is None:
            return match.start, match.end
        return bisect_left(offsets, match.start), bisect_left(offsets, match.end)

    def may_hold(self, listed: frozenset[str] | None) -> bool:
        """Could the text hold a word that begins with one of the runs of letters (vocabulary.runs)? No is sure."""
        if listed is None or not self.ascii or len(self.plain) > SHORT:
            return True
        if self._runs is None:
            self._runs = RUN.findall(self.plain)
        return not listed.isdisjoint(self._runs)

    @property
    def pictures(self) -> bool:
        """Are the goods a book, a poster, a statue, a costume: what shows or tells of something?"""
        if self._pictures is None:
            self._pictures = pattern("pictures").search(self.plain, 0, SHORT) is not None
        return self._pictures

    @property
    def small_share(self) -> float:
        """How many of its Latin words begin with a small letter: capitals tell only among small ones."""
        if self._small < 0:
            if self.ascii and self.raw.islower():
                self._small = 1.0
            else:
                initials = WORD.findall(self.raw)
                self._small = sum(map(str.islower, initials)) / len(initials) if initials else 0.0
        return self._small
