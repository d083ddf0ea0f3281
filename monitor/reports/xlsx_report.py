"""A workbook to pass on: a sheet of findings coloured by level, a sheet with the counts and problems."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from monitor.messages import platform_name, say, say_problem
from monitor.model.finding import LEVELS
from monitor.reports.cells import COLUMNS, cells, origin, printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from monitor.messages import Lang
    from monitor.model.finding import Screening
    from monitor.reports import About

COLOURS = {"critical": "#F4B6B0", "high": "#F9D3B4", "medium": "#FBEBB5", "low": "#DCE9F5", "clear": "#DDF0DC"}
WIDTHS = {"title": 50, "why": 60, "do": 60, "key": 30, "brand": 16, "found": 16, "reasons": 30}
NUMBERS = frozenset(("score", "row"))  # sorted by value, not by their first digit
WORDS = {"level": "level.", "verdict": "verdict.", "usage": "usage.", "standing": "standing.", "cover": "report.cover-", "gap": "gap.", "change": "change."}
CELL_LIMIT = 32_767  # characters in one cell of a workbook (Excel specifications and limits)
ROW_LIMIT = 1_048_575  # findings on one sheet, under its header


def write_workbook(screenings: Iterable[Screening], about: About, path: Path) -> None:
    """Rows are written as they come, in constant memory; every cell but a number is text, so no formula can run.

    The finished workbook, which is packed and small, goes to the disk in one piece: a full disk is then one OSError.
    """
    import xlsxwriter

    packed = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(packed, options) as book:
        bold = book.add_format({"bold": True})
        fills = {level: book.add_format({"bg_color": colour}) for level, colour in COLOURS.items()}
        sheet = book.add_worksheet(say("report.sheet-findings", about.lang))
        for index, name in enumerate(COLUMNS):
            sheet.set_column(index, index, WIDTHS.get(name, 12))
            sheet.write_string(0, index, say(f"report.column-{name}", about.lang), bold)
        sheet.freeze_panes(1, 0)
        row = left_out = 0
        for screening in screenings:
            for finding in screening.findings:
                if row >= ROW_LIMIT:
                    left_out += 1
                    continue
                row += 1
                values = cells(screening, finding, about.lang, about.tally.changes.get(finding.key, ""))
                for index, name in enumerate(COLUMNS):
                    fill = fills[finding.level] if name == "level" else None
                    if name in NUMBERS and values[name]:
                        sheet.write_number(row, index, float(values[name]))
                    else:
                        sheet.write_string(row, index, printable(_word(name, values[name], about.lang))[:CELL_LIMIT], fill)
        for old in about.tally.closed[: ROW_LIMIT - row]:
            row += 1
            known = {**old["listing"], "key": old["key"], "brand": old["brand"]["name"], "brand_id": old["brand"]["brand_id"]}
            known |= {"change": say("change.closed", about.lang), "level": say("level.clear", about.lang), "platform": platform_name(known["platform"], about.lang)}
            for index, name in enumerate(COLUMNS):
                sheet.write_string(row, index, printable(str(known.get(name) or ""))[:CELL_LIMIT])
        sheet.autofilter(0, 0, max(row, 1), len(COLUMNS) - 1)
        _summary(book, about, bold, left_out)
    path.write_bytes(packed.getbuffer())


def _word(column: str, value: str, lang: Lang) -> str:
    """What a person reads in place of a code; the codes of reasons and remedies have columns of their own beside the sentences."""
    if column == "platform":
        return platform_name(value, lang)
    return say(f"{WORDS[column]}{value}", lang) if column in WORDS and value else value


def _summary(book: object, about: About, bold: object, left_out: int) -> None:
    sheet = book.add_worksheet(say("report.sheet-summary", about.lang))  # type: ignore[attr-defined]
    sheet.set_column(0, 0, 40)
    lines = [(say("report.day", about.lang), about.on.isoformat()), (say("report.listings", about.lang), str(about.tally.listings))]
    lines += [(say(f"level.{level}", about.lang), str(about.tally.levels[level])) for level in reversed(LEVELS)]
    if left_out:
        lines.append((say("report.more", about.lang, count=left_out), ""))
    lines += [(origin(about.registry, about.lang), ""), (say("report.no-advice", about.lang), "")]
    lines += [
        (f"{problem.source} {problem.row or ''} {problem.column}".strip(), say_problem(problem, about.lang))
        for problem in about.tally.problems
    ]
    for row, (name, value) in enumerate(lines):
        sheet.write_string(row, 0, printable(name)[:CELL_LIMIT], bold)
        if value.isdecimal():
            sheet.write_number(row, 1, int(value))
        else:
            sheet.write_string(row, 1, printable(value)[:CELL_LIMIT])
