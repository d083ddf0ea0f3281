"""What is wrong with an installation, and how to keep it running by itself."""

from __future__ import annotations

import os
import platform
import sys
from glob import glob
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.autostart import KINDS, recipe
from monitor.cli.face import Face, pass_face

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDED = (
    "scrapy", "apscheduler", "sqlalchemy", "alembic", "httpcore2", "rapidfuzz", "numpy", "click", "jinja2", "python-calamine", "xlsxwriter", "pyyaml", "lxml",
)  # fmt: skip


@click.command(short_help="What is wrong here, and how to mend it.")
@click.option("--autostart", type=click.Choice(KINDS), help="Only print how to keep the daily scan running: a unit, a cron line, a task or a container.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path(), help="The folder of monitor.toml, for --autostart.")
@pass_face
def doctor(face: Face, autostart: str | None, folder: Path) -> int:
    """Check Python, the packages, the shipped data, the engine, the terminal and what monitor.toml here says; name what to do.

    \b
    listing-monitor doctor
    listing-monitor doctor --autostart systemd > ~/.config/systemd/user/listing-monitor.service
    """
    if autostart:
        click.echo(recipe(autostart, folder, _variables(folder), face), nl=False)
        return 0
    faults = 0
    for good, line in chain(_checks(face), _workspace(face)):
        faults += not good
        click.echo(f"{'ok  ' if good else 'FAIL'} {line}")
    click.echo(face.say("doctor.faults", count=faults) if faults else face.say("doctor.well"))
    return 2 if faults else 0


def _variables(folder: Path) -> list[str]:
    """The variables that the settings in `folder` name for addresses and secrets."""
    from monitor.channels.credentials import ENV
    from monitor.config import FILE, load_config

    if not (folder / FILE).is_file():
        return []
    channels = load_config(folder / FILE).scanning.channels
    named = [name for one in channels for name in (one.url.removeprefix(ENV).strip() if one.url.startswith(ENV) else "", one.secret_env)]
    return list(dict.fromkeys(filter(None, named)))


def _checks(face: Face) -> Iterator[tuple[bool, str]]:
    from monitor import wiring
    from monitor.registry_files import load_with_starter

    yield sys.version_info >= (3, 11), face.say("doctor.python", version=platform.python_version())
    for name in NEEDED:
        try:
            yield True, f"{name} {version(name)}"
        except PackageNotFoundError:
            yield False, face.say("doctor.missing", name=name)
    starter = load_with_starter(None)
    yield len(starter.brands) >= 300, face.say("doctor.starter", brands=len(starter.brands))
    readers = len(wiring.readers())
    yield bool(readers), face.say("doctor.readers" if readers else "doctor.no-readers", count=readers)
    from monitor.screening.words import chinese, english

    words = len(english()) + len(chinese())
    yield words > 100_000, face.say("doctor.words" if words > 100_000 else "doctor.no-words", words=words)
    from monitor.screening.places import COMPILING, FEW, MANY, available

    name = "doctor.engine" if available() else "doctor.engine-portable"
    yield True, face.say(name, engine=wiring.engine(os.environ), few=FEW, many=MANY, compiling=COMPILING)
    encoding = (sys.stdout.encoding or "").lower()
    yield encoding.startswith("utf"), face.say("doctor.encoding" if encoding.startswith("utf") else "doctor.no-encoding", encoding=encoding or "?")


def _workspace(face: Face) -> Iterator[tuple[bool, str]]:
    """What monitor.toml of this folder says: is it right, are its files, its papers and its channels' secrets there?"""
    from monitor import wiring
    from monitor.channels.credentials import address, secrets
    from monitor.channels.parcel import Unreachable
    from monitor.config import FILE, load_config
    from monitor.cron import Cron
    from monitor.errors import MonitorError
    from monitor.registry_files import load_with_starter

    if not FILE.is_file():
        return
    try:
        config = load_config()
        wiring.channel_kinds(config.scanning.channels)
        registry = load_with_starter(config.registry_path)
    except MonitorError as error:
        yield False, face.failure(error)
        return
    yield True, face.say("doctor.settings", file=FILE)
    if registry.problems:
        yield False, face.say("doctor.registry", count=len(registry.problems))
    for entry in config.scanning.schedule:
        try:
            Cron(entry.cron, entry.zone)
        except ValueError as error:
            yield False, face.say("schedule.bad-line", file=FILE, name=entry.name, cron=entry.cron, why=error)
    for source in config.scanning.sources:
        for path in source.paths:
            if not glob(path):  # noqa: PTH207  # as the spider reads it: absolute, with any pattern
                yield False, face.say("doctor.no-file", name=source.name, path=path)
    for channel in config.scanning.channels:
        try:
            address(channel, os.environ), secrets(channel, os.environ)
        except Unreachable as error:
            yield False, face.say("alerts-command.fault", channel=channel.name, why=error.why.say(face.lang))
