"""Names as they are written, their words apart or together, with separators inside; one typo in one of several words."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from monitor.screening.lookup import ANCHORS, OPEN
from monitor.screening.matches import Match, Passage, made
from monitor.screening.names import LONGEST, ORDINARY, SEVERAL, SHORT, is_han
from monitor.screening.text import TOKEN, read
from monitor.screening.words import chinese, english

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.screening.lookup import Lookup
    from monitor.screening.matches import Token
    from monitor.screening.memory import Memory
    from monitor.screening.names import Name
    from monitor.screening.text import Text


def spelt(passage: Passage, lookup: Lookup) -> Iterator[Match]:
    """Names as they are, or with separators."""
    for first, last, name in standing(passage, lookup):
        yield as_written(passage, first, last, name)


def standing(passage: Passage, lookup: Lookup) -> Iterator[tuple[int, int, Name]]:
    """The first and the last token of every name: tokens put together from each start."""
    text, tokens = passage.text, passage.tokens
    for at, token in enumerate(tokens):
        squeezed, end = token.text, at
        flags = lookup.flags(squeezed) if len(squeezed) <= LONGEST else 0
        while flags:
            name = lookup.spelt(squeezed)
            if name is not None and bounded(text, tokens, at, end, name):
                yield at, end, name
            end += 1
            if end >= len(tokens) or not flags & OPEN:
                break
            squeezed += tokens[end].text
            if len(squeezed) > LONGEST:
                break
            flags = lookup.flags(squeezed)


def bounded(text: Text, tokens: Sequence[Token], first: int, last: int, name: Name) -> bool:
    """Does the place begin and end where words do? Digits may follow a Latin name, not go before it."""
    start, end = tokens[first].start, tokens[last].end
    before, after = text.plain[start - 1 : start], text.plain[end : end + 1]
    head, tail = name.squeezed[0], name.squeezed[-1]
    if head.isascii() and before.isascii() and before.isalnum():
        return False
    if last > first:
        more = sum(len(token.text) for token in tokens[first : last + 1]) - len(name.squeezed)
        if more and more >= len(tokens[last].text):
            return False  # nike's is Nike, and no plural
    short = name.latin and len(name.squeezed) <= SHORT
    if tail.isascii() and after.isascii() and after.isalnum() and (short or not (tail.isalpha() and after.isdigit())):
        return False
    if name.whole and end - start == len(name.squeezed):
        return True  # where HM is a name, too
    if short and last - first + 1 < len(name.tokens):
        return False  # HM is no H&M
    if last > first and _without_its_sign(name, tokens[last].end - tokens[first].start):
        return False  # nor is A4 the firm A+4
    if len(name.squeezed) < 2 or _gaps_fit(tokens, first, last, name):
        return True
    # Separators inside a word: what stands around must not be a letter of the same kind, and blanks or
    # commas join only signs that stand alone (耐 克), else the end of one phrase meets the next.
    gaps = {text.plain[one.end : two.start] for one, two in pairwise(tokens[first : last + 1])}
    if any(len(gap) > 8 for gap in gaps):
        return False
    inside = _inner_gaps(text, tokens[first : last + 1], name) if name.latin and len(name.tokens) > 1 else gaps
    soft = any(gap and not gap.strip(" ,，、。;；:：/|\t\n") for gap in inside)
    if short and any(gap.isspace() for gap in gaps):
        return False
    return not (soft and (before.isalnum() or after.isalnum())) and not (soft and len(gaps - {""}) > 1)


def _without_its_sign(name: Name, length: int) -> bool:
    """Is a short name that is written with a sign written without it, which is no name by itself?"""
    return not name.whole and length == len(name.squeezed) <= SHORT and name.latin and len(name.alias) > length


def _inner_gaps(text: Text, tokens: Sequence[Token], name: Name) -> set[str]:
    """What stands inside the words of a Latin name: in N.e.w Balance the blank is its own."""
    ends = set(accumulate(map(len, name.tokens)))
    sizes = accumulate(len(token.text) for token in tokens)
    return {text.plain[one.end : two.start] for (one, two), size in zip(pairwise(tokens), sizes, strict=False) if size not in ends}


def _gaps_fit(tokens: Sequence[Token], first: int, last: int, name: Name) -> bool:
    """Does every gap stand where the spelling has a word's end (Latin), or is there none (Han)?"""
    if last == first:
        return True
    if name.latin:
        return last - first + 1 == len(name.tokens)
    return all(one.end == two.start for one, two in pairwise(tokens[first : last + 1]))


def plainly(field: str, raw: str, start: int, end: int, number: int, lookup: Lookup, memory: Memory[tuple[int, str], Match]) -> Match | None:
    """The match of a place that an engine read as a name; None where it begins or ends inside of a character that folds to several.

    How a spelling is written depends on nothing around it, and the same ones come again and again: each is read once.
    """
    spelling = raw[start:end]
    known = memory.get((number, spelling))
    if known is None:
        known = _alone(spelling, lookup.name(number))
        if known is None or len(spelling) > 2 * LONGEST:
            return known and shifted(known, field, start)
        memory.keep((number, spelling), known)
    return shifted(known, field, start)


def shifted(match: Match, field: str, by: int) -> Match:
    """What was found in a part of a field, in the field."""
    return made((match[0], field, match[2] + by, match[3] + by, *match[4:]))


def _alone(spelling: str, name: Name) -> Match | None:
    """A raw spelling of a name as if it were all of a field."""
    if spelling == name.alias:
        return made((name.brand_ids, "", 0, len(spelling), spelling, name.alias, "exact", 1.0, False, False))
    passage = Passage.of("", spelling)
    last = len(passage.texts) - 1
    if not name.spells("".join(passage.texts), passage.texts[last]) or (last and _without_its_sign(name, len(passage.text.plain))):
        return None
    return as_written(passage, 0, last, name)


def written(passage: Passage, name: Name) -> list[Match] | None:
    """The match of a passage's tokens, read as a name by an engine; None where they are not that name."""
    if "".join(passage.texts) not in (name.squeezed, name.plural):
        return None
    last = len(passage.texts) - 1
    return [as_written(passage, 0, last, name)] if bounded(passage.text, passage.tokens, 0, last, name) else []


def as_written(passage: Passage, first: int, last: int, name: Name) -> Match:
    """The match of tokens that make up a name: how was it written?"""
    text, tokens = passage.text, passage.tokens
    start, end = tokens[first].start, tokens[last].end
    if name.whole and end - start == len(name.squeezed):
        name = name.alone
    if text.raw[text.offsets[start] : text.offsets[end - 1] + 1] == name.alias:
        return passage.match(start, end, name, "exact", 1.0, disguised=False)
    if any(at in text.foreign for at in range(start, end)):
        return passage.match(start, end, name, "lookalike", 0.97)
    if tuple(token.text for token in tokens[first : last + 1]) == name.tokens and _same_gaps(text, tokens, first, last, name):
        return passage.match(start, end, name, "folded", 0.99, disguised=False)
    return passage.match(start, end, name, "joined", 0.95, disguised=_inside(text, tokens, first, last, name))


def _same_gaps(text: Text, tokens: Sequence[Token], first: int, last: int, name: Name) -> bool:
    """Do the tokens stand apart as they do in the spelling?"""
    alias = read(name.alias).plain
    spans = [found.span() for found in TOKEN.finditer(alias)]
    gaps = [text.plain[one.end : two.start] for one, two in pairwise(tokens[first : last + 1])]
    meant = [alias[one[1] : two[0]] for one, two in pairwise(spans)]
    return gaps == meant and "\x7f" not in text.raw[text.offsets[tokens[first].start] : text.offsets[tokens[last].end - 1] + 1]


def _inside(text: Text, tokens: Sequence[Token], first: int, last: int, name: Name) -> bool:
    """Do separators stand inside one word of the name (N.I.K.E, 耐·克), not only between its words?"""
    cuts, at = set(), 0
    for token in name.tokens:
        at += len(token)
        cuts.add(at)
    han = all(map(is_han, name.squeezed))
    at = 0
    for one, two in pairwise(tokens[first : last + 1]):
        at += len(one.text)
        between = text.plain[one.end : two.start]
        if between and (not _parts(name.squeezed, at) if han and between.isspace() else han or at not in cuts):
            return True
    return False


def _parts(squeezed: str, at: int) -> bool:
    """Is a Han name two words there, as 英雄|钢笔 and 路易|威登 are? A blank between them hides nothing."""
    return all(len(word) > 1 and word in chinese() for word in (squeezed[:at], squeezed[at:]))


def several(passage: Passage, lookup: Lookup) -> Iterator[Match]:
    """A name of several words with one typo in a word that is not the anchor."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not token.text.isascii() or len(token.text) > LONGEST or not lookup.flags(token.text) & ANCHORS:
            continue
        if at and tokens[at - 1].end == token.start and tokens[at - 1].text.isascii():
            continue
        yield from anchored(passage, at, lookup)


def anchored(passage: Passage, at: int, lookup: Lookup) -> Iterator[Match]:
    """Names of several words, one misspelt, that begin or end with the word at `at`."""
    word = passage.texts[at]
    for count in range(2, 7):
        for name in lookup.anchored(word, count):
            first = at if name.tokens[0] == word else at - count + 1
            if _one_edit(passage.texts, first, count, name, lookup):
                window = passage.tokens[first : first + count]
                yield passage.match(window[0].start, window[-1].end, name, "typo", round(1 - 1 / len(name.squeezed), 3))


def _one_edit(texts: Sequence[str], first: int, count: int, name: Name, lookup: Lookup) -> bool:
    """Are these words the name but for one edit in words that are no ordinary ones?"""
    window = texts[max(first, 0) : first + count]
    squeezed = "".join(window)
    if first < 0 or len(window) < count or len(squeezed) < SEVERAL - 1 or not (squeezed.isascii() and squeezed.isalpha()):
        return False
    if OSA.distance(squeezed, name.squeezed, score_cutoff=1) != 1 or lookup.spelt(squeezed) is not None:
        return False
    strange = [one for one in window if one not in name.tokens]
    return bool(strange) and not any(len(one) < 3 or (len(one) > 3 and english().get(one, 0) >= ORDINARY) for one in strange)
