"""Which of the files at a source's paths are today's: the newest of each kind in a folder full of downloads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import InputError
from monitor.model.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.model.source import Reader, ReadOptions

TOGETHER = 900.0  # seconds: files of one export that a platform sends in parts arrive within these
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xml", ".json", ".jsonl")
AGAIN = re.compile(r"\s?\(\d+\)$|[ _-]?(?:副本|copy)$")  # how browsers and people name the same download once more


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`files`: to be read. `newest`: time of the newest one, seconds since 1970, 0 for none."""

    files: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()
    newest: float = 0.0


def files_at(path: str) -> Iterator[Path]:
    """The files that a pattern fits or a folder holds; the path itself where it names one file."""
    place = Path(path)
    if has_magic(path) and not place.exists():
        # glob and not Path.glob: the pattern may begin anywhere, also at another drive.
        yield from (one for found in glob(path, recursive=True) if (one := Path(found)).is_file())  # noqa: PTH207
    elif place.is_dir():
        yield from (one for one in place.iterdir() if one.is_file())
    else:
        yield place


def find(paths: Iterable[str], readers: Sequence[Reader], options: ReadOptions) -> Found:
    """A path that names one file is taken as it is; of a folder or a pattern the newest of each kind.

    Nothing at a path is a loss: the listings that should be there would look sold out.
    """
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        place = Path(path)
        if place.is_file() or not (has_magic(path) or place.is_dir()):
            files.append(place)
            continue
        here = sorted(files_at(path))
        taken, told = newest(_tables(here), readers, options)
        files += taken
        problems += told
        if not taken:
            problems.append(Problem(code="crawl.nothing-there", source=path, loss="rest", params={"files": str(len(here))}))
    unique = tuple(dict.fromkeys(files))
    return Found(files=unique, problems=tuple(problems), newest=max((_time(one) for one in unique), default=0.0))


def _tables(files: Iterable[Path]) -> Iterator[Path]:
    # ~$: Excel's lock file; a dot: hidden; .crdownload and .part have other endings anyway.
    return (one for one in files if one.suffix.lower() in TABLES and not one.name.startswith(("~$", ".")))


def newest(files: Iterable[Path], readers: Sequence[Reader], options: ReadOptions) -> tuple[list[Path], list[Problem]]:
    """The newest of each kind among files, the parts that came with it, and what is said of the others."""
    kinds: dict[tuple[str, str], list[Path]] = {}
    strange: list[str] = []
    for path in files:
        kind = _kind(path, readers, options)
        if kind:
            kinds.setdefault(kind, []).append(path)
        else:
            strange.append(path.name)
    taken: list[Path] = []
    problems: list[Problem] = []
    for (dialect, _), paths in sorted(kinds.items()):
        kept = _latest(paths)
        taken += kept
        if older := len(paths) - len(kept):
            names = ", ".join(one.name for one in kept)
            problems.append(Problem(code="crawl.older-files", source=str(kept[0].parent), loss="", params={"count": str(older), "dialect": dialect, "taken": names}))
    if strange and taken:
        params = {"count": str(len(strange)), "names": ", ".join(strange[:5])}
        problems.append(Problem(code="crawl.strange-files", source=str(taken[0].parent), loss="", params=params))
    return sorted(taken), problems


def _kind(path: Path, readers: Sequence[Reader], options: ReadOptions) -> tuple[str, str] | None:
    """(dialect, listings or orders) of a file; None for one that no reader knows as a table."""
    found = []
    for reader in readers:
        try:
            reading = reader(path, options)
        except InputError:
            continue
        if reading is not None:
            found.append(reading.identification)
    best = max(found, key=lambda one: one.confidence, default=None)
    return (best.dialect, best.kind) if best and best.kind in ("listings", "orders") else None


def _latest(paths: Sequence[Path]) -> list[Path]:
    """The newest file, and those beside it that came in the same quarter of an hour under another name."""
    ordered = sorted(paths, key=lambda one: (_time(one), one.name), reverse=True)
    kept: dict[str, Path] = {}
    for path in ordered:
        if _time(ordered[0]) - _time(path) <= TOGETHER:
            # export.csv and "export (1).csv" are one export, downloaded twice; products_1.csv and products_2.csv are parts.
            kept.setdefault(AGAIN.sub("", path.stem), path)
    return list(kept.values())


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
