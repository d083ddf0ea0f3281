"""The registry's spellings as the finder knows them: each once, folded, with everybody who owns it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.screening.text import TOKEN, read
from monitor.screening.vocabulary import senses, words
from monitor.screening.words import english

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.model.registry import Brand

LONGEST = 64  # characters of a spelling that are searched
SHORT = 3  # letters up to which a name is matched strictly: HM0871 and H M are no H&M
FUZZY = 5  # letters from which on a Latin name may be misspelt without further evidence
SEVERAL = 8  # letters from which on a name of several words may be misspelt in one of them
VEILED = 6  # letters from which on it may have digits for letters: Ray-B4n
HAN_FUZZY = 4  # Han characters from which on one may be missing or another
HAN_LOOKED = 3  # Han characters of a name of which one may only look like it: 康帅傅; of two too much is left to chance
HAN_MASKED = 3  # Han characters from which on a star may hide one
ORDINARY = 36  # ten times the Zipf frequency from which on a word is no name misspelt, and its plural names things and nobody's goods
CROWD = 900  # spellings from which on a registry is crowded: what is near one name is often another firm's own
HAN_LONGEST = 8  # Han characters up to which a name is searched for disguises
POSSESSIVE = re.compile(r"\w['’]s(?!\w)", re.I)


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling: as written, its tokens, squeezed together, who owns it, and whether any of these makes goods that are known: where
    they stand around what resembles the name, they speak for it. `whole`: of a short name with a sign (H&M) the spelling without it that
    is a name, too, and whose: HM, MAC."""

    alias: str
    tokens: tuple[str, ...]
    squeezed: str
    brand_ids: tuple[str, ...]
    goods: bool = False
    whole: tuple[str, tuple[str, ...]] | tuple[()] = ()

    @property
    def alone(self) -> Name:
        """The name as it is without a sign."""
        alias, ids = self.whole or (self.alias, self.brand_ids)
        return Name(alias, tuple(TOKEN.findall(read(alias).plain)), self.squeezed, ids, self.goods)

    @property
    def latin(self) -> bool:
        return self.squeezed.isascii()

    @property
    def letters(self) -> bool:
        """Only Latin letters, enough of them to be misspelt?"""
        return len(self.squeezed) >= 4 and self.squeezed.isascii() and self.squeezed.isalpha()

    @property
    def plural(self) -> str:
        """As several of its goods are called: nikes, rolexes. "" where the name or its plural is an ordinary word: apples, jeans."""
        if not self.letters or len(self.squeezed) > LONGEST - 2:
            return ""
        found = plural(self.squeezed)
        known = 0 if self.squeezed in words("famous") else english().get(self.squeezed, 0)
        return found if max(known, english().get(found, 0)) < ORDINARY else ""

    def spells(self, squeezed: str, last: str) -> bool:
        """Is this the name, or its plural? `last`: the last token, of which a plural's ending is only a part (nike's is none)."""
        return squeezed == self.squeezed or (squeezed == self.plural and len(last) > len(squeezed) - len(self.squeezed))


def spellings(brands: Iterable[Brand]) -> list[Name]:
    """Every spelling once, in the order of the registry; then those of several words without their 's, where they are nobody else's.
    One that folds to nothing is left out: it is a Problem of the registry's check, and there is nothing to look for."""
    found: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {}
    whole: dict[str, tuple[str, tuple[str, ...]]] = {}
    known = set(senses())
    for brand in brands:
        told = tells_goods(brand)
        for alias in brand.names:
            plain = read(alias[: LONGEST * 2]).plain
            tokens = tuple(TOKEN.findall(plain))
            squeezed = "".join(tokens)[:LONGEST]
            if squeezed:
                first, parts, ids = found.get(squeezed, (alias, tokens, ()))
                if len(squeezed) <= SHORT and squeezed.isascii():
                    if len(plain) == len(squeezed):
                        one, owners = whole.get(squeezed, (alias, ()))
                        whole[squeezed] = (one, owners if brand.brand_id in owners else (*owners, brand.brand_id))
                    elif len(first) == len(squeezed):
                        first, parts = alias, tokens  # the one with the sign stands for both
                found[squeezed] = (first, parts, ids if brand.brand_id in ids else (*ids, brand.brand_id))
                if told:
                    known.add(squeezed)
    for alias, tokens, ids in list(found.values()):
        rest = tuple(part for at, part in enumerate(tokens) if part != "s" or not at)
        squeezed = "".join(rest)
        if 1 < len(rest) < len(tokens) and SEVERAL <= len(squeezed) <= LONGEST and POSSESSIVE.search(alias):
            found.setdefault(squeezed, (alias, rest, ids))  # Victoria Secret
    return [
        Name(alias, tokens, squeezed, ids, squeezed in known, whole.get(squeezed, ()) if len(alias) > len(squeezed) else ())
        for squeezed, (alias, tokens, ids) in found.items()
    ]  # fmt: skip


def tells_goods(brand: Brand) -> bool:
    """Does the registry tell which goods a brand makes?"""
    return bool(brand.categories or brand.nice_classes)


def plural(word: str) -> str:
    """The plural of a folded Latin word."""
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"
