"""What a batch engine asks before it asks the big tables: small enough for the processor's cache, and nearly always no.

`filter`: a Bloom filter of what must also stand there if a name does: of Han names to be disguised the third character beside
the first two (FIRST) or the last two (LAST), the first three near sounds (THIRD); of names of several words their anchor and
number of words (ANCHOR), and these with the letters of the whole (SIZED). `pairs`: four bits for every two sounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.columns import Keys, bloom, by_length, poly
from monitor.screening.hashing import ANCHOR, BASE, FIRST, LAST, SIZED, THIRD
from monitor.screening.names import HAN_FUZZY
from monitor.screening.sounds import SOUNDING, near_numbers, numbers
from monitor.screening.words import sounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from monitor.screening.columns import Column

    Places = npt.NDArray[np.int64]

U = np.uint64
WIDTH = 512  # more than there are sounds
# Two sounds are those of a name of two characters; nearly the first of one of three to six; of the first, or of the last, two
# characters of a name that may miss one.
PAIR, BEGUN, STARTED, ENDED = 1, 2, 4, 8


class Hints:
    """They are gathered while the keys of the names are."""

    def __init__(self) -> None:
        self._keys = Keys()
        self._pairs: bytearray = bytearray(WIDTH * WIDTH)
        self._near: set[tuple[int, ...]] = set()

    def anchored(self, hashes: Column, numbers_: npt.NDArray[np.int32], counts: Places, letters: Places, *, last: bool) -> None:
        """Names of so many words and letters by the hash of their first or last word."""
        self._keys.add(hashes * U(BASE) + counts.astype(U), numbers_, ANCHOR)
        for size in (letters - 1, letters, letters + 1):
            self._keys.add(hashes * U(BASE) + sized(counts, size, last), numbers_, SIZED)

    def changed(self, numbers_: npt.NDArray[np.int32], rows: Column) -> None:
        """Han names of four and more, one character missing or another: two at one end stand, and the third or the fourth."""
        size = len(rows)
        for third in (2, 3):
            self._keys.add(poly([rows[0], rows[1], rows[third]]), numbers_, FIRST)
        for third in (size - 3, size - 4) if size == HAN_FUZZY else (size - 3,):
            self._keys.add(poly([rows[third], rows[-2], rows[-1]]), numbers_, LAST)

    def swapped(self, numbers_: npt.NDArray[np.int32], rows: Column) -> None:
        """The same with two swapped: those in the middle of four change both ends."""
        self._keys.add(poly(rows[-3:]), numbers_, LAST)

    def written(self, pairs: Iterable[str], bit: int) -> None:
        """Two characters, as a text would be read that holds them."""
        table, known = sounds(), numbers()
        self._said([known[table[one]] * WIDTH + known[table[two]] for one, two in map(tuple, pairs) if one in table and two in table], bit)

    def same(self, name: str, readings: Sequence[tuple[int, ...]]) -> None:
        """A name of two characters: one stands in the text, the other sounds like it in one of its readings."""
        table, known = sounds(), numbers()
        one, two = (known.get(table.get(char, ""), 0) for char in name)
        self._said([at for first, second in readings for at in (one * WIDTH + second, first * WIDTH + two)], PAIR)

    def _said(self, pairs: Sequence[int], bit: int) -> None:
        for at in pairs:
            self._pairs[at] |= bit

    def nearly(self, heard: Sequence[tuple[int, str]]) -> None:
        """The near sounds of names of three to six."""
        begun = dict.fromkeys((at, sound[:3]) for at, sound in heard)
        for numbers_, rows in by_length(begun):
            self._keys.add(poly(rows), numbers_, THIRD)
        self._near.update((ord(sound[0]) - SOUNDING, ord(sound[1]) - SOUNDING) for _, sound in begun)

    def filter(self) -> Column:
        return bloom(self._keys)

    def pairs(self) -> Column:
        """Sixteen pairs to a word."""
        bits = np.frombuffer(self._pairs, dtype=np.uint8).reshape(WIDTH, WIDTH)
        if self._near:
            classes = np.zeros(WIDTH, dtype=np.int64)
            for sound, one in near_numbers().items():
                classes[numbers()[sound]] = one
            near = np.zeros((WIDTH, WIDTH), dtype=np.uint8)
            near[tuple(np.array(list(self._near)).T)] = BEGUN
            bits = bits | near[classes[:, None], classes]
        found: Column = (bits.reshape(-1, 16).astype(U) << np.arange(0, 64, 4, dtype=U)).sum(axis=1, dtype=U)  # each has its own four bits
        return found


def sized(counts: Places, letters: Places, last: Places | int) -> Column:
    """Words and letters of a name, and at which end the anchor stands, as one number."""
    found: Column = (counts + letters * 8 + 1024 * last).astype(U)
    return found


__all__ = ["BEGUN", "ENDED", "PAIR", "STARTED", "WIDTH", "Hints", "sized"]
