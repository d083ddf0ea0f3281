"""What does a mention do: names the goods, says what they fit, compares, denies, or is no brand at all?

Two questions in turn. Is the brand meant, or is it a word, or a piece of one (meaning.py, segments.py)? And what
does the mention do (roles.py)? Nothing here looks at papers. A brand whose policy restricts its sale is reported
a little more readily than one of which nothing is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from monitor.screening.lexicon import ATTRIBUTE_BRAND, ATTRIBUTE_FIT
from monitor.screening.meaning import DESCRIBING, GUESSED, Place, torn, total, weigh
from monitor.screening.reading import Reading
from monitor.screening.roles import Scene
from monitor.screening.text import plain
from monitor.screening.vocabulary import any_of, goods, senses, words
from monitor.screening.wordiness import SOFT, another_word, level
from monitor.screening.words import zipf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.model.finding import Usage
    from monitor.model.listing import Listing
    from monitor.model.registry import Brand
    from monitor.screening.index import Match
    from monitor.screening.wordiness import Level


class Judged(NamedTuple):
    """One match for one brand. `usage` None: not a mention; `why` is the code that `explain` shows.

    `evidence`: the pieces that decided whether the brand is meant (meaning.WEIGHTS names and weighs them).
    """

    match: Match
    brand_id: str
    usage: Usage | None
    why: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a brand beforehand: is its name a word, which goods does it make?"""

    common: bool | None = None
    goods: tuple[str, ...] = ()  # folded words of its goods, from its categories
    class_goods: tuple[str, ...] = ()  # the same from its Nice classes, which are wide: they can only speak for it
    policy: tuple[str, ...] = ()
    maker: bool = False  # of devices that other goods fit
    classes: frozenset[int] = frozenset()


UNKNOWN = Known()
MOST = 120  # judgements of a listing that support each other
CROWD = 900  # spellings from which on a registry is crowded


class _Case:
    """One match for one brand while it is judged."""

    __slots__ = ("brand_id", "known", "level", "match", "pieces", "place", "reading", "total", "why")

    def __init__(self, match: Match, brand_id: str, known: Known, place: Place, reading: Reading) -> None:
        self.match, self.brand_id, self.known, self.place, self.reading = match, brand_id, known, place, reading
        self.level: Level = "rare"
        self.pieces: list[str] = []
        self.why = ""  # set: no mention, and this is why
        self.total = 0

    def for_brand(self, brand_id: str) -> _Case:
        """The same for another brand of that name of which no more is known."""
        twin = _Case(self.match, brand_id, self.known, self.place, self.reading)
        twin.level, twin.pieces, twin.why, twin.total = self.level, list(self.pieces), self.why, self.total
        return twin


@dataclass(frozen=True, slots=True)
class UsageJudge:
    """Compiled once per registry; frozen, picklable, the same answer for the same listing.

    `needed`: the sum of evidence from which on a brand is meant; the scoreboard draws its curve with it.
    """

    brands: Mapping[str, Known]
    needed: int = 0
    crowded: bool = False  # so many names that a near one is often another firm's own

    @classmethod
    def build(cls, brands: Iterable[Brand]) -> UsageJudge:
        listed = list(brands)
        crowded = sum(len(brand.names) for brand in listed) > CROWD
        return cls({brand.brand_id: known for brand in listed if (known := _known(brand)) != UNKNOWN}, crowded=crowded)

    def __call__(self, listing: Listing, matches: Sequence[Match]) -> tuple[Judged, ...]:
        """One judgement for each match and brand, in the order of the matches."""
        readings: dict[str, Reading] = {}
        cases: list[_Case] = []
        for match in matches:
            reading = readings.get(match.field)
            if reading is None:
                reading = readings[match.field] = Reading(match.field, str(getattr(listing, match.field, "")), listing.category)
            place, twin = Place(reading, match), None
            for brand_id in match.brand_ids:
                known = self.brands.get(brand_id, UNKNOWN)
                if known is UNKNOWN and twin is not None:
                    cases.append(twin.for_brand(brand_id))
                    continue
                case = _Case(match, brand_id, known, place, reading)
                self._weigh(case, listing.nice_class)
                cases.append(case)
                if known is UNKNOWN:
                    twin = case
        if len(cases) > 1 and any(case.total < self.needed for case in cases):
            self._support(cases)
        scenes: dict[str, Scene] = {}
        return tuple(self._judged(case, cases, scenes) for case in cases)

    def _weigh(self, case: _Case, nice_class: int | None) -> None:
        """Everything that the place itself says; the stated class and category are part of it."""
        match, known, place, reading = case.match, case.known, case.place, case.reading
        if match.field == "brand" or (match.field == "attributes" and _attribute(reading.raw, match)):
            return
        spelling = place.spelling if match.method in ("exact", "folded") else plain(match.alias)
        case.level = _level(spelling, known)
        if match.method == "typo" or (match.method == "joined" and (" " in place.spelling or not match.disguised)):
            case.level = level(place.spelling)  # ColorPlus is rare, `color plus` is not; nor is `lining` for Li-Ning
        fitting = known.goods or known.class_goods
        if match.needs_fit and fitting and not any_of(fitting).search(reading.plain[:400]):
            case.why = "goods-do-not-fit"
        elif torn(place):
            case.why = "inside-a-word"
        else:
            among = known.goods or senses().get(spelling, ())
            # That SHEIN is no ordinary word says nothing of 吸音 (sound-absorbing), which only sounds like 希音.
            policy = tuple(piece for piece in known.policy if piece != "never-a-word" or match.method not in GUESSED)
            case.pieces = weigh(place, reading, case.level, among, told_goods=bool(known.goods), policy=policy)
            if match.method in GUESSED:
                case.pieces += [*(["crowded"] if self.crowded else []), *(["another-word"] if another_word(place.spelling, spelling) else [])]
            if len(case.pieces) > 1:
                _by_class(case, nice_class)
            case.total = total(case.pieces)

    def _support(self, cases: Sequence[_Case]) -> None:
        """What the rest of the listing says for a name that could not stand alone."""
        told = {case.brand_id for case in cases if case.match.field == "brand"}
        for case in cases:
            if case.why or case.total >= self.needed:
                continue
            if case.brand_id in told:
                case.pieces.append("other-spelling")
            for other in cases[:MOST]:
                if other.match is not case.match and not other.why:
                    piece = _supporting(case, other, self.needed)
                    if piece and piece not in case.pieces:
                        case.pieces.append(piece)
            case.total = total(case.pieces)

    def _judged(self, case: _Case, cases: Sequence[_Case], scenes: dict[str, Scene]) -> Judged:
        match, known = case.match, case.known
        evidence = tuple(case.pieces)
        if match.field == "brand":
            return Judged(match, case.brand_id, "own", "brand-field")
        if match.field == "attributes" and (said := _attribute(case.reading.raw, match)):
            return Judged(match, case.brand_id, said, "attribute")
        if case.why:
            return Judged(match, case.brand_id, None, case.why, evidence)
        if case.total < self.needed:
            if "another-word" in evidence:
                return Judged(match, case.brand_id, None, "misspelt-word", evidence)
            return Judged(match, case.brand_id, "descriptive", "ordinary-word", evidence)
        scene = scenes.get(match.field)
        if scene is None:
            meant = [(one.place, one.brand_id) for one in cases if one.match.field == match.field and not one.why and one.total >= self.needed][:MOST]
            scene = scenes[match.field] = Scene(case.reading, meant)
        spelling = case.place.spelling
        maker = known.maker or spelling in words("makers") or (match.method not in ("exact", "folded") and plain(match.alias) in words("makers"))
        usage, why = scene.role(case.place, case.brand_id, maker=maker, platform=spelling in words("platforms"), own_goods=known.goods)
        return Judged(match, case.brand_id, usage, why, evidence)


def _by_class(case: _Case, nice_class: int | None) -> None:
    """Classes are wide: goods among them, or the class that the listing states, speak for the brand, never against."""
    known, pieces = case.known, case.pieces
    if "goods" in pieces or not known.class_goods:
        return
    if nice_class in known.classes or any_of(known.class_goods).search(f"{case.place.before[-12:]} {case.place.after} {case.reading.category}"):
        pieces.append("class")


def _supporting(case: _Case, other: _Case, needed: int) -> str:
    """Which piece of evidence another match of the listing is for this one; "" for none."""
    mine, its = case.place, other.place
    if other.brand_id == case.brand_id:
        if its.spelling == mine.spelling:
            return "again" if other.total >= needed and case.level not in DESCRIBING and other.match.method not in GUESSED else ""
        apart = its.spelling.isascii() != mine.spelling.isascii()
        if other.level in DESCRIBING or not (apart or other.total >= needed):
            return ""
        if mine.match.method in GUESSED and case.level == "rare" and other.match.method not in GUESSED:
            return "other-spelling"  # nobody's word beside the name itself: oppi in a listing of OPPO
        return "other-spelling" if apart or its.spelling[:3] != mine.spelling[:3] else ""
    if other.match.field != case.match.field or other.total < needed or case.level in DESCRIBING:
        return ""
    return "beside" if _beside(mine, its) else ""


def _beside(place: Place, other: Place) -> bool:
    """Do two names stand together? A Latin word right behind a maker is its product line: 荣耀Magic2."""
    if other.end <= place.start:
        gap = place.start - other.end
        if place.spelling.isascii() and (gap == 0 or place.before[-1:] == " "):
            return False
        return gap <= 1
    return 0 <= other.start - place.end <= 1 and (not place.spelling.isascii() or place.after[:1] != " ")


def _known(brand: Brand) -> Known:
    categories = tuple(plain(one) for one in brand.categories)
    told = [word for category in categories for word in (category, *goods().get(category, ()))]
    wide = [word for nice in sorted(brand.nice_classes) for word in goods().get(str(nice), ())]
    policy: tuple[str, ...] = ("restricted",) if brand.policy in ("no-online", "authorized-only") else ()
    if brand.common_word is False:
        policy = (*policy, "never-a-word")
    maker = any(plain(name) in words("makers") for name in brand.names)
    return Known(brand.common_word, tuple(dict.fromkeys(told)), tuple(dict.fromkeys(wide)), policy, maker, brand.nice_classes)


def _level(spelling: str, known: Known) -> Level:
    found = level(spelling)
    if known.common is True and (found in ("soft", "pair") or (found == "rare" and zipf(spelling) >= SOFT)):
        return "word"
    return found


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
