"""The texts of a batch as columns: folded characters, tokens, and the hash of any window of them."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from monitor.screening.columns import mixed
from monitor.screening.folding import DIGIT, LETTER, OTHER, PAUSED, SIGN, SPREAD, UNKNOWN, encoded, folds
from monitor.screening.hashing import BASE, INVERSE, WORD
from monitor.screening.hints import WIDTH
from monitor.screening.wordarrays import TOLD, wordarrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from monitor.screening.arrays import Arrays
    from monitor.screening.columns import Column

    Ints = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

U = np.uint64


def _powers(most: int) -> tuple[Column, Column]:
    """BASE ** n and INVERSE ** n for as many characters, and more."""
    return _table(1 << max(12, most.bit_length()))


@cache
def _table(size: int) -> tuple[Column, Column]:
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
        kind = (symbols & 7).astype(np.int8)
        begins = np.minimum(self.places if raw is None else np.searchsorted(raw, self.places), len(kind))
        before = np.zeros(len(kind) + 1, dtype=np.int8)
        before[1:] = kind
        before[begins] = 0
        before = before[:-1]
        word = (kind >= LETTER) & (kind <= OTHER)
        starts = word & ((kind != before) | (kind > DIGIT))
        heads, at = np.flatnonzero(starts), np.flatnonzero(word)
        signs = ((before == SIGN) & (kind == LETTER)) | ((before == LETTER) & (kind == SIGN) & ~np.isin(symbols, PAUSED))
        self.signs = np.searchsorted(begins, np.flatnonzero(signs), side="right") - 1
        self.code = (symbols[at] >> 3).astype(U)
        self.raw = at if raw is None else raw[at]
        self.begin = np.append(np.flatnonzero(starts[at]), len(at))
        self.kind = kind[heads]
        self.touch = np.append((before[heads] >= LETTER) & (before[heads] <= OTHER), False)
        self.text = np.repeat(np.arange(len(texts)), np.diff(np.searchsorted(heads, begins)))
        self.power, inverse = _powers(len(self.code))
        self.sums = _sums(self.code, inverse)
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

    @cached_property
    def latin(self) -> Ints:
        """How many ASCII characters stand before each."""
        return counted(self.code < U(128))

    @cached_property
    def touching(self) -> Ints:
        """How many tokens before each touch the one before them."""
        return counted(self.touch)

    def alike(self, start: Ints, size: Ints) -> Alike:
        """What windows of ASCII characters look like."""
        which, at = expanded(size)
        codes = wordarrays().skeleton[self.code[start[which] + at]].astype(U)
        power, inverse = _powers(len(codes))  # windows that overlap have more characters than their texts
        return Alike(np.cumsum(size) - size - start, _sums(codes, inverse), power)


class Alike(NamedTuple):
    """What some windows look like, one behind the other: for each how far it was moved, and the sums."""

    moved: Ints
    sums: Column
    power: Column

    def hashed(self, which: Ints | slice, start: Ints, end: Ints) -> Column:
        """The hashes of places inside of these windows."""
        last = end + self.moved[which]
        found: Column = (self.sums[last] - self.sums[start + self.moved[which]]) * self.power[last - 1]
        return found


def counted(flags: Flags) -> Ints:
    """How many there are before each, and of all."""
    found = np.zeros(len(flags) + 1, dtype=np.int64)
    np.cumsum(flags, out=found[1:])
    return found


def _sums(codes: Column, inverse: Column) -> Column:
    found = np.zeros(len(codes) + 1, dtype=U)
    np.cumsum(codes * inverse[: len(codes)], out=found[1:])
    return found


def _folded(codes: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int32], Ints | None]:
    """The symbols of the plain form, and the code point that each comes from; None: each from its own."""
    table = folds()
    symbols = table.table[codes]
    rare = np.flatnonzero(symbols < 0)
    if not len(rare):
        return symbols, None
    if (symbols[rare] == UNKNOWN).any():
        table.learn(codes)
        symbols = table.table[codes]
        rare = np.flatnonzero(symbols < 0)
    entries = SPREAD - symbols[rare]
    several = entries >= 0
    widths = np.where(several, table.places[entries + 1] - table.places[entries], 0)  # DROPPED: entry -1 is any
    counts = np.ones(len(codes), dtype=np.int64)
    counts[rare] = widths
    raw = np.repeat(np.arange(len(codes)), counts)
    found = symbols[raw]
    which, at = expanded(widths)
    found[found < 0] = table.spread[table.places[entries[which]] + at]
    return found, raw


class Index:
    """The registry's arrays asked in whole columns."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays

    def has(self, hashes: Column, kind: int) -> Flags:
        """Has a name this key?"""
        if not len(hashes):
            return np.zeros(0, dtype=bool)
        keys = mixed(hashes, kind)
        some = _may(keys, self.arrays.disguises)
        return _flags(len(keys), some[self._numbers(keys[some]) >= 0] if len(some) else some)

    def may(self, hashes: Column, kind: int) -> Flags:
        """Could a name have this key? Nearly always right, and sooner."""
        return _flags(len(hashes), _may(mixed(hashes, kind), self.arrays.disguises))

    def hinted(self, hashes: Column, kind: int) -> Flags:
        """Is there this hint?"""
        return _flags(len(hashes), _may(mixed(hashes, kind), self.arrays.hints))

    def pairs(self, one: Ints, two: Ints) -> Ints:
        """What hints tell of two sounds, as bits."""
        pair = one * WIDTH + two
        found: Ints = ((self.arrays.pairs[pair >> 4] >> ((pair & 15) << 2).astype(U)) & U(15)).astype(np.int64)
        return found

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
        """The number of the first name of each key, or -1. The heads lead to within a key or two."""
        known, heads = self.arrays.keys, self.arrays.heads
        head = (keys >> U(65 - len(heads).bit_length())).astype(np.int64)
        at, end = heads[head].astype(np.int64), heads[head + 1].astype(np.int64)
        found = np.full(len(keys), -1)
        open_ = np.flatnonzero(at < end)
        while len(open_):
            here = at[open_]
            same = known[here] == keys[open_]
            found[open_[same]] = self.arrays.owners[here[same]]
            open_ = open_[~same & (here + 1 < end[open_])]
            at[open_] += 1
        return found


def _may(keys: Column, table: Column) -> Ints:
    """Which of the keys may stand in a Bloom filter? The first bit tells of most that they do not."""
    words = table[keys >> U(65 - len(table).bit_length())]
    some = np.flatnonzero((words >> ((keys >> U(14)) & U(63))) & U(1) != 0)
    keys, words = keys[some], words[some]
    found = (words >> ((keys >> U(20)) & U(63))) & (words >> ((keys >> U(26)) & U(63))) & (words >> ((keys >> U(32)) & U(63)))
    kept: Ints = some[found & U(1) != 0]
    return kept


def _flags(size: int, some: Ints) -> Flags:
    flags = np.zeros(size, dtype=bool)
    flags[some] = True
    return flags


def role(found: tuple[Column, Column], which: int) -> Flags:
    """Which words have this role?"""
    words, bits = found
    flags: Flags = ((words >> U(16 * which)) & bits) == bits
    return flags


def common(hashes: Column, table: Column) -> npt.NDArray[np.int8]:
    """2: a common word of the table, 1: a rare one, 0: none."""
    if not len(hashes):
        return np.zeros(0, dtype=np.int8)
    keys = mixed(hashes, WORD) | TOLD
    slots = (keys >> U(65 - len(table).bit_length())).astype(np.int64)
    values = table[slots]
    same = (values | TOLD) == keys
    found: npt.NDArray[np.int8] = (same * (U(1) + (values & U(1)))).astype(np.int8)
    open_ = np.flatnonzero(~same & (values != 0))
    slots = slots[open_]
    while len(open_):
        slots = (slots + 1) & (len(table) - 1)
        values = table[slots]
        same = (values | TOLD) == keys[open_]
        found[open_[same]] = 1 + (values[same] & U(1)).astype(np.int8)
        more = ~same & (values != 0)
        open_, slots = open_[more], slots[more]
    return found


def expanded(counts: Ints) -> tuple[Ints, Ints]:
    """For each of some things, so many places: which thing, and which of its places."""
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)


__all__ = ["Index", "Stream", "common", "counted", "expanded", "role"]
