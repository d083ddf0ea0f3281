"""Findings for somebody at a terminal: the worst first, each with why and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.messages import say
from monitor.model.finding import LEVELS
from monitor.reports.cells import cells, leading_reason, origin, printable
from monitor.reports.jsonl_report import reason_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from monitor.messages import Lang
    from monitor.model.finding import Finding, Level, Screening
    from monitor.model.listing import Listing
    from monitor.reports import About

MOST = 40  # findings printed; a longer list is for a file
COLOURS: dict[Level, str] = {"critical": "red", "high": "red", "medium": "yellow", "low": "blue", "clear": "green"}


def write(screenings: Iterable[Screening], about: About, out: TextIO) -> None:
    """Blocks instead of columns: titles are long, and Chinese is twice as wide as Latin."""
    found = [(screening, finding) for screening in screenings for finding in screening.findings]
    found.sort(key=lambda pair: -pair[1].rank)
    loud = [pair for pair in found if about.compared or LEVELS.index(pair[1].level) > 1]
    for screening, finding in loud[:MOST]:
        out.write(_block(screening, finding, about))
    if len(loud) > MOST:
        out.write(say("report.more", about.lang, count=len(loud) - MOST) + "\n\n")
    if len(loud) < len(found):
        out.write(_quiet(found[len(loud) :], about))
    for old in about.tally.closed:
        line = say("report.closed-line", about.lang, brand=old["brand"]["name"], title=printable(old["listing"]["title"]))
        out.write(line + "\n")
    out.write(_summary(found, about))


def _quiet(found: Sequence[tuple[Screening, Finding]], about: About) -> str:
    """Findings of level low and clear in one line for each brand and reason: they would bury the others."""
    groups: dict[tuple[Level, str, str], list[Finding]] = {}
    for _, finding in found:
        reason = leading_reason(finding)
        groups.setdefault((finding.level, finding.brand_name, reason.code if reason else ""), []).append(finding)
    lines = []
    for (level, brand, _), findings in sorted(groups.items(), key=lambda group: -len(group[1])):
        reason = leading_reason(findings[0])
        why = printable(reason_sentence(reason, about.lang)) if reason else ""
        count = say("report.listings-count", about.lang, count=len(findings))
        lines.append(f"{painted(say(f'level.{level}', about.lang), level, colour=about.colour)}  {printable(brand)}  {count}  {why}".rstrip())
    more = [say("report.more-groups", about.lang, count=len(lines) - MOST)] if len(lines) > MOST else []
    return "\n".join([*lines[:MOST], *more]) + "\n\n"


def _block(screening: Screening, finding: Finding, about: About) -> str:
    lang = about.lang
    values = {name: printable(value) for name, value in cells(screening, finding, lang).items()}
    level = painted(say(f"level.{finding.level}", lang), finding.level, colour=about.colour)
    listing = screening.listing
    place = " ".join(part for part in (listing.source, say("cli.row", lang, row=listing.row) if listing.row else "") if part)
    change = about.tally.changes.get(finding.key)
    head = f"{level} {values['score']}  {values['brand']}" + (f"  [{say(f'change.{change}', lang)}]" if change else "")
    lines = [head, f"  {marked(screening.listing, finding, colour=about.colour)}"]
    lines.append(f"  {say('report.label-where', lang)} {printable(place or finding.key)}")
    if elsewhere := outside(finding, lang):
        lines.append(f"  {say('report.label-found', lang)} {elsewhere}")
    if values["why"]:
        lines.append(f"  {say('report.label-why', lang)} {values['why']}")
    if values["do"]:
        lines.append(f"  {say('report.label-do', lang)} {values['do']}")
    return "\n".join(lines) + "\n\n"


def marked(listing: Listing, finding: Finding, *, colour: bool) -> str:
    """The title with the text found in [brackets] (or underlined, in colour)."""
    title = listing.title
    spans = sorted({(hit.start, hit.end) for hit in finding.hits if hit.field == "title"})
    parts, at = [], 0
    for start, end in spans:
        if start < at:
            continue
        text = printable(title[start:end])
        parts += [printable(title[at:start]), f"\x1b[4;1m{text}\x1b[0m" if colour else f"[{text}]"]
        at = end
    return shortened("".join([*parts, printable(title[at:])]))


def outside(finding: Finding, lang: Lang) -> str:
    """Where a brand stands that the title does not name: `Keywords: Pokémon`."""
    if any(hit.field == "title" for hit in finding.hits):
        return ""
    fields = dict.fromkeys((hit.field, printable(hit.text)) for hit in finding.hits)
    return say("cli.comma", lang).join(f"{say(f'report.field-{field}', lang)}{say('cli.colon', lang)}{text}" for field, text in list(fields)[:4])


def shortened(text: str, most: int = 240) -> str:
    """A title that a person reads in one look; a megabyte of title is cut, and that is said."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def painted(text: str, level: Level, *, colour: bool) -> str:
    """A level in its colour; in capitals where there is none."""
    if not colour:
        return text.upper()
    import click

    return click.style(f" {text.upper()} ", fg="black" if level != "critical" else "white", bg=COLOURS[level], bold=True)


def _summary(found: Sequence[tuple[Screening, Finding]], about: About) -> str:
    lang, tally = about.lang, about.tally
    counts = say("cli.comma", lang).join(
        f"{painted(say(f'level.{level}', lang), level, colour=about.colour) if about.colour else say(f'level.{level}', lang)} {tally.levels[level]}"
        for level in reversed(LEVELS)
        if tally.levels[level]
    )
    lines = [say("report.summary", lang, listings=tally.listings, day=about.on.isoformat()), counts]
    if tally.orders:
        lines.append(say("report.orders", lang, orders=tally.orders, unmatched=tally.unmatched_orders))
    if not found and not tally.closed and tally.listings and (about.compared or about.all_clear):
        lines.append(say("report.unchanged" if about.compared else "report.nothing", lang))
    lines += [origin(about.registry, lang), say("report.no-advice", lang)]
    return "\n".join(line for line in lines if line) + "\n"
