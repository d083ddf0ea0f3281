"""A Markdown page for a pull request or a chat: counts, then one table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.messages import say
from monitor.model.finding import LEVELS
from monitor.reports.cells import cells, origin, printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from monitor.model.finding import Screening
    from monitor.reports import About

SHOWN = ("level", "title", "brand", "found", "why", "do")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")


def write(screenings: Iterable[Screening], about: About, out: TextIO) -> None:
    """Findings by rank, the worst first; the counts stand on top."""
    rows = [(finding.rank, screening, finding) for screening in screenings for finding in screening.findings]
    rows.sort(key=lambda row: -row[0])
    lang, tally = about.lang, about.tally
    out.write(f"# {say('report.title', lang)}\n\n")
    out.write(say("report.summary", lang, listings=tally.listings, day=about.on.isoformat()) + "\n\n")
    for level in reversed(LEVELS):
        out.write(f"* {say(f'level.{level}', lang)}: {tally.levels[level]}\n")
    if rows:
        out.write("\n| " + " | ".join(say(f"report.column-{name}", lang) for name in SHOWN) + " |\n")
        out.write("|" + " --- |" * len(SHOWN) + "\n")
    for _, screening, finding in rows:
        values = cells(screening, finding, lang) | {"level": say(f"level.{finding.level}", lang)}
        out.write("| " + " | ".join(escaped(values[name]) for name in SHOWN) + " |\n")
    for old in tally.closed:
        out.write(f"\n* {say('report.closed', lang)}: {escaped(old['brand']['name'])} - {escaped(old['listing']['title'])}\n")
    out.write(f"\n{origin(about.registry, lang)}\n\n{say('report.no-advice', lang)}\n")


def escaped(value: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(printable(value).split())).replace("\\<", "&lt;")
