"""One field as the judgement reads it: folded once, with what is true of the whole title."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.screening.text import read

if TYPE_CHECKING:
    from collections.abc import Sequence

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
WORD = re.compile(r"[A-Za-z][A-Za-z']*")


@dataclass(frozen=True)
class Reading:
    """`raw` as given, `plain` folded, `offsets` from folded to raw places."""

    name: str
    raw: str
    plain: str
    offsets: Sequence[int]

    @classmethod
    def of(cls, name: str, raw: str) -> Reading:
        text = read(raw)
        return cls(name, raw, text.plain, text.offsets)

    def span(self, match: Match) -> tuple[int, int]:
        """A match's place in the folded text."""
        if isinstance(self.offsets, range):
            return match.start, match.end
        return bisect_left(self.offsets, match.start), bisect_left(self.offsets, match.end)

    @cached_property
    def lead(self) -> int:
        """The folded place at which the first telling word begins."""
        found = LEAD.match(self.plain)
        return found.end() if found else 0

    @cached_property
    def small_share(self) -> float:
        """How many of its Latin words begin with a small letter: capitals tell only among small ones."""
        words = WORD.findall(self.raw)
        return sum(word[0].islower() for word in words) / len(words) if words else 0.0

    @cached_property
    def han(self) -> bool:
        return not self.plain.isascii() and any("\u3400" <= char <= "\u9fff" for char in self.plain)
