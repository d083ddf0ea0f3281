"""The registry's spellings as the finder knows them: each once, folded, with everybody who owns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.screening.text import TOKEN, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.model.registry import Brand

LONGEST = 64  # characters of a spelling that are searched
SHORT = 3  # letters up to which a name is matched strictly: HM0871 and H M are no H&M
FUZZY = 5  # letters from which on a Latin name may be misspelt without further evidence
SEVERAL = 8  # letters from which on a name of several words may be misspelt in one of them
HAN_FUZZY = 4  # Han characters from which on one may be missing or another
HAN_LOOKED = 3  # Han characters of a name of which one may only look like it: 康帅傅; of two too much is left to chance
HAN_MASKED = 3  # Han characters from which on a star may hide one
HAN_LONGEST = 8  # Han characters up to which a name is searched for disguises


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

    @property
    def letters(self) -> bool:
        """Only Latin letters, enough of them to be misspelt?"""
        return len(self.squeezed) >= 4 and self.squeezed.isascii() and self.squeezed.isalpha()


def spellings(brands: Iterable[Brand]) -> list[Name]:
    """Every spelling once, in the order of the registry. One that folds to nothing is left out: it is a Problem
    of the registry's check, and there is nothing to look for."""
    owners: dict[str, tuple[str, dict[str, None], tuple[str, ...]]] = {}
    for brand in brands:
        for alias in brand.names:
            tokens = tuple(TOKEN.findall(read(alias[: LONGEST * 2]).plain))
            squeezed = "".join(tokens)[:LONGEST]
            if squeezed:
                owners.setdefault(squeezed, (alias, {}, tokens))[1][brand.brand_id] = None
    return [Name(alias, tokens, squeezed, tuple(ids)) for squeezed, (alias, ids, tokens) in owners.items()]


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"
