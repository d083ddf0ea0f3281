"""Hashes in whole columns, and the filters that say which of them exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.hashing import BASE, FACTOR, SALTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    Column = npt.NDArray[np.uint64]

U = np.uint64


class Keys:
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


def power(count: int, each: int) -> int:
    """The number of 64-bit words, a power of two, so that `each` bits fall to a key."""
    return max(64, 1 << max(0, (count * each // 64 - 1).bit_length()))


def slots_of(keys: Column, size: int) -> Column:
    return keys >> U(64 - (size.bit_length() - 1))


def bloom(found: Keys) -> Column:
    """Four bits in one word for each key: one load answers."""
    keys = np.concatenate(found.keys) if found.keys else np.zeros(0, U)
    filter_ = np.zeros(power(len(keys), 16), dtype=U)
    bits = U(1) << ((keys >> U(14)) & U(63))
    for shift in (20, 26, 32):
        bits |= U(1) << ((keys >> U(shift)) & U(63))
    np.bitwise_or.at(filter_, slots_of(keys, len(filter_)), bits)
    return filter_


__all__ = ["Keys", "bloom", "by_length", "matrix", "mixed", "poly", "power", "slots_of", "without"]
