"""One JSON object a line for each listing x brand: the form that other formats and programs build on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from monitor.messages import say_code

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from monitor.messages import Lang
    from monitor.model.finding import Finding, Reason, Remedy, Screening
    from monitor.reports import About


LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def write(screenings: Iterable[Screening], about: About, out: TextIO) -> None:
    """Ordered by listing, then brand. With a comparison each line also has `change`."""
    changes = about.tally.changes
    for screening in screenings:
        for finding in screening.findings:
            value = finding_object(screening, finding, about.lang)
            if about.compared:
                value["change"] = changes[finding.key]
            out.write(one_line(value) + "\n")
    for old in about.tally.closed:
        out.write(one_line({**old, "change": "closed"}) + "\n")


def one_line(value: object) -> str:
    """A JSON object on one line for everybody: some readers of lines take U+2028 in a text for the end of one."""
    return json.dumps(value, ensure_ascii=False).translate(LINE_ENDS)


def finding_object(screening: Screening, finding: Finding, lang: Lang) -> dict[str, Any]:
    """The public JSON object of one finding (docs: "One finding in JSONL")."""
    listing, cover = screening.listing, finding.cover
    return {
        "listing": {
            "platform": listing.platform, "shop": listing.shop, "listing_id": listing.listing_id,
            "sku": listing.sku, "title": listing.title, "source": listing.source, "row": listing.row,
        },
        "brand": {"brand_id": finding.brand_id, "name": finding.brand_name},
        "key": finding.key, "level": finding.level,
        "score": round(finding.score, 2), "rank": round(finding.rank, 2),
        "standing": finding.standing, "verdict": screening.verdict,
        "cause": list(finding.cause), "ground": list(finding.ground),
        "hits": [
            {
                "field": hit.field, "start": hit.start, "end": hit.end, "text": hit.text, "alias": hit.alias,
                "method": hit.method, "similarity": round(hit.similarity, 4), "usage": hit.usage,
            }
            for hit in finding.hits
        ],
        "cover": {
            "status": cover.status, "gap": cover.gap, "link": cover.link,
            "until": cover.until.isoformat() if cover.until else None,
        },
        "reasons": [
            {"code": reason.code, "weight": reason.weight, "main": reason.main, "params": dict(reason.params),
             "message": reason_sentence(reason, lang)}
            for reason in finding.reasons
        ],
        "remedies": [remedy_object(remedy, lang) for remedy in finding.remedies],
        "remedy_set": [remedy_object(remedy, lang) for remedy in finding.remedy_set],
    }  # fmt: skip


def remedy_object(remedy: Remedy, lang: Lang) -> dict[str, Any]:
    params, message = dict(remedy.params), remedy_sentence(remedy, lang)
    return {"code": remedy.code, "params": params, "message": message, "level_after": remedy.level_after}


def reason_sentence(reason: Reason, lang: Lang) -> str:
    return say_code("reason", reason.code, reason.params, lang)


def remedy_sentence(remedy: Remedy, lang: Lang) -> str:
    return say_code("remedy", remedy.code, remedy.params, lang)
