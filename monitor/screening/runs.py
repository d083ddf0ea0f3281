"""What one run of Latin letters and digits resembles: look-alikes, typos, pinyin, names with something glued on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from monitor.screening.hashing import PINYIN, TYPO, of
from monitor.screening.hashing import SKELETON as ALIKE
from monitor.screening.matches import Passage
from monitor.screening.names import FUZZY, LONGEST, SEVERAL, is_han
from monitor.screening.slips import LEADING, slip
from monitor.screening.sounds import spelled
from monitor.screening.text import SKELETON, plain
from monitor.screening.vocabulary import words
from monitor.screening.words import english

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.model.finding import Method
    from monitor.screening.lookup import Lookup
    from monitor.screening.matches import Match
    from monitor.screening.memory import Memory
    from monitor.screening.names import Name

RUN = re.compile("[a-z0-9]{4,}")  # letters and digits as they run together
SHORTEST = 4  # letters of a name, or of a word glued to one
PINYIN_FUZZY = 7  # letters from which on pinyin may be misspelt
GLUED_WORD = 32  # ten times the Zipf frequency of a word that is glued behind a name: nikeshoes
GLUED_GOODS = frozenset(["bag", "bra", "cap", "car", "hat", "kit", "mug", "pen", "tee", "toy"])  # shorter ones that are glued: guccibag
PLURAL = 30  # ten times the Zipf frequency of a word whose plural is ordinary too
# What sellers glue behind a name: y97, 11pro, air2, xsmax; at most MODEL_LONGEST characters.
SERIES = "(?:pro|max|plus|air|mini|ultra|lite|note|neo)"
MODEL = re.compile(f"[a-z]{{0,5}}[0-9]{{1,4}}(?:[a-z]{{0,6}}|{SERIES}+[a-z]{{0,4}})[0-9]{{0,2}}|{SERIES}+[0-9]{{0,2}}|x[rs]?(?:max)?")
MODEL_LONGEST = 16


@dataclass(frozen=True, slots=True)
class Resembles:
    """A run, from `start` to `end`, looks like a name. `leading`: it counts only where its field begins with it."""

    name: Name
    method: Method
    similarity: float
    needs_fit: bool
    start: int
    end: int
    leading: bool = False


def runs(passage: Passage, lookup: Lookup, memory: Memory[str, tuple[Resembles, ...]]) -> Iterator[Match]:
    """Every run of a passage that is nearly a name."""
    for found in RUN.finditer(passage.text.plain):
        for one in judgement(found.group(), lookup, memory):
            if not one.leading or begins(passage.text.raw, passage.text.offsets[found.start()]):
                yield _match(passage, found.start(), one)


def begins(raw: str, start: int) -> bool:
    """Does no letter or digit stand before this place of a field? Han that this Python does not know yet is neither, but counts."""
    return not any(map(str.isalnum, raw[:start])) and not any(map(is_han, raw[:start]))


def _match(passage: Passage, at: int, one: Resembles) -> Match:
    disguised = one.method not in ("pinyin", "joined")
    return passage.match(at + one.start, at + one.end, one.name, one.method, one.similarity, disguised=disguised, needs_fit=one.needs_fit)


def run(field: str, raw: str, start: int, end: int, lookup: Lookup, memory: Memory[str, tuple[Resembles, ...]]) -> list[Match] | None:
    """The matches of the one run that an engine found at a place of a raw field; None where it begins or ends inside of a
    character that folds to several."""
    word = plain(raw[start:end])
    if not RUN.fullmatch(word):
        return None
    judged = judgement(word, lookup, memory)
    if not judged:
        return []
    passage = Passage.part(field, raw, start, end)
    return [_match(passage, 0, one) for one in judged if not one.leading or begins(raw, start)]


def judgement(word: str, lookup: Lookup, memory: Memory[str, tuple[Resembles, ...]]) -> tuple[Resembles, ...]:
    """What a run resembles; each run is judged once."""
    judged = memory.get(word)
    if judged is None:
        judged = memory.keep(word, tuple(_judge(word, lookup)) if len(word) <= LONGEST else ())
    return judged


def _judge(word: str, lookup: Lookup) -> Iterator[Resembles]:
    """A known name, an ordinary word or somebody else's well-known name resembles nothing."""
    if word.isdigit() or word in english() or word in words("famous") or lookup.spelt(word) is not None:
        return
    if word[-1] == "s" and english().get(word[:-1], 0) >= PLURAL:
        return
    seen: set[str] = set()
    for one in (*_alike(word, lookup), *_pinyin(word, lookup)):
        seen.add(one.name.squeezed)
        yield one
    letters = word.rstrip("0123456789")
    if not seen and letters.isalpha() and (letters == word or (len(letters) >= FUZZY and letters not in english() and lookup.spelt(letters) is None)):
        for one in _typos(letters, lookup):
            seen.add(one.name.squeezed)
            yield one
    if not seen:
        yield from _glued(word, lookup)


def _alike(word: str, lookup: Lookup) -> Iterator[Resembles]:
    """Digits and letters that look like the name's."""
    skeleton = word.translate(SKELETON)
    if sum(char.isdigit() for char in word) * 2 <= len(word):
        for name in lookup.having(of(skeleton), ALIKE):
            # N1kes; but redmi5 is a model and no redmis.
            if name.squeezed != word and skeleton in (name.squeezed.translate(SKELETON), name.plural.translate(SKELETON) if word[-1] == "s" else ""):
                yield Resembles(name, "lookalike", 0.97, False, 0, len(word))


def _pinyin(word: str, lookup: Lookup) -> Iterator[Resembles]:
    """A Han name spelled by its sound, exactly or nearly (l for n, s for sh)."""
    if len(word) >= FUZZY and word.isalpha():
        for name in lookup.having(of(word), PINYIN):
            exact = dict(spelled(name.squeezed)).get(word) if not name.latin else None
            if exact is not None:
                yield Resembles(name, "pinyin", 0.9 if exact else 0.85, False, 0, len(word))


def _typos(word: str, lookup: Lookup) -> Iterator[Resembles]:
    """One edit away from a name of one word, or from a Han name's pinyin."""
    seen: set[str] = set()
    for key in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
        for name in lookup.having(of(key), TYPO):
            if name.squeezed in seen:
                continue
            seen.add(name.squeezed)
            if not name.latin:
                spellings = (text for text, exact in spelled(name.squeezed) if exact and len(text) >= PINYIN_FUZZY)
                if len(word) >= PINYIN_FUZZY - 1 and any(OSA.distance(word, text, score_cutoff=1) == 1 for text in spellings):
                    yield Resembles(name, "pinyin", 0.8, False, 0, len(word))
            elif len(name.tokens) == 1 or len(name.squeezed) >= SEVERAL:
                fits = slip(word, name.squeezed)
                if fits:
                    similarity = round(1 - 1 / max(len(word), len(name.squeezed)), 3)
                    yield Resembles(name, "typo", similarity, min(len(word), len(name.squeezed)) < FUZZY, 0, len(word), fits == LEADING)


def _glued(word: str, lookup: Lookup) -> Iterator[Resembles]:
    """A name with an ordinary word, a model or another name glued behind it: nikeshoes, vivoy97, vlvoy97, oppovivo."""
    for cut in range(len(word) - 1, SHORTEST - 1, -1):
        head, tail = word[:cut], word[cut:]
        model = len(tail) <= MODEL_LONGEST and not tail.isdigit() and MODEL.fullmatch(tail) is not None
        other = _letters(tail, lookup)
        if head in english() or not (model or other or tail in GLUED_GOODS or (len(tail) >= SHORTEST and english().get(tail, 0) >= GLUED_WORD)):
            continue
        name = _letters(head, lookup)
        if name is not None:
            yield Resembles(name, "joined", 0.9, False, 0, cut)
            if other is not None:
                yield Resembles(other, "joined", 0.9, False, cut, len(word))
            return
        if model:
            alike = [one for one in _alike(head, lookup) if one.name.letters and len(one.name.squeezed) == cut]
            yield from alike
            if alike:
                return


def _letters(word: str, lookup: Lookup) -> Name | None:
    """The name of four letters and more that is written so, and is no ordinary word."""
    name = lookup.spelt(word) if len(word) >= SHORTEST and word not in english() else None
    return name if name is not None and name.letters and len(name.squeezed) == len(word) else None


__all__ = ["RUN", "Resembles", "judgement", "runs"]
