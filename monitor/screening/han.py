"""Han names in disguise: characters of the same sound, syllables in Latin letters, one character missing or another, two swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from monitor.screening.hashing import CHANGED, DROPPED, GLUED, MIXED, NEAR, SOUND, of, poly
from monitor.screening.lookup import ENDS, OPEN
from monitor.screening.meaning import BY, SAME_STYLE
from monitor.screening.memory import Memory
from monitor.screening.names import HAN_FUZZY, HAN_LONGEST, HAN_LOOKED, is_han
from monitor.screening.reading import leads
from monitor.screening.runs import begins
from monitor.screening.sounds import SOUNDING, WILD, glued, near_numbers, numbers
from monitor.screening.vocabulary import descriptors
from monitor.screening.words import chinese, readings, shapes, sounds, swaps, tones

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.model.finding import Method
    from monitor.screening.lookup import Lookup
    from monitor.screening.matches import Match, Passage, Token
    from monitor.screening.names import Name

RARE = 25  # ten times the Zipf frequency below which a word is rare
MARK = "牌"  # behind a name: the brand
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


Chance = tuple[int, int, "Sequence[Likely]"]  # a window that may be names: its first token, how many


def sound(token: str) -> str:
    """The sound of a Han character, or of a Latin syllable; "" of all else."""
    return sounds().get(token) or (token if len(token) > 1 and token in numbers() else "")


class Hearing:
    """Which names may windows of a text be? What depends on nothing around a window is worked out once."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.crowded = lookup.arrays.crowded
        self._pairs: Memory[tuple[str, str], Pair] = Memory()
        self._sounding: Memory[str, Sequence[Likely]] = Memory()
        self._edited: Memory[tuple[str, bool], Sequence[Likely]] = Memory()

    def chances(self, tokens: Sequence[str], at: int) -> list[Chance]:
        """The names in disguise that the token at `at` and the next may begin, end or be, if nothing stands between."""
        pair = self.pair(tokens[at], tokens[at + 1])
        found: list[Chance] = [(at, 2, pair.whole)] if pair.whole else []
        if pair.begins_sound:
            for size in HEARD:
                window = tokens[at : at + size]
                if len(window) < size or (window[-1].isascii() and window[-2].isascii()):
                    break
                names = self.sounding(window)
                if names:
                    found.append((at, size, names))
        if tokens[at].isascii() != tokens[at + 1].isascii():
            found += self._glued(tokens, at)
        if pair.flags & OPEN:
            found += self._halves(tokens, at, from_start=True)
        if pair.flags & ENDS:
            found += self._halves(tokens, at, from_start=False)
        return found

    def _halves(self, tokens: Sequence[str], at: int, *, from_start: bool) -> Iterator[Chance]:
        for size in range(HAN_FUZZY - 1, HAN_LONGEST + 1):
            first = at if from_start else at + 2 - size
            window = tokens[first : first + size]
            if first < 0 or len(window) < size or not is_han(window[-1 if from_start else 0]):
                return
            names = self.edited("".join(window), from_start=from_start)
            if names:
                yield first, size, names

    def _glued(self, tokens: Sequence[str], at: int) -> Iterator[Chance]:
        """Names of which the Latin token of two neighbours says two syllables or more, and Han tokens on the other side the rest."""
        edge = tokens[at] + tokens[at + 1]
        for name in self.lookup.having(of(edge), GLUED):
            for written, where in glued(name.squeezed):
                if where == edge:
                    size = len(written) - len(edge) + 2
                    first = at if edge[0].isascii() else at + 2 - size
                    if first >= 0 and "".join(tokens[first : first + size]) == written and self.lookup.spelt(written) is None:
                        yield first, size, [Likely(name, "homophone", 0.9)]

    def pair(self, one: str, two: str) -> Pair:
        """What two neighbours begin, end and are."""
        found = self._pairs.get((one, two))
        if found is None:
            said, then = sound(one), sound(two)
            heard = said and then and not (one.isascii() and two.isascii())
            found = self._pairs.keep((one, two), self._pair(one, two, said, then) if heard else Pair(0, False, ()))
        return found

    def _pair(self, one: str, two: str, said: str, then: str) -> Pair:
        known, near = numbers(), near_numbers()
        names: dict[str, Name] = {}
        if is_han(one):
            names.update((name.squeezed, name) for name in self.lookup.having(poly((ord(one), SOUNDING + known[then])), MIXED))
        if is_han(two):
            names.update((name.squeezed, name) for name in self.lookup.having(poly((SOUNDING + known[said], ord(two))), MIXED))
        begins = bool(self.lookup.having(poly((SOUNDING + near[said], SOUNDING + near[then])), NEAR))
        return Pair(self.lookup.flags(one + two), begins, self._homophones((one, two), (said, then), names.values()))

    def sounding(self, window: Sequence[str]) -> Sequence[Likely]:
        """Names of the sounds of three tokens and more, no two neighbours Latin: so the memory can tell them apart when they are one word."""
        written = "".join(window)
        found = self._sounding.get(written)
        if found is None:
            said = tuple(map(sound, window))
            near = near_numbers()
            names = self.lookup.having(poly(SOUNDING + near[one] for one in said), SOUND) if all(said) else ()
            found = self._sounding.keep(written, self._homophones(window, said, names))
        return found

    def _homophones(self, texts: Sequence[str], said: tuple[str, ...], names: Iterable[Name]) -> Sequence[Likely]:
        made = (self._homophone(texts, said, name) for name in names)
        return [one for one in made if one is not None]

    def _homophone(self, texts: Sequence[str], said: tuple[str, ...], name: Name) -> Likely | None:
        """The same sounds in other characters. A word of its own is no disguise; a rare one may be, where even the tones agree. Where they
        do not, it and any two characters are doubtful; in a crowded registry any two are, but of a name whose goods are known."""
        size, written = len(name.squeezed), "".join(texts)
        if size != len(texts) or written == name.squeezed or _speaks(written, name.squeezed) or self.lookup.spelt(written) is not None:
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
        return None if doubtful and not exact else Likely(name, "homophone", 0.9 if exact else 0.85, doubtful or (size == 2 and self.crowded and not name.goods))

    def edited(self, written: str, *, from_start: bool) -> Sequence[Likely]:
        """Names of Han characters but for two swapped, or one missing or another in the half away from where the window is anchored."""
        found = self._edited.get((written, from_start))
        if found is None:
            ordinary = written in chinese() or written in descriptors() or self.lookup.spelt(written) is not None or not all(map(sound, written))
            names = [] if ordinary else [*self._dropped(written, from_start=from_start), *self._changed(written, from_start=from_start)]
            likely = [Likely(name, method, round(1 - 1 / len(name.squeezed), 3)) for name, method in names if FUNCTION.isdisjoint(set(written) - set(name.squeezed))]
            found = self._edited.keep((written, from_start), likely)
        return found

    def _dropped(self, written: str, *, from_start: bool) -> Iterator[tuple[Name, Method]]:
        for name in self.lookup.having(of(written), DROPPED):
            if seen(written, name.squeezed):
                yield name, "lookalike"
            elif self._swapped(written, name.squeezed) or _anchored(name.squeezed, written, from_start=from_start):
                yield name, "typo"

    def _swapped(self, written: str, name: str) -> bool:
        """Did two neighbours change places? Of a name of three not where an everyday word or a name comes of it: 卡奥迪 for 卡迪奥."""
        if len(written) != len(name) or written not in swaps(name):
            return False
        halves = (written[:2], written[1:]) if len(name) == HAN_LOOKED else ()
        return not any(chinese().get(half, 0) >= EVERYDAY or self.lookup.spelt(half) for half in halves)

    def _changed(self, written: str, *, from_start: bool) -> Iterator[tuple[Name, Method]]:
        size, codes = len(written), list(map(ord, written))
        if size < HAN_FUZZY:
            return
        for place in range(2, size) if from_start else range(min(2, size - 2)):
            for name in self.lookup.having(poly([*codes[:place], WILD, *codes[place + 1 :]]), CHANGED):
                if len(name.squeezed) == size and not (size == HAN_FUZZY and another(written, place, name)):
                    yield name, "typo"


def disguised(passage: Passage, hearing: Hearing) -> Iterator[Match]:
    """Every Han name of a passage that is written otherwise."""
    if not passage.text.raw.isascii():
        for at in range(len(passage.texts) - 1):
            yield from beside(passage, at, hearing)


def beside(passage: Passage, at: int, hearing: Hearing) -> Iterator[Match]:
    """Every name in disguise that the token at `at` of a passage and the next begin, end or are."""
    for first, size, names in hearing.chances(passage.texts, at):
        tokens = passage.tokens
        if touching(tokens, first, size) and not torn(tokens, first, size):
            for name, method, similarity, doubtful in names:
                if not doubtful or _outstanding(passage, first, size):
                    yield passage.match(tokens[first].start, tokens[first + size - 1].end, name, method, similarity)


def touching(tokens: Sequence[Token], at: int, size: int) -> bool:
    """Does nothing stand between the tokens of a window?"""
    return tokens[at + size - 1].end - tokens[at].start == sum([len(token.text) for token in tokens[at : at + size]])


def _outstanding(passage: Passage, at: int, size: int) -> bool:
    """Does a field begin with this window, but for 【...】, 新款, 2件, or a bracket there? Or does a model, 牌 or 同款 follow it, or 品牌 stand before?"""
    plain, start, end = passage.text.plain, passage.tokens[at].start, passage.tokens[at + size - 1].end
    after = plain[end : end + 2]
    if (after[:1].isascii() and after[:1].isalnum()) or after[:1] == MARK or after == SAME_STYLE:
        return True
    return begins(passage.text.raw, passage.text.offsets[start]) or leads(plain, start) or BY.search(plain[max(0, start - 20) : start]) is not None


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


def another(written: str, place: int, name: Name) -> bool:
    """Is it another name of the same pattern: 晨奇文具 for 晨光文具? The half that agrees is an everyday word, and the changed
    character neither sounds nor looks alike."""
    if written[place] in shapes().get(name.squeezed[place], ""):
        return False
    near, half = near_numbers(), written[:2] if place > 1 else written[2:4]
    everyday = chinese().get(half, 0) >= EVERYDAY
    return everyday and near.get(sound(written[place])) not in {near.get(said[:-1]) for one in readings(name.squeezed) for said in one[place : place + 1]}


def _speaks(written: str, name: str) -> bool:
    """Does a particle stand in it? Not in a name of three and more where it is the name's own, or sounds as the one it replaces in every tone."""
    if len(name) < HAN_LOOKED:
        return not FUNCTION.isdisjoint(written)
    lacked = [(one, char) for one, char in zip(written, name, strict=False) if one != char]
    return any(one in FUNCTION and (len(lacked) > 1 or tones()[one] != tones().get(char)) for one, char in lacked)


def _anchored(name: str, written: str, *, from_start: bool) -> bool:
    """Is the name, less one character, what is written, and do its first or last two stand?"""
    places = range(2, len(name)) if from_start else range(min(2, len(name) - 2))
    return any(name[:place] + name[place + 1 :] == written for place in places)


def torn(tokens: Sequence[Token], at: int, size: int) -> bool:
    """Does the first or the last character make a word with what stands beside it?"""
    common = chinese()
    first, last = tokens[at], tokens[at + size - 1]
    before = tokens[at - 1].text if at and tokens[at - 1].end == first.start else ""
    after = tokens[at + size].text if at + size < len(tokens) and tokens[at + size].start == last.end else ""
    return bool((before and before + first.text in common) or (after and last.text + after in common))
