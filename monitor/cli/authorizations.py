"""`authorizations`: which papers end, and what stands without cover then."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.audit import Day
from monitor.cli.face import Face, pass_face
from monitor.cli.findings import CONFIG, opened
from monitor.messages import printable
from monitor.model.finding import LEVELS

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.scan.due import Due


@click.group()
def authorizations() -> None:
    """Papers that let you sell a brand. What is on file: listing-monitor registry show BRAND."""


@authorizations.command(short_help="Which papers end when, and what each uncovers.")
@CONFIG
@click.option("--within", type=click.IntRange(0, 3660), metavar="N", default=90, show_default=True, help="Look so many days ahead.")
@click.option("--on", "on", type=Day(), help="Count from this day instead of today.")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
@pass_face
def due(face: Face, file: Path | None, within: int, on: date | None, format_: str) -> int:
    """Which papers end when, and how many listings each leaves uncovered the day after, by the level that they come out at.

    Every stored listing is screened for the day after the end. A paper that a later one renews uncovers nothing. A
    paper that was revoked counts from the day before.

    \b
    listing-monitor authorizations due --within 30
    """
    from monitor.scan.due import due as ask
    from monitor.store import listings, reading
    from monitor.wiring import assemble

    engine, config = opened(file)
    day = on or date.today()
    registry, _ = assemble(config, day)
    found = ask(engine, registry, lambda then: assemble(config, then)[1], day, within)
    if format_ == "json":
        click.echo(json.dumps([_object(one) for one in found], ensure_ascii=False, indent=2))
        return 0
    for one in found:
        click.echo(_line(face, one))
    with reading(engine) as connection:
        count = listings.count(connection)
    click.echo(face.say("due.summary" if found else "due.none", papers=len(found), within=within, day=day.isoformat(), listings=f"{count:,}"))
    if not count:
        click.echo(face.say("due.no-listing"), err=True)
    return 0


def _line(face: Face, one: Due) -> str:
    paper = printable(one.paper.authorization_id)
    head = face.say("due.paper", paper=paper, brand=printable(one.brand), licensor=printable(one.paper.licensor) or "-", until=one.until.isoformat(), days=one.days)
    if not one.listings:
        return f"{head}\n  {face.say('due.uncovers-none')}"
    levels = face.say("cli.comma").join(f"{face.say(f'level.{level}')} {one.after[level]}" for level in reversed(LEVELS) if one.after[level])
    return f"{head}\n  {face.say('due.uncovers', count=one.listings, levels=levels)}"


def _object(one: Due) -> dict[str, Any]:
    return {
        "authorization_id": one.paper.authorization_id, "brand": {"brand_id": one.paper.brand_id, "name": one.brand}, "licensor": one.paper.licensor,
        "licensee": one.paper.licensee, "until": one.until.isoformat(), "days": one.days, "listings": one.listings, "after": dict(one.after),
    }  # fmt: skip
