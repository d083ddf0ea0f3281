"""`audit`: the one question in one command."""

from __future__ import annotations

import gc
import json
import sys
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor import audit as work
from monitor.cli.face import Face, KnowsBrands, on_terminal, pass_face
from monitor.cli.streams import unheard
from monitor.errors import ConfigError, InputError, MonitorError
from monitor.messages import failure
from monitor.model.finding import LEVELS
from monitor.model.platforms import marketplace
from monitor.reports import FORMATS, MACHINE_FORMATS, About, report, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from monitor.model.finding import Level, Screening
    from monitor.model.listing import Listing
    from monitor.model.problem import Problem
    from monitor.model.registry import Registry
    from monitor.screening import Screener

MOST_PROBLEMS = 10  # of one kind, shown with their place


class Day(click.ParamType):  # type: ignore[type-arg]
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            day = date.min
        if not 1900 <= day.year <= 2999:  # beyond them the calendar of the machine ends before a paper does
            self.fail(f"{value!r} is not a day like 2026-03-31.", param, ctx)
        return day


class AuditCommand(KnowsBrands, click.Command):
    pass


@click.command(cls=AuditCommand, short_help="Check listings or drafts.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--registry", "registry_path", type=click.Path(path_type=Path), help="Your registry (folder, .xlsx or .yaml) instead of the starter one.")
@click.option("--platform", default="", help="Marketplace of listings that do not say it, e.g. taobao.")
@click.option("--shop", default="", help="Shop of listings that do not say it: a shop_id or its name.")
@click.option("--company", default="", help="Your company as it stands on the papers, where the shop does not tell it.")
@click.option("--on", "on", type=Day(), help="Check for this day instead of today.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report to this file.")
@click.option("--all", "everything", is_flag=True, help="Also findings of level clear.")
@click.option("--fail-on", type=click.Choice([*LEVELS, "never"]), default="high", show_default=True, help="Exit with 1 from this level up.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", default=1, show_default=True, help="Processes that screen side by side.")
@click.option("--diff", "old", type=click.Path(path_type=Path, dir_okay=False), help="Only what changed against this earlier JSONL report.")
@pass_face
def audit(
    face: Face, files: tuple[str, ...], registry_path: Path | None, platform: str, shop: str, company: str, on: date | None,
    format_: str, output: Path | None, everything: bool, fail_on: str, workers: int, old: Path | None,
) -> int:  # fmt: skip
    """Which of these listings are likely to draw a brand's letter, why, and what would clear them?

    FILE is any known export or saved page, several at once; order exports beside listings fill the units
    sold; - reads standard input.

    \b
    listing-monitor audit export.csv
    listing-monitor audit export.csv --registry registry/ --platform taobao --shop s1
    listing-monitor audit *.csv orders.csv --format html --output report.html
    listing-monitor audit drafts.xlsx --format jsonl --fail-on medium > report.jsonl
    """
    if format_ == "xlsx" and output is None:
        raise click.UsageError(face.say("audit.output-needed"))
    if output is not None:
        spare(output, [*map(Path, files), *filter(None, (old, registry_path))])
    day = on or date.today()
    earlier = read_report(old) if old else None
    tally = work.Tally()
    with ExitStack() as stack:
        paths = [stack.enter_context(source(name)) for name in files]
        registry, screener = parts(registry_path, day, company)
        # The registry stays for good and listings make no cycles: the collector need not walk them again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(200_000, 20, 20)
        from monitor import wiring

        opened = work.open_files(paths, wiring.readers(), tally)
        sales = work.read_orders(opened, tally)
        listings = work.read_listings(opened, tally, work.Blanks(platform=marketplace(platform.strip()), shop=shop), sales)
        screenings = work.run(progress(listings, face, workers), screener, tally, workers=workers)
        about = About(
            lang=face.lang, on=day, tally=tally, registry=registry, files=files, everything=everything,
            fail_on=None if fail_on == "never" else _level(fail_on), compared=earlier is not None,
            colour=format_ == "table" and output is None and coloured(),
        )  # fmt: skip
        kept = chosen(screenings, tally, earlier, sales, everything=everything)
        present(kept, about, format_, output)
    if output:
        face.tell("cli.written", file=output)
    if tally.orders and format_ in MACHINE_FORMATS:
        face.tell("report.orders", orders=tally.orders, unmatched=tally.unmatched_orders)
    tell_registry_faults(face, registry)
    tell_problems(face, tally)
    return exit_code(face, tally, about, files)


def spare(output: Path, read: Iterable[Path]) -> None:
    """ConfigError where the report would take the place of a file that is read: nobody wants his export replaced."""
    for path in read:
        if output.exists() and path.exists() and output.samefile(path):
            raise failure(ConfigError, "audit.output-is-read", file=output)


def chosen(
    screenings: Iterable[Screening], tally: work.Tally, earlier: Mapping[str, Mapping[str, Any]] | None,
    sales: work.Sales | None, *, everything: bool,
) -> Iterator[Screening]:  # fmt: skip
    """What is shown: everything, without the clear ones, or only what changed."""
    yield from work.changed(screenings, earlier, tally) if earlier is not None else work.shown(screenings, everything=everything)
    tally.unmatched_orders = sales.unmatched if sales else 0


def parts(registry_path: Path | None, day: date, company: str) -> tuple[Registry, Screener]:
    """The registry (yours over the starter one, unless --registry names another) and the screener built on it."""
    from monitor.config import load_config
    from monitor.wiring import assemble

    return assemble(load_config(), day, registry_path=registry_path, company=company)


def own_registry() -> Registry:
    """What monitor.toml names, laid over the starter registry."""
    from monitor.config import load_config
    from monitor.registry_files import load_with_starter

    return load_with_starter(load_config().registry_path)


@contextmanager
def source(name: str) -> Iterator[tuple[Path, Any]]:
    """A file to read; standard input is kept in a temporary file, since a reader looks at its head first."""
    from monitor.config import own_dialects
    from monitor.model.source import ReadOptions

    own = own_dialects()
    if name != "-":
        yield Path(name), ReadOptions(name=name, dialects=own)
        return
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="listing-monitor-") as folder:
        path = Path(folder) / "stdin"
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        yield path, ReadOptions(name="-", dialects=own)


def present(screenings: Iterable[Screening], about: About, format_: str, output: Path | None) -> None:
    if output is not None:
        try:
            write_file(format_, screenings, about, output)
        except OSError as error:
            raise failure(WriteError, "audit.cannot-write", file=output, why=error.strerror or error) from error
        return
    with unheard():
        report(format_)(screenings, about, sys.stdout)
        sys.stdout.flush()


class WriteError(MonitorError):
    """The disk refused the report."""

    exit_code = 4


def progress(listings: Iterable[Listing], face: Face, workers: int) -> Iterable[Listing]:
    """A running count on a terminal; nothing where nobody looks."""
    if face.quiet or not on_terminal():
        return listings
    return _counted(listings, face)


def _counted(listings: Iterable[Listing], face: Face) -> Iterator[Listing]:
    count = 0
    for count, listing in enumerate(listings, 1):
        if count % 1000 == 0:
            click.echo(f"\r{count:,} {face.say('cli.reading')}", nl=False, err=True)
        yield listing
    if count >= 1000:
        click.echo("\r\x1b[K", nl=False, err=True)


def coloured() -> bool:
    import os

    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or on_terminal(sys.stdout)


def read_report(path: Path) -> dict[str, Mapping[str, Any]]:
    """An earlier JSONL report by finding key. InputError names the line that is none."""
    found: dict[str, Mapping[str, Any]] = {}
    number = 0
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for line in lines:
                number += 1
                if line.strip():
                    value = json.loads(line)
                    if value["level"] not in LEVELS or not value["listing"] or not value["brand"]["brand_id"]:
                        raise ValueError("not a finding")
                    if value.get("change") != "closed":
                        found[value["key"]] = value
    except OSError as error:
        raise failure(InputError, "config.unreadable", file=path, why=error.strerror or error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise failure(InputError, "audit.old-report", file=path, line=max(1, number)) from error
    return found


def tell_registry_faults(face: Face, registry: Registry) -> None:
    """How many faults the registry has, and where to see them: each stays in use, none is silent."""
    if registry.problems:
        click.echo(face.problem(registry.problems[0]), err=True)
        if len(registry.problems) > 1:
            click.echo(face.say("registry-command.more-faults", count=len(registry.problems) - 1), err=True)


def tell_problems(face: Face, tally: work.Tally) -> None:
    """Faults on standard error, also with --quiet: nothing is lost silently."""
    for code, count in tally.problem_counts.items():
        kept: list[Problem] = [problem for problem in tally.problems if problem.code == code][:MOST_PROBLEMS]
        for problem in kept:
            click.echo(face.problem(problem), err=True)
        if count > len(kept):
            click.echo(face.say("cli.more-problems", count=count - len(kept)), err=True)


def exit_code(face: Face, tally: work.Tally, about: About, files: tuple[str, ...]) -> int:
    """3 for loss or emptiness wins over 1 for a level at the gate."""
    if tally.listings == 0:
        click.echo(face.say("audit.orders-alone" if tally.orders else "audit.no-listing", files=", ".join(files), arguments=" ".join(map(work.argument, files))), err=True)
        return 3
    if tally.lost:
        return 3
    return int(about.fail_on is not None and tally.reaches(about.fail_on))


def _level(name: str) -> Level:
    return next(level for level in LEVELS if level == name)
