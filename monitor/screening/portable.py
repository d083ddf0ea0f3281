"""The portable engine: the questions of `kernel.scan` asked in whole columns, with numpy alone. It starts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.folding import DIGIT, HAN, LETTER
from monitor.screening.hashing import (
    ANCHOR,
    ANCHORING,
    BASE,
    BEGINNING,
    CHANGED,
    DROPPED,
    ENDING,
    FIRST,
    LAST,
    MASK,
    MIXED,
    NAME,
    PINYIN,
    SIZED,
    SKELETON,
    SOUND,
    THIRD,
    TYPO,
)
from monitor.screening.hints import BEGUN, ENDED, PAIR, STARTED, sized
from monitor.screening.names import HAN_FUZZY, HAN_LONGEST, LONGEST, SEVERAL, SHORT
from monitor.screening.places import APART, AROUND, BEFORE, BEHIND, HEARD, RUN, SPELT, WHOLE, by_text
from monitor.screening.places import SEVERAL as ANCHORED
from monitor.screening.runs import MODEL_LONGEST
from monitor.screening.sounds import SOUNDING, WILD
from monitor.screening.stream import Index, Stream, common, counted, expanded, role
from monitor.screening.wordarrays import FIRST_HAN, LAST_HAN, wordarrays

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.screening.arrays import Arrays
    from monitor.screening.columns import Column
    from monitor.screening.places import Place
    from monitor.screening.stream import Alike, Flags, Ints

U = np.uint64
CHUNK = 1 << 18  # characters that are read at once: what fits the cache is read faster


def rows(texts: Sequence[str], arrays: Arrays) -> Iterator[tuple[int, list[Place]]]:
    """Where a name could stand in which text."""
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
    first = 0
    while first < len(texts):
        read = ends[first - 1] if first else 0
        end = max(first + 1, int(np.searchsorted(ends, read + CHUNK, side="right")))
        for text, places in _Search(texts[first:end], arrays).places():
            yield first + text, places
        first = end


class _Search:
    """One chunk of texts and what was found in it: rows, and texts to be read from end to end."""

    def __init__(self, texts: Sequence[str], arrays: Arrays) -> None:
        self.stream = Stream(texts)
        self.index = Index(arrays)
        self.counts = arrays.counts
        self.words = wordarrays()
        self.whole = np.zeros(len(texts), dtype=bool)
        self.whole[self.stream.signs] = True
        self.rows: list[Ints] = []
        latin = self.stream.kind <= DIGIT
        before = np.zeros(len(latin), dtype=bool)
        before[1:] = latin[:-1]
        self.inside = latin & before & self.stream.touch[:-1]  # a token that goes on a run
        self.behind, self.goes_on = np.append(self.stream.kind, 0), np.append(self.inside, False)

    def places(self) -> Iterator[tuple[int, list[Place]]]:
        if len(self.stream.kind):
            self._spelt()
            self._runs()
            if (self.stream.kind == HAN).any():
                self._han()
        whole = np.flatnonzero(self.whole)
        rest = np.zeros((len(whole), 5), dtype=np.int64)
        rest[:, 0], rest[:, 1] = whole, WHOLE
        found = np.concatenate([*(one[~self.whole[one[:, 0]]] for one in self.rows), rest])
        return by_text(found[np.argsort(found[:, 0], kind="stable")], self.stream.places)

    def _row(self, kind: int, text: Ints, start: Ints, end: Ints, numbers: Ints) -> None:
        raw = self.stream.raw
        self.rows.append(np.column_stack([text, np.full(len(text), kind), raw[start], raw[end - 1] + 1, numbers]).astype(np.int64))

    def _spelt(self) -> None:
        """Names as they are written, token by token from each start."""
        stream = self.stream
        first = np.flatnonzero(~self.inside & (stream.size <= LONGEST))
        last = first
        while len(first):
            start, end = stream.begin[first], stream.begin[last + 1]
            hashes = stream.hashed(start, end)
            roles = self.index.roles(hashes)
            if last is first:
                self._several(first[role(roles, ANCHORING) & (stream.kind[first] == LETTER)])
            named = np.flatnonzero(role(roles, NAME))
            numbers = self.index.names(hashes[named])
            named, numbers = named[numbers >= 0], numbers[numbers >= 0]
            self._named(first[named], last[named], numbers)
            more = role(roles, BEGINNING) & (last + 1 < len(stream.kind))
            first, last = first[more], last[more] + 1
            fits = (stream.text[first] == stream.text[last]) & (stream.begin[last + 1] - stream.begin[first] <= LONGEST)
            first, last = first[fits], last[fits]

    def _named(self, first: Ints, last: Ints, numbers: Ints) -> None:
        """`kernel._bounded`: rows for places that begin and end where words do."""
        if not len(first):
            return
        stream = self.stream
        start, end = stream.begin[first], stream.begin[last + 1]
        latin = stream.latin[end] - stream.latin[start] == end - start
        size, tokens = end - start, last - first + 1
        short = latin & (size <= SHORT)
        tail = stream.kind[last]
        behind = self.behind[last + 1]
        glued = (tail <= DIGIT) & stream.touch[last + 1] & (behind <= DIGIT) & self.goes_on[last + 1]
        good = ~(glued & (short | ~((tail == LETTER) & (behind == DIGIT))))
        good &= ~(short & (tokens < self.counts[numbers]))
        whole = stream.touching[last + 1] - stream.touching[first + 1] == last - first
        fits = (size < 2) | (tokens == 1) | np.where(latin, tokens == self.counts[numbers], whole)
        for kind, some in ((SPELT, good & fits), (APART, good & ~fits)):
            self._row(kind, stream.text[first[some]], start[some], end[some], numbers[some])

    def _several(self, anchors: Ints) -> None:
        """Names of several words, anchored by the first or the last, one edit away."""
        stream = self.stream
        words = stream.hashed(stream.begin[anchors], stream.begin[anchors + 1])
        letters = counted(stream.kind == LETTER)
        hit = np.zeros(len(stream.kind), dtype=bool)
        for count in range(2, 7):
            hinted = self.index.hinted(words * U(BASE) + U(count), ANCHOR)
            some, hashes = anchors[hinted], words[hinted]
            for last, first in enumerate((some, some - count + 1)):
                inside = (first >= 0) & (first + count <= len(stream.kind))
                one, anchor, value = first[inside], some[inside], hashes[inside]
                size = stream.begin[one + count] - stream.begin[one]
                good = (stream.text[one] == stream.text[one + count - 1]) & (size >= SEVERAL - 1) & (size <= LONGEST)
                good &= letters[one + count] - letters[one] == count
                good &= self.index.hinted(value * U(BASE) + sized(count, size.astype(U), last), SIZED)
                one, anchor = one[good], anchor[good]
                if not len(one):
                    continue
                strange = self._strange(one, anchor, count)
                one, anchor = one[strange], anchor[strange]
                hit[anchor[self._edited(stream.begin[one], stream.begin[one + count])]] = True
        self._around(ANCHORED, np.flatnonzero(hit), AROUND, AROUND + 1)

    def _strange(self, first: Ints, anchor: Ints, count: int) -> Flags:
        """Which windows of words hold one beside the anchor that is no ordinary word?"""
        stream = self.stream
        found = np.zeros(len(first), dtype=bool)
        for at in range(count):
            start, end = stream.begin[first + at], stream.begin[first + at + 1]
            ordinary = common(stream.hashed(start, end), self.words.english) > 0
            found |= (first + at != anchor) & (end - start >= 3) & ((end - start == 3) | ~ordinary)
        return found

    def _around(self, kind: int, at: Ints, before: int, behind: int) -> None:
        """Rows of tokens with those that stand around them in their text."""
        stream = self.stream
        text = stream.text[at]
        first = np.maximum(at - before, np.searchsorted(stream.text, text))
        last = np.minimum(at + behind, np.searchsorted(stream.text, text, side="right"))
        self._row(kind, text, stream.begin[first], stream.begin[last], at - first)

    def _edited(self, start: Ints, end: Ints) -> Flags:
        """Which windows of letters are keys of a typo, whole or without one letter?"""
        found = self.index.has(self.stream.hashed(start, end), TYPO)
        which, at = expanded(np.where(found, 0, end - start))
        hashes = self.stream.without(start[which], start[which] + at, end[which])
        found[which[self.index.has(hashes, TYPO)]] = True
        return found

    def _runs(self) -> None:
        """Runs of letters and digits that are no words."""
        stream = self.stream
        first = np.flatnonzero((stream.kind <= DIGIT) & ~self.inside)
        if not len(first):
            return
        ends = np.append(~self.inside | (stream.kind > DIGIT), True)
        after = np.flatnonzero(ends)
        last = after[np.searchsorted(after, first, side="right")]
        start, end = stream.begin[first], stream.begin[last]
        keep = (end - start >= 4) & (end - start <= LONGEST)
        digit = counted(stream.code < U(58))
        keep &= digit[end] - digit[start] < end - start
        text, start, end = stream.text[first[keep]], start[keep], end[keep]
        hashes = stream.hashed(start, end)
        keep = common(hashes, self.words.english) == 0
        keep[keep] = self.index.names(hashes[keep]) < 0
        text, start, end, hashes = text[keep], start[keep], end[keep], hashes[keep]
        digits = digit[end] - digit[start]
        alike = stream.alike(start, end - start)
        found = (digits * 2 <= end - start) & self.index.has(alike.hashed(slice(None), start, end), SKELETON)
        found |= (digits == 0) & self.index.has(hashes, PINYIN)
        trailing = (digit[end] - digit[end - digits] == digits) & ((digits == 0) | (end - start - digits >= 5))
        some = np.flatnonzero(~found & trailing)
        found[some] = self._edited(start[some], (end - digits)[some])
        some = np.flatnonzero(~found)
        found[some] = self._glued(some, start, end, digits, digit, alike)
        self._row(RUN, text[found], start[found], end[found], np.full(int(found.sum()), -1))

    def _glued(self, runs: Ints, start: Ints, end: Ints, digits: Ints, digit: Ints, alike: Alike) -> Flags:
        """Which of some runs begin with a name and end with an ordinary word or with a model?"""
        stream = self.stream
        found = np.zeros(len(runs), dtype=bool)
        which, at = expanded(np.maximum((end - start)[runs] - 4, 0))
        run = runs[which]
        cut, begin, stop = start[run] + at + 4, start[run], end[run]
        good = np.where(digits[run] == 0, stop - cut >= 3, (digit[stop] > digit[cut]) & (stop - cut <= MODEL_LONGEST))
        which, run, cut, begin, stop = which[good], run[good], cut[good], begin[good], stop[good]
        heads = stream.hashed(begin, cut)
        named = role(self.index.roles(heads), NAME)
        some = np.flatnonzero(named | self.index.has(alike.hashed(run, begin, cut), SKELETON))
        word = common(stream.hashed(cut[some], stop[some]), self.words.english) > 0
        some = some[(word | (stop[some] - cut[some] <= MODEL_LONGEST)) & (common(heads[some], self.words.english) == 0)]
        found[which[some]] = True
        return found

    def _han(self) -> None:
        """Han names in disguise."""
        stream = self.stream
        said, near = self._said()
        han = stream.kind == HAN
        pairs = stream.touch[1:-1] & (said[:-1] > 0) & (said[1:] > 0) & (han[:-1] | han[1:])
        joined = np.append(pairs, False)
        at = np.flatnonzero(joined & ~self.whole[stream.text])
        bits = self.index.pairs(said[at], said[at + 1])
        at, bits = at[bits > 0], bits[bits > 0]
        self.code = np.append(stream.code, U(0))[stream.begin[:-1]]
        self.heard = np.zeros(len(stream.kind), dtype=bool)
        self._same(at[bits & PAIR != 0], han, U(SOUNDING) + said.astype(U))
        self._sounding(at[bits & BEGUN != 0], joined, U(SOUNDING) + near.astype(U))
        only = np.append(joined[:-1] & han[:-1] & han[1:], False)
        self._halves(self._starts(at[(bits & STARTED != 0) & only[at]], only), only, from_start=True)
        self._halves(self._ends(at[(bits & ENDED != 0) & only[at]], only), only, from_start=False)
        self._around(HEARD, np.flatnonzero(self.heard), BEFORE, BEHIND)

    def _same(self, at: Ints, han: Flags, sound: Column) -> None:
        """Two that sound like a name, one of them its own character."""
        found = han[at] & self.index.has(self.code[at] * U(BASE) + sound[at + 1], MIXED)
        found |= han[at + 1] & self.index.has(sound[at] * U(BASE) + self.code[at + 1], MIXED)
        self._mark(at[found], at[found], 2, rare=2)

    def _sounding(self, at: Ints, joined: Flags, nearly: Column) -> None:
        """Three to six that nearly sound like a name."""
        hashes = nearly[at] * U(BASE) + nearly[at + 1]
        for size in range(3, 7):
            fits = joined[np.minimum(at + size - 2, len(joined) - 1)]
            at, hashes = at[fits], hashes[fits]
            hashes = hashes * U(BASE) + nearly[at + size - 1]
            if size == 3:
                fits = self.index.hinted(hashes, THIRD)
                at, hashes = at[fits], hashes[fits]
            some = at[self.index.has(hashes, SOUND)]
            self._mark(some, some, size, rare=2)

    def _starts(self, at: Ints, only: Flags) -> Ints:
        """Two Han characters with which the third or the fourth goes as in the beginning of a name."""
        at = at[only[at + 1]]
        two = (self.code[at] * U(BASE) + self.code[at + 1]) * U(BASE)
        found = self.index.hinted(two + self.code[at + 2], FIRST)
        found |= self.index.hinted(two + self.code[np.minimum(at + 3, len(self.code) - 1)], FIRST)
        return at[found]

    def _ends(self, at: Ints, only: Flags) -> Ints:
        """Two Han characters with which those before them go as in the end of a name."""
        at = at[(at > 0) & only[at - 1]]
        two = self.code[at] * U(BASE) + self.code[at + 1]
        fits = role(self.index.roles(two), ENDING)
        at, two, square = at[fits], two[fits], U(BASE * BASE & MASK)
        found = self.index.hinted(self.code[at - 1] * square + two, LAST)
        found |= self.index.may(self.code[at - 1] * square + two, DROPPED)
        found |= self.index.hinted(self.code[np.maximum(at - 2, 0)] * square + two, LAST)
        return at[found]

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

    def _mark(self, at: Ints, first: Ints, size: int, *, rare: int) -> None:
        """Neighbours whose windows are no word (of `rare` and more), no name and not torn out of the words around."""
        if not len(at):
            return
        stream = self.stream
        hashes = stream.hashed(stream.begin[first], stream.begin[first + size])
        good = (common(hashes, self.words.chinese) < rare) & (self.index.names(hashes) < 0)
        at, first = at[good], first[good]
        torn = np.zeros(len(first), dtype=bool)
        single = np.append(stream.size == 1, False)
        for here, there, outside in ((first - 1, first, first - 1), (first + size - 1, first + size, first + size)):
            beside = np.flatnonzero((here >= 0) & stream.touch[there] & single[outside])
            pairs = stream.hashed(stream.begin[here[beside]], stream.begin[there[beside] + 1])
            torn[beside] |= common(pairs, self.words.chinese) > 0
        self.heard[at[~torn]] = True

    def _halves(self, at: Ints, only: Flags, *, from_start: bool) -> None:
        """One Han character missing or another, away from the two at `at`."""
        stream = self.stream
        for size in range(HAN_FUZZY - 1, HAN_LONGEST + 1):
            first = at if from_start else at + 2 - size
            fits = (first >= 0) & (first + size <= len(only))
            at, first = at[fits], first[fits]
            fits = only[first + size - 2] if from_start else only[first]
            at, first = at[fits], first[fits]
            if not len(at):
                return
            start = stream.begin[first]
            whole = stream.hashed(start, stream.begin[first + size])
            found = self.index.has(whole, DROPPED) if size < HAN_LONGEST else np.zeros(len(at), dtype=bool)
            if size >= HAN_FUZZY:
                for place in range(2, size) if from_start else range(min(2, size - 2)):
                    changed = whole + (U(WILD) - stream.code[start + place]) * stream.power[size - 1 - place]
                    found |= self.index.has(changed, CHANGED)
            self._mark(at[found], first[found], size, rare=1)
