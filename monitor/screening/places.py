"""Where an engine says that a name could stand: the form in which every engine answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from monitor.screening.arrays import Arrays

Engine = Literal["auto", "plain", "portable", "compiled"]
ENGINES: tuple[Engine, ...] = ("auto", "plain", "portable", "compiled")
FEW = 2_000  # texts up to which the plain search is done before a batch engine has begun
BATCH = 64  # texts of one batch from which on it is read in columns
MANY = 20_000  # texts from which on a run pays for loading the compiled engine
COMPILING = 500_000  # texts from which on it pays even for compiling it
SPELT, RUN, WHOLE = 1, 2, 3  # a name as it is; a run of letters and digits to be judged; a text to be read from end to end
APART, SEVERAL, HEARD = 4, 5, 6  # a name with separators inside; an anchor of several words; two that may begin or end a Han name
VEILED = 7  # words of a name, digits for letters in one of them
AROUND = 5  # words on either side of an anchor that its names may reach to
BEFORE, BEHIND = 7, 9  # tokens around the first of two neighbours that tell what Han name they belong to
Place = tuple[int, int, int, int]  # kind, raw start, raw end, number: of the name; SEVERAL and HEARD: of the token in between
# Texts, and which of them a torn name keeps -> (number of the text, places).
Rows = Callable[[Sequence[str], "Arrays", "npt.NDArray[np.bool_]"], Iterable[tuple[int, Sequence[Place]]]]


def by_text(rows: npt.NDArray, starts: npt.NDArray) -> Iterator[tuple[int, list[Place]]]:  # type: ignore[type-arg]
    """Rows (text, kind, start, end, name), by text, with starts and ends that count from the beginning of all texts."""
    if not len(rows):
        return
    texts = rows[:, 0]
    begins = starts[texts]
    rows[:, 2] -= begins
    rows[:, 3] -= begins
    # In columns: a row at a time costs five times as much.
    places: list[Place] = list(zip(*(rows[:, column].tolist() for column in range(1, 5)), strict=True))
    firsts = [0, *((texts[1:] != texts[:-1]).nonzero()[0] + 1).tolist()]
    for text, first, last in zip(texts[firsts].tolist(), firsts, [*firsts[1:], len(places)], strict=True):
        yield text, places[first:last]


@cache
def available() -> bool:
    """Is the compiled engine installed?"""
    return find_spec("numba") is not None


@cache
def compiled_before() -> bool:
    """Did an earlier run leave the compiled engine behind? Loading it takes a moment, compiling it ten seconds and more."""
    return any((Path(__file__).parent / "__pycache__").glob("kernel.scan-*.nbi"))


def chosen(engine: Engine, asked: int, texts: int) -> Engine:
    """The engine for a batch of `texts` in a run that has come to `asked`: a small audit never pays for a compiler."""
    if engine != "auto":
        return engine
    if asked >= MANY and available() and (asked >= COMPILING or compiled_before()):
        return "compiled"
    # Of a single listing, or a few, the columns cost thirty times what the plain search does.
    return "portable" if asked >= FEW and texts >= BATCH else "plain"
