"""JUnit XML, one test case per listing: a build server shows a listing to look at as a failed test."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from monitor.messages import say
from monitor.model.finding import LEVELS
from monitor.reports.cells import leading_reason, printable, remedy_text
from monitor.reports.jsonl_report import reason_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from monitor.model.finding import Screening
    from monitor.reports import About


def write(screenings: Iterable[Screening], about: About, out: TextIO) -> None:
    """A case fails where its level reaches the gate. The counts stand in the suite's head, so cases wait."""
    cases: list[str] = []
    failed = 0
    for screening in screenings:
        case, wrong = _case(screening, about)
        cases.append(case)
        failed += wrong
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(f'<testsuites tests="{len(cases)}" failures="{failed}">\n')
    out.write(f'<testsuite name="listing-monitor" tests="{len(cases)}" failures="{failed}" errors="0" skipped="0">\n')
    out.writelines(cases)
    out.write("</testsuite>\n</testsuites>\n")


def _case(screening: Screening, about: About) -> tuple[str, int]:
    listing = screening.listing
    name = " ".join(part for part in (listing.listing_id or listing.sku, listing.title) if part)
    place = ".".join(part for part in (listing.platform, listing.shop) if part) or "listings"
    head = f"<testcase classname={_attribute(place)} name={_attribute(name)}"
    gate = LEVELS.index(about.fail_on) if about.fail_on else len(LEVELS)
    lines = [_line(screening, finding.key, about) for finding in screening.findings]
    if not lines:
        return f"{head}/>\n", 0
    text = escape("\n".join(map(printable, lines)))
    if LEVELS.index(screening.level) < gate:
        return f"{head}><system-out>{text}</system-out></testcase>\n", 0
    message = _attribute(say(f"level.{screening.level}", about.lang))
    return f'{head}><failure message={message} type="{screening.level}">{text}</failure></testcase>\n', 1


def _line(screening: Screening, key: str, about: About) -> str:
    finding = next(finding for finding in screening.findings if finding.key == key)
    reason = leading_reason(finding)
    why = reason_sentence(reason, about.lang) if reason else ""
    parts = [f"{finding.level} {finding.brand_name}", why, remedy_text(finding, about.lang)]
    return " - ".join(part for part in parts if part)


def _attribute(value: str) -> str:
    return quoteattr(printable(value))
