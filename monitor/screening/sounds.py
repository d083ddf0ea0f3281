"""How Han names sound: as numbers for hashing, and spelled in Latin letters.

Near sounds count as one: what many speakers do not tell apart, and what whoever hides a name changes first.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING

from monitor.screening.words import english, readings, tones

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SOUNDING = 0x100000  # a sound is numbered as a code point of the last private plane, so that characters and sounds hash together
WILD = 0x10FFFF  # any character
VARIANTS = 32  # near spellings of one name that are searched


def near(sound: str) -> str:
    """zh z, ch c, sh s; l n; f h; ng n: one sound each."""
    for hard, soft in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("f", "h")):
        if sound.startswith(hard):
            sound = soft + sound[len(hard) :]
            break
    return sound[:-1] if sound.endswith("ng") else sound


@cache
def numbers() -> Mapping[str, int]:
    """Sound without tone -> its number, from 1."""
    return {sound: at for at, sound in enumerate(sorted({one[:-1] for one in tones().values()}), start=1)}


@cache
def near_numbers() -> Mapping[str, int]:
    """Sound without tone -> the number that it shares with its near sounds, from 1."""
    classes = {sound: at for at, sound in enumerate(sorted(set(map(near, numbers()))), start=1)}
    return {sound: classes[near(sound)] for sound in numbers()}


def sound_ids(name: str) -> list[tuple[int, ...]]:
    """The sounds of a Han name as numbers, for each way to read it; none where one is not known."""
    return _ids(name, numbers())


def near_ids(name: str) -> list[tuple[int, ...]]:
    """The same with near sounds taken for one."""
    return _ids(name, near_numbers())


def _ids(name: str, known: Mapping[str, int]) -> list[tuple[int, ...]]:
    found = dict.fromkeys(tuple(known.get(sound[:-1], 0) for sound in toned) for toned in readings(name) if all(toned))
    return [ids for ids in found if all(ids)]


@cache
def _spellings(sound: str) -> tuple[str, ...]:
    """A syllable as pinyin writes it, and the near ways to write it."""
    starts = [(hard, soft) for pair in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("f", "h")) for hard, soft in (pair, pair[::-1])]
    heads = [sound]
    for one, other in starts:
        rest = sound[len(one) :]
        if sound.startswith(one) and rest[:1] != "h" and (one + rest == sound):
            heads.append(other + rest)
            break
    tails = [(head, head[:-1] if head.endswith("ng") else f"{head}g" if head.endswith("n") and len(head) > 2 else head) for head in heads]
    return tuple(dict.fromkeys(one for pair in tails for one in pair))


@lru_cache(maxsize=16384)
def spelled(name: str) -> tuple[tuple[str, bool], ...]:
    """A Han name in Latin letters of five and more that are no English word: as pinyin, True, and nearly, False."""
    return tuple(pinyin(name))


def pinyin(name: str) -> Iterator[tuple[str, bool]]:
    """The same, for names that nobody asks for again."""
    seen: set[str] = set()
    for toned in readings(name):
        if not all(toned):
            continue
        ways = [_spellings(sound[:-1]) for sound in toned]
        for changes, text in islice(_written(ways), VARIANTS):
            if len(text) >= 5 and text not in seen and text not in english() and text.isascii():
                seen.add(text)
                yield text, changes == 0


@lru_cache(maxsize=16384)
def glued(name: str) -> tuple[tuple[str, str], ...]:
    """A Han name whose first or last syllables, two and more, are in Latin letters: (adi达斯, adi达); with it where the scripts meet."""
    found: dict[tuple[str, str], None] = {}
    for toned in filter(all, readings(name)):
        said = [sound[:-1] for sound in toned]
        for at in range(1, len(name)):
            head, tail = "".join(said[:at]), "".join(said[at:])
            if at > 1 and head.isascii() and (len(name) - at > 1 or head not in english()):
                found[head + name[at:], head + name[at]] = None
            if at < len(name) - 1 and tail.isascii() and (at > 1 or tail not in english()):
                found[name[:at] + tail, name[at - 1] + tail] = None
    return tuple(found)


def _written(ways: list[tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """(syllables written otherwise, the whole) of all ways with at most two of them, the fewest first."""
    plain = [way[0] for way in ways]
    yield 0, "".join(plain)
    for at in reversed(range(len(ways))):
        for one in ways[at][1:]:
            yield 1, "".join([*plain[:at], one, *plain[at + 1 :]])
    for at in reversed(range(len(ways))):
        for one, then in product(ways[at][1:], reversed(range(at + 1, len(ways)))):
            for two in ways[then][1:]:
                yield 2, "".join([*plain[:at], one, *plain[at + 1 : then], two, *plain[then + 1 :]])


__all__ = ["SOUNDING", "WILD", "glued", "near", "near_ids", "near_numbers", "numbers", "pinyin", "sound_ids", "spelled"]
