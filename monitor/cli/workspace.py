"""A place to work, and the demo."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from monitor.cli.face import Face, pass_face

DEMO_DAY = date(2026, 11, 20)  # the demo's papers end around this day


@click.command(short_help="The main job on shipped examples.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default=Path("listing-monitor-demo"), show_default=True, help="Folder for the report.")
@pass_face
def demo(face: Face, output: Path) -> int:
    """The main job on the shipped fixtures, end to end: no network, no configuration.

    An invented shop is audited against invented papers and the starter registry; the report page lands in
    a folder here.
    """
    from monitor import audit as work
    from monitor import wiring
    from monitor.cli.audit import coloured, tell_problems
    from monitor.model.source import ReadOptions
    from monitor.registry_files import load_with_starter
    from monitor.reports import About, report, write_file
    from monitor.screening import Screener
    from monitor.shipped import shipped

    fixtures = shipped("fixtures/demo")
    listings, papers = fixtures / "listings.csv", fixtures / "registry"
    registry = load_with_starter(papers)
    screener = Screener.build(registry, on=DEMO_DAY)
    tally = work.Tally()
    opened = work.open_files([(listings, ReadOptions(name=listings.name))], wiring.readers(), tally)
    screenings = list(work.shown(work.run(work.read_listings(opened, tally, work.Blanks()), screener, tally)))
    about = About(lang=face.lang, on=DEMO_DAY, tally=tally, registry=registry, fail_on="high", files=[listings.name], colour=coloured())
    output.mkdir(parents=True, exist_ok=True)
    click.echo(face.say("demo.intro", listings=tally.listings, day=DEMO_DAY) + "\n")
    report("table")(iter(screenings), about, sys.stdout)
    page = output / "report.html"
    write_file("html", iter(screenings), about, page)
    write_file("jsonl", iter(screenings), about, output / "report.jsonl")
    tell_problems(face, tally)
    click.echo("\n" + face.say("demo.report", page=page))
    click.echo(face.say("demo.next", listings=_short(listings), registry=_short(papers)))
    return 0


def _short(path: Path) -> str:
    """The path as a person here would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@click.command(short_help="A workspace with empty registry tables.")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=Path(), metavar="[DIR]")
@pass_face
def init(face: Face, directory: Path) -> int:
    """Write monitor.toml and registry/ with one commented CSV template per table, and a workbook of the same.

    What is there already is left alone.
    """
    from monitor.cli.init import write_workspace

    for path, written in write_workspace(directory):
        face.tell("init.written" if written else "init.kept", file=path)
    face.tell("init.next", registry=directory / "registry", folder=directory)
    return 0


@click.command(short_help="What is loaded, and from where.")
@pass_face
def plugins(face: Face) -> int:
    """What is loaded at each seam, and from which distribution."""
    from monitor import wiring

    for seam in wiring.SEAMS:
        for plugin in wiring.plugins(seam):
            click.echo(f"{seam:<12} {plugin.name:<16} {plugin.value:<32} {plugin.distribution}")
    return 0
