"""Han names in disguise: characters of the same sound, a syllable in Latin letters, one character missing or another."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from monitor.screening.hashing import CHANGED, DROPPED, MIXED, NEAR, SOUND, of, poly
from monitor.screening.lookup import ENDS, OPEN
from monitor.screening.memory import Memory
from monitor.screening.names import HAN_FUZZY, HAN_LONGEST, HAN_LOOKED, is_han
from monitor.screening.runs import begins
from monitor.screening.sounds import SOUNDING, WILD, near_numbers, numbers
from monitor.screening.words import chinese, readings, shapes, sounds, tones

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.model.finding import Method
    from monitor.screening.lookup import Lookup
    from monitor.screening.matches import Match, Passage, Token
    from monitor.screening.names import Name

RARE = 25  # ten times the Zipf frequency below which a word is rare
EVERYDAY = 35  # from which on a word is everybody's
FUNCTION = frozenset("的了是和在有与及或为对把被让从到就都也而又不无很更最这那其个之于以上下中大小新款男女")
HEARD = range(3, 7)  # characters of a name that is found by its sound alone


class Likely(NamedTuple):
    """A name that a window is in disguise, if what stands around it allows. `doubtful`: only where a field begins with it or a model
    follows."""

    name: Name
    method: Method
    similarity: float
    doubtful: bool = False


class Pair(NamedTuple):
    """What two neighbours may be the beginning or the end of; `whole`: names that the two sound like."""

    flags: int
    begins_sound: bool
    whole: Sequence[Likely]


class Heard:
    """A passage as it sounds: Han characters, and Latin syllables beside them."""

    __slots__ = ("joined", "lookup", "passage", "said", "tokens")

    def __init__(self, passage: Passage, lookup: Lookup) -> None:
        self.passage = passage
        self.lookup = lookup
        self.tokens = passage.tokens
        table, syllables = sounds(), numbers()
        self.said = [table.get(token.text) or (token.text if len(token.text) > 1 and token.text in syllables else "") for token in self.tokens]
        # Do a token and the next sound, touch, and hold a Han character?
        self.joined = [
            one.end == two.start and said != "" and then != "" and not (one.text.isascii() and two.text.isascii())
            for (one, two), (said, then) in zip(pairwise(self.tokens), pairwise(self.said), strict=True)
        ]

    def window(self, at: int, size: int) -> Sequence[Token]:
        """The tokens from `at` on where all of them sound and touch; else none."""
        window = self.tokens[at : at + size]
        if at < 0 or len(window) < size or not all(self.joined[at : at + size - 1]):
            return ()
        return window

    def matches(self, at: int, size: int, names: Sequence[Likely]) -> Iterator[Match]:
        """The names that the window at `at` is, unless it is torn out of the words around it."""
        if not names or torn(self, at, size):
            return
        for name, method, similarity, doubtful in names:
            if not doubtful or self.outstanding(at, size):
                yield self.passage.match(self.tokens[at].start, self.tokens[at + size - 1].end, name, method, similarity)

    def outstanding(self, at: int, size: int) -> bool:
        """Does a field begin with this window, or a model follow it?"""
        text, start, end = self.passage.text, self.tokens[at].start, self.tokens[at + size - 1].end
        return (text.plain[end : end + 1].isascii() and text.plain[end : end + 1].isalnum()) or begins(text.raw, text.offsets[start])


class Hearing:
    """Which names are windows of a text? What depends on nothing around a window is worked out once: titles say the same words
    again and again."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._pairs: Memory[tuple[str, str], Pair] = Memory()
        self._sounding: Memory[str, Sequence[Likely]] = Memory()
        self._edited: Memory[tuple[str, bool], Sequence[Likely]] = Memory()

    def pair(self, one: str, two: str, said: str, then: str) -> Pair:
        """Two neighbours, and their sounds."""
        found = self._pairs.get((one, two))
        if found is None:
            known, near = numbers(), near_numbers()
            names: dict[str, Name] = {}
            if is_han(one):
                names.update((name.squeezed, name) for name in self.lookup.having(poly((ord(one), SOUNDING + known[then])), MIXED))
            if is_han(two):
                names.update((name.squeezed, name) for name in self.lookup.having(poly((SOUNDING + known[said], ord(two))), MIXED))
            begins = bool(self.lookup.having(poly((SOUNDING + near[said], SOUNDING + near[then])), NEAR))
            pair = Pair(self.lookup.flags(one + two), begins, self._homophones((one, two), (said, then), names.values()))
            found = self._pairs.keep((one, two), pair)
        return found

    def sounding(self, texts: Sequence[str], said: Sequence[str]) -> Sequence[Likely]:
        """Names of the sounds of three tokens and more that touch."""
        written = "".join(texts)  # tells its tokens: no two Latin ones touch
        found = self._sounding.get(written)
        if found is None:
            near = near_numbers()
            names = self.lookup.having(poly(SOUNDING + near[one] for one in said), SOUND)
            found = self._sounding.keep(written, self._homophones(texts, said, names))
        return found

    def _homophones(self, texts: Sequence[str], said: Sequence[str], names: Iterable[Name]) -> Sequence[Likely]:
        made = (self._homophone(texts, tuple(said), name) for name in names)
        return [one for one in made if one is not None]

    def _homophone(self, texts: Sequence[str], said: tuple[str, ...], name: Name) -> Likely | None:
        """The same sounds in other characters. A word of its own is no disguise; a rare one may be, where even the tones agree. Where they
        do not, it and any two characters are doubtful."""
        size, written = len(name.squeezed), "".join(texts)
        if size != len(texts) or written == name.squeezed or not FUNCTION.isdisjoint(written) or self.lookup.spelt(written) is not None:
            return None
        toned = readings(name.squeezed)
        exact = any(said == tuple(sound[:-1] for sound in one) for one in toned)
        shared = sum(one == char for one, char in zip(texts, name.squeezed, strict=True))
        if not exact and not (size in HEARD and shared and nearly(said, toned)):
            return None
        if ((size == 2 or not exact) and not shared) or chinese().get(written, 0) >= RARE:
            return None
        agree = exact and tuple(tones().get(one, "") for one in texts) in toned
        doubtful = not agree and (size == 2 or not shared or written in chinese())
        return None if doubtful and not exact else Likely(name, "homophone", 0.9 if exact else 0.85, doubtful)

    def edited(self, written: str, said: Sequence[str], *, from_start: bool) -> Sequence[Likely]:
        """Names of Han characters that touch but for one missing or another, in the half away from where the window is anchored."""
        found = self._edited.get((written, from_start))
        if found is None:
            ordinary = written in chinese() or self.lookup.spelt(written) is not None
            names = [] if ordinary else [*self._dropped(written, from_start=from_start), *self._changed(written, said, from_start=from_start)]
            likely = [Likely(name, method, round(1 - 1 / len(name.squeezed), 3)) for name, method in names if FUNCTION.isdisjoint(set(written) - set(name.squeezed))]
            found = self._edited.keep((written, from_start), likely)
        return found

    def _dropped(self, written: str, *, from_start: bool) -> Iterator[tuple[Name, Method]]:
        if len(written) == HAN_LONGEST:
            return
        for name in self.lookup.having(of(written), DROPPED):
            if seen(written, name.squeezed):
                yield name, "lookalike"
            elif _anchored(name.squeezed, written, from_start=from_start):
                yield name, "typo"

    def _changed(self, written: str, said: Sequence[str], *, from_start: bool) -> Iterator[tuple[Name, Method]]:
        size, codes = len(written), list(map(ord, written))
        if size < HAN_FUZZY:
            return
        for place in range(2, size) if from_start else range(min(2, size - 2)):
            for name in self.lookup.having(poly([*codes[:place], WILD, *codes[place + 1 :]]), CHANGED):
                if len(name.squeezed) == size and not (size == HAN_FUZZY and another(written, said, place, name)):
                    yield name, "typo"


def disguised(passage: Passage, hearing: Hearing) -> Iterator[Match]:
    """Every Han name of a passage that is written otherwise."""
    if passage.text.raw.isascii():
        return
    heard = Heard(passage, hearing.lookup)
    for at, joined in enumerate(heard.joined):
        if joined:
            yield from beside(heard, at, hearing)


def beside(heard: Heard, at: int, hearing: Hearing) -> Iterator[Match]:
    """Every name in disguise that the token at `at` and the next begin, end or are."""
    tokens = heard.tokens
    pair = hearing.pair(tokens[at].text, tokens[at + 1].text, heard.said[at], heard.said[at + 1])
    yield from heard.matches(at, 2, pair.whole)
    if pair.begins_sound:
        for size in HEARD:
            window = heard.window(at, size)
            if not window:
                break
            yield from heard.matches(at, size, hearing.sounding([token.text for token in window], heard.said[at : at + size]))
    if pair.flags & OPEN:
        yield from _edited(heard, at, hearing, from_start=True)
    if pair.flags & ENDS:
        yield from _edited(heard, at, hearing, from_start=False)


def _edited(heard: Heard, at: int, hearing: Hearing, *, from_start: bool) -> Iterator[Match]:
    for size in range(HAN_FUZZY - 1, HAN_LONGEST + 1):
        first = at if from_start else at + 2 - size
        window = heard.window(first, size)
        if not window or not all(is_han(token.text) for token in window):
            return
        written, said = "".join([token.text for token in window]), heard.said[first : first + size]
        yield from heard.matches(first, size, hearing.edited(written, said, from_start=from_start))


def seen(written: str, name: str) -> bool:
    """Does one character of three only look like the name's?"""
    if len(name) != HAN_LOOKED or len(written) != HAN_LOOKED:
        return False
    changed = [(char, one) for char, one in zip(name, written, strict=True) if char != one]
    return len(changed) == 1 and changed[0][1] in shapes().get(changed[0][0], "")


def nearly(said: Iterable[str], toned: Iterable[Sequence[str]]) -> bool:
    near = near_numbers()
    heard = [near[one] for one in said]
    return any(heard == [near.get(sound[:-1], 0) for sound in one] for one in toned)


def another(written: str, said: Sequence[str], place: int, name: Name) -> bool:
    """Is it another name of the same pattern: 晨奇文具 for 晨光文具? The half that agrees is an everyday word, and the changed
    character neither sounds nor looks alike."""
    if written[place] in shapes().get(name.squeezed[place], ""):
        return False
    near, half = near_numbers(), written[:2] if place > 1 else written[2:4]
    everyday = chinese().get(half, 0) >= EVERYDAY
    return everyday and near.get(said[place]) not in {near.get(sound[:-1]) for one in readings(name.squeezed) for sound in one[place : place + 1]}


def _anchored(name: str, written: str, *, from_start: bool) -> bool:
    """Is the name, less one character, what is written, and do its first or last two stand?"""
    places = range(2, len(name)) if from_start else range(min(2, len(name) - 2))
    return any(name[:place] + name[place + 1 :] == written for place in places)


def torn(heard: Heard, at: int, size: int) -> bool:
    """Does the first or the last character make a word with what stands beside it?"""
    tokens, common = heard.tokens, chinese()
    first, last = tokens[at], tokens[at + size - 1]
    before = tokens[at - 1].text if at and tokens[at - 1].end == first.start else ""
    after = tokens[at + size].text if at + size < len(tokens) and tokens[at + size].start == last.end else ""
    return bool((before and before + first.text in common) or (after and last.text + after in common))
