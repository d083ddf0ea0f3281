"""`rescreen`: the same listings, today's registry."""

from __future__ import annotations

import gc
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.face import Face, pass_face
from monitor.cli.findings import CONFIG, opened

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.scan import ScanResult


@click.command(short_help="What changes today, without reading anything?")
@CONFIG
@pass_face
def rescreen(face: Face, file: Path | None) -> int:
    """Screen the stored listings again: after the registry or policy.toml was changed, or because a day has passed.

    A paper that ended yesterday, a letter that came, a new brand: what this changes is told and sent like the
    changes of a scan. Nothing is read, so nothing closes for being absent.

    \b
    listing-monitor rescreen
    Every morning:  a [[schedule]] entry with command = "rescreen"
    """
    from monitor.cli.audit import tell_registry_faults
    from monitor.cli.scan import tell_and_send, tell_result
    from monitor.scan.rescreen import rescreen as work
    from monitor.wiring import addressed, assemble, channel_kinds

    engine, config = opened(file)
    channel_kinds(config.scanning.channels)
    registry, screener = assemble(config, date.today())
    gc.collect()
    gc.freeze()
    result: ScanResult = work(engine, screener=screener, registry=registry, settings=addressed(config.scanning, registry), now=datetime.now(UTC))

    def tell() -> None:
        tell_registry_faults(face, registry)
        tell_result(face, result, engine, [], done="scan.rescreened")

    return tell_and_send(face, engine, config.scanning, tell)
