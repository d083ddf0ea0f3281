"""The texts of a batch as columns: folded characters, tokens, and the hash of any window of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.columns import mixed
from monitor.screening.folding import DIGIT, DROPPED, LETTER, OTHER, SIGN, SPREAD, UNKNOWN, encoded, folds
from monitor.screening.hashing import BASE, INVERSE, WORD
from monitor.screening.wordarrays import wordarrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from monitor.screening.arrays import Arrays
    from monitor.screening.columns import Column

    Ints = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

U = np.uint64


@cache
def _powers(size: int) -> tuple[Column, Column]:
    """BASE ** n and INVERSE ** n below `size`."""
    found = []
    for base in (BASE, INVERSE):
        factors = np.full(size, base, dtype=U)
        factors[0] = 1
        found.append(np.multiply.accumulate(factors))
    return found[0], found[1]


class Stream:
    """`code`, `raw`: the characters of all tokens, one text after the other, and where each stood among all code points.
    Of each token: `begin` (one more for the end), `kind`, `touch` (does it touch the token before?), `text`."""

    def __init__(self, texts: Sequence[str]) -> None:
        codes, self.places = encoded(texts)
        symbols, raw = _folded(codes)
        kind = symbols & 7
        text = np.searchsorted(self.places, raw, side="right") - 1 if len(raw) else raw
        word = (kind >= LETTER) & (kind <= OTHER)
        before = np.zeros_like(kind)
        before[1:] = np.where(text[1:] == text[:-1], kind[:-1], 0)
        starts = word & ((kind != before) | (kind > DIGIT))
        self.signs = np.unique(text[(kind == LETTER) & (before == SIGN)])
        self.code = (symbols[word] >> 3).astype(U)
        self.raw = raw[word]
        self.begin = np.append(np.flatnonzero(starts[word]), len(self.code))
        self.kind = kind[starts]
        self.touch = np.append((before[starts] >= LETTER) & (before[starts] <= OTHER), False)
        self.text = text[starts]
        size = 1 << max(12, len(self.code).bit_length())
        self.power, inverse = _powers(size)
        self.sums = _sums(self.code, inverse)
        self.inverse = inverse
        self.size = self.begin[1:] - self.begin[:-1]

    def hashed(self, start: Ints, end: Ints) -> Column:
        """The hashes of windows of characters, none of them empty."""
        found: Column = (self.sums[end] - self.sums[start]) * self.power[end - 1]
        return found

    def without(self, start: Ints, at: Ints, end: Ints) -> Column:
        """The hashes of windows without the character at `at`."""
        before = (self.sums[at] - self.sums[start]) * self.power[end - 2]
        found: Column = before + (self.sums[end] - self.sums[at + 1]) * self.power[end - 1]
        return found

    def alike(self) -> Column:
        """The sums of what the characters look like."""
        table = wordarrays().skeleton
        codes = self.code.copy()
        latin = codes < U(128)
        codes[latin] = table[codes[latin].astype(np.int64)]
        return _sums(codes, self.inverse)


def _sums(codes: Column, inverse: Column) -> Column:
    found = np.zeros(len(codes) + 1, dtype=U)
    np.cumsum(codes * inverse[: len(codes)], out=found[1:])
    return found


def _folded(codes: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int32], Ints]:
    """The symbols of the plain form, and the code point that each comes from."""
    table = folds()
    symbols = table.table[codes]
    lowest = symbols.min() if len(symbols) else 0
    if lowest >= 0:
        return symbols, np.arange(len(codes))
    if (symbols == UNKNOWN).any():
        table.learn(codes)
        symbols = table.table[codes]
    spread = symbols <= SPREAD
    counts = np.ones(len(codes), dtype=np.int64)
    counts[symbols == DROPPED] = 0
    entries = SPREAD - symbols[spread]
    counts[spread] = table.places[entries + 1] - table.places[entries]
    raw = np.repeat(np.arange(len(codes)), counts)
    found = symbols[raw]
    several = found <= SPREAD
    if several.any():
        ends = np.cumsum(counts)
        within = np.arange(len(raw)) - (ends - counts)[raw]
        found[several] = table.spread[table.places[SPREAD - found[several]] + within[several]]
    return found, raw


class Index:
    """The registry's arrays asked in whole columns."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays

    def has(self, hashes: Column, kind: int) -> Flags:
        """Has a name this key?"""
        keys = mixed(hashes, kind)
        disguises = self.arrays.disguises
        words = disguises[keys >> U(65 - len(disguises).bit_length())]
        found = words >> ((keys >> U(14)) & U(63))
        for shift in (20, 26, 32):
            found &= words >> ((keys >> U(shift)) & U(63))
        flags: Flags = (found & U(1)).astype(bool)
        some = np.flatnonzero(flags)
        flags[some] = self._numbers(keys[some]) >= 0
        return flags

    def roles(self, hashes: Column) -> tuple[Column, Column]:
        """The words of the filter of words, and the bits that a role must have, to be shifted by 16 a role."""
        keys = mixed(hashes, WORD)
        words = self.arrays.words
        bits = (U(1) << ((keys >> U(20)) & U(15))) | (U(1) << ((keys >> U(24)) & U(15)))
        return words[keys >> U(65 - len(words).bit_length())], bits

    def names(self, hashes: Column) -> npt.NDArray[np.int64]:
        """The number of the name that is exactly this string, or -1."""
        return self._numbers(mixed(hashes, WORD))

    def _numbers(self, keys: Column) -> npt.NDArray[np.int64]:
        known = self.arrays.keys
        if not len(known):
            return np.full(len(keys), -1)
        at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        return np.where(known[at] == keys, self.arrays.owners[at].astype(np.int64), -1)


def role(found: tuple[Column, Column], which: int) -> Flags:
    """Which words have this role?"""
    words, bits = found
    flags: Flags = ((words >> U(16 * which)) & bits) == bits
    return flags


def common(hashes: Column, table: Column) -> npt.NDArray[np.int8]:
    """2: a common word of the table, 1: a rare one, 0: none."""
    keys = mixed(hashes, WORD) | U(1)
    slots = (keys >> U(65 - len(table).bit_length())).astype(np.int64)
    found = np.zeros(len(keys), dtype=np.int8)
    open_ = np.arange(len(keys))
    while len(open_):
        values = table[slots[open_]]
        same = (values | U(1)) == keys[open_]
        found[open_[same]] = 1 + (values[same] & U(1)).astype(np.int8)
        open_ = open_[~same & (values != 0)]
        slots[open_] = (slots[open_] + 1) & (len(table) - 1)
    return found


def expanded(counts: Ints) -> tuple[Ints, Ints]:
    """For each of some things, so many places: which thing, and which of its places."""
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)


__all__ = ["Index", "Stream", "common", "expanded", "role"]
