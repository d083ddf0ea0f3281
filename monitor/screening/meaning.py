"""Is the brand meant, or only the word that is its name? A sum of readable evidence decides.

Every piece of evidence has a name and a round weight in WEIGHTS, set by hand from what shop titles do in both
languages: sellers put the maker first, a model number follows a maker, 迷你 and `tops` describe. A sum of zero or
more: the brand is meant. `explain` shows the pieces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.screening.lexicon import FITS_BEFORE, may_say_by, may_speak_before
from monitor.screening.reading import WINDOW
from monitor.screening.segments import AROUND, inside_word, is_han
from monitor.screening.text import plain
from monitor.screening.vocabulary import descriptors, pattern
from monitor.screening.words import chinese

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.screening.index import Match
    from monitor.screening.reading import Reading
    from monitor.screening.sense import Sense

WEIGHTS: Mapping[str, int] = {
    # what the name is by itself
    "rare": 4, "soft": -1, "pair": -2, "code": -3, "word": -3, "descriptor": -7, "letter": -7, "measure": -4, "number": -8,
    "phrase": 0, "mixed": -3, "descriptors": -4,  # several words
    # where it stands
    "first": 4, "for-whom": 3, "later": -1, "compound": -5, "in-a-measure": -6,
    # how it is written
    "small": -2, "camel": 6, "apart": 2, "capital": 2, "shouted": 3, "trade-sign": 8,
    # what stands around it
    "model": 3, "fit-word": 3, "by": 5, "tail": 3, "goods": 5, "class": 2, "other-goods": -3, "owns": -5, "goes-on": -4, "pictured": -4, "other-meaning": -7,
    # what else the title says
    "other-spelling": 8, "again": 4, "beside": 3, "compared": 5,
    # how it was altered
    "hidden": 8, "guessed": -3, "guessed-short": -5, "slip": 2, "other-initial": -3, "crowded": -5, "crowded-long": -2, "well-known": 2, "another-word": -8,
    # what the registry says
    "never-a-word": 9, "restricted": 1,
}  # fmt: skip

MODEL = re.compile(
    r"[\s\-]?(?:(?=[a-z\-]*\d)(?!\d+(?:\.\d+)?\s?(?:%|/|x\d|mm|cm|m|ml|l|g|kg|mg|mcg|iu|oz|lb|lbs|ft|w|v|a|mah|gb|tb|pcs?|pack|inch(?:es)?|in|ct|count|tablets|capsules|斤|克|升|寸|英寸|年|元|包|个|袋|颗|粒|只|片|件|支|枚|条|度|天|岁|月|号|米|厘米|毫米|代|款)(?![a-z]))[a-z]{0,6}-?\d{2,6}[a-z0-9\-]*|[a-z]{1,3}\d[a-z0-9]*"
    r"|(?:note|pro|max|plus|mate|play|redmi|iphone|ipad|watch|macbook|galaxy)(?![a-z])"
    r"|手机|数据线|充电|快充|耳机|笔记本|平板|电脑|电视|手环|手表|路由|音箱|相机|打印|系统)"
)
FOR_WHOM = re.compile(r"\s(?:men|mens|men's|women|womens|women's|woman|boys|girls|kids|unisex|man|boys'|girls'|infant|baby)(?![a-z])")
BY = re.compile(r"(?:\b(?:by|from|brand:?|maker:?|manufacturer:?)|品牌[:：]?|牌子[:：]?)\s*$")
LOOKED = 400  # characters of a text in which goods are looked for
NEAR, NEAR_HAN = 40, 10  # characters behind a name in which the maker's goods speak for it
SAME_STYLE = "同款"
GUESSED = ("typo", "homophone", "pinyin")
LONG, LONG_HAN = 7, 3  # characters from which on a misspelt name is recognised for what it is
WORDS = frozenset(["word", "soft", "phrase"])
DESCRIBING = frozenset(["descriptor", "descriptors", "letter", "measure", "number"])
TAIL_SIGNS = frozenset("-|–")
TAIL_BEFORE, TAIL_AFTER = re.compile(r"\s[-|–]\s?$"), re.compile(r"(?:\s(?:uk|us|usa|int'?l\.?|inc\.?|co\.?|ltd\.?|official|store))?\s*(?:$|[|])")
WHOSE = frozenset("男女童")  # 男鞋, 女包: who wears them, and the goods
APART = frozenset(" ,，。/|【】[]()（）、\t")
GOES_ON = re.compile(r" (?:of|in|the|at|on|to|is|a|an|and|vs)(?![a-z])")
HYPHENS = ("-", "'", "’")
MODEL_OF_WORD = re.compile(r"\s[a-z]*\d{3,}")
CAMEL = re.compile(r"[a-z][A-Z]")
TRADE_SIGN = re.compile(r"\s?[®™]|牌(?![照子匾位楼坊桌])")
NUMBER_AROUND = re.compile(r"[\d.:x*/]$")


class Place:
    """One match with its surroundings cut out once; `start` and `end` count folded characters."""

    __slots__ = ("after", "before", "end", "match", "reading", "spelling", "start")

    def __init__(self, reading: Reading, match: Match) -> None:
        self.reading, self.match = reading, match
        self.start, self.end = start, end = reading.span(match)
        plain = reading.plain
        self.spelling = plain[start:end]
        self.before = plain[start - WINDOW if start > WINDOW else 0 : start]
        self.after = plain[end : end + WINDOW]


def weigh(place: Place, sense: Sense) -> list[str]:
    """The pieces of evidence that the place itself and its surroundings give, after those that its sense brings.

    No list holds all that a maker of devices sells: where it stands first, only what is eaten or grown is none of its goods.
    """
    pieces = list(sense.pieces)
    match, after, reading, level, goods = place.match, place.after, place.reading, sense.level, sense.goods
    guessed = match.method in GUESSED
    if level == "rare" and not guessed:
        # Nobody's word counts wherever it stands, but for a name that a goddess had before the maker.
        return [*pieces, "other-meaning"] if sense.others and _elsewhere(place, sense) and (not goods or _among(place, sense) != "goods") else pieces
    if level == "number":
        # Never by itself; where the registry says that it is a name (361), only among the goods that it makes.
        return [*pieces, _among(place, sense)] if goods else pieces
    first = not place.start or place.start <= reading.lead
    if guessed:
        _altered(place, pieces)
    elif match.disguised and level not in DESCRIBING and (match.method == "lookalike" or not (" " in place.spelling and place.spelling.isascii())):
        pieces.append("hidden")  # nobody writes an ordinary word 得·力 or comf0rt
    if first:
        pieces.append("first")
        if after[:1].isspace() and level not in ("descriptor", "descriptors", "measure") and FOR_WHOM.match(after):
            pieces.append("for-whom")
    among = _among(place, sense) if goods else ""
    if sense.sells and among != "goods" and sense.sells.search(after[: NEAR if place.spelling.isascii() else NEAR_HAN]):
        among = "goods"
    describes = level in DESCRIBING
    # That a word describes goods weighs enough: other goods are no news where the registry has not told of any.
    if among and (among == "goods" or sense.known.goods or not (describes or (first and sense.maker)) or (not describes and pattern("foods").search(after))):
        pieces.append(among)
    if sense.others and among != "goods" and _elsewhere(place, sense):
        pieces.append("other-meaning")
    elif first and among != "goods" and level in WORDS and reading.pictures:
        pieces.append("pictured")
    if not reading.ascii:
        if not describes and after.startswith(SAME_STYLE):
            pieces.append("compared")
        if after[:1] == "的" and is_han(after[1:2]) and level in WORDS and "hidden" not in pieces:
            pieces.append("owns")  # 巨人的花园: makers are named without, but for 苹果的 128G
        if TRADE_SIGN.match(reading.raw, match.end):
            pieces.append("trade-sign")
    if not describes:
        _named(place, reading, first, pieces)
    elif first and level in ("descriptor", "descriptors") and after[:1].isspace() and MODEL_OF_WORD.match(after):
        pieces.append("model")
    if not describes and after[:1] == " " and not match.text[0].islower() and GOES_ON.match(after):
        pieces.append("goes-on")  # Hero of Alexandria, Guess the price: what is said of the word, not of goods
    before = place.before
    if before and (match.text[:1].isupper() or not match.text.isascii()):
        if may_say_by(before) and BY.search(before[-20:]):
            pieces.append("by")
        elif not reading.han and not TAIL_SIGNS.isdisjoint(before[-4:]) and TAIL_BEFORE.search(before[-4:]) and TAIL_AFTER.match(after):
            pieces.append("tail")
    if place.spelling.isascii() and not guessed:
        _written(place, reading, first, pieces)
    return pieces


def _among(place: Place, sense: Sense) -> str:
    """Does the name stand among its goods, or among others? A name of several words may name them itself: Apple Watch."""
    assert sense.goods is not None
    if not sense.known.goods:  # the registry tells of none: those of the word lists may stand anywhere
        return "goods" if sense.goods.search(place.reading.plain, 0, LOOKED) else "other-goods"
    itself = place.spelling if " " in place.spelling else ""
    return "goods" if sense.goods.search(f"{place.before[-12:]} {itself} {place.after} {place.reading.category}") else "other-goods"


def sold_behind(place: Place, sense: Sense) -> bool:
    """Does something that the maker sells stand right behind a name, where what follows makes another thing of it: 外星人|头戴耳机, Pandora box charm?"""
    return sense.trade is not None and sense.trade.search(place.after[: NEAR if place.spelling.isascii() else NEAR_HAN]) is not None


def _elsewhere(place: Place, sense: Sense) -> bool:
    """Does the title speak of the name's other meaning, and of nothing that the maker sells?"""
    plain = place.reading.plain
    if sense.others is None or not sense.others.search(plain, 0, LOOKED):
        return False
    return sense.sells is None or not sense.sells.search(plain, 0, LOOKED)


def doubts(place: Place, against: tuple[str, ...], pieces: Sequence[str], *, renowned: bool) -> tuple[str, ...]:
    """What speaks against a spelling that only resembles a name, and what for it. That another firm may be called so does not where the
    title begins with it and a word follows, if it stands among its goods or is `renowned`; nor anywhere in a long name that is."""
    stands = "first" in pieces and word_follows(place.after)
    if renowned and (stands or at_length(place.spelling, place.match)):
        return ("well-known", *(one for one in against if not one.startswith("crowded")))
    return tuple(one for one in against if not one.startswith("crowded")) if stands and "goods" in pieces else against


def at_length(written: str, match: Match) -> bool:
    """Is a name long enough that hardly anybody else's is nearly the same?"""
    return min(len(written), len(match.alias)) >= LONG if match.alias.isascii() else len(match.alias) > LONG_HAN


def word_follows(after: str) -> bool:
    """Does something begin here that is no more of the name: no Han, or a known word?"""
    return not after or not is_han(after[0]) or after[0] in WHOSE or any(after[:size] in listed for size in (2, 3, 4) for listed in (chinese(), descriptors()))


def _altered(place: Place, pieces: list[str]) -> None:
    """How was the name altered? Letters slip by doubling and swapping; another first letter of a name of one word is another name,
    but for two Han characters swapped."""
    match = place.match
    long = len(match.text) >= LONG if match.alias.isascii() else len(match.alias) >= LONG_HAN
    pieces.append("guessed" if long else "guessed-short")
    if match.method == "typo":
        written, name = place.spelling, plain(match.alias)
        swapped = sorted(written) == sorted(name)
        if written[:1] != name[:1] and " " not in name and not (swapped and is_han(name[:1])):
            pieces.append("other-initial")
        elif swapped or (len(written) != len(name) and set(written) == set(name)):
            pieces.append("slip")


def _named(place: Place, reading: Reading, first: bool, pieces: list[str]) -> None:
    """What makes a word that could be a name one: a model or buyers behind it, a marker before it, blanks around it."""
    before, after = place.before, place.after
    if MODEL.match(after):
        pieces.append("model")
    if not first and may_speak_before(before) and FITS_BEFORE.search(before[-40:]):
        pieces.append("fit-word")
    if reading.han and not first and before[-1:] in APART and (not after or after[0] in APART):
        pieces.append("apart")


def _written(place: Place, reading: Reading, first: bool, pieces: list[str]) -> None:
    """Capitals and hyphens of a Latin name."""
    match, after = place.match, place.after
    raw, last, next_ = match.text, place.before[-2:], after[:2]
    if (last and ((last[-1] in HYPHENS and last[:-1].isalnum() and not first) or (last[-1] == "." and last[:-1].isdigit()))) or (next_[:1] == "-" and next_[1:].isalpha()):
        pieces.append("compound")
    if last and raw[0].isdigit() and NUMBER_AROUND.search(last):
        pieces.append("in-a-measure")
    if match.method == "exact" and not raw[1:].islower() and CAMEL.search(raw):
        pieces.append("camel")
    elif reading.han:
        return
    elif raw[0].islower():
        if reading.small_share <= 0.9:
            pieces.append("small")
    elif reading.small_share >= 0.5 and raw[0].isupper():
        pieces.append("capital")
    if len(raw) > 2 and raw.isupper() and not _among_capitals(reading.raw, match):
        pieces.append("shouted")


def _among_capitals(raw: str, match: Match) -> bool:
    """Are the words beside it shouted too: BE KIND, HORRIBLE IDEA?"""
    words = (raw[: match.start].split()[-1:], raw[match.end :].split()[:1])
    return any(word.isupper() and len(word) > 1 and word.isalpha() for beside in words for word in beside)


def total(pieces: Sequence[str]) -> int:
    return sum(map(WEIGHTS.__getitem__, pieces))


def torn(reading: Reading, match: Match) -> bool:
    """Are its characters part of other words? Only Han names can be."""
    if reading.ascii or match.text.isascii():
        return False
    start, end = reading.span(match)
    plain = reading.plain
    spelling = plain[start:end]
    if match.method == "joined" and match.disguised:  # 合金+豪华: the ends of two words
        return start > 0 and plain[start - 1 : start + 1] in chinese() and plain[end - 1 : end + 1] in chinese()
    if spelling.isascii():
        return False
    return inside_word(plain[start - AROUND if start > AROUND else 0 : start], spelling, plain[end : end + AROUND], match.disguised)
