"""Texts as arrays: every code point folded to a symbol, as `text.read` does it, once for all texts of a batch.

A symbol is the plain character's code point times 8 plus its class. Some characters vanish, some become several;
what a character folds to is found out when it is first met, so nothing is computed before it is needed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.names import is_han
from monitor.screening.text import PAUSES, SIGNS, TOKEN, fold_one

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Codes = npt.NDArray[np.uint32]
    Symbols = npt.NDArray[np.int32]
    Places = npt.NDArray[np.int64]

SEPARATOR, LETTER, DIGIT, HAN, OTHER, SIGN = range(6)  # classes of symbols
PAUSED = tuple(ord(char) << 3 | SIGN for char in PAUSES)  # symbols of signs that are nobody's last letter
UNKNOWN, DROPPED = -1, -2  # below: SPREAD - n is entry n of `spread`
SPREAD = -3


class Folds:
    """`table`: a symbol for each code point. `spread`: the symbols of those that become several, `places` where
    each begins."""

    def __init__(self) -> None:
        self.table: Symbols = np.full(0x110000, UNKNOWN, dtype=np.int32)
        self.spread: Symbols = np.zeros(0, dtype=np.int32)
        self.places: Places = np.zeros(1, dtype=np.int64)

    def learn(self, codes: Codes) -> None:
        """Fill the table for all characters of a batch."""
        symbols = self.table[codes]
        for code in np.unique(codes[symbols == UNKNOWN]).tolist():
            forms = [symbol(form) for form in fold_one(chr(code))]
            if len(forms) == 1:
                self.table[code] = forms[0]
            elif not forms:
                self.table[code] = DROPPED
            else:
                self.spread = np.concatenate([self.spread, np.array(forms, dtype=np.int32)])
                self.table[code] = SPREAD - (len(self.places) - 1)
                self.places = np.append(self.places, len(self.spread))


@cache
def folds() -> Folds:
    """The one table of this process."""
    return Folds()


def symbol(char: str) -> int:
    """The symbol of a plain character."""
    if "a" <= char <= "z":
        kind = LETTER
    elif "0" <= char <= "9":
        kind = DIGIT
    elif is_han(char):
        kind = HAN
    elif TOKEN.fullmatch(char):
        kind = OTHER
    else:
        kind = SIGN if ord(char) in SIGNS else SEPARATOR
    return ord(char) << 3 | kind


def encoded(texts: Sequence[str]) -> tuple[Codes, Places]:
    """The code points of all texts in one row, and where each begins (one more for the end)."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    places = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)), out=places[1:])
    return codes, places
