"""Where an engine says that a name could stand: the form in which every engine answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy.typing as npt

    from monitor.screening.arrays import Arrays

SPELT, RUN, WHOLE = 1, 2, 3  # a name as it is; a run of letters and digits to be judged; a text to be read from end to end
Place = tuple[int, int, int, int]  # kind, raw start, raw end, number of the name
Rows = Callable[[Sequence[str], "Arrays"], Iterable[tuple[int, Sequence[Place]]]]  # texts -> (number of the text, places)


def by_text(rows: npt.NDArray, starts: npt.NDArray) -> Iterator[tuple[int, list[Place]]]:  # type: ignore[type-arg]
    """Rows (text, kind, start, end, name), by text, with starts and ends that count from the beginning of all texts."""
    if not len(rows):
        return
    begins = starts[rows[:, 0]]
    rows[:, 2] -= begins
    rows[:, 3] -= begins
    for text, group in groupby(rows.tolist(), itemgetter(0)):
        yield text, [tuple(row[1:]) for row in group]


def available() -> bool:
    """Is the compiled engine installed?"""
    return find_spec("numba") is not None
