"""The portable engine: the questions of `kernel.scan` asked in whole columns, with numpy alone. It starts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.arrays import WORDS_IN_A_NAME
from monitor.screening.folding import DIGIT, HAN, LETTER
from monitor.screening.hancolumns import heard
from monitor.screening.hashing import ANCHOR, ANCHORING, BASE, BEGINNING, NAME, PINYIN, SIZED, SKELETON, TYPO
from monitor.screening.hints import sized
from monitor.screening.names import LONGEST, SEVERAL, SHORT
from monitor.screening.places import APART, AROUND, BEFORE, BEHIND, HEARD, RUN, SPELT, VEILED, WHOLE, by_text
from monitor.screening.places import SEVERAL as ANCHORED
from monitor.screening.runs import MODEL_LONGEST
from monitor.screening.stream import Index, Stream, common, counted, expanded, role
from monitor.screening.veilcolumns import veiled
from monitor.screening.wordarrays import wordarrays

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.screening.arrays import Arrays
    from monitor.screening.places import Place
    from monitor.screening.stream import Alike, Flags, Ints

U = np.uint64
CHUNK = 1 << 18  # characters that are read at once: what fits the cache is read faster


def rows(texts: Sequence[str], arrays: Arrays, keeping: Flags) -> Iterator[tuple[int, list[Place]]]:  # torn names are told to the judgement
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
                self._around(HEARD, heard(self.stream, self.index, self.whole), BEFORE, BEHIND)
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
        words = stream.hashed(stream.begin[anchors], stream.begin[anchors + 1]) * U(BASE)
        numbers = np.arange(2, WORDS_IN_A_NAME + 1)
        hinted = self.index.hinted((words[:, None] + numbers.astype(U)).ravel(), ANCHOR)
        which, number = np.divmod(np.flatnonzero(hinted), len(numbers))
        which, count, last = np.tile(which, 2), np.tile(numbers[number], 2), np.repeat([0, 1], len(which))
        first = anchors[which] - last * (count - 1)
        inside = (first >= 0) & (first + count <= len(stream.kind))
        which, count, last, first = which[inside], count[inside], last[inside], first[inside]
        size = stream.begin[first + count] - stream.begin[first]
        letters = counted(stream.kind == LETTER)
        good = (stream.text[first] == stream.text[first + count - 1]) & (size >= SEVERAL - 1) & (size <= LONGEST)
        good &= letters[first + count] - letters[first] == count
        which, count, first = which[good], count[good], first[good]
        good = self.index.hinted(words[which] + sized(count, size[good], last[good]), SIZED)
        anchor, count, first = anchors[which[good]], count[good], first[good]
        good = self._strange(first, count, anchor)
        anchor, count, first = anchor[good], count[good], first[good]
        hit = self._edited(stream.begin[first], stream.begin[first + count])
        self._around(ANCHORED, np.unique(anchor[hit]), AROUND, AROUND + 1)

    def _strange(self, first: Ints, count: Ints, anchor: Ints) -> Flags:
        """Which windows of words hold one beside the anchor that is no ordinary word?"""
        stream = self.stream
        which, at = expanded(count)
        word = first[which] + at
        some = (word != anchor[which]) & (stream.size[word] >= 3)
        which, word = which[some], word[some]
        ordinary = common(stream.hashed(stream.begin[word], stream.begin[word + 1]), self.words.english) > 1
        found = np.zeros(len(first), dtype=bool)
        found[which[~ordinary | (stream.size[word] == 3)]] = True
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
        begins = np.flatnonzero(~self.goes_on)  # of runs and of other tokens, and the end of all
        some = np.flatnonzero(stream.kind[begins[:-1]] <= DIGIT)
        first, last = begins[some], begins[some + 1]
        start, end = stream.begin[first], stream.begin[last]
        digit = counted(stream.code < U(58))
        one, behind = veiled(stream, self.index, first, last, digit[end] - digit[start])
        self._row(VEILED, stream.text[one], stream.begin[one], stream.begin[behind], np.full(len(one), -1))
        keep = (end - start >= 4) & (end - start <= LONGEST)
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
        good = ((stop - cut >= 3) | (digit[stop] > digit[cut]) | (stream.code[cut] == U(ord("x")))) & ((digits[run] == 0) | (stop - cut <= MODEL_LONGEST))
        which, run, cut, begin, stop = which[good], run[good], cut[good], begin[good], stop[good]
        heads = stream.hashed(begin, cut)
        named = role(self.index.roles(heads), NAME)
        some = np.flatnonzero(named | self.index.has(alike.hashed(run, begin, cut), SKELETON))
        word = common(stream.hashed(cut[some], stop[some]), self.words.english) > 0
        some = some[(word | (stop[some] - cut[some] <= MODEL_LONGEST)) & (common(heads[some], self.words.english) == 0)]
        found[which[some]] = True
        return found
