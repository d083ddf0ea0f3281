"""A coverage-guided run of the readers over bytes, cells and archives, with atheris.

    pip install atheris
    python -m benchmarks.fuzz_reading [--kind bytes|cells|archive|page|map] [CORPUS_FOLDER] -max_total_time=120

Any exception but InputError, any row that is neither Row nor Problem, a read that takes more than 20 s or 2 GB ends the
run with the input that did it. Atheris is no dependency: it is installed for a run (docs/fuzzing.md tells of the last).
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

KINDS = ("bytes", "cells", "archive", "page", "map")
ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT.parent / "shared" / "samples"
MOST_ROWS = 20_000


def read_all(path: Path) -> int:
    """Identify and read one file as `sources read` does, and join it with itself."""
    from monitor import intake
    from monitor.errors import InputError
    from monitor.model.problem import Problem
    from monitor.model.source import ReadOptions, Row
    from spiders.files import read

    try:
        reading = read(path, ReadOptions())
    except InputError:
        return 0
    assert reading is not None and reading.identification.kind in ("listings", "orders", "page", "unknown")
    count = 0
    for name, part in read.join([("a", reading), ("b", reading)]):
        for row in islice(part.rows(), MOST_ROWS):
            count += 1
            if isinstance(row, Problem):
                continue
            assert isinstance(row, Row) and all(isinstance(value, str) for value in row.values.values())
            (intake.listing if row.kind == "listing" else intake.order)(row, source=name)
    return count


def as_bytes(data: bytes, path: Path) -> int:
    path.write_bytes(data)
    return read_all(path)


def as_cells(data: bytes, path: Path) -> int:
    """The header of a dialect, and cells made of the input: the reader is past identification at once."""
    from spiders.dialect import shipped

    if len(data) < 2:
        return 0
    dialects = shipped()
    dialect = dialects[data[0] % len(dialects)]
    signature = dialect.identify[data[1] % len(dialect.identify)]
    header = [*sorted(signature), *sorted(dialect.known - signature)[: data[0] % 7]]
    cells = data[2:].decode("utf-8", "replace").split("\x1f")
    rows = [cells[at : at + len(header)] for at in range(0, len(cells), len(header))]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter="\t" if dialect.quoting else ",").writerows([header, *rows])
    path.write_bytes(out.getvalue().encode("utf-8", "replace"))
    return read_all(path)


def as_archive(data: bytes, path: Path) -> int:
    """A workbook whose sheet is the input, packed rightly; every fourth is the archive itself, damaged."""
    if data[:1] == b"P":
        path.write_bytes(data)
        return read_all(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", data)
    return read_all(path)


def as_page(data: bytes, path: Path) -> int:
    path.write_bytes(b"<!doctype html><html>" + data)
    return read_all(path)


def as_map(data: bytes, path: Path) -> int:
    """`sources map`: whatever is proposed must be a dialect that loads and reads the file."""
    from monitor.errors import InputError
    from monitor.model.source import ReadOptions
    from spiders.files import read

    path.write_bytes(data)
    try:
        proposal = read.propose(path)
    except InputError:
        return 0
    if "title" not in proposal.columns:
        return 0
    own = path.with_suffix(".toml")
    own.write_text(proposal.toml(proposal.columns), encoding="utf-8")
    reading = read(path, ReadOptions(dialects=(own,)))
    return sum(1 for _ in islice(reading.rows(), MOST_ROWS)) if reading else 0


TARGETS: dict[str, Callable[[bytes, Path], int]] = {
    "bytes": as_bytes, "cells": as_cells, "archive": as_archive, "page": as_page, "map": as_map,
}  # fmt: skip
PARTS: dict[str, str] = {}


def seeds(kind: str) -> Iterator[bytes]:
    """What the run starts from: the samples and the recorded pages; sheets and lines for the rest."""
    if kind in ("bytes", "map"):
        yield from (path.read_bytes()[:20_000] for path in sorted(SAMPLES.rglob("*")) if path.suffix in (".csv", ".txt"))
        yield b"<?xml version='1.0'?><rss><channel><item><id>1</id><title>a</title><price>1 USD</price><link>x</link></item></channel></rss>"
    elif kind == "page":
        yield from (path.read_bytes() for path in sorted((ROOT / "fixtures" / "pages").glob("*/*/input.html")))
    elif kind == "archive":
        for path in sorted(SAMPLES.rglob("*.xlsx")):
            yield path.read_bytes()
            with zipfile.ZipFile(path) as archive:
                yield archive.read("xl/worksheets/sheet1.xml")
    else:
        yield from (bytes((place, 0)) + b"1\x1fa title\x1f12.50\x1f\x1fx" for place in range(40))


def load_parts() -> None:
    """The frame of a workbook, without its sheet."""
    import openpyxl

    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    with zipfile.ZipFile(made) as archive:
        PARTS.update((name, archive.read(name).decode()) for name in archive.namelist() if "sheet1" not in name)


def main() -> None:
    import atheris

    kind = sys.argv.pop(sys.argv.index("--kind") + 1) if "--kind" in sys.argv else "bytes"
    arguments = [one for one in sys.argv if one != "--kind"]
    with atheris.instrument_imports(include=["spiders", "monitor.intake"]):
        import spiders.files
        import spiders.joining
        import spiders.mapping
        import spiders.pages
        import spiders.steps  # noqa: F401
    load_parts()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-reading-"))
    corpus = Path(next((one for one in arguments[1:] if not one.startswith("-")), folder / "corpus"))
    corpus.mkdir(parents=True, exist_ok=True)
    for place, seed in enumerate(seeds(kind)):
        (corpus / f"seed-{place}").write_bytes(seed)
    options = [one for one in arguments[1:] if one.startswith("-")]
    target = TARGETS[kind]
    atheris.Setup([arguments[0], str(corpus), "-timeout=20", "-rss_limit_mb=2048", "-max_len=20000", *options], lambda data: target(data, folder / "input") and None)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
