"""Does a Han name stand here as a word of its own, or do its characters belong to the words around it?

美的 is a maker in 美的空调 and the middle of two words in 精美的陶瓷. The run around the place is cut into words of
the frequency list in the cheapest way, once with the name kept whole and once with a word that crosses its ends.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.screening.vocabulary import pattern, words
from monitor.screening.words import chinese

if TYPE_CHECKING:
    from collections.abc import Mapping

AROUND = 4  # characters looked at on each side
LONGEST = 5  # characters of a word
COST = 90  # of a word, less ten times its Zipf frequency
UNKNOWN = 72  # of a character that is no word
KNOWN_NAME, DISGUISED_NAME = 46, 70


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def run_before(text: str) -> str:
    """The Han characters at the end of a text, at most AROUND."""
    at = len(text)
    while at and len(text) - at < AROUND and is_han(text[at - 1]):
        at -= 1
    return text[at:]


def run_after(text: str) -> str:
    """The Han characters at the beginning of a text, at most AROUND."""
    at = 0
    while at < len(text) and at < AROUND and is_han(text[at]):
        at += 1
    return text[:at]


@lru_cache(maxsize=65_536)
def inside_word(before: str, name: str, after: str, disguised: bool = False) -> bool:
    """`before` and `after`: what stands directly around the folded name; AROUND characters of each are looked at."""
    left, right = run_before(before), run_after(after)
    if not left and not right:
        return False
    text, start, end = left + name + right, len(left), len(left) + len(name)
    if _compound(text, start, end):
        return True
    crossing = _crossing(text, start, end)
    if not crossing:
        return False
    common = chinese()
    whole = _cheapest(left, common) + (DISGUISED_NAME if disguised else KNOWN_NAME) + _cheapest(right, common)
    torn = min(_cheapest(text[:at], common) + COST - common[text[at:to]] + _cheapest(text[to:], common) for at, to in crossing)
    return torn < whole


def _compound(text: str, start: int, end: int) -> bool:
    # It must reach out of the name: 七彩 says nothing of 七彩虹.
    return any(found.start() < end and start < found.end() and (found.start() < start or end < found.end()) for found in pattern("compounds").finditer(text))


def _crossing(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Words of the list that begin outside the name and end inside it, or the other way, or hold it and more."""
    # 大众汽车 and 本田雅阁 are words of the list and name the maker.
    common, named, known = chinese(), words("devices"), text[start:end] in words("famous") or text[start:end] in words("makers")
    return [
        (at, to)
        for at in range(max(0, start - LONGEST + 1), end)
        for to in range(max(at + 2, start + 1 if at < start else end + 1), min(len(text), at + LONGEST) + 1)
        if text[at:to] in common and not (at == start and (known or text[end:to] in named))
    ]


def _cheapest(text: str, common: Mapping[str, int]) -> int:
    """The cost of the cheapest way to cut a short run into words."""
    best = [0]
    for end in range(1, len(text) + 1):
        costs = [best[end - 1] + COST - common.get(text[end - 1], COST - UNKNOWN)]
        costs += [best[at] + COST - common[text[at:end]] for at in range(max(0, end - LONGEST), end - 1) if text[at:end] in common]
        best.append(min(costs))
    return best[-1]
