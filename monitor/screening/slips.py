"""Is one edit in a short Latin name a slip of a hand, an ear or an eye, or another word?

Of a long name one letter may be anything: nobody else is called addidas. Four and five letters with any one changed are
mostly somebody else's name (Meitu and Meizu), so what changed must be what people mix up: keys side by side, vowels, letters
of one sound, letters of one shape.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final, Literal

from rapidfuzz.distance import OSA

from monitor.screening.names import FUZZY

ANYWHERE: Final = 1  # the slip counts wherever it stands
LEADING: Final = 2  # only where a field begins with it
FIRST_FREE = 8  # letters from which on the first may be any other
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
VOWELS = "aeiouy"


def _pairs(*groups: str) -> frozenset[str]:
    return frozenset(one + other for group in groups for one in group for other in group if one != other)


HAND = frozenset(pair for row in ROWS for at in range(len(row) - 1) for pair in (row[at : at + 2], row[at : at + 2][::-1]))
EAR = _pairs(VOWELS, "ckq", "sz", "cs", "fv", "vw", "bp", "dt", "gj", "iy")
EYE = _pairs("un", "uv", "vy", "vw", "ceo", "oa", "ijlt", "ft", "gqpy", "mn", "hnb", "nr", "kx")
LIKELY = HAND | EAR | EYE
ALIKE = EYE | _pairs("sz", "iy")  # of four letters: what looks alike, or sounds the very same


def slip(word: str, name: str) -> Literal[0, 1, 2]:
    """Where a word that is one edit away from a name counts as the name misspelt; 0: nowhere."""
    if OSA.distance(word, name, score_cutoff=1) != 1:
        return 0
    at = next((place for place, (one, other) in enumerate(zip(word, name, strict=False)) if one != other), min(len(word), len(name)))
    if len(name) < FUZZY:
        return _four(word, name, at)
    if len(word) < len(name):
        if len(word) < FUZZY == len(name):
            return LEADING if 0 < at < len(word) and (name[at] in VOWELS or _doubled(name, at)) else 0
        return 0 if at == 0 and len(name) < FIRST_FREE else ANYWHERE
    if len(word) > len(name):
        return ANYWHERE if len(name) > FUZZY or _inserted(word, at) else 0
    if word[at + 1 :] == name[at + 1 :]:
        if _once(word) == _once(name):
            return ANYWHERE  # the wrong letter doubled: guuci
        free = len(name) >= FIRST_FREE if at == 0 else len(name) > FUZZY
        return ANYWHERE if free or word[at] + name[at] in LIKELY else 0
    return ANYWHERE  # two letters swapped


def _four(word: str, name: str, at: int) -> Literal[0, 1, 2]:
    """A doubled or a swapped letter; where a field begins with it, one that looks like the name's."""
    if len(word) == len(name):
        if word[at + 1 :] != name[at + 1 :]:
            return ANYWHERE
        return LEADING if word[at] + name[at] in ALIKE else 0
    return ANYWHERE if len(word) > len(name) and _doubled(word, at) else 0


def _once(word: str) -> str:
    """A word without its doubled letters."""
    return "".join(char for char, _ in groupby(word))


def _doubled(word: str, at: int) -> bool:
    return at > 0 and word[at] == word[at - 1]


def _inserted(word: str, at: int) -> bool:
    """Is the letter too many one that stands near by (hanses), a key beside its neighbour's, a vowel or a silent h?"""
    beside = word[max(0, at - 1) : at] + word[at + 1 : at + 2]
    near = word[max(0, at - 2) : at] + word[at + 1 : at + 3]
    return word[at] in near or any(word[at] + one in HAND for one in beside) or (at > 0 and word[at] in VOWELS + "h")


__all__ = ["ANYWHERE", "LEADING", "slip"]
