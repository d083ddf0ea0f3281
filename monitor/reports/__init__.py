"""Findings on their way to a person or a program: one module per format.

A report is a callable `report(screenings, about, out) -> None`: it reads the screenings once, to the end,
and writes to a text stream (`xlsx`: to the path `out`). `about.tally` is final only after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from monitor.messages import Lang
    from monitor.model.finding import Level, Screening
    from monitor.model.problem import Problem
    from monitor.model.registry import Registry

FORMATS = ("table", "jsonl", "csv", "xlsx", "html", "md", "sarif", "junit")
MACHINE_FORMATS = ("jsonl", "csv", "sarif", "junit")  # standard output holds these and nothing else


class Tally(Protocol):
    """What a report reads of the run's counts (monitor.audit.Tally)."""

    listings: int
    orders: int
    levels: Counter[Level]
    findings: Counter[Level]
    changes: dict[str, Any]
    closed: list[Mapping[str, Any]]
    problems: list[Problem]
    problem_counts: Counter[str]
    unmatched_orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a report says besides the findings. `fail_on` is the gate, None when there is none."""

    lang: Lang
    on: date
    tally: Tally
    registry: Registry
    fail_on: Level | None = None
    files: Sequence[str] = ()
    everything: bool = False
    colour: bool = False
    compared: bool = False  # only what changed against an earlier report

    @property
    def all_clear(self) -> bool:
        """Is no listing above clear? A report may be empty because more was not asked for."""
        return not any(count for level, count in self.tally.levels.items() if level != "clear")


Report = Callable[["Iterable[Screening]", About, TextIO], None]


def report(name: str) -> Report:
    """The report of that format; its module is imported only now, for start-up's sake."""
    written: Report = import_module(f"monitor.reports.{name}_report").write
    return written


def write_file(name: str, screenings: Iterable[Screening], about: About, path: Path) -> None:
    """Write a report beside its place and move it there when whole, so that nobody opens half a file.

    A device or a pipe is written to as it is; behind a link its target is replaced.
    OSError where the disk is full or the folder may not be written.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        _write(name, screenings, about, path)
        return
    part = path.with_name(f".{path.name}.part")
    try:
        _write(name, screenings, about, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write(name: str, screenings: Iterable[Screening], about: About, path: Path) -> None:
    if name == "xlsx":
        from monitor.reports.xlsx_report import write_workbook

        write_workbook(screenings, about, path)
        return
    newline = "" if name == "csv" else None
    # A spreadsheet takes a CSV for the local code page unless it opens with a BOM.
    encoding = "utf-8-sig" if name == "csv" else "utf-8"
    # A lone surrogate in a title cannot be UTF-8; its escape can, and is what JSON writes too.
    with path.open("w", encoding=encoding, newline=newline, errors="backslashreplace") as out:
        report(name)(screenings, about, out)
