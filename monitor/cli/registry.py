"""`registry`: brands, marks, papers and the rest: check, show, compare, carry in and out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.audit import Day, own_registry
from monitor.cli.face import Face, KnowsBrands, pass_face
from monitor.messages import say_problem
from monitor.reports.cells import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.model.problem import Problem
    from monitor.model.registry import Authorization, Brand, Registry
    from monitor.registry_files.read import RawTables

PATH = click.Path(path_type=Path)


class RegistryGroup(KnowsBrands, click.Group):
    pass


@click.group(cls=RegistryGroup)
def registry() -> None:
    """Brands, papers, guide prices, suppliers, purchases: what the monitor knows.

    PATH is a folder of CSV tables, a workbook (.xlsx) or a YAML file. Without PATH: your registry as
    monitor.toml names it, over the starter registry that ships with the package.
    """


@registry.command(short_help="Every fault, and where it stands.")
@click.argument("path", type=PATH, required=False)
@click.option("--on", "on", type=Day(), help="Check for this day instead of today.")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
@pass_face
def check(face: Face, path: Path | None, on: date | None, format_: str) -> int:
    """Every fault: broken and circular chains, expired papers, shared spellings, wrong values. Exit 1 on any."""
    from monitor.registry_check import check as check_all
    from monitor.registry_files import load_registry
    from monitor.registry_files.tables import WIDENING

    own = own_path()
    if path and own and path.exists() and own.exists() and path.samefile(own):
        path = None  # the one in use, over the starter registry: its papers may be of brands that stand there
    loaded = load_registry(path) if path else own_registry()
    faults = check_all(loaded, on or date.today())
    if format_ == "json":
        rows = [
            {"source": one.source, "row": one.row, "column": one.column or None, "code": one.code, "found": one.found, "message": say_problem(one, face.lang)}
            for one in faults
        ]  # fmt: skip
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            click.echo(printable(face.problem(fault)))
        wide = sum(fault.code in WIDENING for fault in faults)
        if wide:
            click.echo(face.say("registry-command.widening", count=wide))
        click.echo(face.say("registry-command.checked", faults=len(faults), brands=len(loaded.brands), papers=len(loaded.authorizations)))
    return int(bool(faults))


@registry.command(short_help="Everything on file about one brand.")
@click.argument("brand")
@click.option("--registry", "path", type=PATH, help="This registry instead of the starter one.")
@pass_face
def show(face: Face, brand: str, path: Path | None) -> int:
    """Everything on file about one BRAND (its id or one of its names), its papers drawn as chains."""
    from monitor.config.toml_file import nearest
    from monitor.registry_files import load_registry
    from monitor.screening.text import plain

    loaded = load_registry(path) if path else own_registry()
    wanted = plain(brand)
    found = [one for one in loaded.brands if plain(one.brand_id) == wanted or wanted in map(plain, one.names)]
    if not found:
        near = nearest(brand, [name for one in loaded.brands for name in one.names])
        raise click.UsageError(face.say("registry-command.no-such-brand", brand=brand, near=near))
    for one in found:
        click.echo("\n".join(map(printable, _described(one, loaded, face))))
    return 0


def _described(brand: Brand, loaded: Registry, face: Face) -> list[str]:
    facts = {
        "brand_id": brand.brand_id, "aliases": "; ".join(brand.aliases), "rights_holder": brand.rights_holder,
        "nice_classes": "; ".join(map(str, sorted(brand.nice_classes))), "categories": "; ".join(brand.categories), "policy": brand.policy,
        "common_word": "" if brand.common_word is None else "yes" if brand.common_word else "no",
        "enforcement": brand.enforcement, "proof": brand.proof, "source": brand.source,
        "checked_on": brand.checked_on.isoformat() if brand.checked_on else "", "note": brand.note, "origin": brand.origin,
    }  # fmt: skip
    rows = [brand.name, *(f"  {name:<14} {value}" for name, value in facts.items() if value)]
    papers = [paper for paper in loaded.authorizations if paper.brand_id == brand.brand_id]
    above = {paper.authorization_id: paper for paper in papers}
    lowest = (paper for paper in papers if not any(other.parent_id == paper.authorization_id for other in papers))
    rows += ["  " + " -> ".join(_links(paper, above, face)) for paper in lowest]
    for table in ("marks", "guide_prices", "purchases", "letters"):
        count = sum(row.brand_id == brand.brand_id for row in getattr(loaded, table))
        if count:
            rows.append(f"  {table:<14} {count}")
    return rows


def _links(paper: Authorization, above: dict[str, Authorization], face: Face) -> list[str]:
    """A chain from the owner's paper down to this one."""
    chain: list[Authorization] = []
    link: Authorization | None = paper
    while link is not None and link not in chain:
        chain.append(link)
        link = above.get(link.parent_id)
    return [
        f"[{one.authorization_id}] {one.licensor or '?'} > {one.licensee or '?'} ({one.valid_from or ''} - {one.valid_until or face.say('report.unlimited')})"
        for one in reversed(chain)
    ]


@registry.command(short_help="What another registry has otherwise.")
@click.argument("path", type=PATH)
@click.option("--registry", "base", type=PATH, help="Compare with this registry.")
@pass_face
def diff(face: Face, path: Path, base: Path | None) -> int:
    """What PATH has otherwise than the registry in use: rows added, changed and removed."""
    from monitor.registry_files import load_registry
    from monitor.registry_files.compare import compare

    before, after = load_registry(base) if base else own_registry(), load_registry(path)
    shipped = {brand.brand_id for brand in before.brands if brand.origin == "starter"}
    untouched = shipped - {brand.brand_id for brand in after.brands}
    for one in compare(before, after):
        if one.table == "brands" and one.row in untouched:
            continue  # a brand of the starter registry that PATH does not name stays in use
        columns = f" ({', '.join(one.columns)})" if one.columns else ""
        click.echo(printable(f"{face.say(f'registry-command.{one.change}')} {one.table} {one.row}{columns}"))
    if untouched:
        face.tell("registry-command.untouched", count=len(untouched))
    return 0


@registry.command(short_help="Write the registry in use to a file.")
@click.argument("path", type=PATH)
@click.option("--registry", "base", type=PATH, help="Export this registry.")
@pass_face
def export(face: Face, path: Path, base: Path | None) -> int:
    """Write the registry in use to PATH: .xlsx, .yaml, or a folder of CSV tables. Nothing that is there is written over."""
    from monitor.registry_files import load_registry
    from monitor.registry_files.write import save

    own = base or own_path()
    if own is not None and path.exists() and own.exists() and path.samefile(own):
        raise click.UsageError(face.say("registry-command.in-use", path=path))
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise click.UsageError(face.say("registry-command.there-already", path=path))
    for written in save(load_registry(base) if base else own_registry(), path):
        face.tell("registry-command.saved", file=written)
    return 0


@registry.command(name="import", short_help="Add what another registry has to yours.")
@click.argument("path", type=PATH)
@click.option("--into", type=PATH, help="The folder to import into; default: the one that monitor.toml names, else registry/.")
@pass_face
def import_(face: Face, path: Path, into: Path | None) -> int:
    """Add what PATH has to your registry: new rows, and for your brands what is blank and spellings that you lack.

    Where both say something, yours stays and the difference is named. Only files that get something are written, and the
    old one stays beside it as a dated .bak.
    """
    from monitor.registry_files.additions import additions, refuse_file, write_additions
    from monitor.registry_files.read import RawTables, read

    target = into or own_path() or Path("registry")
    own, other = read(target) if target.exists() else RawTables(rows={}, problems=()), read(path)
    found = additions(own, other)
    for problem in (*_brought_faults(path, other), *found.kept):
        click.echo(printable(face.problem(problem)), err=True)
    if (found.added or found.filled) and (target.is_file() or target.suffix):
        raise refuse_file(target, path)
    for written, backup in write_additions(found, target, date.today()):
        face.tell("registry-command.saved", file=written)
        if backup is not None:
            face.tell("registry-command.backup", file=backup)
    click.echo(face.say("registry-command.imported", added=found.added, changed=found.filled, kept=len(found.kept)))
    return 0


def _brought_faults(path: Path, other: RawTables) -> Iterator[Problem]:
    """What is wrong in the file to import, with its name. A brand that it lacks may well stand in the registry that it comes into."""
    from monitor.registry_files import build

    for problem in build(other).problems:
        if problem.code != "registry.unknown-brand":
            yield replace(problem, source=f"{path.name}/{problem.source}") if path.is_dir() else problem


def own_path() -> Path | None:
    from monitor.config import load_config

    return load_config().registry_path


@registry.command(name="fetch-template", short_help="Empty tables to fill in.")
@click.argument("path", type=PATH)
@pass_face
def fetch_template(face: Face, path: Path) -> int:
    """Write empty tables with what may stand in each column to PATH: .xlsx, .yaml, or a folder."""
    from monitor.registry_files.write import save_templates

    if path.exists() and (path.is_file() or any(path.glob("*.csv"))):
        raise click.UsageError(face.say("registry-command.there-already", path=path))
    for written in save_templates(path):
        face.tell("registry-command.template", file=written)
    return 0
