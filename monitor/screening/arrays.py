"""The registry as flat arrays: every key under which a name may be found, and where the names are written.

Built once from the names, in whole columns; the same arrays serve the plain search, both batch engines and the
index file. A key is a hash of one kind (`hashing`); two Bloom filters say which keys exist, one sorted column which
names have them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.columns import Keys, bloom, by_length, merged, poly, power, slots_of, without
from monitor.screening.hashing import (
    ANCHOR,
    ANCHORING,
    BASE,
    BEGINNING,
    CHANGED,
    DROPPED,
    ENDING,
    GLUED,
    GOODS,
    MIXED,
    NAME,
    NEAR,
    OWNER,
    PINYIN,
    SKELETON,
    SOUND,
    TYPO,
    WORD,
)
from monitor.screening.hints import ENDED, STARTED, Hints
from monitor.screening.names import CROWD, HAN_FUZZY, HAN_LONGEST, HAN_LOOKED, HAN_MASKED, SEVERAL, VEILED, is_han
from monitor.screening.sounds import SOUNDING, WILD, glued, near_ids, pinyin, sound_ids
from monitor.screening.text import SKELETON as ALIKE
from monitor.screening.words import lookalikes, swaps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from monitor.screening.columns import Column
    from monitor.screening.names import Name

    Bytes = npt.NDArray[np.uint8]
    Places = npt.NDArray[np.int64]

U = np.uint64
CHUNK = 8192  # names
WORDS_IN_A_NAME = 6  # up to which a name of several words may be misspelt


@dataclass(frozen=True, eq=False)
class Arrays:
    """`words`, `disguises`: Bloom filters (a power of two of 64-bit words). `hints`, `pairs`: see there. `keys`, `owners`: sorted keys and the
    number of the name each belongs to; `heads`: where the keys with the same first bits begin. `counts`: tokens of each
    name. `text`, `places`: the names, as JSON, and where each begins."""

    words: Column
    disguises: Column
    hints: Column
    pairs: Column
    keys: Column
    owners: npt.NDArray[np.int32]
    heads: npt.NDArray[np.uint32]
    counts: Bytes
    text: Bytes
    places: Places

    @classmethod
    def build(cls, names: Sequence[Name]) -> Arrays:
        """Every key of every name, some thousand names at a time: what is worked out on the way is several times what is kept."""
        words, disguises, hints = Keys(), Keys(), Hints()
        for first in range(0, len(names), CHUNK):
            some = names[first : first + CHUNK]
            for step in (_written, _several, _han, _spoken):  # one signature for all, though not every one needs all
                step(some, words, disguises, hints)
            owned = ((at, brand_id) for at, name in enumerate(some) for brand_id in name.brand_ids)
            for numbers, rows in by_length(owned):
                disguises.add(poly(rows), numbers, OWNER)
            words.settle(first)
            disguises.settle(first)
        _plurals(names, words, disguises)
        words.settle()
        disguises.settle()
        told = {"words": _roles(words), "disguises": bloom(disguises), "hints": hints.filter(), "pairs": hints.pairs()}
        keys, owners = merged([*words.of_role(NAME), *disguises.pairs()])
        del words, disguises, hints
        text, places = bytearray(), np.zeros(len(names) + 1, dtype=np.int64)
        for at, name in enumerate(names, start=1):
            text += _write(name)
            places[at] = len(text)
        found = cls(
            **told, keys=keys, owners=owners, heads=_heads(keys),
            counts=np.array([1 if name.whole else min(255, len(name.tokens)) for name in names], dtype=np.uint8), text=np.frombuffer(text, dtype=np.uint8), places=places,
        )  # fmt: skip
        for _, column in found.columns():
            column.flags.writeable = False  # as a mapped file's are: the compiled engine knows one type
        return found

    @property
    def crowded(self) -> bool:
        """Are there so many names that what is near one is often another firm's own?"""
        return len(self.counts) > CROWD

    def columns(self) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
        """Every array with its name, for the index file."""
        for one in fields(Arrays):
            yield one.name, getattr(self, one.name)


def _write(name: Name) -> bytes:
    return json.dumps((name.alias, name.tokens, name.squeezed, name.brand_ids, int(name.goods), name.whole), separators=(",", ":")).encode("ascii")


def _written(names: Sequence[Name], words: Keys, disguises: Keys, hints: Hints) -> None:
    """Whole names and their beginnings; look-alikes and typos of Latin ones."""
    for numbers, rows in by_length((at, name.squeezed) for at, name in enumerate(names)):
        found = np.zeros(rows.shape[1], dtype=U)
        for at, column in enumerate(rows):
            found = found * U(BASE) + column
            words.add(found, numbers, WORD, BEGINNING if at + 1 < len(rows) else NAME)
    latin = [(at, name) for at, name in enumerate(names) if name.latin and len(name.squeezed) >= 4 and not name.squeezed.isdigit()]
    for numbers, rows in by_length((at, name.squeezed.translate(ALIKE)) for at, name in latin):
        disguises.add(poly(rows), numbers, SKELETON)
    for numbers, rows in by_length((at, name.squeezed) for at, name in latin if name.letters and len(name.tokens) == 1):
        _deletions(rows, numbers, disguises)


def _plurals(names: Sequence[Name], words: Keys, disguises: Keys) -> None:
    """The plurals that are nobody's own name, each for the first name that has it."""
    own = {name.squeezed for name in names}
    several: dict[str, int] = {}
    for at, name in enumerate(names):
        text = name.plural
        if text and text not in own:
            several.setdefault(text, at)
    for numbers, rows in by_length((at, text) for text, at in several.items()):
        words.add(poly(rows), numbers, WORD, NAME)
    for numbers, rows in by_length((at, text.translate(ALIKE)) for text, at in several.items()):
        disguises.add(poly(rows), numbers, SKELETON)


def _deletions(rows: Column, numbers: npt.NDArray[np.int32], disguises: Keys, kind: int = TYPO) -> None:
    disguises.add(poly(rows), numbers, kind)
    for at in range(len(rows)):
        disguises.add(poly(without(rows, at)), numbers, kind)


def _several(names: Sequence[Name], words: Keys, disguises: Keys, hints: Hints) -> None:
    """Latin names of several words: the first or the last anchors them, one edit elsewhere."""
    of_words = [(at, name) for at, name in enumerate(names) if name.letters and 2 <= len(name.tokens) <= WORDS_IN_A_NAME and len(name.squeezed) >= VEILED]
    some = [(at, name) for at, name in of_words if len(name.squeezed) >= SEVERAL]
    for numbers, rows in by_length((at, name.tokens[place]) for place in (0, -1) for at, name in of_words if len(name.tokens[place]) > 1):
        words.add(poly(rows), numbers, WORD, ANCHORING)
    for numbers, rows in by_length((at, name.squeezed) for at, name in some):
        _deletions(rows, numbers, disguises)
    for place in (0, -1):
        for numbers, rows in by_length((at, name.tokens[place]) for at, name in some if len(name.tokens[place]) > 1):
            hashes = poly(rows)
            counts = np.array([len(names[at].tokens) for at in numbers], dtype=np.int64)
            disguises.add(hashes * U(BASE) + counts.astype(U), numbers, ANCHOR)
            letters = np.array([len(names[at].squeezed) for at in numbers], dtype=np.int64)
            hints.anchored(hashes, numbers, counts, letters, last=place < 0)


def _han(names: Sequence[Name], words: Keys, disguises: Keys, hints: Hints) -> None:
    """Han names of four characters and more: one missing, or another in its place; of three, one hidden by a star; of all, two swapped."""
    some = [(at, name.squeezed) for at, name in enumerate(names) if HAN_MASKED <= len(name.squeezed) <= HAN_LONGEST and all(map(is_han, name.squeezed))]
    fuzzy = [text for _, text in some if len(text) >= HAN_FUZZY]
    hints.written({text[:2] for text in fuzzy}, STARTED)
    for numbers, rows in by_length(some):
        if len(rows) >= HAN_FUZZY:
            words.add(poly(rows[-2:]), numbers, WORD, ENDING)
            hints.changed(numbers, rows)
        for at in range(len(rows)):
            if len(rows) >= HAN_FUZZY:
                disguises.add(poly(without(rows, at)), numbers, DROPPED)
            changed = rows.copy()
            changed[at] = WILD
            disguises.add(poly(changed), numbers, CHANGED)
    # Two neighbours swapped, and of three characters one that only looks like it: asked for where a longer name has lost one.
    swapped = [(at, name, text) for at, name in some for text in swaps(name)]
    whole = [(at, text) for at, name in some if len(name) == HAN_LOOKED for text in lookalikes(name)]
    whole += [(at, text) for at, name, text in swapped if text[:2] != name[:2] and text[-2:] != name[-2:]]
    hints.written({text[-2:] for text in fuzzy} | {text[-2:] for _, text in whole}, ENDED)
    for numbers, rows in by_length(whole):
        words.add(poly(rows[-2:]), numbers, WORD, ENDING)
        if len(rows) >= HAN_FUZZY:
            hints.swapped(numbers, rows)
    whole += [(at, text) for at, name, text in swapped]
    for numbers, rows in by_length(whole):
        disguises.add(poly(rows), numbers, DROPPED)


def _spoken(names: Sequence[Name], words: Keys, disguises: Keys, hints: Hints) -> None:
    """Han names by their sound: in Latin letters, and in other characters."""
    latin: list[tuple[int, str]] = []
    mistyped: list[tuple[int, str]] = []
    first: list[tuple[int, str]] = []
    second: list[tuple[int, str]] = []
    heard: list[tuple[int, str]] = []
    edges: list[tuple[int, str]] = []
    for at, name in enumerate(names):
        if not 2 <= len(name.squeezed) <= 6 or not all(map(is_han, name.squeezed)):
            continue
        for text, exact in pinyin(name.squeezed):
            latin.append((at, text))
            if exact and len(text) >= 6:
                mistyped.append((at, text))
        if len(name.squeezed) > 2:
            edges += [(at, edge) for _, edge in glued(name.squeezed)]
            heard += [(at, "".join(chr(SOUNDING + one) for one in ids)) for ids in near_ids(name.squeezed)]
        else:
            for ids in sound_ids(name.squeezed):
                first.append((at, name.squeezed[0] + chr(SOUNDING + ids[1])))
                second.append((at, chr(SOUNDING + ids[0]) + name.squeezed[1]))
            hints.same(name.squeezed, sound_ids(name.squeezed))
    hints.nearly(heard)
    begun = [(at, sound[:2]) for at, sound in heard if len(sound) > 2]
    known = [(at, text) for at, text in (*first, *second) if names[at].goods]
    for pairs, kind in ((latin, PINYIN), (first, MIXED), (second, MIXED), (known, GOODS), (heard, SOUND), (begun, NEAR), (edges, GLUED)):
        for numbers, rows in by_length(dict.fromkeys(pairs)):
            disguises.add(poly(rows), numbers, kind)
    for numbers, rows in by_length(dict.fromkeys(mistyped)):
        _deletions(rows, numbers, disguises)


def _heads(keys: Column) -> npt.NDArray[np.uint32]:
    """Where the keys begin that share their first bits: a search ends after a key or two."""
    size = max(64, 1 << max(0, (len(keys) - 1).bit_length() - 1))
    begins = np.searchsorted(keys, np.arange(size, dtype=U) << U(64 - (size.bit_length() - 1)))
    return np.append(begins, len(keys)).astype(np.uint32)


def _roles(found: Keys) -> Column:
    """Two bits of the sixteen of its role for each key, so that one load tells every role of a word."""
    filter_ = np.zeros(power(len(found), 16), dtype=U)
    for keys, role in zip(found.keys, found.roles, strict=True):
        bits = U(1) << (((keys >> U(20)) & U(15)) + U(16 * role))
        bits |= U(1) << (((keys >> U(24)) & U(15)) + U(16 * role))
        np.bitwise_or.at(filter_, slots_of(keys, len(filter_)), bits)
    return filter_


__all__ = ["Arrays"]
