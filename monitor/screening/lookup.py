"""The arrays asked one string at a time; what was asked once is remembered."""

from __future__ import annotations

import json
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.screening.hashing import ANCHOR, ANCHORING, BASE, BEGINNING, ENDING, MASK, NAME, OWNER, WORD, mixed, of
from monitor.screening.memory import Memory
from monitor.screening.names import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.screening.arrays import Arrays

OPEN = 1 << BEGINNING  # flags of a string of the text: a name begins so
ANCHORS = 1 << ANCHORING  # it may be the first or the last word of a name
ENDS = 1 << ENDING  # a Han name ends so


class Lookup:
    """Which names have this key? Picklable: the memory stays behind."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self._names: Memory[int, Name] = Memory()
        self._flags: Memory[str, int] = Memory()
        self._spelt: Memory[str, Name | None] = Memory()
        self._owned: Memory[str, Sequence[Name]] = Memory()
        self._anchored: Memory[tuple[str, int], Sequence[Name]] = Memory()

    def __reduce__(self) -> tuple[type[Lookup], tuple[Arrays]]:
        return Lookup, (self.arrays,)

    @cached_property
    def _words(self) -> memoryview:
        return self.arrays.words.data

    @cached_property
    def _disguises(self) -> memoryview:
        return self.arrays.disguises.data

    @cached_property
    def _keys(self) -> memoryview:
        return self.arrays.keys.data

    @cached_property
    def _heads(self) -> memoryview:
        return self.arrays.heads.data

    def name(self, number: int) -> Name:
        """The name of a number."""
        found = self._names.get(number)
        if found is None:
            start, end = self.arrays.places[number : number + 2].tolist()
            alias, tokens, squeezed, ids, goods, whole = json.loads(self.arrays.text[start:end].tobytes())
            found = self._names.keep(number, Name(alias, tuple(tokens), squeezed, tuple(ids), bool(goods), (whole[0], tuple(whole[1])) if whole else ()))
        return found

    def flags(self, text: str) -> int:
        """What a folded string may be, as bits 1 << role; now and then a bit too many, never one too few."""
        found = self._flags.get(text)
        if found is None:
            key = mixed(of(text), WORD)
            words = self._words
            word = words[key >> (65 - len(words).bit_length())]
            bits = 1 << (key >> 20 & 15) | 1 << (key >> 24 & 15)
            found = self._flags.keep(text, sum(1 << role for role in range(4) if (word >> 16 * role) & bits == bits))
        return found

    def spelt(self, text: str) -> Name | None:
        """The name that is exactly this folded string, or has it as its plural."""
        if not self.flags(text) & 1 << NAME:
            return None
        if text not in self._spelt:
            names = (self.name(number) for number in self._numbers(mixed(of(text), WORD)))
            return self._spelt.keep(text, next((name for name in names if text in (name.squeezed, name.plural)), None))
        return self._spelt[text]

    def having(self, value: int, kind: int) -> Iterable[Name]:
        """Names with the key of a hash of one kind, each to be verified; () for most."""
        key = mixed(value, kind)
        disguises = self._disguises
        word = disguises[key >> (65 - len(disguises).bit_length())]
        if not (word >> (key >> 14 & 63) & word >> (key >> 20 & 63) & word >> (key >> 26 & 63) & word >> (key >> 32 & 63) & 1):
            return ()
        return [self.name(number) for number in self._numbers(key)]

    def owned(self, brand_id: str) -> Sequence[Name]:
        """Every name of a brand."""
        found = self._owned.get(brand_id)
        if found is None:
            found = self._owned.keep(brand_id, [name for name in self.having(of(brand_id), OWNER) if brand_id in name.brand_ids])
        return found

    def anchored(self, word: str, count: int) -> Sequence[Name]:
        """Names of `count` words that begin or end with this one and may be misspelt elsewhere."""
        found = self._anchored.get((word, count))
        if found is None:
            found = self._anchored.keep((word, count), tuple(self.having((of(word) * BASE + count) & MASK, ANCHOR)))
        return found

    def _numbers(self, key: int) -> list[int]:
        keys = self._keys
        heads = self._heads
        head = key >> (65 - len(heads).bit_length())
        at = end = bisect_left(keys, key, heads[head], heads[head + 1])
        while end < len(keys) and keys[end] == key:
            end += 1
        found: list[int] = self.arrays.owners[at:end].tolist()
        return found
