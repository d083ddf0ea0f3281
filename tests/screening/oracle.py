"""The model of docs/matching.md by brute force: every name against every place, without index, hash or filter.

Slow on purpose, and written apart from the search: its own edit distance, its own windows. It shares only what the
model takes as given: folding, word lists, sounds, and where a word begins and ends (`spelt.bounded`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from monitor.screening.han import FUNCTION, sound, torn
from monitor.screening.masks import masked
from monitor.screening.matches import Match, Passage, resolved
from monitor.screening.names import Name, is_han
from monitor.screening.reading import LEAD
from monitor.screening.runs import GLUED_GOODS
from monitor.screening.slips import EYE, HAND, LIKELY
from monitor.screening.sounds import near, spelled
from monitor.screening.spelt import as_written, bounded
from monitor.screening.text import HAN, SIGNS, SKELETON
from monitor.screening.vocabulary import descriptors, words
from monitor.screening.words import chinese, english, readings, shapes, tones

SERIES = "(?:pro|max|plus|air|mini|ultra|lite|note|neo)+"
MODEL = re.compile(rf"[a-z]{{0,5}}[0-9]{{1,4}}[a-z]{{0,6}}[0-9]{{0,2}}|[a-z]{{0,5}}[0-9]{{1,4}}{SERIES}[a-z]{{0,4}}[0-9]{{0,2}}|{SERIES}[0-9]{{0,2}}|x[rs]?(?:max)?")


def matches(names: Sequence[Name], field: str, raw: str, *, crowded: bool = False) -> list[Match]:
    """Every match of one field, overlaps resolved. `crowded`: the registry has more than 900 spellings."""
    passage = Passage.of(field, raw)
    known = _with_plurals(names)
    found = [
        *(one for name in names for one in _spelt(passage, name, known)),
        *(one for name in names for one in _several(passage, name, known)),
        *_runs(passage, names, known),
        *(one for name in names for one in _han(passage, name, known, crowded=crowded)),
        *_signs(passage, names, known),
        *(passage.match(start, end, name, "lookalike", 0.97) for name in names for start, end in _veiled(passage, name, 2)),
        *_masks(passage, names),
    ]
    return resolved(found)


def osa(one: str, other: str) -> int:
    """Edit distance with swaps of neighbours."""
    table = [[max(at, to) if not at or not to else 0 for to in range(len(other) + 1)] for at in range(len(one) + 1)]
    for at in range(1, len(one) + 1):
        for to in range(1, len(other) + 1):
            best = min(table[at - 1][to] + 1, table[at][to - 1] + 1, table[at - 1][to - 1] + (one[at - 1] != other[to - 1]))
            if at > 1 and to > 1 and one[at - 1] == other[to - 2] and one[at - 2] == other[to - 1]:
                best = min(best, table[at - 2][to - 2] + 1)
            table[at][to] = best
    return table[-1][-1]


def _spelt(passage: Passage, name: Name, known: dict[str, Name]) -> Iterator[Match]:
    for first, last in _standing(passage, name, known):
        yield as_written(passage, first, last, name)


def _standing(passage: Passage, name: Name, known: dict[str, Name]) -> Iterator[tuple[int, int]]:
    tokens = passage.tokens
    several = _own_plural(name, known)
    for first in range(len(tokens)):
        for last in range(first, len(tokens)):
            squeezed = "".join(token.text for token in tokens[first : last + 1])
            if len(squeezed) > max(len(name.squeezed), len(several)):
                break
            whole = squeezed == name.squeezed or (squeezed == several and len(tokens[last].text) > len(several) - len(name.squeezed))
            if whole and bounded(passage.text, tokens, first, last, name):
                yield first, last


def _plural(name: Name, known: dict[str, Name]) -> str:
    """A name's plural, where neither is an ordinary word nor the plural another's name."""
    if not (name.squeezed.isascii() and name.squeezed.isalpha() and 4 <= len(name.squeezed) <= 62):
        return ""
    several = name.squeezed + ("es" if re.search("(?:[sxz]|[cs]h)$", name.squeezed) else "s")
    ordinary = english().get(several, 0) >= 36 or (name.squeezed not in words("famous") and english().get(name.squeezed, 0) >= 36)
    return "" if ordinary or several in known else several


def _with_plurals(names: Sequence[Name]) -> dict[str, Name]:
    """Everything that is a name's spelling: of two with one plural it is the first one's."""
    known = {name.squeezed: name for name in names}
    for name in names:
        several = _plural(name, known)
        if several:
            known[several] = name
    return known


def _own_plural(name: Name, known: dict[str, Name]) -> str:
    return next((text for text in (name.squeezed + "s", name.squeezed + "es") if known.get(text) is name), "")


def _glued_before(passage: Passage, at: int) -> bool:
    tokens = passage.tokens
    return at > 0 and tokens[at - 1].end == tokens[at].start and tokens[at - 1].text.isascii()


def _several(passage: Passage, name: Name, known: dict[str, Name]) -> Iterator[Match]:
    tokens, count = passage.tokens, len(name.tokens)
    if not (2 <= count <= 6 and len(name.squeezed) >= 8 and name.squeezed.isascii() and name.squeezed.isalpha()):
        return
    for first in range(len(tokens) - count + 1):
        window = [token.text for token in tokens[first : first + count]]
        squeezed = "".join(window)
        anchored = any(
            window[at] == name.tokens[at] and len(window[at]) > 1 and not _glued_before(passage, first + at % count) for at in (0, -1)
        )
        if not anchored or not squeezed.isascii() or not squeezed.isalpha() or squeezed in known or osa(squeezed, name.squeezed) != 1:
            continue
        strange = [word for word in window if word not in name.tokens]
        if strange and not any(len(word) < 3 or (len(word) > 3 and english().get(word, 0) >= 36) for word in strange):
            similarity = round(1 - 1 / len(name.squeezed), 3)
            yield passage.match(tokens[first].start, tokens[first + count - 1].end, name, "typo", similarity)


def _runs(passage: Passage, names: Sequence[Name], known: dict[str, Name]) -> Iterator[Match]:
    for found in re.finditer("[a-z0-9]{4,}", passage.text.plain):
        word, at = found.group(), found.start()
        if len(word) > 64 or word.isdigit() or word in english() or word in words("famous") or word in known:
            continue
        if word[-1] == "s" and english().get(word[:-1], 0) >= 30:
            continue
        surest = [*_alike(passage, at, word, names, known), *_pinyin(passage, at, word, names)]
        letters = word.rstrip("0123456789")
        if not surest and letters.isalpha() and (letters == word or (len(letters) >= 5 and letters not in english() and letters not in known)):
            surest = list(_typos(passage, at, letters, names))
        yield from surest or _glued(passage, at, word, names, known)


def _alike(passage: Passage, at: int, word: str, names: Sequence[Name], known: dict[str, Name]) -> Iterator[Match]:
    if sum(char.isdigit() for char in word) * 2 > len(word):
        return
    for name in names:
        latin = name.squeezed.isascii() and len(name.squeezed) >= 4 and not name.squeezed.isdigit()
        several = _own_plural(name, known) if word[-1] == "s" else ""
        spellings = {text.translate(SKELETON) for text in (name.squeezed, several) if text}
        if latin and name.squeezed != word and word.translate(SKELETON) in spellings:
            yield passage.match(at, at + len(word), name, "lookalike", 0.97)


def _han_name(name: Name, most: int) -> bool:
    return 2 <= len(name.squeezed) <= most and all(map(is_han, name.squeezed))


def _pinyin(passage: Passage, at: int, word: str, names: Sequence[Name]) -> Iterator[Match]:
    for name in names:
        if len(word) >= 5 and word.isalpha() and _han_name(name, 6) and word in (spellings := dict(spelled(name.squeezed))):
            yield passage.match(at, at + len(word), name, "pinyin", 0.9 if spellings[word] else 0.85, disguised=False)


def _typos(passage: Passage, at: int, word: str, names: Sequence[Name]) -> Iterator[Match]:
    for name in names:
        if _han_name(name, 6):
            exact = [text for text, as_pinyin in spelled(name.squeezed) if as_pinyin and len(text) >= 7]
            if len(word) >= 6 and any(osa(word, text) == 1 for text in exact):
                yield passage.match(at, at + len(word), name, "pinyin", 0.8, disguised=False)
        elif name.squeezed.isascii() and name.squeezed.isalpha() and len(name.squeezed) >= 4 and osa(word, name.squeezed) == 1:
            size = len(name.squeezed)
            if len(name.tokens) > 1 and (size < 8 or len(name.tokens) > 6):
                continue
            where = _slip(word, name.squeezed)
            if where == "anywhere" or (where == "leading" and not any(char.isalnum() for char in passage.text.raw[: passage.text.offsets[at]])):
                similarity = round(1 - 1 / max(len(word), size), 3)
                yield passage.match(at, at + len(word), name, "typo", similarity, needs_fit=min(size, len(word)) < 5)


def _slip(word: str, name: str) -> str:
    """Which kind of slip is it, and where does it count? "" nowhere."""
    size = len(name)
    if len(word) == size:
        changed = [at for at in range(size) if word[at] != name[at]]
        if len(changed) == 2:
            return "anywhere"
        pair = word[changed[0]] + name[changed[0]]
        if size == 4:
            return "leading" if pair in EYE or pair in ("sz", "zs", "iy", "yi") else ""
        if re.sub(r"(.)\1+", r"\1", word) == re.sub(r"(.)\1+", r"\1", name):
            return "anywhere"
        free = size >= 8 if changed[0] == 0 else size >= 6
        return "anywhere" if free or pair in LIKELY else ""
    longer, shorter = (word, name) if len(word) > size else (name, word)
    # The first place whose letter may be left out: `nikee` has two of them.
    at = min(place for place in range(len(longer)) if longer[:place] + longer[place + 1 :] == shorter)
    doubled = at + 1 < len(longer) and longer[at] == longer[at + 1]
    if longer is name:
        if size == 5:
            return "leading" if 0 < at + doubled < 4 and (doubled or name[at] in "aeiouy") else ""
        return "" if size == 4 or (at == 0 and size < 8 and not doubled) else "anywhere"
    if size == 4:
        return "anywhere" if doubled else ""
    beside = [word[place] for place in (at - 1, at + 1) if 0 <= place <= size]
    hand = any(word[at] + one in HAND for one in beside) or any(word[place] == word[at] for place in range(max(0, at - 2), min(size, at + 2) + 1) if place != at)
    return "anywhere" if size > 5 or hand or (at > 0 and word[at] in "aeiouyh") else ""


def _glued(passage: Passage, at: int, word: str, names: Sequence[Name], known: dict[str, Name]) -> Iterator[Match]:
    for cut in range(len(word) - 1, 3, -1):
        head, tail = word[:cut], word[cut:]
        model = not tail.isdigit() and MODEL.fullmatch(tail)
        other = known.get(tail) if len(tail) >= 4 and tail.isalpha() and tail not in english() else None
        two = other is not None and tail == other.squeezed
        if head in english() or not (model or two or tail in GLUED_GOODS or (len(tail) >= 4 and english().get(tail, 0) >= 32)):
            continue
        name = known.get(head)
        if name is not None and head == name.squeezed and head.isascii() and head.isalpha():
            yield passage.match(at, at + cut, name, "joined", 0.9, disguised=False)
            if other is not None and two:
                yield passage.match(at + cut, at + len(word), other, "joined", 0.9, disguised=False)
            return
        alike = [one for one in _alike(passage, at, head, [name for name in names if name.squeezed.isalpha() and len(name.squeezed) == cut], known) if model]
        if alike:
            yield from alike
            return


class Sounds:
    """A passage as it sounds: Han characters, and Latin syllables beside them."""

    def __init__(self, passage: Passage) -> None:
        self.passage, self.tokens = passage, passage.tokens
        self.said = [sound(token.text) for token in self.tokens]

    def window(self, at: int, size: int) -> bool:
        """Are there so many tokens that sound and touch, no two Latin ones side by side?"""
        window = self.tokens[at : at + size]
        touch = all(one.end == two.start and not (one.text.isascii() and two.text.isascii()) for one, two in pairwise(window))
        return at >= 0 and len(window) == size and touch and all(self.said[at : at + size])


def _han(passage: Passage, name: Name, known: dict[str, Name], *, crowded: bool) -> Iterator[Match]:
    if not _han_name(name, 8):
        return
    heard = Sounds(passage)
    size = len(name.squeezed)
    for first in range(len(passage.tokens)):
        if size <= 6 and heard.window(first, size):
            yield from _homophone(heard, first, name, known, crowded=crowded)
        yield from _half_latin(passage, first, name, known)
        for length in (size - 1, size) if size >= 4 else (3,) if size == 3 else ():
            if heard.window(first, length) and all(is_han(token.text) for token in passage.tokens[first : first + length]):
                yield from _edited(heard, first, length, name, known)


def _half_latin(passage: Passage, first: int, name: Name, known: dict[str, Name]) -> Iterator[Match]:
    """A name of three to six of which the first or the last syllables, two and more, are one Latin token."""
    meant = name.squeezed
    spoken = [[sound[:-1] for sound in one] for one in readings(meant) if all(one)]
    for said in range(2, len(meant)) if len(meant) in range(3, 7) else ():
        rest = len(meant) - said
        window = passage.tokens[first : first + rest + 1]
        written = [token.text for token in window]
        if len(window) < rest + 1 or any(one.end != two.start for one, two in pairwise(window)) or "".join(written) in known:
            continue
        for latin, han, syllables in ((written[0], written[1:], slice(said)), (written[-1], written[:-1], slice(rest, None))):
            kept = meant[said:] if syllables.start is None else meant[:rest]
            told = latin.isascii() and any("".join(one[syllables]) == latin for one in spoken) and (rest > 1 or latin not in english())
            if told and "".join(han) == kept and not torn(passage.tokens, first, rest + 1):
                yield passage.match(window[0].start, window[-1].end, name, "homophone", 0.9)


def _homophone(heard: Sounds, first: int, name: Name, known: dict[str, Name], *, crowded: bool) -> Iterator[Match]:
    size = len(name.squeezed)
    window = heard.tokens[first : first + size]
    written = "".join(token.text for token in window)
    if written in known or torn(heard.tokens, first, size):
        return
    lacked = [at for at in range(size) if written[at] != name.squeezed[at]]
    spared = [at for at in lacked if len(lacked) == 1 and tones().get(written[at]) == tones().get(name.squeezed[at])]
    if {written[at] for at in (lacked if size > 2 else range(size)) if at not in spared or size == 2} & FUNCTION:
        return
    said = heard.said[first : first + size]
    toned = [one for one in readings(name.squeezed) if all(one)]
    exact = any(said == [sound[:-1] for sound in one] for one in toned)
    nearly = any([near(sound) for sound in said] == [near(sound[:-1]) for sound in one] for one in toned)
    shared = sum(one.text == char for one, char in zip(window, name.squeezed, strict=True))
    agree = exact and tuple(tones().get(token.text, "") for token in window) in toned
    zipf = chinese().get(written, 0)
    text = heard.passage.text
    front, lead = text.plain[: window[0].start], LEAD.match(text.plain)
    first_of_all = not any(char.isalnum() for char in text.raw[: text.offsets[window[0].start]]) or (lead is not None and len(front) == lead.end())
    first_of_all |= lead is not None and len(front) < lead.end() and LEAD.fullmatch(re.split(r"[【[(（<《「〔]", front)[-1]) is not None
    model = re.match("[a-z0-9]|牌|同款", text.plain[window[-1].end :]) or re.search(r"(?:品牌[:：]?|牌子[:：]?|\b(?:by|from|brand:?|maker:?|manufacturer:?))\s*$", text.plain[: window[0].start])
    if not (exact or (nearly and size >= 3 and shared)):
        return
    if zipf >= 25 or (size == 2 and not shared):
        return
    doubtful = (crowded and size == 2 and not name.goods) or (not agree and (zipf or size == 2 or not shared))
    if doubtful and not (exact and (first_of_all or model)):
        return
    yield heard.passage.match(window[0].start, window[-1].end, name, "homophone", 0.9 if exact else 0.85)


def _edited(heard: Sounds, first: int, length: int, name: Name, known: dict[str, Name]) -> Iterator[Match]:
    window, swap = heard.tokens[first : first + length], False
    written, meant = "".join(token.text for token in window), name.squeezed
    if length == len(meant):
        changed = [at for at in range(length) if written[at] != meant[at]]
        swap = len(changed) == 2 and changed[1] == changed[0] + 1 and [meant[at] for at in changed] == [written[at] for at in reversed(changed)]
        if swap:
            edited = length > 3 or not any(part in known or chinese().get(part, 0) >= 35 for part in (written[:2], written[1:]))
        elif length == 3:
            edited = len(changed) == 1 and written[changed[0]] in shapes().get(meant[changed[0]], "")
        else:
            edited = len(changed) == 1 and not (length == 4 and _another(written, meant, changed[0]))
    else:
        edited = any(meant[:at] + meant[at + 1 :] == written for at in range(len(meant)))
    if not edited or written in known or written in chinese() or written in descriptors() or (set(written) - set(meant)) & FUNCTION or torn(heard.tokens, first, length):
        return
    yield heard.passage.match(window[0].start, window[-1].end, name, "lookalike" if len(meant) == 3 and not swap else "typo", round(1 - 1 / len(meant), 3))


def _another(written: str, meant: str, at: int) -> bool:
    """Does an everyday word agree while the other half sounds otherwise?"""
    if written[at] in shapes().get(meant[at], ""):
        return False
    sounds = {near(one[at][:-1]) for one in readings(meant) if one[at]}
    return chinese().get(written[2:] if at < 2 else written[:2], 0) >= 35 and near(tones().get(written[at], " 0")[:-1]) not in sounds


def _signs(passage: Passage, names: Sequence[Name], known: dict[str, Name]) -> Iterator[Match]:
    plain = passage.text.plain

    def read_as(signs: dict[int, int]) -> Passage:
        return Passage(passage.field, passage.text._replace(plain=plain.translate(signs)))

    letters, digits = read_as(SIGNS), read_as({ord(sign): ord(digit) for sign, digit in {"@": "4", "$": "5", "€": "3", "£": "1", "!": "1", "|": "1"}.items()})
    for name in names:
        standing = [(letters.tokens[first].start, letters.tokens[last].end) for first, last in _standing(letters, name, known)]
        for start, end in (*standing, *_veiled(digits, name, 1)):
            if len(name.squeezed) >= 4 and any(_stands_for_a_letter(plain, at) for at in range(start, end)):
                yield passage.match(start, end, name, "lookalike", 0.95)


def _stands_for_a_letter(plain: str, at: int) -> bool:
    before, char, after = f" {plain} "[at : at + 3]
    return ord(char) in SIGNS and ("a" <= after <= "z" or ("a" <= before <= "z" and char not in "!|" and not ("0" <= after <= "9")))


def _veiled(passage: Passage, name: Name, fewest: int) -> Iterator[tuple[int, int]]:
    """Where a name stands with digits for some letters of some of its words."""
    count = len(name.tokens)
    if not (fewest <= count <= 4 and name.squeezed.isascii() and name.squeezed.isalpha() and len(name.squeezed) >= (4 if count == 1 else 6)):
        return
    runs = list(re.finditer("[a-z0-9]+", passage.text.plain))
    for window in (runs[at : at + count] for at in range(len(runs) - count + 1)):
        changed = [run.group() != word for run, word in zip(window, name.tokens, strict=True)]
        digits = [sum(char.isdigit() for char in run.group()) for run in window]
        few = all(0 < some * 2 <= len(run.group()) for run, some, other in zip(window, digits, changed, strict=True) if other)
        alike = all(run.group().translate(SKELETON) == word.translate(SKELETON) for run, word in zip(window, name.tokens, strict=True))
        gaps = [passage.text.plain[one.end() : two.start()] for one, two in pairwise(window)]
        if any(changed) and few and alike and not any(len(gap) > 8 or any(char.isalnum() for char in gap) for gap in gaps):
            yield window[0].start(), window[-1].end()


def _masks(passage: Passage, names: Sequence[Name]) -> Iterator[Match]:
    """Stars that hide letters."""
    if not masked(passage.text.raw):
        return
    latin = [name for name in names if name.squeezed.isascii() and name.squeezed.isalpha() and (len(name.squeezed) > 4 or name.squeezed not in english())]
    for found in list(re.finditer(r"(?<![a-z0-9])[a-z][a-z*]*[*][a-z][a-z*]*(?![a-z0-9])", passage.text.plain))[:20]:
        for written in (found.group(), found.group().rstrip("*")):
            stars = written.count("*")
            good = 4 <= len(written) <= 64 and stars <= 4 and stars * 2 <= len(written)
            fitting = [name for name in latin if good and re.fullmatch(written.replace("*", "[a-z]"), name.squeezed)]
            if fitting:
                if len(fitting) <= 3:
                    yield from (passage.match(found.start(), found.start() + len(written), name, "lookalike", round(1 - stars / len(written), 3)) for name in fitting)
                break
    han = [name for name in names if _han_name(name, 8) and len(name.squeezed) >= 3 and name.squeezed not in chinese()]
    for found in list(re.finditer(rf"[{HAN}]+[*][{HAN}]+", passage.text.plain))[:20]:
        written = found.group()
        for start in range(len(written)):
            for size in range(3, 9):
                window = written[start : start + size]
                if len(window) == size and "*" in window[1:-1]:
                    fitting = [name for name in han if re.fullmatch(window.replace("*", "."), name.squeezed)]
                    if len(fitting) <= 3:
                        at = found.start() + start
                        yield from (passage.match(at, at + size, name, "lookalike", round(1 - 1 / size, 3)) for name in fitting)
