"""One field as the judgement reads it: folded once, with what is true of the whole title."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from monitor.screening.text import plain, read

if TYPE_CHECKING:
    from monitor.screening.index import Match

WINDOW = 48  # folded characters looked at on each side of a place
# What stands before the first name and says nothing of whose goods they are.
LEAD = re.compile(
    r"""(?:[\s,.·\-*!~|:：]|[【\[\(（<《「〔][^】\]\)）>》」〕]{0,24}[】\]\)）>》」〕]
    |\d{1,4}\s?(?:pcs?|pack|packs|x|只|个|支|片|包|件|盒|条|套|装|双|瓶)(?![a-z])|(?:19|20)\d\d(?:年|新款|新品|款)?|\d{1,2}(?:\.\d{1,2})?\s?-?(?:英寸|寸|inch(?:es)?|feet|foot|ft|in)(?![a-z])
    |全新|新款|新品|正品|正版|专柜|包邮|特价|促销|现货|二手|官方|原装|进口|热卖|爆款|限量|国行|预售|转卖|求购|代购|直邮|日本|韩国|美国|德国|法国|英国|意大利|澳洲|瑞士|泰国|北京|上海
    |(?:new|brand\snew|genuine|original|authentic|official|the|a|lot\sof|set\sof|pack\sof|used|refurbished|renewed|oem|vintage|hot|sale|buy|[0-9]+)(?![a-z0-9]))*""",
    re.X,
)
HAN = re.compile("[\u3400-\u9fff]")
WORD = re.compile(r"([A-Za-z])[A-Za-z']*")  # its initial


class Reading:
    """`raw` as given, `plain` folded; what is true of the whole is worked out when first asked for."""

    __slots__ = ("_han", "_offsets", "_small", "category", "lead", "name", "plain", "raw")

    def __init__(self, name: str, raw: str, category: str = "") -> None:
        _, folded, self._offsets, _ = read(raw)
        self.category = plain(category) if category else ""
        self.name, self.raw, self.plain = name, raw, folded
        found = LEAD.match(folded)
        self.lead = found.end() if found else 0  # the folded place at which the first telling word begins
        self._small = -1.0
        self._han: bool | None = None

    def span(self, match: Match) -> tuple[int, int]:
        """A match's place in the folded text."""
        if type(self._offsets) is range:
            return match.start, match.end
        return bisect_left(self._offsets, match.start), bisect_left(self._offsets, match.end)

    @property
    def small_share(self) -> float:
        """How many of its Latin words begin with a small letter: capitals tell only among small ones."""
        if self._small < 0:
            initials = WORD.findall(self.raw)
            self._small = sum(map(str.islower, initials)) / len(initials) if initials else 0.0
        return self._small

    @property
    def han(self) -> bool:
        """Does it hold Han characters?"""
        if self._han is None:
            self._han = not self.raw.isascii() and HAN.search(self.plain) is not None
        return self._han
