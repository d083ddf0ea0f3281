"""A place to work, and what is loaded."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.face import Face, pass_face


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
    face.tell("init.next", registry=directory / "registry", folder=directory.absolute())
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
