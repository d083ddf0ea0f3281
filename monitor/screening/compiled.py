"""The compiled engine's door: texts in, rows out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from monitor.screening import kernel
from monitor.screening.folding import encoded, folds
from monitor.screening.places import by_text
from monitor.screening.wordarrays import wordarrays

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from monitor.screening.arrays import Arrays
    from monitor.screening.places import Place


def rows(texts: Sequence[str], arrays: Arrays) -> Iterator[tuple[int, list[Place]]]:
    """Where a name could stand in which text."""
    return by_text(*scanned(texts, arrays))


def scanned(texts: Sequence[str], arrays: Arrays) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The rows of `kernel.scan`, by text, and where each text begins in them."""
    codes, places = encoded(texts)
    table, known = folds(), wordarrays()
    index = (arrays.words, arrays.disguises, arrays.keys, arrays.owners, arrays.heads, arrays.counts)
    sounds = (known.skeleton, known.said, known.near, known.syllables, known.syllable_said, known.syllable_near)
    found = np.empty((len(texts) * 2 + 256, 5), dtype=np.int64)
    while True:
        count = kernel.scan(codes, places, (table.table, table.spread, table.places), index, (known.english, known.chinese), sounds, known.power, found)
        if count == kernel.AGAIN:
            table.learn(codes)
        elif count == kernel.GROW:
            found = np.empty((len(found) * 4, 5), dtype=np.int64)
        else:
            return found[:count], places
