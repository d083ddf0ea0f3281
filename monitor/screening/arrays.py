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

from monitor.screening.hashing import (
    ANCHOR,
    ANCHORING,
    BASE,
    BEGINNING,
    CHANGED,
    DROPPED,
    ENDING,
    FACTOR,
    MIXED,
    NAME,
    NEAR,
    OWNER,
    PINYIN,
    SALTS,
    SKELETON,
    SOUND,
    TYPO,
    WORD,
)
from monitor.screening.names import HAN_FUZZY, HAN_LONGEST, HAN_LOOKED, HAN_MASKED, SEVERAL, is_han
from monitor.screening.sounds import SOUNDING, WILD, near_ids, sound_ids, spelled
from monitor.screening.text import SKELETON as ALIKE
from monitor.screening.words import lookalikes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from monitor.screening.names import Name

    Column = npt.NDArray[np.uint64]
    Bytes = npt.NDArray[np.uint8]
    Places = npt.NDArray[np.int64]

U = np.uint64
WORDS_IN_A_NAME = 6  # up to which a name of several words may be misspelt


@dataclass(frozen=True, eq=False)
class Arrays:
    """`words`, `disguises`: Bloom filters (a power of two of 64-bit words). `keys`, `owners`: sorted keys and the
    number of the name each belongs to; `heads`: where the keys with the same first bits begin. `counts`: tokens of each
    name. `text`, `places`: the names, as JSON, and where each begins."""

    words: Column
    disguises: Column
    keys: Column
    owners: npt.NDArray[np.int32]
    heads: npt.NDArray[np.uint32]
    counts: Bytes
    text: Bytes
    places: Places

    @classmethod
    def build(cls, names: Sequence[Name]) -> Arrays:
        """Every key of every name. Time and memory grow with the registry, a constant number of passes."""
        words, disguises = _Keys(), _Keys()
        _written(names, words, disguises)
        _several(names, words, disguises)
        _han(names, words, disguises)
        _spoken(names, disguises)
        owned = ((at, brand_id) for at, name in enumerate(names) for brand_id in name.brand_ids)
        for numbers, rows in by_length(owned):
            disguises.add(poly(rows), numbers, OWNER)
        exact = words.of_role(NAME)
        keys = np.concatenate([exact[0], *disguises.keys]) if disguises.keys else exact[0]
        owners = np.concatenate([exact[1], *disguises.owners]) if disguises.keys else exact[1]
        order = np.lexsort((owners, keys))
        keys, owners = keys[order], owners[order]
        once = np.ones(len(keys), dtype=bool)
        once[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        written = [_write(name) for name in names]
        places = np.zeros(len(written) + 1, dtype=np.int64)
        np.cumsum([len(one) for one in written], out=places[1:])
        keys, owners = keys[once], owners[once]
        found = cls(
            words=_roles(words), disguises=_bloom(disguises), keys=keys, owners=owners, heads=_heads(keys),
            counts=np.array([min(255, len(name.tokens)) for name in names], dtype=np.uint8), text=np.frombuffer(b"".join(written), dtype=np.uint8), places=places,
        )  # fmt: skip
        for _, column in found.columns():
            column.flags.writeable = False  # as a mapped file's are: the compiled engine knows one type
        return found

    def columns(self) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
        """Every array with its name, for the index file."""
        for one in fields(Arrays):
            yield one.name, getattr(self, one.name)


def _write(name: Name) -> bytes:
    return json.dumps((name.alias, name.tokens, name.squeezed, name.brand_ids), separators=(",", ":")).encode("ascii")


class _Keys:
    """Keys gathered column by column."""

    def __init__(self) -> None:
        self.keys: list[Column] = []
        self.owners: list[npt.NDArray[np.int32]] = []
        self.roles: list[int] = []

    def add(self, hashes: Column, owners: npt.NDArray[np.int32], kind: int, role: int = 0) -> None:
        if len(hashes):
            self.keys.append(mixed(hashes, kind))
            self.owners.append(owners)
            self.roles.append(role)

    def of_role(self, role: int) -> tuple[Column, npt.NDArray[np.int32]]:
        some = [at for at, one in enumerate(self.roles) if one == role]
        if not some:
            return np.zeros(0, U), np.zeros(0, np.int32)
        return np.concatenate([self.keys[at] for at in some]), np.concatenate([self.owners[at] for at in some])


def mixed(hashes: Column, kind: int) -> Column:
    """`hashing.mixed` for a column."""
    found: Column = ((hashes ^ (hashes >> U(29))) + U(SALTS[kind])) * U(FACTOR)
    return found


def poly(rows: Sequence[Column] | Column) -> Column:
    """`hashing.poly` of every row, given the columns (first characters, second characters, ...)."""
    found = np.zeros(len(rows[0]), dtype=U)
    for column in rows:
        found = found * U(BASE) + column
    return found


def matrix(texts: Sequence[str]) -> Column:
    """Texts of one length as code points: one row for each character, one column for each text."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return codes.reshape(len(texts), -1).T.astype(U)


def by_length(pairs: Iterable[tuple[int, str]]) -> Iterator[tuple[npt.NDArray[np.int32], Column]]:
    """(number of the name, text) pairs in groups of one length: the numbers, the matrix."""
    groups: dict[int, tuple[list[int], list[str]]] = {}
    for number, text in pairs:
        group = groups.setdefault(len(text), ([], []))
        group[0].append(number)
        group[1].append(text)
    for numbers, texts in groups.values():
        yield np.array(numbers, dtype=np.int32), matrix(texts)


def without(rows: Column, at: int) -> Column:
    return np.concatenate([rows[:at], rows[at + 1 :]])


def _written(names: Sequence[Name], words: _Keys, disguises: _Keys) -> None:
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


def _deletions(rows: Column, numbers: npt.NDArray[np.int32], disguises: _Keys, kind: int = TYPO) -> None:
    disguises.add(poly(rows), numbers, kind)
    for at in range(len(rows)):
        disguises.add(poly(without(rows, at)), numbers, kind)


def _several(names: Sequence[Name], words: _Keys, disguises: _Keys) -> None:
    """Latin names of several words: the first or the last anchors them, one edit elsewhere."""
    some = [
        (at, name) for at, name in enumerate(names)
        if name.letters and 2 <= len(name.tokens) <= WORDS_IN_A_NAME and len(name.squeezed) >= SEVERAL
    ]  # fmt: skip
    for numbers, rows in by_length((at, name.squeezed) for at, name in some):
        _deletions(rows, numbers, disguises)
    for place in (0, -1):
        for numbers, rows in by_length((at, name.tokens[place]) for at, name in some if len(name.tokens[place]) > 1):
            hashes = poly(rows)
            counts = np.array([len(names[at].tokens) for at in numbers], dtype=U)
            words.add(hashes, numbers, WORD, ANCHORING)
            disguises.add(hashes * U(BASE) + counts, numbers, ANCHOR)


def _han(names: Sequence[Name], words: _Keys, disguises: _Keys) -> None:
    """Han names of four characters and more: one missing, or another in its place; of three, one hidden by a star."""
    some = ((at, name.squeezed) for at, name in enumerate(names) if HAN_MASKED <= len(name.squeezed) <= HAN_LONGEST and all(map(is_han, name.squeezed)))
    for numbers, rows in by_length(some):
        if len(rows) >= HAN_FUZZY:
            words.add(poly(rows[-2:]), numbers, WORD, ENDING)
        for at in range(len(rows)):
            if len(rows) >= HAN_FUZZY:
                disguises.add(poly(without(rows, at)), numbers, DROPPED)
            changed = rows.copy()
            changed[at] = WILD
            disguises.add(poly(changed), numbers, CHANGED)
    # Of three characters one that only looks like it: asked for where a name of four has lost one.
    seen = ((at, text) for at, name in enumerate(names) if len(name.squeezed) == HAN_LOOKED and all(map(is_han, name.squeezed)) for text in lookalikes(name.squeezed))
    for numbers, rows in by_length(seen):
        words.add(poly(rows[-2:]), numbers, WORD, ENDING)
        disguises.add(poly(rows), numbers, DROPPED)


def _spoken(names: Sequence[Name], disguises: _Keys) -> None:
    """Han names by their sound: in Latin letters, and in other characters."""
    latin: list[tuple[int, str]] = []
    mistyped: list[tuple[int, str]] = []
    first: list[tuple[int, str]] = []
    second: list[tuple[int, str]] = []
    heard: list[tuple[int, str]] = []
    for at, name in enumerate(names):
        if not 2 <= len(name.squeezed) <= 6 or not all(map(is_han, name.squeezed)):
            continue
        for text, exact in spelled(name.squeezed):
            latin.append((at, text))
            if exact and len(text) >= 6:
                mistyped.append((at, text))
        if len(name.squeezed) > 2:
            heard += [(at, "".join(chr(SOUNDING + one) for one in ids)) for ids in near_ids(name.squeezed)]
        else:
            for ids in sound_ids(name.squeezed):
                first.append((at, name.squeezed[0] + chr(SOUNDING + ids[1])))
                second.append((at, chr(SOUNDING + ids[0]) + name.squeezed[1]))
    begun = [(at, sound[:2]) for at, sound in heard if len(sound) > 2]
    for pairs, kind in ((latin, PINYIN), (first, MIXED), (second, MIXED), (heard, SOUND), (begun, NEAR)):
        for numbers, rows in by_length(dict.fromkeys(pairs)):
            disguises.add(poly(rows), numbers, kind)
    for numbers, rows in by_length(dict.fromkeys(mistyped)):
        _deletions(rows, numbers, disguises)


def _heads(keys: Column) -> npt.NDArray[np.uint32]:
    """Where the keys begin that share their first bits: a search ends after a key or two."""
    size = max(64, 1 << max(0, (len(keys) - 1).bit_length() - 1))
    begins = np.searchsorted(keys, np.arange(size, dtype=U) << U(64 - (size.bit_length() - 1)))
    return np.append(begins, len(keys)).astype(np.uint32)


def _power(count: int, each: int) -> int:
    """The number of 64-bit words, a power of two, so that `each` bits fall to a key."""
    return max(64, 1 << max(0, (count * each // 64 - 1).bit_length()))


def _slots(keys: Column, size: int) -> Column:
    return keys >> U(64 - (size.bit_length() - 1))


def _bloom(found: _Keys) -> Column:
    """Four bits in one word for each key: one load answers."""
    keys = np.concatenate(found.keys) if found.keys else np.zeros(0, U)
    filter_ = np.zeros(_power(len(keys), 16), dtype=U)
    bits = U(1) << ((keys >> U(14)) & U(63))
    for shift in (20, 26, 32):
        bits |= U(1) << ((keys >> U(shift)) & U(63))
    np.bitwise_or.at(filter_, _slots(keys, len(filter_)), bits)
    return filter_


def _roles(found: _Keys) -> Column:
    """Two bits of the sixteen of its role for each key, so that one load tells every role of a word."""
    filter_ = np.zeros(_power(sum(map(len, found.keys)), 16), dtype=U)
    for keys, role in zip(found.keys, found.roles, strict=True):
        bits = U(1) << (((keys >> U(20)) & U(15)) + U(16 * role))
        bits |= U(1) << (((keys >> U(24)) & U(15)) + U(16 * role))
        np.bitwise_or.at(filter_, _slots(keys, len(filter_)), bits)
    return filter_


__all__ = ["Arrays", "matrix", "mixed", "poly"]
