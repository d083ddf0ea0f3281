"""Names in which signs or digits stand for letters: N!ke, C@lvin Klein, Calv1n Klein, Th3 N0rth Face.

A name of one word whose letters are digits is judged with the other runs (runs.py).
"""

from __future__ import annotations

import re
from itertools import compress, pairwise
from typing import TYPE_CHECKING

from monitor.screening.hashing import SKELETON as ALIKE
from monitor.screening.hashing import of
from monitor.screening.lookup import ANCHORS
from monitor.screening.matches import Passage
from monitor.screening.names import LONGEST, VEILED
from monitor.screening.spelt import standing
from monitor.screening.text import PAUSES, SIGNS, SKELETON

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.screening.lookup import Lookup
    from monitor.screening.matches import Match
    from monitor.screening.names import Name

SIGN = f"[{re.escape(''.join(map(chr, SIGNS)))}]"
SIGN_IN_WORD = re.compile(f"{SIGN}(?=[a-z])|(?<=[a-z]){SIGN}(?<![{PAUSES}])(?![a-z0-9])")  # N!ke, Prad@; but Nike$20 has a price
DIGITS = str.maketrans(dict(zip("@$€£!|", "453111", strict=True)))  # the digits that look like their letters
RUN = re.compile("[a-z0-9]+")
MIXED = re.compile("[a-z][0-9]|[0-9][a-z]")  # letters and digits in one run
WORDS = 4  # of a name up to which digits may stand in it
GAP = 8  # characters between two of its words
SHORTEST = 4  # letters of a name with signs


def signs(passage: Passage, lookup: Lookup) -> Iterator[Match]:
    """Names with signs for letters, of one word or of several, and with digits besides."""
    text = passage.text
    shown = Passage(passage.field, text._replace(plain=text.plain.translate(SIGNS)))
    places = [found.start() for found in SIGN_IN_WORD.finditer(text.plain)]
    found = [(shown.tokens[first].start, shown.tokens[last].end, name) for first, last, name in standing(shown, lookup)]
    as_digits = Passage(passage.field, text._replace(plain=text.plain.translate(DIGITS)))
    for start, end, name in (*found, *_windows(as_digits, lookup, fewest=1)):
        if len(name.squeezed) >= SHORTEST and any(start <= place < end for place in places):
            yield passage.match(start, end, name, "lookalike", 0.95)


def veiled(passage: Passage, lookup: Lookup) -> Iterator[Match]:
    """Names of several words with digits for letters in one or more of them."""
    for start, end, name in _windows(passage, lookup):
        yield passage.match(start, end, name, "lookalike", 0.97)


def _windows(passage: Passage, lookup: Lookup, fewest: int = 2) -> Iterator[tuple[int, int, Name]]:
    """From two (`fewest`) to four runs side by side, of which the first and the last are words of names or hold digits."""
    plain = passage.text.plain
    found = [(one.group(), one.start(), one.end()) for one in RUN.finditer(plain, *passage.span)]
    mixed = [not run.isalpha() and _mixed(run) for run, _, _ in found]
    for at in compress(range(len(found)), mixed):
        for count in range(fewest, WORDS + 1):
            for first in range(max(0, at - count + 1), min(at, len(found) - count) + 1):
                window = found[first : first + count]
                # Of several runs with digits the first one asks.
                if not any(mixed[first:at]) and all(mixed[one] or _edge(found[one][0], lookup) for one in (first, first + count - 1)):
                    yield from _window(plain, window, lookup)


def _mixed(run: str) -> bool:
    """Letters, and digits that may be some: no more than half."""
    digits = sum(map(str.isdigit, run))
    return 0 < 2 * digits <= len(run)


def _edge(run: str, lookup: Lookup) -> bool:
    """May it be the first or the last word of a name? A single letter always may: G-Sh0ck."""
    return run.isalpha() and (len(run) == 1 or (len(run) <= LONGEST and lookup.flags(run) & ANCHORS != 0))


def _window(plain: str, window: Sequence[tuple[str, int, int]], lookup: Lookup) -> Iterator[tuple[int, int, Name]]:
    words = [run for run, _, _ in window]
    squeezed = "".join(words)
    if not (VEILED if len(words) > 1 else SHORTEST) <= len(squeezed) <= LONGEST:
        return
    for name in lookup.having(of(squeezed.translate(SKELETON)), ALIKE):
        if name.letters and len(name.tokens) == len(words) and all(map(_same, words, name.tokens)) and _beside(plain, window):
            yield window[0][1], window[-1][2], name


def _same(word: str, token: str) -> bool:
    return word == token or (_mixed(word) and word.translate(SKELETON) == token.translate(SKELETON))


def _beside(plain: str, window: Sequence[tuple[str, int, int]]) -> bool:
    """Does nothing but a little of what separates words stand between them?"""
    gaps = [plain[one[2] : two[1]] for one, two in pairwise(window)]
    return all(len(gap) <= GAP and not any(map(str.isalnum, gap)) for gap in gaps)


__all__ = ["MIXED", "SIGN_IN_WORD", "signs", "veiled"]
