"""The compiled engine's door: texts in, rows out."""

from __future__ import annotations

from threading import local
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

    Work = tuple[npt.NDArray[np.generic], ...]
    Flags = npt.NDArray[np.bool_]

USUAL = kernel.ROOM  # characters for which a thread keeps its columns
WORK = (np.uint64, np.int64, np.uint64, np.uint64, np.int64, np.int8, np.bool_, np.uint32, np.int64)  # `work` of the kernel
_kept = local()


def rows(texts: Sequence[str], arrays: Arrays, keeping: Flags) -> Iterator[tuple[int, list[Place]]]:
    """Where a name could stand in which text. Texts that hold nothing but torn names are left out, but for those `keeping` them."""
    return by_text(*scanned(texts, arrays, keeping))


def scanned(texts: Sequence[str], arrays: Arrays, keeping: Flags) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The rows of `kernel.scan`, by text, and where each text begins in them."""
    codes, places = encoded(texts)
    table, known = folds(), wordarrays()
    index = (arrays.words, arrays.hints, arrays.pairs, arrays.disguises, arrays.keys, arrays.owners, arrays.heads, arrays.counts)
    sounds = (known.skeleton, known.spoken, known.syllables, known.syllable_spoken, known.fronts)
    found = np.empty((len(texts) * 2 + 256, 5), dtype=np.int64)
    while True:
        folded = (table.table, table.spread, table.places)
        work = _work(kernel.room(codes, places, folded))
        count = kernel.scan(codes, places, folded, index, (known.english, known.chinese, known.makers, known.devices), sounds, known.power, keeping, work, found)
        if count == kernel.AGAIN:
            table.learn(codes)
        elif count == kernel.GROW:
            found = np.empty((len(found) * 4, 5), dtype=np.int64)
        else:
            return found[:count], places


def _work(room: int) -> Work:
    """The columns that a text is folded into; this thread's own where the text is no longer than usual."""
    kept: Work | None = getattr(_kept, "work", None)
    if kept is not None and room <= USUAL:
        return kept
    made = tuple(np.zeros(room + 2, dtype=kind) for kind in WORK)
    if room <= USUAL:
        _kept.work = made
    return made
