"""How much of a name is a word? Answered once per spelling when the registry is compiled.

`rare` names are nobody's word and count wherever they stand; the others must show by their surroundings that
the brand is meant, the harder the commoner the word is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from monitor.screening.vocabulary import descriptors, words
from monitor.screening.words import zipf

Level = Literal["rare", "soft", "pair", "code", "phrase", "mixed", "word", "descriptors", "descriptor", "letter", "measure", "number"]

WORD, SOFT = 3.6, 2.4  # Zipf frequency (log10 per billion words) from which on a spelling is a word, or nearly
WORD_ZH, SOFT_ZH = 3.4, 2.6
TOKEN = re.compile(r"[a-z]+|[0-9]+|[^\W\d_]")
MEASURE = re.compile(r"\d+(?:\.\d+)?(?:mm|cm|m|kg|g|l|ml|w|v|a|ah|p|d|k|gb|tb|ct|pc|pcs|x|s|h|th|nd|rd|st)$")


@lru_cache(maxsize=262_144)
def level(spelling: str) -> Level:
    """The level of a folded spelling."""
    tokens = TOKEN.findall(spelling)
    squeezed = "".join(tokens)
    if not squeezed:
        return "letter"
    if squeezed.isdigit():
        return "number"
    if MEASURE.fullmatch(squeezed):
        return "measure"
    if len(squeezed) == 1:
        return "letter"
    if not squeezed.isascii():
        return _han(squeezed)
    if spelling in descriptors():
        return "descriptor"
    if squeezed in words("famous"):
        return "rare"
    if any(token.isdigit() for token in tokens):
        return "code" if len(squeezed) <= 3 else "rare"
    return _latin(squeezed) if len(tokens) == 1 else _phrase(tokens)


def _phrase(tokens: list[str]) -> Level:
    """A name of several words: the words may be common and their meeting still be rare."""
    if all(_describes(token) for token in tokens):
        return "descriptors"
    if any(len(token) > 1 and not _describes(token) and zipf(token) < WORD for token in tokens):
        return "rare"
    return "mixed" if len(tokens) < 3 and any(_describes(token) for token in tokens) else "phrase"


def _latin(word: str) -> Level:
    if _describes(word):
        return "descriptor"
    if len(word) == 2:
        return "pair"
    frequency = zipf(word)
    if frequency >= WORD:
        return "word"
    if word[-1] == "s" and zipf(word[:-1]) >= WORD + 0.4:
        return "word"
    return "soft" if frequency >= SOFT or len(word) == 3 else "rare"


def _han(word: str) -> Level:
    if word in descriptors():
        return "descriptor"
    if word in words("famous"):
        return "rare"
    frequency = zipf(word)
    return "word" if frequency >= WORD_ZH else "soft" if frequency >= SOFT_ZH else "rare"


def _describes(token: str) -> bool:
    return token.isdigit() or len(token) == 1 or token in descriptors() or (token[-1] == "s" and token[:-1] in descriptors())


@lru_cache(maxsize=16_384)
def another_word(written: str, name: str) -> bool:
    """Is what looks like a misspelt name another known name, or nearer to a word of shop titles: `denin`, 全屋, nikon for Nicon?"""
    if written in words("famous") or written in words("makers") or (not written.isascii() and written in descriptors()):
        return True
    if not written.isascii() or any(char.isdigit() for char in written):
        return False
    tokens = TOKEN.findall(written)
    kept = set(TOKEN.findall(name))
    changed = [token for token in tokens if token not in kept]
    return bool(changed) and all(_describes(token) or zipf(token) >= WORD or _slip(token) for token in changed)


def _slip(token: str) -> bool:
    """One slip away from a word that describes goods."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    listed = descriptors()
    return len(token) > 4 and any(
        token[:at] + token[at + 1 :] in listed
        or any(token[:at] + letter + token[at + 1 :] in listed or token[:at] + letter + token[at:] in listed for letter in letters)
        or token[:at] + token[at + 1 : at + 2] + token[at : at + 1] + token[at + 2 :] in listed
        for at in range(len(token))
    )
