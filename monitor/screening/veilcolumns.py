"""Names of several words with digits for letters, asked for in whole columns: `kernel._veiled` for the portable engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.folding import LETTER
from monitor.screening.hashing import ANCHORING, SKELETON
from monitor.screening.names import LONGEST, VEILED
from monitor.screening.stream import counted, role
from monitor.screening.veiled import WORDS

if TYPE_CHECKING:
    from monitor.screening.stream import Flags, Index, Ints, Stream

SHAPES = np.array([(count, back) for count in range(2, WORDS + 1) for back in range(count)])  # runs of a window, and of these before the mixed one


def veiled(stream: Stream, index: Index, first: Ints, last: Ints, digits: Ints) -> tuple[Ints, Ints]:
    """The first token of windows of runs that look like a name, and the one behind their last.

    `first`, `last`: of every run its first token and the one behind it; `digits`: how many digits it has.
    """
    size = stream.begin[last] - stream.begin[first]
    mixed = (last - first > 1) & (digits * 2 <= size)
    some = np.flatnonzero(mixed)
    count, back = np.tile(SHAPES, (len(some), 1)).T
    begin = np.repeat(some, len(SHAPES)) - back
    end = begin + count - 1
    inside = (begin >= 0) & (end < len(first))
    begin, end = begin[inside], end[inside]
    beside = counted((last[:-1] == first[1:]) & (stream.text[first[:-1]] == stream.text[first[1:]]))
    begin, end = _kept(beside[end] - beside[begin] == end - begin, begin, end)
    for edge in (0, 1):
        begin, end = _kept(_edge(stream, index, first, mixed, (begin, end)[edge]), begin, end)
    begin, end = first[begin], last[end]
    letters = stream.begin[end] - stream.begin[begin]
    begin, end = _kept((letters >= VEILED) & (letters <= LONGEST), begin, end)
    start, stop = stream.begin[begin], stream.begin[end]
    return _kept(index.has(stream.alike(start, stop - start).hashed(slice(None), start, stop), SKELETON), begin, end)


def _kept(flags: Flags, begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    return begin[flags], end[flags]


def _edge(stream: Stream, index: Index, first: Ints, mixed: Flags, runs: Ints) -> Flags:
    """Which runs may begin or end a name: those with digits, single letters, and the first and last words of names?"""
    token = first[runs]
    roles = index.roles(stream.hashed(stream.begin[token], stream.begin[token + 1]))
    found: Flags = mixed[runs] | ((stream.kind[token] == LETTER) & (role(roles, ANCHORING) | (stream.size[token] == 1)))
    return found


__all__ = ["veiled"]
