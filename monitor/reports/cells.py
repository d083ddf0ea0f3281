"""Findings as flat rows, for everything that is a table; and cells that no spreadsheet runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.messages import printable as printable
from monitor.messages import say
from monitor.reports.jsonl_report import reason_sentence, remedy_sentence

if TYPE_CHECKING:
    from monitor.messages import Lang
    from monitor.model.finding import Finding, Level, Reason, Screening
    from monitor.model.registry import Registry

COLUMNS = (
    "level", "score", "verdict", "platform", "shop", "listing_id", "sku", "title", "brand", "found", "usage",
    "standing", "cover", "gap", "until", "why", "reasons", "do", "remedies", "change", "source", "row", "key", "brand_id",
)  # fmt: skip


def cells(screening: Screening, finding: Finding, lang: Lang, change: str = "") -> dict[str, str]:
    """One finding as text cells under COLUMNS; codes stay codes, `why` and `do` are sentences."""
    listing, cover = screening.listing, finding.cover
    main = leading_reason(finding)
    return {
        "level": finding.level, "score": f"{finding.score:g}", "verdict": screening.verdict,
        "platform": listing.platform, "shop": listing.shop, "listing_id": listing.listing_id, "sku": listing.sku,
        "title": listing.title, "brand": finding.brand_name,
        "found": "; ".join(dict.fromkeys(hit.text for hit in finding.hits)),
        "usage": strongest_usage(finding), "standing": finding.standing,
        "cover": cover.status, "gap": cover.gap or "", "until": cover.until.isoformat() if cover.until else "",
        "why": reason_sentence(main, lang) if main else "",
        "reasons": "; ".join(reason.code for reason in finding.reasons),
        "do": remedy_text(finding, lang), "remedies": "; ".join(remedy.code for remedy in finding.remedies),
        "change": change, "source": listing.source, "row": "" if listing.row is None else str(listing.row),
        "key": finding.key, "brand_id": finding.brand_id,
    }  # fmt: skip


def leading_reason(finding: Finding) -> Reason | None:
    """The reason to name first: the strongest main rule, else the heaviest of the rest."""
    return max(finding.reasons, key=lambda reason: (reason.main, reason.weight), default=None)


def strongest_usage(finding: Finding) -> str:
    from monitor.model.finding import USAGES

    return min((hit.usage for hit in finding.hits), key=USAGES.index, default="")


def remedy_text(finding: Finding, lang: Lang) -> str:
    """The smallest remedy in words, with what it leads to; the set where no single one reaches low."""
    chosen = finding.remedy_set or finding.remedies[:1]
    if not chosen:
        return ""
    sentence = say("report.and-then", lang).join(remedy_sentence(remedy, lang) for remedy in chosen)
    return say("report.remedy", lang, sentence=sentence, level=say(f"level.{chosen[0].level_after}", lang))


def steps(finding: Finding, lang: Lang) -> list[tuple[str, Level]]:
    """What would help, as it is read from top to bottom: (sentence, level after) of each change alone, of the set that helps
    together, and of taking the listing down behind all that asks less."""
    told = [(printable(remedy_sentence(remedy, lang)), remedy.level_after) for remedy in finding.remedies]
    if finding.remedy_set:
        together = " + ".join(printable(remedy_sentence(remedy, lang)) for remedy in finding.remedy_set)
        told.insert(max(0, len(told) - 1), (f"{say('report.together', lang)} {together}", finding.remedy_set[0].level_after))
    return told


def origin(registry: Registry, lang: Lang) -> str:
    """Which brands came from where, and how old the starter registry's facts are."""
    brands = registry.brands
    counts = {name: sum(brand.origin == name for brand in brands) for name in ("starter", "user", "both")}
    days = sorted(brand.checked_on.isoformat() for brand in brands if brand.origin != "user" and brand.checked_on)
    key = "own-only" if not counts["starter"] + counts["both"] else "starter" if counts["user"] + counts["both"] else "starter-only"
    span = days[0] if days[:1] == days[-1:] and days else say("cli.span", lang, first=days[0], last=days[-1]) if days else "-"
    return say(f"cli.{key}", lang, days=span, **counts)


def harmless(value: str) -> str:
    """A cell that a spreadsheet shows and never runs: text that would begin a formula gets an apostrophe (one more,
    where it has some already, so that a reader can take it off again)."""
    if value.startswith("-/"):  # a finding's key without platform: no formula begins so, and programs compare it
        return value
    bare = value.lstrip("'")
    return f"'{value}" if bare.lstrip("\t\r\n ")[:1] in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20") or bare[:1] in ("\t", "\r") else value
