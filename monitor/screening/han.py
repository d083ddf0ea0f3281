"""Han names in disguise: characters of the same sound, a syllable in Latin letters, one character missing or another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.screening.hashing import CHANGED, DROPPED, MIXED, NEAR, SOUND, poly
from monitor.screening.lookup import ENDS, OPEN
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
REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Pair:
    """What two neighbours may be the beginning or the end of; `whole`: names that the two sound like."""

    flags: int
    begins_sound: bool
    whole: tuple[Name, ...]

    @property
    def idle(self) -> bool:
        return not (self.flags & (OPEN | ENDS) or self.begins_sound or self.whole)


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


    def outstanding(self, at: int, size: int) -> bool:
        """Does a field begin with this window, or a model follow it?"""
        text, start, end = self.passage.text, self.tokens[at].start, self.tokens[at + size - 1].end
        return (text.plain[end : end + 1].isascii() and text.plain[end : end + 1].isalnum()) or begins(text.raw, text.offsets[start])


def disguised(passage: Passage, lookup: Lookup, memory: dict[tuple[str, str], Pair]) -> Iterator[Match]:
    """Every Han name of a passage that is written otherwise."""
    if passage.text.raw.isascii():
        return
    heard = Heard(passage, lookup)
    for at, joined in enumerate(heard.joined):
        if joined:
            yield from beside(heard, at, memory)


def beside(heard: Heard, at: int, memory: dict[tuple[str, str], Pair]) -> Iterator[Match]:
    """Every name in disguise that the token at `at` and the next begin, end or are."""
    tokens = heard.tokens
    pair = _pair(tokens[at].text, tokens[at + 1].text, heard.said[at], heard.said[at + 1], heard.lookup, memory)
    if pair.idle:
        return
    for name in pair.whole:
        yield from _homophone(heard, at, name)
    if pair.begins_sound:
        yield from _sounding(heard, at)
    if pair.flags & OPEN:
        yield from _edited(heard, at, from_start=True)
    if pair.flags & ENDS:
        yield from _edited(heard, at, from_start=False)


def _pair(one: str, two: str, said: str, then: str, lookup: Lookup, memory: dict[tuple[str, str], Pair]) -> Pair:
    found = memory.get((one, two))
    if found is None:
        known, near = numbers(), near_numbers()
        whole: dict[str, Name] = {}
        if is_han(one):
            whole.update((name.squeezed, name) for name in lookup.having(poly((ord(one), SOUNDING + known[then])), MIXED))
        if is_han(two):
            whole.update((name.squeezed, name) for name in lookup.having(poly((SOUNDING + known[said], ord(two))), MIXED))
        begins = bool(lookup.having(poly((SOUNDING + near[said], SOUNDING + near[then])), NEAR))
        found = Pair(lookup.flags(one + two), begins, tuple(whole.values()))
        if len(memory) > REMEMBERED:
            memory.clear()
        memory[one, two] = found
    return found


def _sounding(heard: Heard, at: int) -> Iterator[Match]:
    near = near_numbers()
    for size in HEARD:
        if not heard.window(at, size):
            return
        for name in heard.lookup.having(poly(SOUNDING + near[said] for said in heard.said[at : at + size]), SOUND):
            yield from _homophone(heard, at, name)


def _homophone(heard: Heard, at: int, name: Name) -> Iterator[Match]:
    """The same sounds in other characters. A word of its own is no disguise; a rare one may be, where even the tones agree. Where they
    do not, it and any two characters count only where a field begins with them or a model follows."""
    size = len(name.squeezed)
    window = heard.window(at, size)
    said = tuple(heard.said[at : at + size])
    written = "".join(token.text for token in window)
    if not window or written == name.squeezed or not FUNCTION.isdisjoint(written) or heard.lookup.spelt(written) is not None:
        return
    toned = readings(name.squeezed)
    exact = any(said == tuple(sound[:-1] for sound in one) for one in toned)
    shared = sum(one.text == char for one, char in zip(window, name.squeezed, strict=True))
    if not exact and not (size in HEARD and shared and nearly(said, toned)):
        return
    agree = exact and tuple(tones().get(token.text, "") for token in window) in toned
    if ((size == 2 or not exact) and not shared) or chinese().get(written, 0) >= RARE or torn(heard, at, size):
        return
    doubtful = not agree and (size == 2 or not shared or written in chinese())
    if doubtful and not (exact and heard.outstanding(at, size)):
        return
    yield heard.passage.match(window[0].start, window[-1].end, name, "homophone", 0.9 if exact else 0.85)


def seen(window: Sequence[Token], name: str) -> bool:
    """Does one character of three only look like the name's?"""
    if len(name) != HAN_LOOKED or len(window) != HAN_LOOKED:
        return False
    changed = [(char, token.text) for char, token in zip(name, window, strict=True) if char != token.text]
    return len(changed) == 1 and changed[0][1] in shapes().get(changed[0][0], "")


def nearly(said: Iterable[str], toned: Iterable[Sequence[str]]) -> bool:
    near = near_numbers()
    heard = [near[one] for one in said]
    return any(heard == [near.get(sound[:-1], 0) for sound in one] for one in toned)


def _edited(heard: Heard, at: int, *, from_start: bool) -> Iterator[Match]:
    """One character missing or another, in the half away from the two that stand as they should."""
    for size in range(HAN_FUZZY - 1, HAN_LONGEST + 1):
        first = at if from_start else at + 2 - size
        window = heard.window(first, size)
        if not window:
            return
        codes = [ord(token.text) if is_han(token.text) else 0 for token in window]
        if not all(codes):
            return
        if size < HAN_LONGEST:
            for name in heard.lookup.having(poly(codes), DROPPED):
                if seen(window, name.squeezed):
                    yield from _unusual(heard, first, size, name, "lookalike")
                elif _anchored(name.squeezed, window, from_start=from_start):
                    yield from _unusual(heard, first, size, name)
        if size >= HAN_FUZZY:
            for place in range(2, size) if from_start else range(min(2, size - 2)):
                for name in heard.lookup.having(poly([*codes[:place], WILD, *codes[place + 1 :]]), CHANGED):
                    if len(name.squeezed) == size and not (size == HAN_FUZZY and another(heard, first, place, name)):
                        yield from _unusual(heard, first, size, name)


def another(heard: Heard, first: int, place: int, name: Name) -> bool:
    """Is it another name of the same pattern: 晨奇文具 for 晨光文具? The half that agrees is an everyday word, and the changed
    character neither sounds nor looks alike."""
    near, half = near_numbers(), first + (0 if place > 1 else 2)
    if heard.tokens[first + place].text in shapes().get(name.squeezed[place], ""):
        return False
    everyday = chinese().get(heard.tokens[half].text + heard.tokens[half + 1].text, 0) >= EVERYDAY
    return everyday and near.get(heard.said[first + place]) not in {near.get(sound[:-1]) for one in readings(name.squeezed) for sound in one[place : place + 1]}


def _anchored(name: str, window: Sequence[Token], *, from_start: bool) -> bool:
    """Is the name, less one character, what the window holds, and do its first or last two stand?"""
    written = "".join(token.text for token in window)
    places = range(2, len(name)) if from_start else range(min(2, len(name) - 2))
    return any(name[:place] + name[place + 1 :] == written for place in places)


def _unusual(heard: Heard, first: int, size: int, name: Name, method: Method = "typo") -> Iterator[Match]:
    """The match, unless what stands there is a word, a name or torn out of the words around it."""
    window = heard.tokens[first : first + size]
    written = "".join(token.text for token in window)
    if written in chinese() or heard.lookup.spelt(written) is not None or not FUNCTION.isdisjoint(set(written) - set(name.squeezed)) or torn(heard, first, size):
        return
    yield heard.passage.match(window[0].start, window[-1].end, name, method, round(1 - 1 / len(name.squeezed), 3))


def torn(heard: Heard, at: int, size: int) -> bool:
    """Does the first or the last character make a word with what stands beside it?"""
    tokens, common = heard.tokens, chinese()
    first, last = tokens[at], tokens[at + size - 1]
    before = tokens[at - 1].text if at and tokens[at - 1].end == first.start else ""
    after = tokens[at + size].text if at + size < len(tokens) and tokens[at + size].start == last.end else ""
    return bool((before and before + first.text in common) or (after and last.text + after in common))
