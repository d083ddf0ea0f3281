"""Names of which stars hide letters: iv*kk*, Gu**i, 阿*达斯. At least half of the letters must be given.

A star that stands for nothing (N*I*K*E) is a separator and found with the names as they are written.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from monitor.screening.hashing import CHANGED, poly
from monitor.screening.lookup import OPEN
from monitor.screening.names import HAN_LONGEST, HAN_MASKED, LONGEST
from monitor.screening.sounds import WILD
from monitor.screening.text import HAN
from monitor.screening.words import chinese, english

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.screening.lookup import Lookup
    from monitor.screening.matches import Match, Passage
    from monitor.screening.names import Name

MASKED = re.compile(r"[^\W\d_][*＊]{1,4}[^\W\d_]")
LATIN = re.compile(r"(?<![a-z0-9])[a-z][a-z*]*\*[a-z][a-z*]*(?![a-z0-9])")
IN_HAN = re.compile(rf"[{HAN}]+\*[{HAN}]+")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 4  # letters of a name that is masked
STARS = 4  # letters that may be hidden
FITTING = 3  # names that a mask may fit: what fits more says nothing
READ = 20  # masks of a field that are read


def masked(raw: str) -> bool:
    """May a raw text hold a mask? Every engine asks the same."""
    return ("*" in raw or "＊" in raw) and MASKED.search(raw) is not None


def starred(raws: Sequence[str]) -> list[int]:
    """Which of many raw texts may hold a mask?"""
    return [at for at, raw in enumerate(raws) if ("*" in raw or "＊" in raw) and MASKED.search(raw)]


def masks(passage: Passage, lookup: Lookup) -> Iterator[Match]:
    """Every masked name of a passage."""
    plain = passage.text.plain
    for found in islice(LATIN.finditer(plain), READ):
        for written in dict.fromkeys((found.group(), found.group().rstrip("*"))):
            names = fitting(written, lookup)
            if len(names) <= FITTING:
                for name in names:
                    yield passage.match(found.start(), found.start() + len(written), name, "lookalike", given(written))
            if names:
                break
    for found in islice(IN_HAN.finditer(plain), READ):
        yield from _han(passage, found.start(), found.group(), lookup)


def given(written: str) -> float:
    """The share of the letters that a mask leaves."""
    return round(1 - written.count("*") / len(written), 3)


def fitting(written: str, lookup: Lookup) -> list[Name]:
    """The names that a Latin mask fits; ordinary words of four letters are none: l*ve."""
    stars = written.count("*")
    if not SHORTEST <= len(written) <= LONGEST or stars > STARS or 2 * stars > len(written):
        return []
    begun = [""]
    for char in written[:-1]:
        begun = [text + letter for text in begun for letter in (LETTERS if char == "*" else char) if lookup.flags(text + letter) & OPEN]
    ends = LETTERS if written[-1] == "*" else written[-1]
    names = [lookup.spelt(text + letter) for text in begun for letter in ends]
    return [name for name in names if name is not None and len(name.squeezed) == len(written) and (len(written) > SHORTEST or name.squeezed not in english())]


def _han(passage: Passage, start: int, written: str, lookup: Lookup) -> Iterator[Match]:
    """One character of three and more hidden between others: the longest name that fits."""
    star = written.index("*")
    for size in range(min(HAN_LONGEST, len(written)), HAN_MASKED - 1, -1):
        for first in range(max(0, star + 2 - size), min(star, len(written) - size + 1)):
            window = written[first : first + size]
            if first < star and not lookup.flags(written[first:star]) & OPEN:
                continue  # no name begins with what stands before the star
            codes = [WILD if char == "*" else ord(char) for char in window]
            names = [name for name in lookup.having(poly(codes), CHANGED) if fits(window, name.squeezed)]
            if 0 < len(names) <= FITTING:
                for name in names:
                    yield passage.match(start + first, start + first + size, name, "lookalike", given(window))


def fits(window: str, name: str) -> bool:
    """Is the name what the mask shows, and no ordinary word?"""
    return len(name) == len(window) and all(one in ("*", other) for one, other in zip(window, name, strict=True)) and name not in chinese()


__all__ = ["masked", "masks", "starred"]
