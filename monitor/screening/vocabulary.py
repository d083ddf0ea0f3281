"""The hand-written word lists of monitor/screening/lexica, read when first asked for.

Ordinary vocabulary of shop titles in both languages: what describes goods, which goods belong to other goods,
which words are names among some goods only. Nothing in them was learnt from labelled titles.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RUN = re.compile("[a-z]+")
LEXICA = Path(__file__).parent / "lexica"


def lines(name: str) -> Iterator[str]:
    for line in (LEXICA / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


@cache
def words(name: str) -> frozenset[str]:
    """One list as a set of folded words."""
    return frozenset(word for line in lines(name) for word in _told(line))


@cache
def descriptors() -> frozenset[str]:
    """Words that describe goods in either language."""
    return words("descriptors_en") | words("descriptors_zh")


@cache
def goods() -> Mapping[str, tuple[str, ...]]:
    """Category or Nice class -> words of its goods."""
    return {name: told for names, told in _pairs("goods") for name in names}


@cache
def senses() -> Mapping[str, tuple[str, ...]]:
    """Name that is also a word -> words of the goods among which it names the maker."""
    return _by_name("senses")


@cache
def sells() -> Mapping[str, tuple[str, ...]]:
    """Name that is also a word -> goods of its maker; where others stand, nothing follows."""
    return _by_name("sells")


@cache
def meanings() -> Mapping[str, tuple[str, ...]]:
    """Name that is also a word -> words beside which it has its other meaning: a maker of shoes, beside `cubs` a big cat.

    A word that begins with @ stands for the line of that kind, which many names share.
    """
    told = [(names, words) for names, words in _pairs("meanings")]
    kinds = {names[0]: words for names, words in told if names[0].startswith("@")}
    found: dict[str, dict[str, None]] = {}
    for names, words in told:
        for name in names:
            found.setdefault(name, {}).update((one, None) for word in words for one in kinds.get(word, (word,)))
    return {name: tuple(words) for name, words in found.items() if name not in kinds}


@cache
def _phrases() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in (*lines("phrases_en"), *lines("phrases_zh")):
        name, _, told = line.partition(" : ")
        found[name] = (*found.get(name, ()), *_told(told))
    return found


@cache
def phrase(name: str, *, word: bool = True) -> re.Pattern[str] | None:
    """What follows a name where both together are another thing: canon balls, 小米蕉. A plural counts. Every Latin `word` is a place in front
    of a river, and a form in front of `shaped`."""
    told = _phrases().get(name, ())
    if not name.isascii():
        return re.compile("|".join(map(re.escape, told))) if told else None
    if not told:
        return phrase("any") if word and name.isalpha() else None
    return re.compile(rf"[\s\-](?:{'|'.join(map(re.escape, (*told, *_phrases()['any'])))})(?:e?s)?(?![a-z0-9])")


def _by_name(name: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for names, told in _pairs(name):
        for one in names:
            found[one] = (*found.get(one, ()), *told)
    return found


def _pairs(name: str) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    for line in lines(name):
        names, _, told = line.partition(" : ")
        yield list(_told(names)), tuple(_told(told))


def _told(told: str) -> Iterator[str]:
    """The words of a line; a low line stands for a blank within one: sheet_music."""
    return (word.replace("_", " ") for word in told.split())


@cache
def any_of(listed: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for any of the words, the longest first: Han anywhere, Latin as a whole word (a plural counts).

    Every branch begins with its letter and only then looks back: so a search skips what begins no word, which takes
    a third of the time of branches that look back first.
    """
    heads: dict[tuple[bool, str], list[str]] = {}
    for word in sorted(listed, key=len, reverse=True):
        heads.setdefault((word.isascii(), re.escape(word[0])), []).append(re.escape(word[1:]))
    # T恤 before tee, and the letters before the many characters: branches are tried in turn.
    order = sorted(heads, key=lambda one: (not one[1].isascii(), one))
    parts = [rf"{head}(?<![a-z]{head})(?:{'|'.join(heads[latin, head])})s?(?![a-z])" if latin else f"{head}(?:{'|'.join(heads[latin, head])})" for latin, head in order]
    return re.compile("|".join(parts) or "(?!)")


def runs(listed: tuple[str, ...]) -> frozenset[str] | None:
    """The first run of letters of every Latin word: an ASCII text without any of these runs holds none of the words.

    None where a word has no letters, and nothing can be told without looking.
    """
    found: set[str] = set()
    for word in filter(str.isascii, listed):
        run = RUN.search(word)
        if run is None:
            return None
        found |= {run.group(), run.group() + "s"} if run.end() == len(word) else {run.group()}  # a plural counts
    return frozenset(found)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A whole list as one pattern."""
    return any_of(tuple(sorted(words(name))))


@cache
def accessories() -> re.Pattern[str]:
    """Goods that belong to other goods, in both languages; an English line is one phrase."""
    return any_of(accessory_words())


@cache
def accessory_words() -> tuple[str, ...]:
    return (*sorted(words("accessories")), *lines("accessories_en"))
