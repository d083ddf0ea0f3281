"""What only the company of a sure mention gives away: `opop r11` in a listing that names OPPO, 平果 beside 苹果.

A listing that names a brand is searched once more for that brand's own names, spelled too loosely to be looked for
everywhere: any edit of four letters, look-alikes with an edit, ordinary words of the same sound before a model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from monitor.screening.han import FUNCTION, RARE, nearly, sound, torn, touching
from monitor.screening.matches import SELF_TOLD, Passage
from monitor.screening.meaning import torn as torn_out
from monitor.screening.memory import Memory
from monitor.screening.names import HAN_LONGEST, is_han
from monitor.screening.reading import Reading
from monitor.screening.runs import RUN, SERIES
from monitor.screening.sounds import near_numbers
from monitor.screening.text import SKELETON, plain, read
from monitor.screening.wordiness import level
from monitor.screening.words import chinese, english, other_tones, readings, sounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.screening.lookup import Lookup
    from monitor.screening.matches import Match
    from monitor.screening.names import Name
    from monitor.screening.text import Text

# Levels of names that name no brand by being said: `best`, `A` and `50` stand in any listing, and what resembles them is a model's number.
SAID_OF_GOODS = frozenset({"descriptor", "descriptors", "letter", "measure", "number"})
SURE = frozenset({"exact", "folded", "joined", "lookalike", "pinyin"})
SEARCHED = 4000  # characters of a field that are read again
TAIL = re.compile(f"[a-z]{{0,2}}|[a-z]{{0,4}}[0-9]{{1,4}}(?:[a-z]{{0,6}}|{SERIES}+[a-z]{{0,4}})[0-9]{{0,2}}|{SERIES}+[0-9]{{0,2}}")  # what a model leaves behind a name
LATIN = re.compile("[a-z]+")
WORD = 45  # ten times the Zipf frequency up to which a word may be the name itself, misspelt
SMALL = (chr(code).lower() if code < 128 else chr(code) for code in range(256))
ALIKE = bytes(ord(char.translate(SKELETON)) for char in SMALL)  # the skeleton of UTF-8 in small letters: what is no ASCII stays as it is
OTHERS = 8  # names of one listing that are looked for again


@dataclass(frozen=True, slots=True)
class Own:
    """The names of some brands, prepared for the listings that name these brands surely.

    A run of letters and digits that neither begins like one of the `latin` names (`heads`) nor ends like one (`tails`) resembles
    none. `halves`: of each name's skeleton the two halves, and the whole with the letters between them swapped; one edit leaves one of
    them, so a text without any has no run to be looked at.
    """

    latin: Sequence[Name]
    han: Sequence[Name]
    heads: frozenset[str]
    tails: frozenset[str]
    halves: Sequence[bytes]

    @classmethod
    def of(cls, ids: Sequence[str], lookup: Lookup) -> Own:
        names = [name for brand_id in ids for name in lookup.owned(brand_id)]
        latin = [name for name in names if name.letters]
        han = [name for name in names if 2 <= len(name.squeezed) <= HAN_LONGEST and all(map(is_han, name.squeezed))]
        heads = frozenset(head for name in latin for head in (name.squeezed[0], *_alike(name.squeezed[0])))
        halves = dict.fromkeys(part for name in latin for part in _halves(name.squeezed.encode().translate(ALIKE)))
        return cls(latin, han, heads, frozenset(name.squeezed[-1] for name in latin), list(halves))

    def hinted(self, text: str) -> bool:
        """May a text hold one of the Latin names with an edit?"""
        skeleton = text.encode("utf-8", "surrogatepass").translate(ALIKE)
        for half in self.halves:  # noqa: SIM110  # a generator costs as much again
            if half in skeleton:
                return True
        return False


def _halves(name: bytes) -> tuple[bytes, bytes, bytes]:
    middle = len(name) // 2
    return name[:middle], name[middle:], name[: middle - 1] + name[middle : middle + 1] + name[middle - 1 : middle] + name[middle + 1 :]


def _without(text: str, taken: Sequence[tuple[int, int]]) -> str:
    """A text with a blank for each of the places, which are in order."""
    for start, end in reversed(taken):
        text = f"{text[:start]} {text[end:]}"
    return text


def _apart(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in order of which none overlaps another; one may have lain inside of the next."""
    apart: list[tuple[int, int]] = []
    for start, end in places:
        if apart and start < apart[-1][1]:
            first, last = apart.pop()
            apart.append((first, max(last, end)))
        else:
            apart.append((start, end))
    return apart


class Company:
    """Searches listings again for the brands that they name. What was worked out for one listing is kept for the next."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._ids: Memory[str, tuple[str, ...]] = Memory()
        self._own: Memory[tuple[str, ...], Own | None] = Memory()

    def further(self, fields: Sequence[tuple[str, str]], found: Sequence[Match]) -> Sequence[Match]:
        """Further matches of the brands that `found` names surely, where nothing was found yet."""
        if len(found) == 1:  # as most
            ids = self._named(found[0], fields)
        else:
            ids = tuple(dict.fromkeys(brand_id for match in found for brand_id in self._named(match, fields)))
        own = self._names(ids) if ids else None
        if not own:
            return ()
        further: list[Match] = []
        for name, raw in fields:
            taken = _apart([(match.start, match.end) for match in found if match.field == name])
            further += self._among(name, raw, own, taken)
        return further

    def _among(self, field: str, raw: str, own: Own, taken: Sequence[tuple[int, int]]) -> Sequence[Match]:
        raw = raw[:SEARCHED]
        heard: Sequence[Name] = ()
        if raw.isascii():
            if not own.hinted(_without(raw, taken)):
                return ()  # as most, which need not even be folded
            text = read(raw)
            words = self._strange(text, own)
        else:
            text = read(raw)
            rest = _without(text.plain, taken) if isinstance(text.offsets, range) else text.plain
            words = self._strange(text, own) if own.latin and own.hinted(rest) else ()
            heard = _heard(rest, own.han) if own.han else ()
        if not words and not heard:
            return ()
        passage = Passage(field, text)
        further = [*_runs(passage, words, own.latin), *_sounds(passage, heard, self._lookup)]
        return [one for one in further if not any(one.start < end and start < one.end for start, end in taken)]

    def _named(self, match: Match, fields: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """The brands that a match names surely: what is part of another word names none."""
        if match.method not in SURE or match.needs_fit:
            return ()
        if match.field == "brand":
            return match.brand_ids
        ids = self._ids.get(match.alias)
        if ids is None:
            ids = self._ids.keep(match.alias, () if level(plain(match.alias)) in SAID_OF_GOODS else match.brand_ids)
        if not ids or match.text.isascii() or match.field in SELF_TOLD:
            return ids
        return () if torn_out(Reading(match.field, dict(fields)[match.field]), match) else ids

    def _names(self, ids: tuple[str, ...]) -> Own | None:
        """What the names of these brands are searched by; None where there is none to be misspelt."""
        if ids not in self._own:
            own = Own.of(ids[:OTHERS], self._lookup)
            return self._own.keep(ids, own if own.latin or own.han else None)
        return self._own[ids]

    def _strange(self, text: Text, own: Own) -> Sequence[re.Match[str]]:
        """The runs that may be one of these names misspelt, as no number, no ordinary word and no name is."""
        heads, tails, spelt = own.heads, own.tails, self._lookup.spelt
        unknown = set(RUN.findall(text.plain)).difference(english())
        strange = {word for word in unknown if (word[0] in heads or word[-1] in tails) and not word.isdigit() and spelt(word) is None}
        return [one for one in RUN.finditer(text.plain) if one.group() in strange] if strange else ()


def _runs(passage: Passage, words: Sequence[re.Match[str]], names: Sequence[Name]) -> Iterator[Match]:
    for found in words:
        word = found.group()
        for name in names:
            end = _likeness(word, name.squeezed)
            if end and word[:end] == name.squeezed:
                yield passage.match(found.start(), found.start() + end, name, "joined", 0.9, disguised=False)
            elif end:
                yield passage.match(found.start(), found.start() + end, name, "typo", round(1 - 1 / len(name.squeezed), 3))
            if end:
                break


@lru_cache(maxsize=64)
def _alike(char: str) -> tuple[str, ...]:
    """The letters and digits that are taken for this one."""
    meant = char.translate(SKELETON)
    return tuple(one for one in "abcdefghijklmnopqrstuvwxyz0123456789" if one.translate(SKELETON) == meant)


def _likeness(word: str, name: str) -> int:
    """How many characters of the run are the name with one edit, look-alikes counted as equal; 0: none are."""
    if word[0] != name[0] and word[-1] != name[-1] and word[:1].translate(SKELETON) != name[:1].translate(SKELETON):
        return 0
    meant = name.translate(SKELETON)
    for end in sorted(range(max(3, len(name) - 1), min(len(word), len(name) + 1) + 1), key=lambda one: abs(one - len(name))):
        head, tail = word[:end], word[end:]
        if (end < 4 and tail) or head in english() or not TAIL.fullmatch(tail) or head[-1].isdigit() > (len(head) >= len(name)):
            continue
        if OSA.distance(head.translate(SKELETON), meant, score_cutoff=1) <= 1:
            return end
    return 0


def _heard(plain: str, names: Sequence[Name]) -> list[Name]:
    """Names whose sounds or characters stand in the text at all: most names are done with here."""
    found: list[Name] = []
    signs: set[str] = set()
    for name in names:
        if len(name.squeezed) == 2:
            if any(pattern.search(plain) for pattern in _side_by_side(name.squeezed)):
                found.append(name)
            continue
        signs = signs or {*plain, *LATIN.findall(plain)}
        if sum(map(signs.__contains__, name.squeezed)) >= len(name.squeezed) - 1 or not any(map(signs.isdisjoint, _sounding(name.squeezed))):
            found.append(name)
    return found


@lru_cache(maxsize=16384)
def _side_by_side(name: str) -> tuple[re.Pattern[str], ...]:
    """Patterns for two characters of which each is the name's or sounds like it, or for one beside a Latin syllable: two, since a search skips
    ahead only to what begins with one class or one of some letters."""
    signs = [{char, *said} for char, said in zip(name, _sounding(name), strict=True)]
    one, two = ("[" + "".join(filter(is_han, some)) + "]" for some in signs)
    syllables, others = ("|".join(sorted(filter(str.isascii, some), reverse=True)) for some in signs)
    patterns = [f"{one}(?:{two}|{others})" if others else one + two, *([f"(?:{syllables}){two}"] if syllables else [])]
    return tuple(map(re.compile, patterns))


@lru_cache(maxsize=16384)
def _sounding(name: str) -> tuple[frozenset[str], ...]:
    """For each character of a Han name, every character and syllable that sounds nearly like it in some reading."""
    numbers = [frozenset(near_numbers().get(sound[:-1], 0) for sound in said) for said in zip(*readings(name), strict=True)]
    return tuple(map(_said, numbers)) or (frozenset(),)


@cache
def _all_said() -> Mapping[int, frozenset[str]]:
    """Near sound -> its characters and syllables."""
    found: dict[int, set[str]] = {}
    near = near_numbers()
    others = ((char, said[:-1]) for char, some in other_tones().items() for said in some)
    for sign, said in chain(sounds().items(), others, zip(near, near, strict=True)):
        found.setdefault(near.get(said, 0), set()).add(sign)
    return {number: frozenset(some) for number, some in found.items() if number}


@cache
def _said(numbers: frozenset[int]) -> frozenset[str]:
    """Every sign with one of these sounds: one set for all names, since each holds hundreds."""
    return frozenset().union(*(_all_said().get(number, ()) for number in numbers))


def _sounds(passage: Passage, names: Sequence[Name], lookup: Lookup) -> Iterator[Match]:
    texts = passage.texts
    for at, number in sorted((at, number) for number, name in enumerate(names) for at in _starts(texts, name.squeezed)):
        name = names[number]
        tokens, size = passage.tokens, len(name.squeezed)
        if touching(tokens, at, size) and _meant(passage, at, name, lookup):
            yield passage.match(tokens[at].start, tokens[at + size - 1].end, name, "homophone", 0.85)


def _starts(texts: Sequence[str], name: str) -> Iterator[int]:
    """Where the characters of a Han name stand or sound, but for one of three and more."""
    signs = [(char, said) for char, said in zip(name, _sounding(name), strict=True)]
    (first, like), (second, alike) = signs[:2]
    ones = {at for at, text in enumerate(texts) if text == first or text in like}
    twos = {at for at, text in enumerate(texts[1:]) if text == second or text in alike}
    if len(name) == 2:
        yield from ones & twos
        return
    for at in ones | twos:
        if at + len(name) <= len(texts) and sum([texts[at + n] == char or texts[at + n] in said for n, (char, said) in enumerate(signs)]) >= len(name) - 1:
            yield at


def _meant(passage: Passage, at: int, name: Name, lookup: Lookup) -> bool:
    """Does the window sound like the name, or share all characters but one of three and more?"""
    size = len(name.squeezed)
    texts = passage.texts[at : at + size]
    written, said = "".join(texts), tuple(map(sound, texts))
    if not all(said) or lookup.spelt(written) is not None or not FUNCTION.isdisjoint(set(written) - set(name.squeezed)):
        return False
    shared = sum([one == char for one, char in zip(texts, name.squeezed, strict=True)])
    toned = readings(name.squeezed)
    exact = any(said == tuple(sound[:-1] for sound in one) for one in toned)
    # 哈佛 beside 哈弗: a word, but one that may be read with the very tones of the name.
    alike = shared and any(one in toned for one in readings(written))
    if not (exact or alike or (shared and nearly(said, toned)) or shared >= max(2, size - 1)):
        return False
    if chinese().get(written, 0) >= (WORD if alike else RARE if exact else 1):
        end = passage.tokens[at + size - 1].end
        after = passage.text.plain[end : end + 1]
        return exact and bool(shared) and after.isascii() and after.isalnum()
    return not torn(passage.tokens, at, size)
