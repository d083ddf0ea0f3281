"""Hashes in whole columns, and the filters that say which of them exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.hashing import BASE, FACTOR, SALTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    Column = npt.NDArray[np.uint64]
    Pairs = tuple[Column, npt.NDArray[np.int32]]  # keys, and the number of the name that each belongs to

U = np.uint64


class Keys:
    """Keys gathered column by column, each with the number of its name and, of words, its role."""

    def __init__(self) -> None:
        self.keys: list[Column] = []
        self.owners: list[npt.NDArray[np.int32]] = []
        self.roles: list[int] = []
        self._settled = 0  # columns

    def add(self, hashes: Column, owners: npt.NDArray[np.int32], kind: int, role: int = 0) -> None:
        if len(hashes):
            self.keys.append(mixed(hashes, kind))
            self.owners.append(owners)
            self.roles.append(role)

    def settle(self, first: int = 0) -> None:
        """The columns added since, whose names were counted from `first`, become one for each role."""
        since = slice(self._settled, None)
        roles = np.array(self.roles[since])
        keys, owners = self.keys[since], self.owners[since]
        del self.keys[since], self.owners[since], self.roles[since]
        for role in dict.fromkeys(roles.tolist()):
            some = np.flatnonzero(roles == role)
            self.keys.append(np.concatenate([keys[at] for at in some]))
            self.owners.append(np.concatenate([owners[at] for at in some]) + np.int32(first))
            self.roles.append(role)
        self._settled = len(self.keys)

    def pairs(self) -> list[Pairs]:
        """The columns of keys and owners."""
        return list(zip(self.keys, self.owners, strict=True))

    def of_role(self, role: int) -> list[Pairs]:
        return [pair for pair, one in zip(self.pairs(), self.roles, strict=True) if one == role]

    def __len__(self) -> int:
        return sum(map(len, self.keys))


def merged(pairs: Sequence[Pairs]) -> Pairs:
    """Every key and owner once, sorted; a sixteenth of the keys at a time."""
    size = sum(len(keys) for keys, _ in pairs)
    all_keys, all_owners, end = np.empty(size, dtype=U), np.empty(size, dtype=np.int32), 0
    for top in range(16):
        some = [(keys[here], owners[here]) for keys, owners in pairs for here in (np.flatnonzero(keys >> U(60) == top),)]
        keys, owners = (np.concatenate(columns) for columns in zip(*some, strict=True)) if some else (all_keys, all_owners)
        order = np.lexsort((owners, keys))
        keys, owners = keys[order], owners[order]
        once = np.ones(len(keys), dtype=bool)
        once[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        count = int(once.sum())
        all_keys[end : end + count], all_owners[end : end + count] = keys[once], owners[once]
        end += count
    all_keys.resize(end, refcheck=False)
    all_owners.resize(end, refcheck=False)
    return all_keys, all_owners


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


def power(count: int, each: int) -> int:
    """The number of 64-bit words, a power of two, so that `each` bits fall to a key."""
    return max(64, 1 << max(0, (count * each // 64 - 1).bit_length()))


def slots_of(keys: Column, size: int) -> Column:
    return keys >> U(64 - (size.bit_length() - 1))


def bloom(found: Keys) -> Column:
    """Four bits in one word for each key: one load answers."""
    filter_ = np.zeros(power(len(found), 16), dtype=U)
    for keys in found.keys:
        bits = U(1) << ((keys >> U(14)) & U(63))
        for shift in (20, 26, 32):
            bits |= U(1) << ((keys >> U(shift)) & U(63))
        np.bitwise_or.at(filter_, slots_of(keys, len(filter_)), bits)
    return filter_


__all__ = ["Keys", "bloom", "by_length", "matrix", "merged", "mixed", "poly", "power", "slots_of", "without"]
