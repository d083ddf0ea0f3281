"""`sources`: what a file is, what is read from it, and naming the columns of an unknown one."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor import audit as work
from monitor import intake
from monitor.cli.audit import source, tell_problems
from monitor.cli.face import Face, pass_face
from monitor.errors import InputError, MonitorError
from monitor.messages import failure, say_problem
from monitor.model.problem import Problem
from monitor.reports.cells import harmless, printable
from monitor.reports.jsonl_report import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.model.source import Proposal, Reading

MOST_SHOWN = 20  # problems of a file in the table


@click.group()
def sources() -> None:
    """What is this export, and what is read from it?"""


@sources.command(short_help="What a file is, and what is wrong with it.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
@pass_face
def identify(face: Face, files: tuple[str, ...], format_: str) -> int:
    """Dialect, encoding, header row, columns used and ignored, counts and problems of each file."""
    found: list[dict[str, Any]] = []
    worst = 0
    every: list[tuple[str, Reading]] = []
    with ExitStack() as stack:
        for name in files:
            tally = work.Tally()
            try:
                path, options = stack.enter_context(source(name))
                opened = work.open_files([(path, replace(options, head_only=True))], _readers(), tally)
            except MonitorError as error:
                if error.exit_code != 3:
                    raise
                opened = []
                click.echo(face.failure(error), err=True)
                tally.lost = True
                tally.files.clear()
            entry = _counted(name, opened, tally, face)
            every += opened
            found.append(entry)
            # A head that holds no whole record says nothing of the rest.
            if tally.lost or (entry["complete"] and not (entry["listings"] or entry["orders"])):
                worst = 3
            if entry["complete"] and entry["dialect"] and not (tally.lost or entry["listings"] or entry["orders"]):
                entry["problems"].append({"row": None, "column": None, "message": face.say("audit.no-listing", files=name)})
    _tell_together(every, found, face)
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


def _tell_together(opened: list[tuple[str, Reading]], found: list[dict[str, Any]], face: Face) -> None:
    """What only the files together show is added to the file that says it."""
    known = {id(problem) for _, reading in opened for problem in reading.identification.problems}
    for reader in _readers():
        if len(opened) > 1 and (join := getattr(reader, "join", None)):
            problems = [problem for _, reading in join(opened) for problem in reading.identification.problems]
            for problem in (one for one in problems if id(one) not in known):
                entry = next(entry for entry in found if entry["file"] == problem.source)
                entry["problems"].append(_shown(problem, face))


def _shown(problem: Problem, face: Face) -> dict[str, Any]:
    return {"row": problem.row, "column": problem.column or None, "message": say_problem(problem, face.lang)}


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
    shown = [_shown(problem, face) for problem in problems[: work.KEPT_PER_CODE * 5]]
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
        "complete": identification.complete if identification else False,
    }  # fmt: skip


def _described(entry: dict[str, Any], face: Face) -> str:
    head = "head" if entry["header_row"] else "head-page"
    params = {**entry, "kind": face.say(f"sources-command.kind-{entry['kind']}"), "dialect": entry["dialect"] or "-"}
    lines = [face.say(f"sources-command.{head}", **{**params, "confidence": f"{entry['confidence']:.0%}"})]
    if entry["evidence"]:
        lines.append(face.say("sources-command.evidence", evidence=face.say(f"sources-command.evidence-{entry['evidence'].replace(' ', '-')}")))
    if entry["nearest"]:
        lines.append(face.say("sources-command.nearest", nearest=entry["nearest"], missing=", ".join(entry["missing"]), quoted=work.argument(entry["file"])))
    lines += [f"  {name:<12} {printable(str(theirs))}" for name, theirs in entry["columns"].items()]
    if entry["ignored"]:
        lines.append(face.say("sources-command.ignored", columns=printable(", ".join(entry["ignored"]))))
    lines += [f"  ! {_place(problem, face)}{printable(problem['message'])}" for problem in entry["problems"][:MOST_SHOWN]]
    if (more := len(entry["problems"]) - MOST_SHOWN) > 0:
        lines.append("  ! " + face.say("sources-command.more", count=more))
    return "\n".join(lines) + "\n"


def _place(problem: dict[str, Any], face: Face) -> str:
    parts = [face.say("cli.row", row=problem["row"])] if problem["row"] else []
    parts += [face.say("cli.column", column=printable(problem["column"]))] if problem["column"] else []
    return face.say("cli.comma").join(parts) + (face.say("cli.colon") if parts else "")


@sources.command(short_help="Any known export as one plain table.")
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
                click.echo(one_line({name: value for name, value in values.items() if value != ""}))
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
        for place, row in reading.placed(name):
            if isinstance(row, Problem):
                tally.note(row)
                continue
            if row.kind == "listing":
                listing, faults = intake.listing(row, source=place)
                made = intake.listing_values(listing) if listing else None
            else:
                order, faults = intake.order(row, source=place)
                made = intake.order_values(order) if order else None
            for fault in faults:
                tally.note(fault)
            if made:
                yield made


@sources.command(name="map", short_help="Name the columns of an unknown table, once.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where the dialect goes; default: dialects/NAME.toml here.")
@click.option("--yes", is_flag=True, help="Take the proposal as it is, without asking; an older mapping of this name is replaced.")
@pass_face
def map_(face: Face, file: Path, output: Path | None, yes: bool) -> int:
    """Propose which column of an unknown table means what, ask, and write a dialect file.

    Once it is written (into dialects/ beside your monitor.toml), every command knows tables with these columns.
    """
    propose = next((made for reader in _readers() if (made := getattr(reader, "propose", None))), None)
    if propose is None:
        raise click.UsageError(face.say("sources-command.no-mapper"))
    proposal = propose(file)
    chosen = dict(proposal.columns) if yes else _asked(proposal, face)
    if yes:
        for ours, theirs in chosen.items():
            face.tell("sources-command.taken", column=printable(theirs), ours=ours)
    if lacking := [name for name in proposal.needed if name not in chosen]:
        raise failure(InputError, "sources-command.lacking", file=file, fields=", ".join(lacking))
    path = output or Path("dialects") / f"{proposal.name}.toml"
    if path.exists() and not yes and not click.confirm(face.say("sources-command.replace", file=path), err=True):
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(proposal.toml(chosen), encoding="utf-8")
    face.tell("sources-command.mapped", file=path)
    return _proved(file, path, face)


def _asked(proposal: Proposal, face: Face) -> dict[str, str]:
    """The columns as the person confirms them, one question each; a field can be given to one column only."""
    face.tell("sources-command.fields", fields=" ".join(proposal.fields))
    chosen = dict(proposal.columns)
    for column in proposal.headers:
        ours = next((name for name, theirs in chosen.items() if theirs == column), "-")
        sample = printable(" | ".join(proposal.samples.get(column, ())))[:80]
        question = face.say("sources-command.ask", column=printable(column), sample=sample)
        while (answer := click.prompt(question, default=ours, err=True).strip()) not in ("-", *proposal.fields):
            click.echo(face.say("sources-command.no-field", answer=answer, fields=" ".join(proposal.fields)), err=True)
        chosen = {name: theirs for name, theirs in chosen.items() if theirs != column}
        if answer != "-":
            chosen[answer] = column
    return chosen


def _proved(file: Path, dialect: Path, face: Face) -> int:
    """Read the file with its new dialect and say what came out: a mapping that reads nothing is no success."""
    from monitor.model.source import ReadOptions

    tally = work.Tally()
    opened = work.open_files([(file, ReadOptions(dialects=(dialect,)))], _readers(), tally)
    count = sum(1 for _ in _values(opened, tally))
    tell_problems(face, tally)
    face.tell("sources-command.proved", count=count, file=file)
    return 0 if count else 3
