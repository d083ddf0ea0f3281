"""What does a mention do that is meant: does it name the goods, say what they fit, compare, or deny?

Most Chinese titles carry no 适用. What the goods are decides there: a case, a strap, a filter is not the phone, and
whoever stands first in the title sold it. English says `for` and `compatible with`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from monitor.screening.lexicon import (
    BLANKS,
    COMPARED_AFTER,
    COMPARED_BEFORE,
    FITS_AFTER,
    FITS_BEFORE,
    GIFT,
    NEGATED_BEFORE,
    may_say_by,
    may_speak_after,
    may_speak_before,
)
from monitor.screening.meaning import BY
from monitor.screening.reading import WINDOW
from monitor.screening.vocabulary import accessories, accessory_words, any_of, descriptors, lines, runs, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.model.finding import Usage
    from monitor.screening.meaning import Place
    from monitor.screening.reading import Reading
    from monitor.screening.sense import Sense

Role = tuple["Usage", str]  # usage and why
NAMES: Role = ("own", "names-the-goods")

# A model or a size between a marker and the name it governs: 适用于15.6英寸神舟, for the new 13" MacBook.
FITS_FAR = re.compile(r"(?:适用|适配|兼容|通用|专用)于?[^,，。;；|]{0,40}$")
TO_FIT = re.compile(r"\s*(?:适用|适配|兼容|支持)于?|\s+(?:for|compatible|fits?|replacement for)(?![a-z])")
LIST_GAP = re.compile(r"(?:\s*(?:,|/|、|\band\b|\bor\b|&|\+|和|与|及|或)\s*)+$")
GAP_ENDS = frozenset(BLANKS + ",/、dr&+和与及或")  # how LIST_GAP can end
BETWEEN = re.compile(r"[\s/、,，&+|()（）和与及或]{0,3}(?:[a-z]{0,5}\d{0,3}[a-z]{0,4})?[\s/、,，&+|()（）]{0,2}")
CANONICAL = re.compile(r"（[^）]{1,24}）")
CHUNK = re.compile(r"[\s,，。;；|]+")
LOOKED = 600  # characters in which the goods are looked for; titles are shorter, descriptions may be long
# Where an English phrase that names the goods ends: what comes `with` them is not what they are.
PHRASE_END = re.compile(r"[,;|(]|\s[-–]\s|(?<!compatible)(?<!works)(?<!work)(?<!use)\swith\s|\s(?:w|for|includes?|including|fits?|by|bundle)(?![a-z])")
COMES_WITH = re.compile(r"(?<!compatible)(?<!works)(?<!work)(?<!use)\sw(?:ith\s|/)")
NO_GOODS = re.compile(r"\s?(?:#|no\b|number|life)")  # behind such a word: part number, battery life
NO_THINGS = re.compile(r"(?:dual|tri|quad|multi)[- ]$")  # before one: tri-band
OTHER_THINGS = frozenset(["面膜", "眼膜", "唇膜", "足膜", "发膜", "手膜", "颈膜", "鲜膜", "口罩", "胸罩", "文罩", "面罩", "灯罩", "贝壳", "蛋壳", "果壳"])
ANOTHER_MAKES_IT = re.compile(r"c(?<!\wc)ompatible(?! with)|r(?<!\wr)emanufactured|a(?<!\wa)ftermarket|g(?<!\wg)eneric|t(?<!\wt)hird[ -]party")
# Of a certain model, and not called genuine: Dyson V8 filter replacement. (`Oral-B replacement brush heads` are Oral-B's own.)
REPLACES_ONE = re.compile(r"\s(?:[a-z]+\s){0,2}[a-z-]*\d[^,;]{0,60}\sreplacement(?![a-z])")
LATIN = re.compile("[a-z0-9]+")
GENUINE_BEFORE = re.compile(r"(?:原装|原厂|正品|\b(?:genuine|original|authentic|oem)) ?$")  # fast charger, genuine Samsung
GENUINE = re.compile(r"原装|原厂|正品|官方|自营|授权|o(?<!\wo)(?:riginal|em)\b|g(?<!\wg)enuine\b")


@cache
def accessory_runs() -> frozenset[str] | None:
    return runs(accessory_words())


def _goods(text: str, start: int = 0, end: int = LOOKED) -> Iterator[re.Match[str]]:
    """Every accessory that a text names as goods."""
    for found in accessories().finditer(text, start, end):
        if not (text[found.start() - 1 : found.end()] in OTHER_THINGS or NO_GOODS.match(text, found.end()) or NO_THINGS.search(text[max(0, found.start() - 6) : found.start()])):
            yield found


@cache
def covers() -> frozenset[str]:
    """English goods that hardly any maker of devices sells for its own."""
    return frozenset(word + ending for word in lines("covers_en") for ending in ("", "s"))


@cache
def devices() -> re.Pattern[str]:
    return any_of(tuple(sorted(words("devices"))))


@cache
def things() -> re.Pattern[str]:
    """Devices by their Chinese names: in a Chinese phrase a Latin one tells the model, 苹果手机壳iPhone7."""
    return any_of(tuple(sorted(word for word in words("devices") if not word.isascii())))


@cache
def peripherals() -> re.Pattern[str]:
    return any_of(tuple(sorted(words("peripherals"))))


class Scene:
    """One field with the places at which brands are meant, in order, each with the brand's id.

    What is true of the whole field is worked out when first asked for.
    """

    __slots__ = ("_accessory", "_fronts", "_head", "brands", "first", "places", "reading")

    def __init__(self, reading: Reading, places: Sequence[tuple[Place, str]]) -> None:
        self.reading, self.places = reading, places
        # The brands that stand first in the title.
        self.first = [brand_id for place, brand_id in places if not place.start or place.start <= reading.lead]
        self.brands = len({brand_id for _, brand_id in places})
        self._fronts: dict[str, Role] = {}
        self._accessory: bool | None = None
        self._head: str | None = None

    @property
    def accessory(self) -> bool:
        """Does the title sell goods that belong to other goods? What is given away with them does not count."""
        if self._accessory is None:
            self._accessory = self.reading.may_hold(accessory_runs()) and self._holds_accessory()
        return self._accessory

    def _holds_accessory(self) -> bool:
        text = self.reading.plain[:LOOKED]
        if not self.reading.han and (more := COMES_WITH.search(text)):
            text = text[: more.start()]
        return any(not GIFT.search(text[max(0, found.start() - 8) : found.start()]) for found in _goods(text))

    @property
    def peripheral(self) -> bool:
        return bool(peripherals().search(self.reading.plain, 0, LOOKED))

    @property
    def head(self) -> str:
        """`accessory` or `device`: the last of such goods in the first phrase that names one; "" too where there is no accessory."""
        if self._head is None:
            self._head = self._of_first_phrase()
        return self._head

    def _of_first_phrase(self) -> str:
        if not self.reading.may_hold(accessory_runs()):
            return ""
        text, lead = self.reading.plain[:LOOKED], self.reading.lead
        belongs = accessories().search(text, lead)
        if belongs is None:
            return ""
        device = things().search(text, lead)
        at = min(belongs.start(), device.start()) if device else belongs.start()
        while at >= 0:
            start = max((found.end() for found in CHUNK.finditer(text, lead, at)), default=lead)
            end = found.start() if (found := CHUNK.search(text, at)) else len(text)
            chunk = text[start:end]
            last = max((found.end() for found in accessories().finditer(chunk) if not GIFT.search(chunk[: found.start()])), default=0)
            thing = max((found.end() for found in things().finditer(chunk)), default=0)
            if last < thing and accessories().fullmatch(CHUNK.split(text[end:].lstrip(), maxsplit=1)[0]):
                return "accessory"  # 小米手环8 腕带: nothing but the accessory behind the device
            if last or thing:
                return "accessory" if last >= thing else "device"
            at = min((found.start() for pattern in (accessories(), things()) if (found := pattern.search(text, end))), default=-1)
        return ""

    @property
    def stranger(self) -> bool:
        """Does an unknown name stand first: 咔咔鱼 联想..., before any brand of the registry?"""
        lead = self.reading.lead
        start = min((place.start for place, _ in self.places), default=0)
        front = self.reading.plain[lead:start]
        return len(front.strip()) >= 2 and not self.first

    def role(self, place: Place, brand_id: str, sense: Sense) -> Role:
        """What one of the places does."""
        first = brand_id in self.first
        marked = self._marked(place, brand_id, first)
        if marked is not None:
            return marked
        if not first:
            return self._behind(place, brand_id, sense.maker, sense.platform)
        if not sense.maker:
            return NAMES
        role = self._fronts.get(brand_id)  # the same for all names of a brand: Samsung Galaxy, 小米（MI）
        if role is None:
            role = self._fronts[brand_id] = self._in_front(brand_id, sense.known.goods)
        return role

    def _marked(self, place: Place, brand_id: str, first: bool) -> Role | None:
        """What a word beside the name says outright."""
        before, after, several = place.before, place.after, len(self.places) > 1
        if before and not before.isspace():
            speaks = may_speak_before(before)
            if speaks and NEGATED_BEFORE.search(before[-24:]):
                return "negated", "negation"
            bare = (self._without_others(place, brand_id) if several else before)[-40:]
            if may_speak_before(bare) if several else speaks:
                if COMPARED_BEFORE.search(bare):
                    return "comparison", "comparison-word"
                if FITS_BEFORE.search(bare):
                    return "compatible", "fit-word"
        spoken = may_speak_after(after)
        if spoken and COMPARED_AFTER.match(after):
            return "comparison", "comparison-word"
        if first and self.brands > 1 and TO_FIT.match(self.reading.plain, self._own_end(place, brand_id)) and self._another(place.end, brand_id):
            return "own", "in-front-of-a-fit-word"
        if spoken and FITS_AFTER.match(self._without_others_after(place, brand_id) if several else after):
            return "compatible", "fit-word"
        if not first and not before.isascii() and not place.match.disguised and FITS_FAR.search(before):
            return "compatible", "fit-word"
        return None

    def _own_end(self, place: Place, brand_id: str) -> int:
        """Where the brand's names end that stand side by side: 咔咔鱼KAKAY."""
        end = place.end
        for one, other in self.places:
            if other == brand_id and 0 <= one.start - end <= 1:
                end = one.end
        return end

    def _another(self, end: int, brand_id: str) -> bool:
        return any(place.start >= end and other != brand_id for place, other in self.places)

    def _in_front(self, brand_id: str, own_goods: tuple[str, ...]) -> Role:
        """A maker of devices stands first: it sold the goods, unless they are for one of them.

        `own_goods`: words of the goods that the registry names.
        """
        first = next(one for one, other in self.places if other == brand_id and one.start <= self.reading.lead)
        raw = self.reading.raw
        if CANONICAL.match(raw, first.match.end) or GENUINE.search(self.reading.plain[: first.end + 12]):
            return NAMES
        if (self.head == "accessory" if self.reading.han else self._fits_a_device(first)) and self._not_its_own(own_goods):
            return "compatible", "accessory"
        if self.brands > 1 and any(other != brand_id and 0 <= one.start - first.end <= 1 for one, other in self.places) and self.accessory:
            return "compatible", "accessory"
        return NAMES

    def _not_its_own(self, own_goods: tuple[str, ...]) -> bool:
        found = accessories().search(self.reading.plain)
        return not (found and found.group() in own_goods)

    def _fits_a_device(self, place: Place) -> bool:
        """English: `Apple iPhone 13 case` fits the phone; `Brother TN-330 toner` is Brother's own."""
        if not self.reading.may_hold(accessory_runs()):
            return False
        plain, start = self.reading.plain, place.start
        end = stop.start() if (stop := PHRASE_END.search(plain, place.end, LOOKED)) else min(len(plain), LOOKED)
        sold = list(_goods(plain, place.end, end))
        if not sold:
            return False
        things = [found.start() for found in devices().finditer(plain, start, end)]
        if things:
            return things[-1] < sold[-1].end()
        if ANOTHER_MAKES_IT.search(plain, 0, end) or REPLACES_ONE.match(plain, place.end, end):
            return True
        cover = next((one.start() for one in sold if one.group() in covers()), place.end)
        return any(word not in descriptors() for word in LATIN.findall(plain, place.end, cover))  # a model before it

    def _behind(self, place: Place, brand_id: str, maker: bool, platform: bool) -> Role:
        """Somebody else stands first, or nobody."""
        for one, other in self.places:
            if other in self.first and other != brand_id and 0 <= place.start - one.end <= 1 and place.spelling.isascii() != one.spelling.isascii() and not maker:
                return NAMES  # the maker's other name: 咔咔鱼KAKAY
        if may_say_by(place.before) and BY.search(place.before[-20:]):
            return "own", "named-as-maker"
        if platform:
            return "compatible", "works-with"
        if place.match.disguised and not any(other == brand_id and not one.match.disguised for one, other in self.places):
            return "own", "hidden-name"  # who names what goods fit has no cause to hide it
        somebody = bool(self.first) or self.stranger
        # Only of makers of devices does an unknown word in front say that another sold what fits them: genuine Gucci belt, 学生乐高底座.
        if somebody and not GENUINE_BEFORE.search(place.before) and (maker or self.first or ANOTHER_MAKES_IT.search(self.reading.plain, 0, LOOKED)) and self.accessory:
            return "compatible", "accessory"
        if self._listed(place, brand_id) and (maker or self.accessory):
            return "compatible", "one-of-several"
        if maker and self.peripheral and somebody:
            return "compatible", "works-with"
        return NAMES

    def _listed(self, place: Place, brand_id: str) -> bool:
        """Does another brand stand right beside it: 华为小米苹果通用?"""
        plain = self.reading.plain
        for one, other in self.places:
            if other == brand_id or one.start == place.start:
                continue
            gap = plain[one.end : place.start] if one.end <= place.start else plain[place.end : one.start] if place.end <= one.start else None
            if gap is not None and len(gap) < 14 and BETWEEN.fullmatch(gap):
                return True
        return False

    def _without_others(self, place: Place, brand_id: str) -> str:
        """The text before, with the other brands and their models between taken out: `for Canon and Nikon`."""
        start = max(0, place.start - WINDOW)
        text = place.before
        for one, other in reversed(self.places):
            if other != brand_id and start <= one.start and one.end <= place.start:
                text = text[: one.start - start] + text[one.end - start :]
        # A blank alone is no gap between names.
        return LIST_GAP.sub(" ", text) if text[-1:] in GAP_ENDS and (text[-1] != " " or text[-2:-1] in GAP_ENDS) else text

    def _without_others_after(self, place: Place, brand_id: str) -> str:
        """The text behind, with the other brands in it taken out: `海尔小天鹅通用`."""
        text = place.after
        for one, other in reversed(self.places):
            if other != brand_id and place.end <= one.start and one.end <= place.end + WINDOW:
                text = text[: one.start - place.end] + text[one.end - place.end :]
        return text.lstrip(" ,/、&+和与及或")
