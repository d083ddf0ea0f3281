"""SARIF 2.1.0 (OASIS, https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code-scanning pages and editors.

The row of the export is the region, the SKU the logical location, the finding's key the fingerprint. A
finding that papers cover fully is listed as suppressed.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from monitor.messages import say
from monitor.reports.cells import leading_reason, printable, remedy_text
from monitor.reports.jsonl_report import reason_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from monitor.model.finding import Finding, Level, Screening
    from monitor.reports import About

SEVERITY: dict[Level, str] = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "clear": "none"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
SHEET = re.compile(r"(?<=\.xlsx|\.xlsm|.\.xls):[^/\\]*$", re.I)  # which sheet of a workbook is no part of its address


def _address(source: str) -> str:
    """A file's name as a URI: of one that is no UTF-8 the very bytes."""
    name = SHEET.sub("", source).replace("\\", "/")
    try:
        return quote(os.fsencode(name), safe="/")
    except UnicodeEncodeError:  # half a character that no file system gave
        return quote(name, safe="/", errors="surrogatepass")


def write(screenings: Iterable[Screening], about: About, out: TextIO) -> None:
    """Results stream; the rules that they name follow them."""
    codes: dict[str, int] = {}
    out.write(f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{"columnKind": "unicodeCodePoints", "results": [')
    first = True
    for screening in screenings:
        for finding in screening.findings:
            out.write(("" if first else ",") + "\n" + json.dumps(_result(screening, finding, about, codes), ensure_ascii=False))
            first = False
    driver = {
        "name": "listing-monitor",
        "rules": [{"id": code, "shortDescription": {"text": say(f"rule.{code}", about.lang)}} for code in codes],
    }  # fmt: skip
    out.write('\n], "tool": {"driver": ' + json.dumps(driver, ensure_ascii=False) + "}}]}\n")


def _result(screening: Screening, finding: Finding, about: About, codes: dict[str, int]) -> dict[str, Any]:
    listing = screening.listing
    reason = leading_reason(finding)
    code = reason.code if reason else "mention"
    why = reason_sentence(reason, about.lang) if reason else say("report.mention", about.lang, brand=finding.brand_name)
    region = {"region": {"startLine": listing.row}} if listing.row else {}
    source = listing.source if listing.source and listing.source != "-" else "stdin"
    result: dict[str, Any] = {
        "ruleId": code, "ruleIndex": codes.setdefault(code, len(codes)), "level": SEVERITY[finding.level],
        "message": {"text": printable(" - ".join(part for part in (finding.brand_name, why, remedy_text(finding, about.lang)) if part))},
        "locations": [{
            "physicalLocation": {"artifactLocation": {"uri": _address(source)}, **region},
            "logicalLocations": [{"name": printable(listing.sku or listing.listing_id or listing.title), "kind": "resource"}],
        }],
        "partialFingerprints": {"findingKey/v1": finding.key},
        "rank": max(0.0, min(100.0, finding.score)),
        "properties": {"level": finding.level, "standing": finding.standing, "verdict": screening.verdict},
    }  # fmt: skip
    if finding.cover.status == "full":
        paper = finding.cover.chain[0] if finding.cover.chain else ""
        result["suppressions"] = [{"kind": "external", "justification": say("report.covered", about.lang, paper=paper)}]
    return result
