"""Han names in disguise, asked in whole columns: part 4 of `kernel.scan` for the portable engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.folding import DIGIT, HAN, LETTER
from monitor.screening.han import MARK
from monitor.screening.hashing import (
    BASE,
    CHANGED,
    DROPPED,
    ENDING,
    FIRST,
    GLUED,
    GOODS,
    LAST,
    MASK,
    MIXED,
    SOUND,
    THIRD,
)
from monitor.screening.hints import BEGUN, ENDED, PAIR, STARTED
from monitor.screening.meaning import SAME_STYLE
from monitor.screening.names import HAN_FUZZY, HAN_LONGEST, LONGEST
from monitor.screening.sounds import SOUNDING, WILD
from monitor.screening.stream import common, counted, expanded, role
from monitor.screening.wordarrays import FIRST_HAN, LAST_HAN, wordarrays

if TYPE_CHECKING:
    from monitor.screening.stream import Flags, Index, Ints, Stream

U = np.uint64
FOLLOWING = np.array([ord(MARK), ord(SAME_STYLE[0])], dtype=U)  # that say of two characters that they are a name


def heard(stream: Stream, index: Index, whole: Flags) -> Ints:
    """The tokens with which, and the next, a name in disguise may begin or end; none of texts that are read `whole`."""
    return _Disguises(stream, index).among(whole)


class _Disguises:
    """Of each token: `said`, `near`, its sounds; `joined`: does it touch the next, and do both sound? `only`: are both Han?"""

    def __init__(self, stream: Stream, index: Index) -> None:
        self.stream = stream
        self.index = index
        self.words = wordarrays()
        self.said, self.near = self._said()
        self.code = stream.code[stream.begin[:-1]]
        self.han = han = stream.kind == HAN
        sounds = stream.touch[1:-1] & (self.said[:-1] > 0) & (self.said[1:] > 0)
        self.joined = np.append(sounds & (han[:-1] | han[1:]), False)
        self.only = np.append(sounds & han[:-1] & han[1:], False)
        self.marks: list[Ints] = []

    def among(self, whole: Flags) -> Ints:
        at = np.flatnonzero(self.joined & ~whole[self.stream.text])
        bits = self.index.pairs(self.said[at], self.said[at + 1])
        at, bits = at[bits > 0], bits[bits > 0]
        pairs = at[bits & PAIR != 0]
        out = self._outstanding(pairs) | (not self.index.arrays.crowded)
        self._same(pairs[out], MIXED)
        self._same(pairs[~out], GOODS)
        self._sounding(at[bits & BEGUN != 0])
        both = self.only[at]
        self._halves(self._starts(at[(bits & STARTED != 0) & both]), from_start=True)
        self._halves(self._ends(at[(bits & ENDED != 0) & both]), from_start=False)
        return np.union1d(self._marked(), self._glued(whole))

    def _said(self) -> tuple[Ints, Ints]:
        """The numbers of each token's sound and near sound; 0 for none."""
        stream, words = self.stream, self.words
        spoken = np.zeros(len(stream.kind), dtype=np.int64)
        code = stream.code[stream.begin[:-1]].astype(np.int64)
        han = np.flatnonzero((stream.kind == HAN) & (code < LAST_HAN))
        spoken[han] = words.spoken[code[han] - FIRST_HAN]
        beside = stream.touch[:-1] | stream.touch[1:]
        latin = np.flatnonzero((stream.kind == LETTER) & (stream.size >= 2) & (stream.size <= 6) & beside)
        hashes = stream.hashed(stream.begin[latin], stream.begin[latin + 1])
        order = np.argsort(words.syllables)
        known = words.syllables[order]
        slots = order[np.minimum(np.searchsorted(known, hashes), len(known) - 1)]
        same = words.syllables[slots] == hashes
        spoken[latin[same]] = words.syllable_spoken[slots[same]]
        return spoken >> 16, spoken & 0xFFFF

    def _outstanding(self, at: Ints) -> Flags:
        """`kernel._outstanding`: may a field begin with these two tokens, or does a model, 牌 or 同 follow them?"""
        stream, before = self.stream, np.maximum(at - 1, 0)
        latin = np.append(stream.kind <= DIGIT, False)
        code = self.code[before].astype(np.int64)
        front = self.han[before] & (code < LAST_HAN) & self.words.fronts[np.clip(code, FIRST_HAN, LAST_HAN - 1) - FIRST_HAN]
        behind = latin | np.append(np.isin(self.code, FOLLOWING), False)
        found: Flags = (at == 0) | ~stream.touch[at] | latin[before] | front | (stream.touch[at + 2] & behind[at + 2])
        return found

    def _same(self, at: Ints, kind: int) -> None:
        """Two that sound like a name, one of them its own character."""
        sound = U(SOUNDING) + self.said.astype(U)
        found = self.han[at] & self.index.has(self.code[at] * U(BASE) + sound[at + 1], kind)
        found |= self.han[at + 1] & self.index.has(sound[at] * U(BASE) + self.code[at + 1], kind)
        self._mark(at[found], at[found], 2, rare=2)

    def _sounding(self, at: Ints) -> None:
        """Three to six that nearly sound like a name."""
        nearly = U(SOUNDING) + self.near.astype(U)
        hashes = nearly[at] * U(BASE) + nearly[at + 1]
        for size in range(3, 7):
            fits = self.joined[np.minimum(at + size - 2, len(nearly) - 1)]
            at, hashes = at[fits], hashes[fits]
            hashes = hashes * U(BASE) + nearly[at + size - 1]
            if size == 3:
                fits = self.index.hinted(hashes, THIRD)
                at, hashes = at[fits], hashes[fits]
            some = at[self.index.has(hashes, SOUND)]
            self._mark(some, some, size, rare=2)

    def _glued(self, whole: Flags) -> Ints:
        """Latin letters that say several syllables of a name, beside a Han character."""
        stream = self.stream
        latin = (stream.kind == LETTER) & (stream.size > 1) & (stream.size < LONGEST)
        meet = (latin[:-1] & self.han[1:]) | (self.han[:-1] & latin[1:])
        at = np.flatnonzero(meet & stream.touch[1:-1] & ~whole[stream.text[:-1]])
        return at[self.index.may(stream.hashed(stream.begin[at], stream.begin[at + 2]), GLUED)]

    def _starts(self, at: Ints) -> Ints:
        """Two Han characters with which the third or the fourth goes as in the beginning of a name."""
        at = at[self.only[at + 1]]
        two = (self.code[at] * U(BASE) + self.code[at + 1]) * U(BASE)
        found = self.index.hinted(two + self.code[at + 2], FIRST)
        found |= self.index.hinted(two + self.code[np.minimum(at + 3, len(self.code) - 1)], FIRST)
        return at[found]

    def _ends(self, at: Ints) -> Ints:
        """Two Han characters with which those before them go as in the end of a name."""
        at = at[(at > 0) & self.only[at - 1]]
        two = self.code[at] * U(BASE) + self.code[at + 1]
        fits = role(self.index.roles(two), ENDING)
        at, two, square = at[fits], two[fits], U(BASE * BASE & MASK)
        found = self.index.hinted(self.code[at - 1] * square + two, LAST)
        found |= self.index.may(self.code[at - 1] * square + two, DROPPED)
        found |= self.index.hinted(self.code[np.maximum(at - 2, 0)] * square + two, LAST)
        return at[found]

    def _mark(self, at: Ints, first: Ints, size: int | Ints, *, rare: int) -> None:
        """Neighbours and a window that they belong to, which counts where it is no word of `rare` and more."""
        self.marks.append(np.array(np.broadcast_arrays(at, first, size, rare)))

    def _marked(self) -> Ints:
        """Neighbours whose windows are no word, no name and not torn out of the words around."""
        stream = self.stream
        at, first, size, rare = np.concatenate(self.marks, axis=1)
        hashes = stream.hashed(stream.begin[first], stream.begin[first + size])
        good = (common(hashes, self.words.chinese) < rare) & (self.index.names(hashes) < 0)
        at, first, last = at[good], first[good], (first + size)[good]
        torn = np.zeros(len(first), dtype=bool)
        single = np.append(stream.size == 1, False)
        for here, there, outside in ((first - 1, first, first - 1), (last - 1, last, last)):
            beside = np.flatnonzero((here >= 0) & stream.touch[there] & single[outside])
            pairs = stream.hashed(stream.begin[here[beside]], stream.begin[there[beside] + 1])
            torn[beside] |= common(pairs, self.words.chinese) > 0
        return np.unique(at[~torn])

    def _halves(self, at: Ints, *, from_start: bool) -> None:
        """Two Han characters swapped, or one missing or another away from the two at `at`."""
        stream = self.stream
        sizes = np.arange(HAN_FUZZY - 1, HAN_LONGEST + 1)
        at, size = np.repeat(at, len(sizes)), np.tile(sizes, len(at))
        first = at if from_start else at + 2 - size
        fits = (first >= 0) & (first + size <= len(self.only))
        at, size, first = at[fits], size[fits], first[fits]
        joined = counted(self.only)
        fits = joined[first + size - 1] - joined[first] == size - 1
        at, size, first = at[fits], size[fits], first[fits]
        start = stream.begin[first]
        whole = stream.hashed(start, stream.begin[first + size])
        found = self.index.has(whole, DROPPED)
        which, place = expanded(np.where(size < HAN_FUZZY, 0, size - 2 if from_start else 2))
        place = place + 2 * from_start
        changed = whole[which] + (U(WILD) - stream.code[start[which] + place]) * stream.power[size[which] - 1 - place]
        found[which[self.index.has(changed, CHANGED)]] = True
        self._mark(at[found], first[found], size[found], rare=1)
