"""What does a mention do: names the goods, says what they fit, compares, denies, or is no brand at all?

Two questions in turn. Is the brand meant, or is it a word, or a piece of one (meaning.py, segments.py)? And what
does the mention do (roles.py)? Nothing here looks at papers. A brand whose policy restricts its sale is reported
a little more readily than one of which nothing is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from monitor.screening.lexicon import ATTRIBUTE_BRAND, ATTRIBUTE_FIT
from monitor.screening.matches import AS_IT_IS, HOLDING, SELF_TOLD
from monitor.screening.meaning import DESCRIBING, GUESSED, LOOKED, Place, doubts, sold_behind, torn, total, weigh
from monitor.screening.names import CROWD
from monitor.screening.reading import Reading
from monitor.screening.roles import Scene
from monitor.screening.sense import UNASKED, UNKNOWN, Known, Sense, known, sense
from monitor.screening.text import plain
from monitor.screening.vocabulary import any_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.model.finding import Usage
    from monitor.model.listing import Listing
    from monitor.model.registry import Brand
    from monitor.screening.index import Match


class Judged(NamedTuple):
    """One match for one brand. `usage` None: not a mention; `why` is the code that `explain` shows.

    `evidence`: the pieces that decided whether the brand is meant (meaning.WEIGHTS names and weighs them).
    """

    match: Match
    brand_id: str
    usage: Usage | None
    why: str
    evidence: tuple[str, ...] = ()


MOST = 120  # judgements of a listing that support each other
MOST_SENSES = 100_000  # remembered; what is written is the user's text
NOTHING = Reading("", "")


class _Case:
    """One match for one brand while it is judged."""

    __slots__ = ("brand_id", "pieces", "place", "sense", "total")

    def __init__(self, place: Place, brand_id: str, sense: Sense, pieces: tuple[str, ...] = (), total: int = 0) -> None:
        self.place, self.brand_id, self.sense, self.pieces, self.total = place, brand_id, sense, pieces, total


@dataclass(frozen=True, slots=True)
class UsageJudge:
    """Compiled once per registry; frozen, picklable, the same answer for the same listing.

    `needed`: the sum of evidence from which on a brand is meant; the scoreboard draws its curve with it.
    """

    brands: Mapping[str, Known]
    needed: int = 0
    crowded: bool = False  # so many names that a near one is often another firm's own
    senses: dict[object, Sense] = field(default_factory=dict, init=False, compare=False, repr=False)

    @classmethod
    def build(cls, brands: Iterable[Brand]) -> UsageJudge:
        listed = list(brands)
        crowded = sum(len(brand.names) for brand in listed) > CROWD
        return cls({brand.brand_id: told for brand in listed if (told := known(brand)) != UNKNOWN}, crowded=crowded)

    def __call__(self, listing: Listing, matches: Sequence[Match]) -> tuple[Judged, ...]:
        """One judgement for each match and brand, in the order of the matches."""
        told: list[Judged | _Case] = []
        name, reading = "", NOTHING
        for match in matches:
            if match.field != name:
                name = match.field
                reading = Reading(name, getattr(listing, name, ""), listing.category)
            if name in SELF_TOLD and (name == "brand" or _attribute(reading.raw, match)):
                place = Place(reading, match)
                told += [_Case(place, brand_id, UNASKED) for brand_id in match.brand_ids]
            elif not (reading.ascii or match.needs_fit) and torn(reading, match):
                # What is part of a word has no say in the others.
                told += [_judged(match, brand_id, None, "inside-a-word", ()) for brand_id in match.brand_ids]
            else:
                self._weigh(told, Place(reading, match), match, listing.nice_class)
        scenes: dict[str, Scene] = {}
        if len(told) == 1:  # as most
            one = told[0]
            return (self._judged(one, [one], scenes) if isinstance(one, _Case) else one,)
        cases = [one for one in told if isinstance(one, _Case)]
        if len(cases) > 1:
            self._support(cases)
            inside = {id(one) for case in cases if case.place.match.method in HOLDING and case.total >= self.needed for one in cases if _inside(one, case)}
            if inside:
                told, cases = [one for one in told if id(one) not in inside], [case for case in cases if id(case) not in inside]
        return tuple([self._judged(one, cases, scenes) if isinstance(one, _Case) else one for one in told])

    def _weigh(self, told: list[Judged | _Case], place: Place, match: Match, nice_class: int | None) -> None:
        """Everything that the place itself says for each brand of that name; the stated class and category are part of it."""
        known_of, remembered = self.brands.get, self.senses.get
        way = (place.spelling, match.alias, match.method, match.disguised)
        twin: _Case | None = None
        for brand_id in match.brand_ids:
            known = known_of(brand_id)
            key = (way, known and brand_id)  # brands of which nothing is known share their sense
            sense = remembered(key) or self._sense(key, place.spelling, match, known or UNKNOWN)
            if sense.phrase is not None and sense.phrase.match(place.after) and not sold_behind(place, sense):
                told.append(_judged(match, brand_id, None, "inside-a-word", ()))
            elif match.needs_fit and (why := _unfit(place, match, sense)):
                told.append(_judged(match, brand_id, None, why, ()))
            elif sense.settled:
                told.append(_Case(place, brand_id, sense, sense.pieces, sense.total))
            elif twin is not None and sense is twin.sense:
                told.append(_Case(place, brand_id, sense, twin.pieces, twin.total))
            else:
                pieces = weigh(place, sense)
                if sense.guessed or sense.renowned:
                    pieces += doubts(place, sense.guessed, pieces, renowned=sense.renowned)
                if sense.known.class_goods and len(pieces) > 1:
                    _by_class(place, sense.known, pieces, nice_class)
                more = len(pieces) - len(sense.pieces)
                twin = _Case(place, brand_id, sense, tuple(pieces) if more else sense.pieces, sense.total + total(pieces[-more:]) if more else sense.total)
                told.append(twin)

    def _sense(self, key: object, written: str, match: Match, known: Known) -> Sense:
        found = sense(written, match, known, crowded=self.crowded)
        if len(self.senses) < MOST_SENSES:
            self.senses[key] = found
        return found

    def _support(self, cases: Sequence[_Case]) -> None:
        """What the rest of the listing says for a name that could not stand alone."""
        needed = self.needed
        weak = [case for case in cases if case.total < needed]
        told = {case.brand_id for case in cases if case.place.match.field == "brand"} if weak else ()
        for case in weak:
            pieces = list(case.pieces)
            if case.brand_id in told:
                pieces.append("other-spelling")
            for other in cases[:MOST]:
                if other.place is not case.place:
                    piece = _supporting(case, other, needed)
                    if piece and piece not in pieces:
                        pieces.append(piece)
            case.pieces, case.total = tuple(pieces), total(pieces)

    def _judged(self, case: _Case, cases: Sequence[_Case], scenes: dict[str, Scene]) -> Judged:
        place, brand_id, pieces = case.place, case.brand_id, case.pieces
        match = place.match
        if case.sense is UNASKED:
            said = None if match.field == "brand" else _attribute(place.reading.raw, match)
            return Judged(match, brand_id, said, "attribute") if said else Judged(match, brand_id, "own", "brand-field")
        if case.total < self.needed:
            if "another-word" in pieces:
                return _judged(match, brand_id, None, "misspelt-word", pieces)
            if match.method in GUESSED:
                return _judged(match, brand_id, None, "unsure-guess", pieces)
            return _judged(match, brand_id, "descriptive", "ordinary-word", pieces)
        name = match.field
        scene = scenes.get(name)
        if scene is None:
            meant = [(one.place, one.brand_id) for one in cases if one.total >= self.needed and one.place.match.field == name][:MOST]
            scene = scenes[name] = Scene(place.reading, meant)
        usage, why = scene.role(place, brand_id, case.sense)
        return _judged(match, brand_id, usage, why, pieces)


def _inside(case: _Case, other: _Case) -> bool:
    """Is this the name as it is, inside of what resembles a longer one?"""
    one, whole = case.place.match, other.place.match
    return case is not other and one.field == whole.field and whole.start <= one.start and one.end <= whole.end and one.method in AS_IT_IS


def _judged(*values: object) -> Judged:
    """Without the constructor of a named tuple, which takes twice as long."""
    return tuple.__new__(Judged, values)


def _unfit(place: Place, match: Match, sense: Sense) -> str:
    """Why a spelling that counts only where the goods fit does not; "" where it does."""
    fitting = sense.known.goods or sense.known.class_goods
    if fitting and not any_of(fitting).search(place.reading.plain[:LOOKED]):
        return "goods-do-not-fit"
    return "inside-a-word" if torn(place.reading, match) else ""


def _by_class(place: Place, known: Known, pieces: list[str], nice_class: int | None) -> None:
    """Classes are wide: goods among them, or the class that the listing states, speak for the brand, never against."""
    if "goods" in pieces or not known.class_goods:
        return
    if nice_class in known.classes or any_of(known.class_goods).search(f"{place.before[-12:]} {place.after} {place.reading.category}"):
        pieces.append("class")


def _supporting(case: _Case, other: _Case, needed: int) -> str:
    """Which piece of evidence another match of the listing is for this one; "" for none."""
    mine, its, level = case.place, other.place, case.sense.level
    guessed = its.match.method in GUESSED
    if other.brand_id == case.brand_id:
        if _inside(case, other) or _inside(other, case):
            return ""
        if its.spelling == mine.spelling:
            return "again" if other.total >= needed and level not in DESCRIBING and not guessed else ""
        apart = its.spelling.isascii() != mine.spelling.isascii()
        if other.sense.level in DESCRIBING or not (apart or other.total >= needed):
            return ""
        if mine.match.method in GUESSED and level == "rare" and not guessed:
            return "other-spelling"  # nobody's word beside the name itself: oppi in a listing of OPPO
        return "other-spelling" if apart or its.spelling[:3] != mine.spelling[:3] else ""
    if its.match.field != mine.match.field or other.total < needed or level in DESCRIBING:
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
