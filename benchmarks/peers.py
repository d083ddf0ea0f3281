"""What a good engineer would take instead: searches of many titles for many names, to be timed beside ours in one run.

`exact` is NFKC, casefold, daachorse over all aliases, word boundaries: it finds no disguise. `naive` is rapidfuzz, what a first version
does. Tolerant ones: `symspell` word by word; `exploded`, exact over every spelling one edit away; `hyperscan` at edit distance 1, where somebody
installed it. Tolerance is for Latin names of five letters and more in all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

Search = Callable[[Sequence[str]], object]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TOLERANT = 5  # letters from which on a name may have an edit


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def exact(aliases: Sequence[str]) -> Callable[[Sequence[str]], list[bool]]:
    """Does a title hold an alias as written? Aho-Corasick over the folded text, word boundaries in Latin."""
    from daachorse import CharwiseDoubleArrayAhoCorasick as Automaton

    find, fold = Automaton(list(dict.fromkeys(filter(None, map(folded, aliases))))).find_overlapping, unicodedata.normalize

    def search(texts: Sequence[str]) -> list[bool]:
        found = []
        for text in texts:
            plain = fold("NFKC", text).casefold()
            named = False
            for start, end, _ in find(plain):
                before, after = plain[start - 1 : start], plain[end : end + 1]
                if not (plain[start].isascii() and before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum()):
                    named = True
            found.append(named)
        return found

    return search


def exploded(aliases: Sequence[str]) -> Search:
    """The same over every spelling one edit away."""
    return exact([*aliases, *(spelling for alias in aliases if tolerant(alias) for spelling in edits(folded(alias)))])


def tolerant(alias: str) -> bool:
    return alias.isascii() and len(alias) >= TOLERANT


def edits(word: str) -> Iterator[str]:
    """Every spelling with one letter missing, more, another, or changed for its neighbour."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in LETTERS:
            yield head + letter + tail
            yield head + letter + tail[1:]


def naive(aliases: Sequence[str]) -> Search:
    from rapidfuzz import fuzz, process

    return lambda texts: [process.extract(text, aliases, scorer=fuzz.partial_ratio, score_cutoff=90, limit=5) for text in texts]


def symspell(aliases: Sequence[str]) -> Search:
    from symspellpy import SymSpell, Verbosity

    known = SymSpell(max_dictionary_edit_distance=1)
    for alias in aliases:
        known.create_dictionary_entry(folded(alias), 1)
    return lambda texts: [[known.lookup(word, Verbosity.TOP, max_edit_distance=1) for word in folded(text).split()] for text in texts]


def hyperscan(aliases: Sequence[str]) -> Search:
    import hyperscan as hs

    some = [folded(alias) for alias in aliases if tolerant(alias)]
    database = hs.Database(mode=hs.HS_MODE_BLOCK)
    ext = [hs.ExpressionExt(flags=hs.HS_EXT_FLAG_EDIT_DISTANCE, edit_distance=1)] * len(some)
    database.compile(
        expressions=[re.escape(one).encode() for one in some], ids=list(range(len(some))), flags=[hs.HS_FLAG_SINGLEMATCH] * len(some), ext=ext
    )

    def search(texts: Sequence[str]) -> None:
        for text in texts:
            database.scan(folded(text).encode("utf-8", "replace"), match_event_handler=lambda *_: None)

    return search
