"""Which brands could be meant here? Every spelling of the registry, prepared for looking up.

The public door is `Finder`: build it once from the brands, ask it for the matches of a listing's fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from monitor.screening.text import HAN, SIGNS, SKELETON, TOKEN, Text, read
from monitor.screening.words import chinese, english, readings, sounds, tones

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.model.finding import Method
    from monitor.model.registry import Brand

LONGEST = 64  # characters of a spelling that are searched
SHORT = 3  # letters up to which a name is matched strictly: HM0871 and H M are no H&M
MOST = 300  # places of one field that are judged
METHODS = ("exact", "folded", "lookalike", "joined", "pinyin", "homophone", "typo")  # surest first
RUN = re.compile("[a-z0-9]{4,}")  # letters and digits as they run together
FUZZY = 5  # letters from which on a Latin name may be misspelt
RARE = 25  # ten times the Zipf frequency below which a word is rare
FUNCTION = frozenset("的了是和在有与及或为对把被让从到就都也而又不无很更最这那其个之于以上下中大小新款男女")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place that resembles a spelling. `brand_ids`: all brands that own it. Offsets count the raw field's
    code points. `disguised`: the spelling hides the name. `needs_fit`: counts only where the goods fit."""

    brand_ids: tuple[str, ...]
    field: str
    start: int
    end: int
    text: str
    alias: str
    method: Method
    similarity: float
    disguised: bool = False
    needs_fit: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling: as written, its tokens, squeezed together, and who owns it."""

    alias: str
    tokens: tuple[str, ...]
    squeezed: str
    brand_ids: tuple[str, ...]

    @property
    def latin(self) -> bool:
        return self.squeezed.isascii()


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int  # in the plain form
    end: int


@dataclass(slots=True)
class Finder:
    """The prepared registry. Picklable; the same for every field and listing."""

    names: dict[str, Name] = field(default_factory=dict)  # squeezed -> name
    prefixes: set[str] = field(default_factory=set)
    skeletons: dict[str, Name] = field(default_factory=dict)
    deletions: dict[str, list[Name]] = field(default_factory=dict)
    pinyin: dict[str, Name] = field(default_factory=dict)
    sounding: dict[tuple[str, str], list[tuple[Name, tuple[str, ...]]]] = field(default_factory=dict)
    anchored: dict[str, list[Name]] = field(default_factory=dict)  # first or last word of a name of several
    memo: dict[str, tuple[tuple[Name, Method, float, bool], ...]] = field(default_factory=dict)

    @classmethod
    def build(cls, brands: Iterable[Brand]) -> Finder:
        """Prepare every spelling of `brands`. One that folds to nothing is left out."""
        finder = cls()
        owners: dict[str, tuple[str, list[str], tuple[str, ...]]] = {}
        for brand in brands:
            for alias in brand.names:
                text = read(alias[: LONGEST * 2]).plain
                tokens = tuple(TOKEN.findall(text))
                squeezed = "".join(tokens)[:LONGEST]
                if squeezed:
                    owner = owners.setdefault(squeezed, (alias, [], tokens))
                    if brand.brand_id not in owner[1]:
                        owner[1].append(brand.brand_id)
        for squeezed, (alias, ids, tokens) in owners.items():
            finder._add(Name(alias, tokens, squeezed, tuple(ids)))
        return finder

    def _add(self, name: Name) -> None:
        squeezed = name.squeezed
        self.names[squeezed] = name
        self.prefixes.update(squeezed[:end] for end in range(1, len(squeezed)))
        letters = squeezed.isascii() and not squeezed.isdigit()
        if letters and len(squeezed) >= 4:
            self.skeletons.setdefault(squeezed.translate(SKELETON), name)
        if letters and len(squeezed) >= 4 and squeezed.isalpha():
            if len(name.tokens) == 1:
                for key in {squeezed, *_deleted(squeezed)}:
                    self.deletions.setdefault(key, []).append(name)
            else:
                for word in {name.tokens[0], name.tokens[-1]}:
                    if len(word) > 1:
                        self.anchored.setdefault(word, []).append(name)
        if 2 <= len(squeezed) <= 6 and all(_is_han(char) for char in squeezed):
            for toned in readings(squeezed):
                spoken = tuple(sound[:-1] for sound in toned)
                if not all(spoken):
                    continue
                latin = "".join(spoken)
                if len(latin) >= 5 and latin not in english():
                    self.pinyin.setdefault(latin, name)
                self.sounding.setdefault((spoken[0], spoken[1]), []).append((name, toned))

    def find(self, fields: Sequence[tuple[str, str]]) -> tuple[Match, ...]:
        """Every match of a listing's (field name, raw text) pairs, by field and place, overlaps resolved."""
        return tuple(match for name, raw in fields if raw for match in self._field(name, raw))

    def find_batch(self, batch: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[Match, ...]]:
        """The same for many listings at once: one entry for each, in order; equal to `find` one by one."""
        return [self.find(fields) for fields in batch]

    def _field(self, name: str, raw: str) -> list[Match]:
        text = read(raw)
        if not self._plausible(text):
            return []
        tokens = [_Token(found.group(), found.start(), found.end()) for found in TOKEN.finditer(text.plain)]
        found = [*self._joined(name, text, tokens), *self._words(name, text, tokens), *self._spoken(name, text, tokens)]
        if has_sign(raw):
            found += self._signs(name, text)
        return _resolved(found) if found else found

    def _plausible(self, text: Text) -> bool:
        """Could anything be found here? Nine titles of ten end at this question: no places are counted for it."""
        texts = TOKEN.findall(text.plain)
        names, prefixes, several = self.names, self.prefixes, self.anchored
        for at, squeezed in enumerate(texts):
            if squeezed in names or (squeezed in several and self._nearly(texts, at)):
                return True
            end = at + 1
            while squeezed in prefixes and end < len(texts):
                squeezed += texts[end]
                if squeezed in names:
                    return True
                end += 1
        memo = self.memo
        for word in RUN.findall(text.plain):
            judged = memo.get(word)
            if judged or (judged is None and self._judgement(word)):
                return True
        if not text.raw.isascii() and self.sounding:
            sounding = self.sounding
            spoken = list(map(sounds().get, texts))
            for at, pair in enumerate(pairwise(spoken)):
                if pair in sounding and self._sounds(texts, spoken, at):
                    return True
        return has_sign(text.raw)

    def _nearly(self, texts: list[str], at: int) -> bool:
        """Is a name of several words, of which this is the first or the last, one edit away?"""
        for name in self.anchored[texts[at]]:
            size = len(name.tokens)
            first = at if name.tokens[0] == texts[at] else at - size + 1
            window = "".join(texts[max(first, 0) : first + size])
            if abs(len(window) - len(name.squeezed)) <= 1 and OSA.distance(window, name.squeezed, score_cutoff=1) <= 1:
                return True
        return False

    def _sounds(self, texts: list[str], spoken: list[str | None], at: int) -> bool:
        """Does a name of this sound stand here in other characters that are no word of their own?"""
        for name, meant in self.sounding[(spoken[at], spoken[at + 1])]:  # type: ignore[index]
            size = len(meant)
            written = "".join(texts[at : at + size])
            if written == name.squeezed or written in self.names or chinese().get(written, 0) >= RARE:
                continue
            if spoken[at : at + size] == [sound[:-1] for sound in meant] and FUNCTION.isdisjoint(written):
                return True
        return False

    def _judgement(self, word: str) -> tuple[tuple[Name, Method, float, bool], ...]:
        """What a run of letters and digits resembles; each word is judged once."""
        if not 4 <= len(word) <= LONGEST:
            return ()
        judged = self.memo.get(word)
        if judged is None:
            judged = tuple(self._judge(word))
            if len(self.memo) < 200_000:
                self.memo[word] = judged
        return judged

    def _joined(self, field_name: str, text: Text, tokens: list[_Token]) -> Iterator[Match]:
        """Names as they are, or with separators: tokens put together from each start."""
        names, prefixes = self.names, self.prefixes
        for at, token in enumerate(tokens):
            squeezed = token.text
            if squeezed not in prefixes and squeezed not in names:
                continue
            end = at
            while True:
                name = names.get(squeezed)
                if name is not None and self._bounded(text, tokens, at, end, name):
                    yield self._as_written(field_name, text, tokens, at, end, name)
                end += 1
                if end >= len(tokens) or squeezed not in prefixes:
                    break
                squeezed += tokens[end].text

    def _bounded(self, text: Text, tokens: list[_Token], first: int, last: int, name: Name) -> bool:
        """Does the place begin and end where words do? Digits may follow a Latin name, not go before it."""
        start, end = tokens[first].start, tokens[last].end
        before, after = text.plain[start - 1 : start], text.plain[end : end + 1]
        head, tail = name.squeezed[0], name.squeezed[-1]
        if head.isascii() and before.isascii() and before.isalnum():
            return False
        short = name.latin and len(name.squeezed) <= SHORT
        if tail.isascii() and after.isascii() and after.isalnum() and (short or not (tail.isalpha() and after.isdigit())):
            return False
        if short and last - first + 1 < len(name.tokens):
            return False  # HM is no H&M
        if len(name.squeezed) < 2 or self._gaps_fit(text, tokens, first, last, name):
            return True
        # Separators inside a word: what stands around must not be a letter of the same kind, and blanks or
        # commas join only signs that stand alone (耐 克), else the end of one phrase meets the next.
        gaps = {text.plain[one.end : two.start] for one, two in pairwise(tokens[first : last + 1])}
        if any(len(gap) > 8 for gap in gaps):
            return False
        soft = any(gap and not gap.strip(" ,，、。;；:：/|\t\n") for gap in gaps)
        if short and any(gap.isspace() for gap in gaps):
            return False
        return not (soft and (_is_word(before) or _is_word(after))) and not (soft and len(gaps - {""}) > 1)

    @staticmethod
    def _gaps_fit(text: Text, tokens: list[_Token], first: int, last: int, name: Name) -> bool:
        """Does every gap stand where the spelling has a word's end (Latin), or is there none (Han)?"""
        if last == first:
            return True
        if name.latin:
            return last - first + 1 == len(name.tokens)
        return all(one.end == two.start for one, two in pairwise(tokens[first : last + 1]))

    def _as_written(self, field_name: str, text: Text, tokens: list[_Token], first: int, last: int, name: Name) -> Match:
        start, end = text.offsets[tokens[first].start], _raw_end(text, tokens[last].end)
        raw = text.raw[start:end]
        if raw == name.alias:
            return _match(name, field_name, start, end, raw, "exact", 1.0)
        if any(at in text.foreign for at in range(tokens[first].start, tokens[last].end)):
            return _match(name, field_name, start, end, raw, "lookalike", 0.97, disguised=True)
        if tuple(token.text for token in tokens[first : last + 1]) == name.tokens and _same_gaps(text, tokens, first, last, name):
            return _match(name, field_name, start, end, raw, "folded", 0.99)
        return _match(name, field_name, start, end, raw, "joined", 0.95, disguised=_inside(text, tokens, first, last, name))

    def _words(self, field_name: str, text: Text, tokens: list[_Token]) -> Iterator[Match]:
        """Latin words that are nearly a name: confusables, one typo, pinyin. Words are judged once."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if not token.text.isascii():
                at += 1
                continue
            last = at
            while last + 1 < len(tokens) and tokens[last + 1].start == tokens[last].end and tokens[last + 1].text.isascii():
                last += 1
            word = text.plain[token.start : tokens[last].end]
            for name, method, similarity, fit in self._judgement(word):
                start, end = text.offsets[token.start], _raw_end(text, tokens[last].end)
                yield _match(name, field_name, start, end, text.raw[start:end], method, similarity, disguised=method != "pinyin", needs_fit=fit)
            if token.text in self.anchored and last == at:
                yield from self._several(field_name, text, tokens, at)
            at = last + 1

    def _judge(self, word: str) -> Iterator[tuple[Name, Method, float, bool]]:
        """What one Latin word resembles. A known name or an ordinary word resembles nothing."""
        if word in self.names or word in english() or word.isdigit():
            return
        if word[-1] == "s" and (word[:-1] in self.names or english().get(word[:-1], 0) >= 30):
            return
        name = self.skeletons.get(word.translate(SKELETON))
        if name is not None and name.squeezed != word and sum(char.isdigit() for char in word) * 2 <= len(word):
            yield name, "lookalike", 0.97, False
            return
        if word in self.pinyin:
            yield self.pinyin[word], "pinyin", 0.9, False
            return
        if not word.isalpha():
            return
        seen: set[str] = set()
        for key in (word, *_deleted(word)):
            for name in self.deletions.get(key, ()):
                if name.squeezed in seen:
                    continue
                seen.add(name.squeezed)
                if _typo(word, name.squeezed):
                    yield name, "typo", round(1 - 1 / max(len(word), len(name.squeezed)), 3), len(name.squeezed) < FUZZY

    def _several(self, field_name: str, text: Text, tokens: list[_Token], at: int) -> Iterator[Match]:
        """A name of several words with one typo in a word that is not the anchor."""
        for name in self.anchored[tokens[at].text]:
            size = len(name.tokens)
            first = at if name.tokens[0] == tokens[at].text else at - size + 1
            window = tokens[max(first, 0) : first + size]
            if first < 0 or len(window) < size or len(name.squeezed) < 8:
                continue
            squeezed = "".join(token.text for token in window)
            if squeezed in self.names or any(len(one.text) > 3 and one.text in english() for one in window if one.text not in name.tokens):
                continue
            if squeezed.isalpha() and squeezed.isascii() and OSA.distance(squeezed, name.squeezed, score_cutoff=1) == 1:
                start, end = text.offsets[window[0].start], _raw_end(text, window[-1].end)
                yield _match(name, field_name, start, end, text.raw[start:end], "typo", round(1 - 1 / len(squeezed), 3), disguised=True)

    def _spoken(self, field_name: str, text: Text, tokens: list[_Token]) -> Iterator[Match]:
        """Han names written with other characters of the same sound: 奈克 for 耐克."""
        if not self.sounding or text.raw.isascii():
            return
        table, toned, common = sounds(), tones(), chinese()
        spoken = [table.get(token.text, "") for token in tokens]
        for at in range(len(tokens) - 1):
            for name, meant in self.sounding.get((spoken[at], spoken[at + 1]), ()):
                size = len(meant)
                window = tokens[at : at + size]
                written = "".join(token.text for token in window)
                if spoken[at : at + size] != [sound[:-1] for sound in meant] or written == name.squeezed or written in self.names:
                    continue
                # A word of its own is no disguise; a rare one may be, where even the tones agree.
                tones_agree = [toned.get(char) for char in written] == list(meant)
                if common.get(written, 0) >= (RARE if tones_agree else 1):
                    continue
                if window[-1].end - window[0].start != size or any(char in FUNCTION for char in written):
                    continue
                before = tokens[at - 1].text if at and tokens[at - 1].end == window[0].start else ""
                after = tokens[at + size].text if at + size < len(tokens) and tokens[at + size].start == window[-1].end else ""
                torn = (before and before + written[0] in common) or (after and written[-1] + after in common)
                if size == 2 and (torn or not set(written) & set(name.squeezed)):
                    continue
                start, end = text.offsets[window[0].start], _raw_end(text, window[-1].end)
                yield _match(name, field_name, start, end, text.raw[start:end], "homophone", 0.9, disguised=True)

    def _signs(self, field_name: str, text: Text) -> Iterator[Match]:
        """Signs that stand for letters: @pple, $amsung, N!ke."""
        plain = text.plain.translate(SIGNS)
        if len(plain) != len(text.plain):
            return
        for found in TOKEN.finditer(plain):
            word = found.group()
            if word != text.plain[found.start() : found.end()] and len(word) >= 4 and word in self.names:
                start, end = text.offsets[found.start()], _raw_end(text, found.end())
                yield _match(self.names[word], field_name, start, end, text.raw[start:end], "lookalike", 0.95, disguised=True)


def _match(name: Name, field_name: str, start: int, end: int, raw: str, method: Method, similarity: float, *, disguised: bool = False, needs_fit: bool = False) -> Match:
    return Match(
        brand_ids=name.brand_ids, field=field_name, start=start, end=end, text=raw, alias=name.alias, method=method,
        similarity=similarity, disguised=disguised, needs_fit=needs_fit,
    )  # fmt: skip


def has_sign(raw: str) -> bool:
    """Does it hold a sign that may stand for a letter?"""
    return any(sign in raw for sign in "@$€!|")


def _deleted(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _typo(word: str, name: str) -> bool:
    """One edit apart. Of a name of four letters only a doubled or a swapped letter."""
    if OSA.distance(word, name, score_cutoff=1) != 1:
        return False
    if len(name) >= FUZZY:
        return len(word) >= FUZZY or len(name) > FUZZY
    if len(word) == len(name):
        return sorted(word) == sorted(name)
    return len(word) == len(name) + 1 and any(word[at] == word[at + 1] and word[:at] + word[at + 1 :] == name for at in range(len(name)))


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


def _is_word(char: str) -> bool:
    return bool(char) and char.isalnum()


def _raw_end(text: Text, plain_end: int) -> int:
    return text.offsets[plain_end - 1] + 1 if plain_end else 0


def _same_gaps(text: Text, tokens: list[_Token], first: int, last: int, name: Name) -> bool:
    """Do the tokens stand apart as they do in the spelling?"""
    alias = read(name.alias).plain
    spelt = [found.span() for found in TOKEN.finditer(alias)]
    gaps = [text.plain[one.end : two.start] for one, two in pairwise(tokens[first : last + 1])]
    meant = [alias[one[1] : two[0]] for one, two in pairwise(spelt)]
    raw_inside = text.raw[text.offsets[tokens[first].start] : _raw_end(text, tokens[last].end)]
    return gaps == meant and not any(ord(char) == 0x7F for char in raw_inside)


def _inside(text: Text, tokens: list[_Token], first: int, last: int, name: Name) -> bool:
    """Do separators stand inside one word of the name (N.I.K.E, 耐·克), not only between its words?"""
    cuts, at = set(), 0
    for token in name.tokens:
        at += len(token)
        cuts.add(at)
    han = all(_is_han(char) for char in name.squeezed)
    at = 0
    for one, two in pairwise(tokens[first : last + 1]):
        at += len(one.text)
        gap = text.plain[one.end : two.start]
        if gap and (han or at not in cuts):
            return True
    return False


def _resolved(found: list[Match]) -> list[Match]:
    """Longest first, then the surest method: an overlapping weaker match says nothing of its own.

    The first MOST places of a field are kept: a name said a thousand times says no more.
    """
    ranked = sorted(found, key=lambda match: (match.start - match.end, METHODS.index(match.method), -match.similarity))
    taken = bytearray(max(match.end for match in found))
    spans: dict[tuple[int, int], Method] = {}
    kept: list[Match] = []
    for match in ranked:
        span = (match.start, match.end)
        if taken.find(1, *span) < 0:
            taken[match.start : match.end] = b"\1" * (match.end - match.start)
            spans[span] = match.method
        elif spans.get(span) != match.method:
            continue
        kept.append(match)
    kept.sort(key=lambda match: (match.start, match.end, match.alias))
    return kept[:MOST]


__all__ = ["HAN", "Finder", "Match", "Name"]
