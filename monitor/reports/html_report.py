"""One self-contained page that a shop owner likes to open: counts, a picture, findings, what to do.

Nothing is loaded from anywhere: the page's own policy forbids it, since titles and file names are not ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.messages import platform_name, say, say_problem
from monitor.model.finding import LEVELS, Reason
from monitor.reports.cells import leading_reason, origin, printable, steps, strongest_usage
from monitor.reports.jsonl_report import reason_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from monitor.messages import Lang
    from monitor.model.finding import Finding, Hit, Level, Screening
    from monitor.model.registry import Authorization, Brand
    from monitor.reports import About

SHORT = 400  # characters of a field shown around its hits


def write(screenings: Iterable[Screening], about: About, out: TextIO) -> None:
    """Findings by rank, the worst first. Every text goes through the template's escaping."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    lang = about.lang
    papers = {paper.authorization_id: paper for paper in about.registry.authorizations}
    found = [(screening, finding) for screening in screenings for finding in screening.findings]
    found.sort(key=lambda pair: -pair[1].rank)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals["say"] = lambda key, **params: say(key, lang, **params)
    page = environment.get_template("report.html.j2")
    known = {brand.brand_id: brand for brand in about.registry.brands}
    cards = [card(screening, finding, about, papers) | {"registry": registry_facts(known.get(finding.brand_id), lang)} for screening, finding in found]
    brands = sorted({one["brand"] for one in cards})
    parts = page.generate(
        lang=lang, about=about, tally=about.tally, levels=tuple(reversed(LEVELS)), cards=cards, brands=brands,
        bar=level_bar(about), origin=origin(about.registry, lang), problems=problem_lines(about, lang),
        closed=[(old["brand"]["name"], printable(old["listing"]["title"])) for old in about.tally.closed],
    )  # fmt: skip
    out.writelines(parts)


def card(screening: Screening, finding: Finding, about: About, papers: dict[str, Authorization]) -> dict[str, Any]:
    """What the page shows of one finding, as plain values."""
    lang, listing = about.lang, screening.listing
    main = leading_reason(finding)
    shop = next((one.name for one in about.registry.shops if one.shop_id == listing.shop), "") or listing.shop
    place = [platform_name(listing.platform, lang), shop, listing.listing_id or listing.sku]
    return {
        "level": finding.level, "score": f"{finding.score:g}", "brand": printable(finding.brand_name),
        "verdict": say(f"verdict.{screening.verdict}", lang), "standing": say(f"standing.{finding.standing}", lang),
        "usage": say(f"usage.{strongest_usage(finding)}", lang),
        "title": marked(listing.title, [hit for hit in finding.hits if hit.field == "title"]),
        "place": printable(" / ".join(part for part in place if part)),
        "file": printable(listing.source), "row": listing.row,
        "why": printable(reason_sentence(main, lang)) if main else "",
        "others": other_fields(screening, finding),
        "hits": [
            {"text": printable(hit.text), "alias": printable(hit.alias), "method": say(f"method.{hit.method}", lang),
             "usage": say(f"usage.{hit.usage}", lang), "similarity": f"{hit.similarity:.0%}"}
            for hit in finding.hits
        ],
        "steps": waterfall(finding, lang),
        "helps": steps(finding, lang),
        "chain": chain(finding, papers, lang), "change": about.tally.changes.get(finding.key, ""),
        "search": printable(f"{listing.title} {finding.brand_name} {listing.listing_id} {listing.sku}").casefold(),
    }  # fmt: skip


def registry_facts(brand: Brand | None, lang: Lang) -> dict[str, str]:
    """What the registry says of the brand, where it was read and when; only a web address becomes a link."""
    if brand is None:
        return {}
    parts = [say(f"brand.policy-{brand.policy}", lang)]
    if brand.enforcement != "unknown":
        parts.append(say(f"brand.enforcement-{brand.enforcement}", lang))
    if brand.source:
        parts.append(say(f"brand.proof-{brand.proof}", lang))
    if brand.checked_on:
        parts.append(say("brand.checked", lang, day=brand.checked_on))
    parts.append(say(f"brand.origin-{brand.origin}", lang))
    link = brand.source if brand.source.startswith(("https://", "http://")) else ""
    return {"text": " · ".join(parts), "link": printable(link), "source": "" if link else printable(brand.source)}


def marked(text: str, hits: Iterable[Hit]) -> list[tuple[str, str]]:
    """The text in pieces: (piece, "" or the method by which it was found); overlaps go to the first."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.start < at:
            continue
        pieces += [(printable(text[at : hit.start]), ""), (printable(text[hit.start : hit.end]), hit.method)]
        at = hit.end
    pieces.append((printable(text[at : at + SHORT]) + ("…" if len(text) > at + SHORT else ""), ""))
    return [piece for piece in pieces if piece[0]]


def other_fields(screening: Screening, finding: Finding) -> list[tuple[str, list[tuple[str, str]]]]:
    """Hits outside the title, each with a little text around it."""
    shown = []
    for hit in finding.hits:
        if hit.field == "title":
            continue
        raw = getattr(screening.listing, hit.field, "") or hit.text
        start, end = max(0, hit.start - 40), min(len(raw), hit.end + 40)
        pieces = [("…" if start else "") + raw[start : hit.start], raw[hit.start : hit.end], raw[hit.end : end] + ("…" if end < len(raw) else "")]
        shown.append((hit.field, [(printable(pieces[0]), ""), (printable(pieces[1]), hit.method), (printable(pieces[2]), "")]))
    return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One bar of the waterfall, in per cent of the picture's width."""

    text: str
    weight: str
    left: float
    width: float
    kind: str  # main, raising, lowering, silent (a weaker main rule: listed, but it does not count), end


def waterfall(finding: Finding, lang: Lang) -> list[Step]:
    """How the score came about: the strongest main rule, then each qualifier, then the end."""
    mains = [reason for reason in finding.reasons if reason.main]
    counted = max(mains, key=lambda reason: reason.weight, default=None)
    rest = [reason for reason in finding.reasons if not reason.main]
    ordered: list[Reason] = ([counted] if counted else []) + rest
    top = max(100.0, finding.rank, sum(max(reason.weight, 0) for reason in ordered))
    steps, at = [], 0.0
    for reason in ordered:
        after = max(0.0, at + reason.weight)
        kind = "main" if reason.main else "lowering" if reason.weight < 0 else "raising"
        left, width = min(at, after) / top * 100, abs(after - at) / top * 100
        text = printable(reason_sentence(reason, lang))
        steps.append(Step(text=text, weight=f"{reason.weight:+g}", left=left, width=width, kind=kind))
        at = after
    steps += [
        Step(text=printable(reason_sentence(reason, lang)), weight=f"({reason.weight:g})", left=0, width=0, kind="silent")
        for reason in mains
        if reason is not counted
    ]
    end = max(0.0, finding.rank)
    level = say(f"level.{finding.level}", lang)
    if finding.rank > finding.score:  # the scale ends at 100, the order of findings does not
        level = f"{level} ({say('report.more-than', lang, rank=f'{finding.rank:g}', score=f'{finding.score:g}')})"
    steps.append(Step(text=level, weight=f"{finding.score:g}", left=0, width=end / top * 100, kind="end"))
    return steps


def chain(finding: Finding, papers: dict[str, Authorization], lang: Lang) -> list[dict[str, str]]:
    """The papers from the owner's down to the company's, the one at fault marked with its gap."""
    cover = finding.cover
    walked = list(cover.chain) or ([cover.link] if cover.link else [])
    links = [*reversed(above(walked[-1], papers)), *reversed(walked)] if walked else []
    drawn = []
    for link in links:
        paper = papers.get(link)
        gap = say(f"gap.{cover.gap}", lang) if cover.gap and link == cover.link else ""
        until = paper.valid_until.isoformat() if paper and paper.valid_until else say("report.unlimited", lang)
        since = paper.valid_from.isoformat() if paper and paper.valid_from else ""
        drawn.append({
            "id": link, "from": printable(paper.licensor) if paper else "?", "to": printable(paper.licensee) if paper else "?",
            "dates": f"{since} – {until}", "gap": gap,
        })  # fmt: skip
    return drawn


def above(link: str, papers: dict[str, Authorization]) -> list[str]:
    """The papers over the one at fault, where the walk stopped: the picture shows the whole chain."""
    found: list[str] = []
    paper = papers.get(link)
    while paper and paper.licensor_role != "owner" and paper.parent_id in papers and paper.parent_id not in (link, *found):
        found.append(paper.parent_id)
        paper = papers[paper.parent_id]
    return found


def level_bar(about: About) -> list[tuple[Level, int, float, float]]:
    """The one picture: (level, listings, left, width), left and width in per cent."""
    total = sum(about.tally.levels.values()) or 1
    bar: list[tuple[Level, int, float, float]] = []
    left = 0.0
    for level in reversed(LEVELS):
        width = about.tally.levels[level] / total * 100
        bar.append((level, about.tally.levels[level], left, width))
        left += width
    return bar


def problem_lines(about: About, lang: Lang) -> list[str]:
    """Faults of the input, each with its place; kinds that came too often end in a count."""
    lines = []
    for problem in about.tally.problems:
        row = say("cli.row", lang, row=problem.row) if problem.row else ""
        column = say("cli.column", lang, column=problem.column) if problem.column else ""
        place = say("cli.comma", lang).join(part for part in (problem.source, row, column) if part)
        lines.append(printable(f"{place}{say('cli.colon', lang)}{say_problem(problem, lang)}" if place else say_problem(problem, lang)))
    more = sum(about.tally.problem_counts.values()) - len(lines)
    return [*lines, say("cli.more-problems", lang, count=more)] if more else lines
