"""`db`: the database under the findings: its age, its copy, its health."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.face import Face, pass_face
from monitor.cli.findings import CONFIG
from monitor.errors import ServiceError
from monitor.messages import failure

if TYPE_CHECKING:
    from sqlalchemy import Engine


@click.group()
def db() -> None:
    """The database that [store] url of monitor.toml names (default: listing-monitor.sqlite3 beside it).

    Commands upgrade an older database by themselves, after a backup; a newer one is refused.
    """


@db.command(short_help="Bring the tables to this version.")
@CONFIG
@pass_face
def upgrade(face: Face, file: Path | None) -> int:
    """Bring the tables to this version; a backup is made first. Does nothing where they are new already."""
    from monitor.store.upgrade import HEAD, bring_up_to_date

    engine = _connected(file, make=True)
    saved = bring_up_to_date(engine)
    if saved:
        click.echo(face.say("db.saved", file=saved))
    click.echo(face.say("db.up-to-date", url=engine.url.render_as_string(hide_password=True), revision=HEAD))
    return 0


@db.command(short_help="Copy everything into one file.")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@CONFIG
@pass_face
def backup(face: Face, target: Path, file: Path | None) -> int:
    """Copy the whole database into FILE, one SQLite file, while scans go on. A PostgreSQL is copied table by table.

    To put it back: stop the scans and name the file under [store] url, or copy it over the old one.
    """
    from monitor.store.backup import back_up

    engine = _connected(file)
    saved = back_up(engine, target)
    click.echo(face.say("db.copied", url=engine.url.render_as_string(hide_password=True), file=saved, size=f"{saved.stat().st_size / 2**20:.1f}"))
    return 0


@db.command(short_help="Look for damage.")
@CONFIG
@pass_face
def check(face: Face, file: Path | None) -> int:
    """Look for damage: the file itself, rows that point nowhere, findings that nothing shows. Exit 4 on any."""
    from monitor.store.health import OLDER, faults

    engine = _connected(file)
    found = list(faults(engine))
    for fault in found:
        click.echo(face.say(fault.code, **fault.params), err=True)
    url = engine.url.render_as_string(hide_password=True)
    damaged = [fault for fault in found if fault.code != OLDER]
    if damaged or not found:
        click.echo(face.say("db.unhealthy" if damaged else "db.healthy", url=url, count=len(damaged)))
    return 4 if found else 0


def _connected(file: Path | None, *, make: bool = False) -> Engine:
    """The database as it is: not yet upgraded. ServiceError where there is none: a wrong address would look like a healthy database."""
    from monitor.config import load_config
    from monitor.store import absent, connect

    url = load_config(file).scanning.store.url
    if not make and absent(url):
        raise failure(ServiceError, "store.none-yet", url=url)
    return connect(url)
