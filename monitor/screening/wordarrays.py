"""The word lists and sounds of `words` as arrays, for the engines that read many texts at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from monitor.screening.columns import by_length, mixed, poly
from monitor.screening.hashing import BASE, FACTOR, WORD
from monitor.screening.names import ORDINARY
from monitor.screening.reading import FRONTS
from monitor.screening.sounds import near_numbers, numbers
from monitor.screening.text import SKELETON
from monitor.screening.vocabulary import words
from monitor.screening.words import chinese, english, sounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from monitor.screening.columns import Column

    Sounds = npt.NDArray[np.uint32]

TOLD = np.uint64(255)  # the byte of a key that tells of the word
RARE = 25  # ten times the Zipf frequency from which on a Chinese word is common
FIRST_HAN, LAST_HAN = 0x3400, 0xA000


class WordArrays(NamedTuple):
    """`english`, `chinese`: open tables of keys whose lowest byte is twice the word's frequency, and 1 for a common one; `makers`, `devices`:
    the Han words of these lists in tables of the same kind. `skeleton`: what an ASCII character looks like. `spoken`: a Han character's sound, its number times 65,536 plus that of its near sounds.
    `syllables` with theirs, `syllable_spoken`. `fronts`: Han characters behind which the first name of a title, or the one that is meant, may stand. `power`: of the hash's base."""

    english: Column
    chinese: Column
    makers: Column
    devices: Column
    skeleton: npt.NDArray[np.uint8]
    spoken: Sounds
    syllables: Column
    syllable_spoken: Sounds
    fronts: npt.NDArray[np.bool_]
    power: Column


@cache
def wordarrays() -> WordArrays:
    """Those of this process."""
    skeleton = np.arange(128, dtype=np.uint8)
    for one, other in SKELETON.items():
        skeleton[one] = ord(other)
    known, classes = numbers(), near_numbers()
    numbered = {sound: known[sound] << 16 | classes[sound] for sound in known}
    spoken = np.zeros(LAST_HAN - FIRST_HAN, dtype=np.uint32)
    for char, sound in sounds().items():
        spoken[ord(char) - FIRST_HAN] = numbered[sound]
    names = [sound for sound in known if len(sound) > 1]
    hashes = _hashes(names)
    syllables, slots = open_table(hashes, hashes * np.uint64(FACTOR))
    syllable_spoken = np.zeros(len(syllables), dtype=np.uint32)
    syllable_spoken[slots] = [numbered[sound] for sound in names]
    fronts = np.zeros(LAST_HAN - FIRST_HAN, dtype=bool)
    fronts[[ord(char) - FIRST_HAN for char in (*FRONTS, *"牌子")]] = True  # 品牌, 牌子
    power = np.ones(128, dtype=np.uint64)
    for at in range(1, 128):
        power[at] = pow(BASE, at, 1 << 64)
    makers, devices = ({word: 0 for word in listed if not word.isascii()} for listed in (words("famous") | words("makers"), words("devices")))
    return WordArrays(_words(english(), ORDINARY), _words(chinese(), RARE), _words(makers, 0), _words(devices, 0), skeleton, spoken, syllables, syllable_spoken, fronts, power)


def _hashes(words: Iterable[str]) -> Column:
    given = list(words)
    found = np.zeros(len(given), dtype=np.uint64)
    for numbers_, rows in by_length(enumerate(given)):
        found[numbers_] = poly(rows)
    return found


def _words(frequencies: Mapping[str, int], common: int) -> Column:
    keys = mixed(_hashes(frequencies), WORD) | TOLD
    table, slots = open_table(keys, keys)
    often = np.fromiter(frequencies.values(), dtype=np.uint64, count=len(frequencies))
    table[slots] ^= TOLD ^ (often << np.uint64(1) | (often >= common))
    return table


def open_table(hashes: Column, spread: Column) -> tuple[Column, npt.NDArray[np.int64]]:
    """An open-addressed table, at most half full, and the slot of each hash; `spread` begins with the bits of its slot.
    0 is an empty slot."""
    bits = max(6, (2 * len(hashes) - 1).bit_length())
    table = np.zeros(1 << bits, dtype=np.uint64)
    slots = (spread >> np.uint64(64 - bits)).astype(np.int64)
    waiting = np.arange(len(hashes))
    while len(waiting):
        free = table[slots[waiting]] == 0
        _, firsts = np.unique(slots[waiting[free]], return_index=True)
        placed = waiting[free][firsts]
        table[slots[placed]] = hashes[placed]
        same = table[slots[waiting]] == hashes[waiting]
        waiting = waiting[~same]
        slots[waiting] = (slots[waiting] + 1) & (len(table) - 1)
    return table, slots
