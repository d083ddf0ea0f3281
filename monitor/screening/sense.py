"""What is known beforehand: of a brand, and of one spelling as its name. Worked out once, asked for at every place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.screening.meaning import GUESSED, at_length, total
from monitor.screening.names import SHORT, plural
from monitor.screening.text import plain
from monitor.screening.vocabulary import any_of, goods, meanings, phrase, sells, senses, words
from monitor.screening.wordiness import SOFT, another_word, level
from monitor.screening.words import zipf

if TYPE_CHECKING:
    import re

    from monitor.model.registry import Brand
    from monitor.screening.index import Match
    from monitor.screening.wordiness import Level


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


@dataclass(frozen=True, slots=True)
class Sense:
    """One spelling, found in one way, as the name of one brand."""

    level: Level = "rare"
    pieces: tuple[str, ...] = ()  # the evidence that it brings wherever it stands
    total: int = 0  # of these
    settled: bool = True  # nothing around it says more: nobody's word counts wherever it stands
    guessed: tuple[str, ...] = ()  # what speaks against a spelling that only resembles the name, told last
    goods: re.Pattern[str] | None = None  # among which the name means the maker
    sells: re.Pattern[str] | None = None  # goods that speak for the maker right behind the name
    others: re.Pattern[str] | None = None  # words beside which it means something else
    known: Known = UNKNOWN
    maker: bool = False  # of devices that other goods fit
    platform: bool = False  # which goods work with
    renowned: bool = False  # a guess at a name that everybody knows
    phrase: re.Pattern[str] | None = None  # what follows it where both together are another thing
    trade: re.Pattern[str] | None = None  # goods that say of such a phrase that it is none: 外星人|头戴耳机


UNASKED = Sense()  # of a place that is judged without it


def known(brand: Brand) -> Known:
    """What the registry tells of a brand, its words folded."""
    categories = tuple(plain(one) for one in brand.categories)
    told = [word for category in categories for word in (category, *goods().get(category, ()))]
    wide = [word for nice in sorted(brand.nice_classes) for word in goods().get(str(nice), ())]
    policy: tuple[str, ...] = ("restricted",) if brand.policy in ("no-online", "authorized-only") else ()
    if brand.common_word is False:
        policy = (*policy, "never-a-word")
    folded = [plain(name) for name in brand.names]
    maker = any(name in words("makers") or name.partition(" ")[0] in words("makers") for name in folded)  # Samsung Galaxy is Samsung, too
    return Known(brand.common_word, tuple(dict.fromkeys(told)), tuple(dict.fromkeys(wide)), policy, maker, brand.nice_classes)


def sense(written: str, match: Match, of: Known, *, crowded: bool) -> Sense:
    """`written`: the place's folded text. `crowded`: so many names that a near one is often another firm's own."""
    as_registered = match.method in ("exact", "folded")
    name = written if as_registered else plain(match.alias)
    guess = match.method in GUESSED
    rank = _level(name, of)
    if match.method == "typo" or (match.method == "joined" and (" " in written or not match.disguised) and written != plural(name)):
        rank = level(written)  # ColorPlus is rare, `color plus` is not; nor is `lining` for Li-Ning
    # That SHEIN is no ordinary word says nothing of 吸音 (sound-absorbing), which only sounds like 希音.
    others = meanings().get(written, ()) if as_registered else ()
    pieces = (rank, *(piece for piece in of.policy if piece != "never-a-word" or not guess))
    against = (*([_crowd(written, name, match)] if crowded else []), *(["another-word"] if another_word(written, name) else [])) if guess else ()
    among, behind, strange = (*of.goods, *senses().get(name, ())), sells().get(name, ()), phrase(written, word=rank != "rare")
    return Sense(
        level=rank, pieces=pieces, total=total(pieces), settled=rank == "rare" and not (guess or others) and not (of.class_goods and len(pieces) > 1),
        guessed=against, goods=_pattern(among), sells=_pattern(behind), others=_pattern(others), known=of,
        maker=of.maker or written in words("makers") or (not as_registered and name in words("makers")), platform=written in words("platforms"),
        renowned=match.method in ("typo", "homophone") and famous(name), phrase=strange,
        trade=_pattern((*among, *behind)) if strange is not None else None,
    )  # fmt: skip


def _pattern(listed: tuple[str, ...]) -> re.Pattern[str] | None:
    return any_of(listed) if listed else None


def _crowd(written: str, name: str, match: Match) -> str:
    """How likely is what resembles a name another firm's own? A long one hardly, but for a Han name with another character."""
    long = at_length(written, match) and match.method != "pinyin" and (name.isascii() or match.method == "homophone" or famous(name))
    return "crowded-long" if long else "crowded"


def famous(name: str) -> bool:
    """Is it a name that everybody knows, or one of several words that holds it: Tommy Hilfiger?"""
    return name in words("famous") or any(len(word) > SHORT and word in words("famous") for word in name.split())


def _only_a_name(spelling: str) -> bool:
    """Is it common because it is famous? That apple is a word says nothing of iphone."""
    return spelling in words("famous") and spelling not in words("everyday")


def _level(spelling: str, of: Known) -> Level:
    found = level(spelling)
    if of.common is True and (found in ("soft", "pair") or (found == "rare" and zipf(spelling) >= SOFT and not _only_a_name(spelling))):
        return "word"
    return found
