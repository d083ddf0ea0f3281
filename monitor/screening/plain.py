"""Text as the word lists read it: one folded code point for each raw one, so that spans stay true.

Narrow on purpose: width, case, traditional characters, and characters that cannot be seen. Disguises of
brand names are another matter and another room.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from monitor.screening.text import is_usual
from monitor.screening.words import simplified

_WIDE: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    0x3000: " ", 0xA0: " ", 0x130: "i", 0x2019: "'", 0xD7: "x", 0x2715: "x", 0x2716: "x",
}  # fmt: skip
UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")


class _Table(dict[int, int | str]):
    """Filled as characters come: for str.translate a code point that is missing costs ten times one that is there."""

    def __missing__(self, code: int) -> int:
        if len(self) < 200_000:
            self[code] = code
        return code


@cache
def _table() -> _Table:
    return _Table({**simplified(), **_WIDE})


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The text folded, of the same length as the raw text."""
    if text.isascii() or is_usual(text):
        return text.lower()
    folded = text.translate(_table())
    lowered = folded.lower()
    return lowered if len(lowered) == len(folded) else "".join(char.lower()[:1] or char for char in folded)


def seen(text: str) -> tuple[str, list[int] | None]:
    """Folded text without unseen characters, and where each kept one stood (None: all where they were)."""
    if text.isascii() or is_usual(text):
        return text.lower(), None
    folded = fold(text)
    if not UNSEEN.search(folded):
        return folded, None
    kept = [(at, char) for at, char in enumerate(folded) if not UNSEEN.match(char)]
    return "".join(char for _, char in kept), [at for at, _ in kept] + [len(folded)]


WORD = re.compile(r"[^\W_\u2e80-\u9fff\uf900-\ufaff]+|[\u2e80-\u9fff\uf900-\ufaff]+")


@lru_cache(maxsize=16384)
def words(pattern: str) -> tuple[str, ...]:
    """The words of a pattern: runs of letters and digits, and runs of Han characters apart from them."""
    return tuple(WORD.findall(fold(pattern)))


def stands_in(word: str, folded: str, tokens: frozenset[str]) -> bool:
    """Does a folded word stand in the text? Han words anywhere, others as a whole word."""
    return word in folded if word[0] >= "\u2e80" else word in tokens


def tokens(folded: str) -> frozenset[str]:
    """The whole words of a folded text that are not Han."""
    return frozenset(WORD.findall(folded))
