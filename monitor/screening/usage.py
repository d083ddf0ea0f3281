"""What does a mention do: names the goods, says what they fit, compares, denies, or is no brand at all?

Two questions in turn. Is the brand meant, or is it a word, or a piece of one (meaning.py, segments.py)? And what
does the mention do (roles.py)? Nothing here looks at papers. A brand whose policy restricts its sale is reported
a little more readily than one of which nothing is known.
"""

from __future__ import annotations

import re  # noqa: TC003 - a pattern is a field
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.screening import meaning
from monitor.screening.lexicon import ATTRIBUTE_BRAND, ATTRIBUTE_FIT
from monitor.screening.meaning import Place
from monitor.screening.reading import Reading
from monitor.screening.roles import Scene
from monitor.screening.text import plain
from monitor.screening.vocabulary import any_of, goods, senses, words
from monitor.screening.wordiness import SOFT, level, near_a_word
from monitor.screening.words import zipf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.model.finding import Usage
    from monitor.model.listing import Listing
    from monitor.model.registry import Brand
    from monitor.screening.index import Match
    from monitor.screening.wordiness import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One match for one brand. `usage` None: not a mention; `why` is the code that `explain` shows."""

    match: Match
    brand_id: str
    usage: Usage | None
    why: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a brand beforehand: is its name a word, which goods does it make?"""

    common: bool | None = None
    goods: frozenset[str] = frozenset()  # folded words of its goods, from categories and classes
    pattern: re.Pattern[str] | None = None
    policy: tuple[str, ...] = ()
    maker: bool = False


@dataclass(slots=True)
class _Case:
    """One match for one brand while it is judged."""

    match: Match
    brand_id: str
    known: Known
    place: Place
    level: Level
    pieces: list[str]
    why: str = ""  # set: no mention, and this is why
    total: int = 0

    @property
    def meant(self) -> bool:
        return not self.why and self.total >= 0


UNKNOWN = Known()


@dataclass(frozen=True, slots=True)
class UsageJudge:
    """Compiled once per registry; frozen, picklable, the same answer for the same listing."""

    brands: Mapping[str, Known]

    @classmethod
    def build(cls, brands: Iterable[Brand]) -> UsageJudge:
        return cls({brand.brand_id: known for brand in brands if (known := _known(brand)) != UNKNOWN})

    def __call__(self, listing: Listing, matches: Sequence[Match]) -> tuple[Judged, ...]:
        """One judgement for each match and brand, in the order of the matches."""
        readings: dict[str, Reading] = {}
        cases = [self._case(listing, match, brand_id, readings) for match in matches for brand_id in match.brand_ids]
        told = {case.brand_id for case in cases if case.match.field == "brand"}
        for case in cases:
            self._supported(case, cases, told)
        scenes = {name: Scene(reading, [(one.place, one.brand_id) for one in cases if one.meant and one.match.field == name]) for name, reading in readings.items()}
        return tuple(_judged(case, scenes[case.match.field]) for case in cases)

    def _case(self, listing: Listing, match: Match, brand_id: str, readings: dict[str, Reading]) -> _Case:
        reading = readings.get(match.field)
        if reading is None:
            reading = readings[match.field] = Reading.of(match.field, str(getattr(listing, match.field, "")))
        place = Place.of(reading, match)
        known = self.brands.get(brand_id, UNKNOWN)
        spelling = place.spelling if match.method in ("exact", "folded") else plain(match.alias)
        grade = _level(spelling, known)
        if match.method in ("joined", "typo") and (grade == "rare") == (" " in place.spelling):
            grade = level(place.spelling)  # ColorPlus is rare, `color plus` is not
        case = _Case(match, brand_id, known, place, grade, [])
        if match.field == "brand" or (match.field == "attributes" and _attribute(reading.raw, match)):
            return case
        if match.needs_fit and known.pattern is not None and not known.pattern.search(reading.plain[:400]):
            case.why = "goods-do-not-fit"
        elif meaning.torn(place):
            case.why = "inside-a-word"
        elif match.method == "typo" and near_a_word(place.spelling, plain(match.alias)):
            case.why = "misspelt-word"
        else:
            sense = None if grade == "rare" and known.pattern is None else _sense(spelling, known)
            case.pieces = meaning.weigh(place, reading, grade, sense, told_goods=known.pattern is not None, policy=known.policy)
            case.total = meaning.total(case.pieces)
        return case

    @staticmethod
    def _supported(case: _Case, cases: Sequence[_Case], told: set[str]) -> None:
        """What the rest of the listing says for a name that could not stand alone."""
        if case.why or case.total >= 0:
            return
        if case.brand_id in told:
            case.pieces.append("other-spelling")
        for other in cases:
            if other is case or other.why or other.match is case.match:
                continue
            piece = _support(case, other)
            if piece and piece not in case.pieces:
                case.pieces.append(piece)
        case.total = meaning.total(case.pieces)


def _support(case: _Case, other: _Case) -> str:
    """Which piece of evidence another match of the listing is for this one; "" for none."""
    if other.brand_id == case.brand_id:
        if other.place.spelling == case.place.spelling:
            return "again" if other.total >= 0 and case.level not in meaning.DESCRIBING else ""
        apart = other.place.spelling.isascii() != case.place.spelling.isascii()
        if other.level in meaning.DESCRIBING or not (apart or other.total >= 0):
            return ""
        return "other-spelling" if apart or other.place.spelling[:3] != case.place.spelling[:3] else ""
    if other.match.field != case.match.field or other.total < 0 or case.level in meaning.DESCRIBING:
        return ""
    return "beside" if _beside(case.place, other.place) else ""


def _beside(place: Place, other: Place) -> bool:
    """Do two names stand together? A Latin word right behind a maker is its product line: 荣耀Magic2."""
    if other.end <= place.start:
        gap = place.start - other.end
        if place.spelling.isascii() and (gap == 0 or place.before[-1:] == " "):
            return False
        return gap <= 1
    return 0 <= other.start - place.end <= 1 and (not place.spelling.isascii() or place.after[:1] != " ")


def _judged(case: _Case, scene: Scene) -> Judged:
    match, known = case.match, case.known

    def judged(usage: Usage | None, why: str) -> Judged:
        params = {"evidence": " ".join(f"{piece}{meaning.WEIGHTS[piece]:+d}" for piece in case.pieces)} if case.pieces else {}
        return Judged(match=match, brand_id=case.brand_id, usage=usage, why=why, params=params)

    if match.field == "brand":
        return judged("own", "brand-field")
    if match.field == "attributes" and (said := _attribute(scene.reading.raw, match)):
        return judged(said, "attribute")
    if case.why:
        return judged(None, case.why)
    if case.total < 0:
        return judged("descriptive", "ordinary-word")
    maker = known.maker or case.place.spelling in words("makers") or plain(match.alias) in words("makers")
    usage, why = scene.role(case.place, case.brand_id, maker=maker, platform=case.place.spelling in words("platforms"), own_goods=known.goods)
    return judged(usage, why)


def _known(brand: Brand) -> Known:
    categories = tuple(plain(one) for one in brand.categories)
    told = [word for category in categories for word in (category, *goods().get(category, ()))]
    if not told:
        told = [word for nice in brand.nice_classes for word in goods().get(str(nice), ())]
    listed = tuple(dict.fromkeys(told))
    policy = ("restricted",) if brand.policy in ("no-online", "authorized-only") else ()
    maker = any(plain(name) in words("makers") for name in brand.names)
    if brand.common_word is False:
        policy = (*policy, "never-a-word")
    return Known(brand.common_word, frozenset(listed), any_of(listed) if listed else None, policy, maker)


def _level(spelling: str, known: Known) -> Level:
    found = level(spelling)
    if known.common is True and (found in ("soft", "pair") or (found == "rare" and zipf(spelling) >= SOFT)):
        return "word"
    return found


def _sense(spelling: str, known: Known) -> re.Pattern[str] | None:
    """Among which goods does this spelling name the maker? The registry's word goes before the general one."""
    if known.pattern is not None:
        return known.pattern
    told = senses().get(spelling)
    return any_of(told) if told else None


def _attribute(raw: str, match: Match) -> Usage | None:
    """In `name:value;name:value` the name says what the brand does there; None where it does not."""
    start = max(raw.rfind(";", 0, match.start), raw.rfind("；", 0, match.start)) + 1
    name, mark, _ = raw[start : match.start].replace("：", ":").partition(":")
    name = plain(name).strip()
    if not mark:
        return None
    if ATTRIBUTE_FIT.search(name):
        return "compatible"
    return "own" if ATTRIBUTE_BRAND.search(name) else None
