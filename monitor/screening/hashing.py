"""One hash for strings, windows of a text and windows without one character; the same in Python, numpy and numba.

`poly` reads a string as a number to an odd base, mod 2**64, so that a window's hash follows from those of two
prefixes and a deletion from three, one multiplication each. `mixed` spreads it and tells the kinds of keys apart:
its high bits are a slot, lower ones the bits of a Bloom filter's word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BASE = 0x9E3779B97F4A7C55
INVERSE = pow(BASE, -1, 1 << 64)
FACTOR = 0xD6E8FEB86659FD93
MASK = (1 << 64) - 1

# Kinds of keys. WORD: a name, the beginning of one, or a word that anchors one (its roles are bits).
# GOODS: what is MIXED, of names whose goods are known. FIRST, LAST, THIRD, SIZED: hints only (`hints`).
WORD, TYPO, SKELETON, PINYIN, ANCHOR, MIXED, SOUND, DROPPED, CHANGED, NEAR, OWNER, FIRST, LAST, THIRD, SIZED, GOODS, GLUED = range(17)
SALTS = tuple((0xA0761D6478BD642F * (2 * kind + 1)) & MASK for kind in range(17))
# Roles of a WORD, sixteen bits each in its Bloom word. BEGINNING: a proper prefix. ENDING: the last two
# characters of a Han name that may be disguised.
NAME, BEGINNING, ENDING, ANCHORING = range(4)


def poly(codes: Iterable[int]) -> int:
    """The hash of a sequence of numbers (code points of a folded string, sounds of a Han one)."""
    value = 0
    for code in codes:
        value = (value * BASE + code) & MASK
    return value


def of(text: str) -> int:
    """The hash of a string."""
    return poly(map(ord, text))


def mixed(value: int, kind: int) -> int:
    """The key of a hash of one kind: what the tables hold."""
    return ((value ^ (value >> 29)) + SALTS[kind]) * FACTOR & MASK
