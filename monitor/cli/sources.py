"""`sources`: what a file is, what is read from it, and naming the columns of an unknown one."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor import audit as work
from monitor import intake
from monitor.cli.audit import source, tell_problems
from monitor.cli.face import Face, pass_face
from monitor.errors import MonitorError
from monitor.messages import say_problem
from monitor.model.problem import Problem
from monitor.reports.cells import harmless, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.model.source import Reading


@click.group()
def sources() -> None:
    """What is this export, and what is read from it?"""


@sources.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
@pass_face
def identify(face: Face, files: tuple[str, ...], format_: str) -> int:
    """Dialect, encoding, header row, columns used and ignored, counts and problems of each file."""
    found: list[dict[str, Any]] = []
    worst = 0
    for name in files:
        tally = work.Tally()
        with ExitStack() as stack:
            try:
                opened = work.open_files([stack.enter_context(source(name))], _readers(), tally)
            except MonitorError as error:
                opened = []
                click.echo(face.failure(error), err=True)
                tally.lost = True
                tally.files.clear()
            entry = _counted(name, opened, tally, face)
        found.append(entry)
        if tally.lost or not (entry["listings"] or entry["orders"]):
            worst = 3
    if format_ == "json":
        # One file, one object; several files, a list of them.
        click.echo(json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2))
    else:
        for entry in found:
            click.echo(_described(entry, face))
    return worst


def _readers() -> Any:
    from monitor import wiring

    return wiring.readers()


def _counted(name: str, opened: list[tuple[str, Reading]], tally: work.Tally, face: Face) -> dict[str, Any]:
    """The public object of one file; its rows are read to the end for the counts."""
    rows = listings = orders = 0
    problems = list(tally.problems)
    for file, reading in opened:
        for row in reading.rows():
            if isinstance(row, Problem):
                tally.note(row)
                problems.append(row)
                continue
            rows += row.rows
            made, faults = (intake.listing if row.kind == "listing" else intake.order)(row, source=file)
            for fault in faults:
                tally.note(fault)
                problems.append(fault)
            if made is not None:
                listings += row.kind == "listing"
                orders += row.kind == "order"
    identification = tally.files[0] if tally.files else None
    shown = [
        {"row": problem.row, "column": problem.column or None, "message": say_problem(problem, face.lang)}
        for problem in problems[: work.KEPT_PER_CODE * 5]
    ]
    return {
        "file": name,
        "kind": identification.kind if identification else "unknown",
        "dialect": identification.dialect if identification else "",
        "encoding": identification.encoding if identification else "",
        "header_row": identification.header_row if identification else None,
        "rows": rows, "listings": listings, "orders": orders,
        "columns": dict(identification.columns) if identification else {},
        "ignored": list(identification.ignored) if identification else [],
        "problems": shown,
        "confidence": round(identification.confidence, 3) if identification else 0.0,
        "evidence": identification.evidence if identification else "",
        "nearest": identification.nearest if identification else "",
        "missing": list(identification.missing) if identification else [],
    }  # fmt: skip


def _described(entry: dict[str, Any], face: Face) -> str:
    lines = [face.say("sources-command.head", **{**entry, "dialect": entry["dialect"] or "-", "confidence": f"{entry['confidence']:.0%}"})]
    if entry["evidence"]:
        lines.append(face.say("sources-command.evidence", evidence=face.say(f"sources-command.evidence-{entry['evidence'].replace(' ', '-')}")))
    if entry["nearest"]:
        lines.append(face.say("sources-command.nearest", nearest=entry["nearest"], missing=", ".join(entry["missing"])))
    lines += [f"  {name:<12} {printable(str(theirs))}" for name, theirs in entry["columns"].items()]
    if entry["ignored"]:
        lines.append(face.say("sources-command.ignored", columns=printable(", ".join(entry["ignored"]))))
    lines += [
        "  ! " + (f"{face.say('cli.row', row=problem['row'])}{face.say('cli.colon')}" if problem["row"] else "") + problem["message"]
        for problem in entry["problems"][:20]
    ]
    return "\n".join(lines) + "\n"


@sources.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "format_", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@pass_face
def read(face: Face, files: tuple[str, ...], format_: str) -> int:
    """Any known export or saved page as the listing table (an order export as the order table)."""
    tally = work.Tally()
    count = 0
    with ExitStack() as stack:
        opened = work.open_files([stack.enter_context(source(name)) for name in files], _readers(), tally)
        table: Any = None
        for values in _values(opened, tally):
            count += 1
            if format_ == "jsonl":
                click.echo(json.dumps({name: value for name, value in values.items() if value != ""}, ensure_ascii=False))
                continue
            if table is None:
                table = csv.DictWriter(sys.stdout, list(values), lineterminator="\n", extrasaction="ignore")
                table.writeheader()
            table.writerow({name: harmless(value) if name != "price" else value for name, value in values.items()})
    tell_problems(face, tally)
    if count == 0:
        click.echo(face.say("audit.no-listing", files=", ".join(files)), err=True)
    return 3 if tally.lost or count == 0 else 0


def _values(opened: list[tuple[str, Reading]], tally: work.Tally) -> Iterator[dict[str, str]]:
    """Every listing and order as text under the names of our tables, as intake understood it."""
    for name, reading in opened:
        for row in reading.rows():
            if isinstance(row, Problem):
                tally.note(row)
                continue
            if row.kind == "listing":
                listing, faults = intake.listing(row, source=name)
                made = intake.listing_values(listing) if listing else None
            else:
                order, faults = intake.order(row, source=name)
                made = intake.order_values(order) if order else None
            for fault in faults:
                tally.note(fault)
            if made:
                yield made


@sources.command(name="map")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where the dialect goes; default: dialects/NAME.toml here.")
@click.option("--yes", is_flag=True, help="Take the proposal as it is, without asking.")
@pass_face
def map_(face: Face, file: Path, output: Path | None, yes: bool) -> int:
    """Propose which column of an unknown table means what, ask, and write a dialect file."""
    propose = next((made for reader in _readers() if (made := getattr(reader, "propose", None))), None)
    if propose is None:
        raise click.UsageError(face.say("sources-command.no-mapper"))
    proposal = propose(file)
    chosen = dict(proposal.columns)
    if not yes:
        for column in proposal.headers:
            ours = next((name for name, theirs in chosen.items() if theirs == column), "")
            sample = printable(" | ".join(proposal.samples.get(column, ())))[:80]
            answer = click.prompt(face.say("sources-command.ask", column=column, sample=sample), default=ours or "-", err=True)
            chosen = {name: theirs for name, theirs in chosen.items() if theirs != column}
            if answer.strip() not in ("", "-"):
                chosen[answer.strip()] = column
    path = output or Path("dialects") / f"{proposal.name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(proposal.toml(chosen), encoding="utf-8")
    face.tell("cli.written", file=path)
    return 0
