"""`demo`: the main job on shipped examples; then three mornings of the daily scan, with an alert that really arrives."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
import threading
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.face import Face, pass_face
from monitor.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

DEMO_DAY = date(2026, 11, 20)  # the demo's papers end around this day
NEW_LISTING = "taobao,t1,610013,VM-LIP,Velmora薇茉拉 丝绒口红 官方授权 代购,美容护肤/口红,99,CNY,,1,3,s-drop,dropship,\n"
SETTINGS = """\
# The settings of the demo's daily scan. `alerts` go to a receiver that the demo itself opened on this machine.
[registry]
path = "registry"
[[sources]]
name = "shop"
path = "listings.csv"
[[channels]]
name = "receiver"
kind = "webhook"
url = "http://127.0.0.1:{port}/"
min_level = "medium"
lang = "{lang}"
[alerts]
allow_networks = ["127.0.0.0/8"]
"""


@click.command(short_help="The main job on shipped examples.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default=Path("listing-monitor-demo"), show_default=True, help="Folder for the report.")
@pass_face
def demo(face: Face, output: Path) -> int:
    """The main job on the shipped fixtures, end to end: no network, no configuration.

    An invented shop is audited against invented papers and the starter registry; the report page lands in
    a folder here. Then the same shop is scanned three times, as on three mornings: all is new, one listing is
    new, nothing is. What changed goes to a receiver on this machine.
    """
    output.mkdir(parents=True, exist_ok=True)
    page = _audit(face, output)
    _mornings(face, output / "shop")
    click.echo("\n" + face.say("demo.report", page=page))
    click.echo(face.say("demo.next"))
    return 0


def _audit(face: Face, output: Path) -> Path:
    """The check of the whole export, as a table here and as a page in the folder."""
    from monitor import audit as work
    from monitor import wiring
    from monitor.cli.audit import coloured, tell_problems
    from monitor.model.source import ReadOptions
    from monitor.registry_files import load_with_starter
    from monitor.reports import About, report, write_file
    from monitor.screening import Screener

    listings = shipped("fixtures/demo") / "listings.csv"
    registry = load_with_starter(shipped("fixtures/demo") / "registry")
    screener = Screener.build(registry, on=DEMO_DAY)
    tally = work.Tally()
    opened = work.open_files([(listings, ReadOptions(name=listings.name))], wiring.readers(), tally)
    screenings = list(work.shown(work.run(work.read_listings(opened, tally, work.Blanks()), screener, tally)))
    about = About(lang=face.lang, on=DEMO_DAY, tally=tally, registry=registry, fail_on="high", files=[listings.name], colour=coloured())
    click.echo(face.say("demo.intro", listings=tally.listings, day=DEMO_DAY) + "\n")
    report("table")(iter(screenings), about, sys.stdout)
    write_file("html", iter(screenings), about, output / "report.html")
    write_file("jsonl", iter(screenings), about, output / "report.jsonl")
    tell_problems(face, tally)
    return output / "report.html"


def _mornings(face: Face, shop: Path) -> None:
    """Scan, change one thing, scan, scan: what is new is told once, and nothing new is silence."""
    from monitor.cli.scan import scan_once, visit_files

    silent = replace(face, quiet=True)
    with _receiver() as (port, arrived):
        _workspace(shop, port, face.lang)

        def scan() -> str:
            arrived.clear()
            said = io.StringIO()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
                scan_once(silent, shop / "monitor.toml", (), DEMO_DAY, visit_files)
            return said.getvalue().rstrip()

        click.echo("\n" + face.say("demo.mornings", folder=shop))
        scan()
        click.echo("\n" + face.say("demo.first", count=len(arrived), port=port))
        with (shop / "listings.csv").open("a", encoding="utf-8") as export:
            export.write(NEW_LISTING)
        said = scan()
        click.echo("\n" + face.say("demo.second", title=NEW_LISTING.split(",")[4]) + "\n" + said)
        for body in arrived:
            data = body["data"]
            message = data["reasons"][0]["message"] if data.get("reasons") else ""
            click.echo(face.say("demo.arrived", type=body["type"], brand=data["brand"]["name"], title=data["listing"]["title"], why=message))
        said = scan()
        click.echo("\n" + face.say("demo.third", count=len(arrived)) + "\n" + said)


def _workspace(shop: Path, port: int, lang: str) -> None:
    """The demo's own shop, made anew each time."""
    shop.mkdir(exist_ok=True)
    for old in shop.glob("listing-monitor.sqlite3*"):
        old.unlink()
    fixtures = shipped("fixtures/demo")
    shutil.copyfile(fixtures / "listings.csv", shop / "listings.csv")
    shutil.copytree(fixtures / "registry", shop / "registry", dirs_exist_ok=True)
    (shop / "monitor.toml").write_text(SETTINGS.format(port=port, lang=lang), encoding="utf-8")


@contextlib.contextmanager
def _receiver() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """A receiver of alerts on this machine: its port, and the bodies as they arrive."""
    arrived: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the demo itself says what arrived."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, name="demo-receiver", daemon=True).start()
    # The environment wins over monitor.toml; the demo's shop has settings of its own.
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("LISTING_MONITOR_") and name.endswith(("_PATH", "_URL"))}
    try:
        yield server.server_address[1], arrived
    finally:
        os.environ.update(kept)
        server.shutdown()
        server.server_close()
