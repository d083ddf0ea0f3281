"""`explain`: every step of the judgement for one text, the dropped candidates too."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import combining, east_asian_width

import click

from monitor.cli.audit import Day, parts
from monitor.cli.face import Face, pass_face
from monitor.model.listing import Listing
from monitor.reports.cells import printable, remedy_text
from monitor.reports.jsonl_report import finding_object, reason_sentence
from monitor.screening.meaning import WEIGHTS, total

if TYPE_CHECKING:
    from monitor.model.finding import Finding
    from monitor.screening import Explanation


@click.command(short_help="Every step for one title.")
@click.argument("text")
@click.option("--registry", "registry_path", type=click.Path(path_type=Path), help="Your registry instead of the starter one.")
@click.option("--on", "on", type=Day(), help="Judge for this day instead of today.")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
@pass_face
def explain(face: Face, text: str, registry_path: Path | None, on: date | None, format_: str) -> int:
    """Folded forms, candidates, hits with their places, what each mention does, and the score as it came about.

    \b
    listing-monitor explain "N1KE 奈克 running shoes"
    """
    if not text.strip():
        raise click.UsageError(face.say("explain.blank"))
    registry, screener = parts(registry_path, on or date.today(), "")
    explanation = screener.explain(Listing(title=text))
    names = {brand.brand_id: brand.name for brand in registry.brands}
    if format_ == "json":
        click.echo(json.dumps(as_object(text, explanation, face), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(text, explanation, names, face)))
    return 0


def as_object(text: str, explanation: Explanation, face: Face) -> dict[str, Any]:
    """The same as data; `usage` null: the candidate was dropped, `why` says for what."""
    screening = explanation.screening
    return {
        "text": text,
        "folded": [{"field": field, "plain": plain, "skeleton": skeleton} for field, plain, skeleton in explanation.folded],
        "candidates": [
            {
                "brand_id": one.brand_id, "alias": one.match.alias, "text": one.match.text, "field": one.match.field,
                "start": one.match.start, "end": one.match.end, "method": one.match.method, "similarity": round(one.match.similarity, 4),
                "disguised": one.match.disguised, "usage": one.usage, "why": one.why, "message": face.say(f"why.{one.why}"),
                "evidence": [{"piece": piece, "weight": WEIGHTS[piece], "message": face.say(f"evidence.{piece}")} for piece in one.evidence],
            }
            for one in explanation.judged
        ],
        "findings": [finding_object(screening, finding, face.lang) for finding in screening.findings],
    }  # fmt: skip


def lines(text: str, explanation: Explanation, names: dict[str, str], face: Face) -> list[str]:
    """The same for a person: the text with carets under what was found, then one block a brand."""
    shown = [head := face.say("explain.text", text=printable(text))]
    if carets := marks(text, explanation):
        shown.append(" " * columns(head[: len(head) - len(printable(text))]) + carets)
    for _, plain, skeleton in explanation.folded:
        shown += [face.say("explain.folded", text=printable(plain)), face.say("explain.skeleton", text=printable(skeleton))]
    shown.append("")
    if not explanation.judged:
        return [*shown, face.say("explain.none")]
    shown.append(face.say("explain.candidates"))
    for one in explanation.judged:
        match = one.match
        shown.append(face.say(
            "explain.candidate", mark="+" if one.usage else "-", text=printable(match.text), start=match.start, end=match.end,
            alias=printable(match.alias), brand=names.get(one.brand_id, one.brand_id), method=face.say(f"method.{match.method}"),
            similarity=f"{match.similarity:.0%}", judged=face.say("cli.comma").join(dict.fromkeys((
                face.say(f"usage.{one.usage}") if one.usage else face.say("explain.dropped"), face.say(f"why.{one.why}"),
            ))),
        ))  # fmt: skip
        if len(one.evidence) > 1:
            pieces = face.say("cli.comma").join(f"{face.say(f'evidence.{piece}')} {WEIGHTS[piece]:+d}" for piece in one.evidence)
            shown.append(face.say("explain.evidence", pieces=pieces, total=f"{total(one.evidence):+d}"))
    for finding in explanation.screening.findings:
        shown += ["", *waterfall(finding, face)]
    return shown


def marks(text: str, explanation: Explanation) -> str:
    """Carets under the characters that name a brand; a Han character is two columns wide."""
    found = {at for one in explanation.judged if one.usage for at in range(one.match.start, one.match.end)}
    return "".join(("^" if at in found else " ") * columns(printable(char)) for at, char in enumerate(text)).rstrip()


def columns(text: str) -> int:
    """Terminal columns that a text takes."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def waterfall(finding: Finding, face: Face) -> list[str]:
    """The reasons with what each adds; a main rule in brackets was not the strongest and does not count."""
    head = face.say(
        "explain.finding", level=face.say(f"level.{finding.level}").upper(), score=f"{finding.score:g}", brand=printable(finding.brand_name),
        standing=face.say(f"standing.{finding.standing}"),
    )  # fmt: skip
    mains = [reason for reason in finding.reasons if reason.main]
    strongest = max(mains, key=lambda reason: reason.weight, default=None)
    rows = [head]
    for reason in finding.reasons:
        weight = f"({reason.weight:g})" if reason.main and reason is not strongest else f"{reason.weight:+g}"
        rows.append(f"  {weight:>8}  {printable(reason_sentence(reason, face.lang))}")
    rows.append(f"  {finding.score:>8g}  {face.say(f'level.{finding.level}')}")
    if advice := remedy_text(finding, face.lang):
        rows.append(f"  {face.say('report.label-do')} {printable(advice)}")
    return rows
