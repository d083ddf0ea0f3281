"""`findings`: what is open, one finding's whole story, a decision about it, and everything for other programs."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.audit import Day, coloured, present
from monitor.cli.face import Face, pass_face
from monitor.errors import ConfigError
from monitor.messages import failure
from monitor.model.finding import LEVELS
from monitor.reports import FORMATS, MACHINE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from monitor.config import Config
    from monitor.model.finding import Level
    from monitor.store.shown import Wanted
    from monitor.wiring import Writings

CONFIG = click.option("--config", "file", type=click.Path(path_type=Path, dir_okay=False), help="The settings (default: monitor.toml here).")
LEVEL = click.option("--level", type=click.Choice(LEVELS[1:]), default="low", show_default=True, help="Only from this level up.")
SHOP = click.option("--shop", "shops", multiple=True, help="Only of this shop, by its id or name; may stand several times.")
BRAND = click.option("--brand", "brands", multiple=True, help="Only of this brand, by its brand_id or a name; may stand several times.")
STATE = click.option("--state", type=click.Choice(["open", "accepted", "closed", "all"]), default="open", show_default=True, help="Open, accepted by a review, or closed.")


class TakesKey(click.Command):
    """The key of a listing without a platform begins with `-/`: it is no option wherever it stands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        keys = [arg for before, arg in pairwise(["", *args]) if arg.startswith("-/") and not before.startswith("--")]
        if keys and "--" not in args:
            args = [*(arg for arg in args if arg not in keys), "--", *keys]
        return super().parse_args(ctx, args)


@click.group()
def findings() -> None:
    """What the scans found and remember: look, decide, export.

    \b
    listing-monitor findings list --level high
    listing-monitor findings show taobao/s1/623/nike
    listing-monitor findings review taobao/s1/623/nike --as accept --who Li --why "own stock, invoice 88" --until 2026-12-31
    listing-monitor findings export > findings.jsonl

    A finding opens when a scan first meets it, escalates or eases with its level, and closes when a complete
    scan no longer meets it.
    """


@findings.command("list", short_help="What is open, the worst first.")
@CONFIG
@LEVEL
@SHOP
@BRAND
@STATE
@click.option("--limit", type=click.IntRange(1), metavar="N", default=40, show_default=True, help="At most so many in the table.")
@click.option("--format", "format_", type=click.Choice(["table", "jsonl", "csv"]), default="table", show_default=True)
@pass_face
def list_(
    face: Face, file: Path | None, level: Level, shops: tuple[str, ...], brands: tuple[str, ...], state: str, limit: int, format_: str
) -> int:
    """What is open, the worst first: since when, why, what would help, and the key that `show` and `review` take."""
    from monitor.cli.told import finding_block
    from monitor.store import shown

    engine, config = opened(file)
    asked = wanted(engine, config, level, shops, brands, state)
    if format_ == "table":
        counts = shown.counts(engine, asked)
        for one in shown.chosen(engine, asked, limit):
            click.echo("\n".join(finding_block(face, one, colour=coloured())) + "\n")
        total = sum(counts.values())
        if not total:
            click.echo(face.say("findings.none" if (level, shops, brands, state) == ("low", (), (), "open") else "findings.none-such"))
            return 0
        if total > limit:
            click.echo(face.say("findings.more", count=total - limit))
        said = face.say("cli.comma").join(f"{face.say(f'level.{name}')} {count}" for name, count in counts.items())
        click.echo(face.say("findings.counts", count=total, levels=said))
        return 0
    found = shown.chosen(engine, asked)
    if format_ == "csv":
        _csv(face, found)
        return 0
    from monitor.reports.jsonl_report import one_line

    for one in found:
        click.echo(one_line(_object(face, one)))
    return 0


@findings.command(cls=TakesKey, short_help="One finding's whole story.")
@CONFIG
@click.argument("key")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
@pass_face
def show(face: Face, file: Path | None, key: str, format_: str) -> int:
    """The whole story of the finding KEY: how its score came about, its life, its listing's history, every review."""
    from monitor.cli.told import story_lines
    from monitor.store import shown

    engine, _ = opened(file)
    story = shown.story(engine, key)
    if story is None:
        raise _unknown(engine, key)
    if format_ == "json":
        parts = {name: [_plain(row) for row in getattr(story, name)] for name in ("changes", "history", "reviews")}
        click.echo(json.dumps({**_object(face, story.stored), **parts}, ensure_ascii=False, indent=2))
        return 0
    click.echo("\n".join(story_lines(face, story, colour=coloured())))
    return 0


@findings.command(cls=TakesKey, short_help="Decide about one finding.")
@CONFIG
@click.argument("key")
@click.option("--as", "decision", type=click.Choice(["accept", "false-alarm", "reject", "reopen"]), required=True, help="accept: it may stay; false-alarm: the finding is wrong; reject: it must change; reopen: take the last decision back.")  # fmt: skip
@click.option("--who", required=True, help="Who decides.")
@click.option("--why", required=True, help="The reason, for whoever asks later.")
@click.option("--until", type=Day(), help="The last day on which the decision holds (default: until the facts change).")
@pass_face
def review(face: Face, file: Path | None, key: str, decision: Any, who: str, why: str, until: date | None) -> int:
    """Decide about the finding KEY. Nothing is overwritten: each decision is kept, the last one counts.

    Accepted, or a false alarm: it stays quiet until the day given, or until what the decision rested on changes: level,
    reasons, papers, title or price. Then it opens again by itself.
    """
    from monitor.store.decisions import decide

    engine, _ = opened(file)
    now = datetime.now(UTC)
    if until is not None and until < date.today():
        raise click.UsageError(face.say("findings.until-past", day=until.isoformat()))
    if not who.strip() or not why.strip():
        raise click.UsageError(face.say("findings.who-why"))
    decided = decide(engine, key, decision=decision, who=who.strip(), why=why.strip(), until=until, at=now, today=date.today())
    if decided is None:
        raise _unknown(engine, key)
    told = {"accepted": "findings.quiet-until" if until else "findings.quiet", "open": "findings.stays-open", "closed": "findings.is-closed"}[decided]
    click.echo(face.say(told, key=key, until=until or ""))
    return 0


@findings.command(short_help="Everything, for other programs or as a report.")
@CONFIG
@LEVEL
@SHOP
@BRAND
@STATE
@click.option("--format", "format_", type=click.Choice(FORMATS), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@pass_face
def export(
    face: Face, file: Path | None, level: Level, shops: tuple[str, ...], brands: tuple[str, ...], state: str, format_: str, output: Path | None
) -> int:
    """The same for other programs or as a report, in every format of `audit`; ordered by listing, then brand."""
    from monitor.audit import Tally
    from monitor.reports import About
    from monitor.store import listings, reading, shown

    if format_ == "xlsx" and output is None:
        raise click.UsageError(face.say("audit.output-needed"))
    engine, config = opened(file)
    asked = wanted(engine, config, level, shops, brands, state)
    with reading(engine) as connection:
        stored = listings.count(connection)
    tally = Tally(listings=stored)
    tally.levels["clear"] = stored
    # What is left out is not clear: the counts are those of the whole shop, whatever was asked for.
    everything = () if format_ in MACHINE_FORMATS else shown.screenings(engine, wanted(engine, config, "low", (), (), "open"))
    for screening in everything:
        tally.levels["clear"] -= 1
        tally.levels[screening.level] += 1
        tally.findings.update(finding.level for finding in screening.findings)
    about = About(lang=face.lang, on=date.today(), tally=tally, registry=_registry(config), everything=True, colour=format_ == "table" and output is None and coloured())
    present(shown.screenings(engine, asked), about, format_, output)
    if output:
        face.tell("cli.written", file=output)
    return 0


def opened(file: Path | None) -> tuple[Engine, Config]:
    """The store that monitor.toml names, for one who looks at what scans stored: a look makes no database, and where there is none
    it says so, since nothing open would look like all clear."""
    from monitor.config import load_config
    from monitor.store import absent, open_store

    config = load_config(file)
    if absent(url := config.scanning.store.url):
        click.echo((click.get_current_context().find_object(Face) or Face()).say("store.none-yet", url=url), err=True)
    return open_store(url, make=False), config


def wanted(engine: Engine, config: Config, level: Level, shops: tuple[str, ...], brands: tuple[str, ...], state: str) -> Wanted:
    """What was asked for. ConfigError for a shop or brand that nobody knows: nothing found would look like all clear."""
    from monitor.store.shown import STATES, Wanted, stored
    from monitor.wiring import brands_by_name, shops_by_name

    if shops or brands:
        registry = _registry(config)
        shops = _meant("shop", shops, shops_by_name((*registry.shops, *config.shops)), stored(engine, "shop"))
        brands = _meant("brand", brands, brands_by_name(registry.brands), stored(engine, "brand_id"))
    return Wanted(level=level, shops=shops, brands=brands, states=STATES if state == "all" else tuple(one for one in STATES if one == state))


def _meant(what: str, asked: tuple[str, ...], known: Writings, kept: Sequence[str]) -> tuple[str, ...]:
    from monitor.wiring import Unheard, meant

    try:
        return meant(asked, known, kept)
    except Unheard as error:
        raise failure(ConfigError, f"findings.no-{what}", name=error.name, near=error.near) from error


def _registry(config: Config) -> Any:
    from monitor.registry_files import load_with_starter

    return load_with_starter(config.registry_path)


def _unknown(engine: Engine, key: str) -> ConfigError:
    from monitor.store.shown import near

    found = near(engine, key)
    return failure(ConfigError, "findings.unknown-near" if found else "findings.unknown", key=key, near=", ".join(found))


def _object(face: Face, one: Any) -> dict[str, Any]:
    """The contract's object and what the store adds."""
    from monitor.model.finding import Screening
    from monitor.reports.jsonl_report import finding_object

    value = finding_object(Screening(listing=one.listing, findings=(one.finding,)), one.finding, face.lang)
    times = {name: moment.isoformat() if (moment := getattr(one, name)) else None for name in ("opened_at", "changed_at", "closed_at")}
    return {**value, "state": one.state, **times}


def _plain(row: Any) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in ("finding_id", "listing_id", "facts")}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}


def _csv(face: Face, found: list[Any]) -> None:
    from monitor.model.finding import Screening
    from monitor.reports.cells import COLUMNS, cells, harmless

    more = ("state", "opened_at", "changed_at")
    table = csv.writer(sys.stdout, lineterminator="\r\n")
    table.writerow([*(name for name in COLUMNS if name != "change"), *more])
    for one in found:
        values = cells(Screening(listing=one.listing, findings=(one.finding,)), one.finding, face.lang)
        values |= {"state": one.state, "opened_at": one.opened_at.isoformat(), "changed_at": one.changed_at.isoformat()}
        table.writerow([harmless(values[name]) for name in (*(name for name in COLUMNS if name != "change"), *more)])
