"""Read, write as a generic table, read again: the same listings, as CSV and as a workbook."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor import intake
from monitor.model.problem import Problem
from monitor.model.source import ReadOptions, Row
from spiders.files import read

if TYPE_CHECKING:
    from tests.cli.conftest import Command

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
FILES = [str(path.relative_to(SAMPLES)) for path in sorted(SAMPLES.rglob("*")) if path.suffix in (".csv", ".txt", ".xlsx", ".html")]


def values(path: Path) -> list[dict[str, str]]:
    """Every listing and order of a file under the names of our tables."""
    reading = read(path, ReadOptions())
    assert reading is not None
    made = []
    for row in reading.rows():
        if isinstance(row, Problem):
            assert not row.loss, row
            continue
        assert isinstance(row, Row)
        if row.kind == "listing":
            listing, _ = intake.listing(row)
            made.append(intake.listing_values(listing) if listing else {})
        else:
            order, _ = intake.order(row)
            made.append(intake.order_values(order) if order else {})
    return made


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path


def write_workbook(path: Path, rows: list[dict[str, str]]) -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    sheet = book.add_worksheet("listings")
    for place, cells in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
        sheet.write_row(place, 0, cells)
    book.close()
    return path


@pytest.mark.parametrize("name", FILES)
def test_every_sample(samples: Path, tmp_path: Path, name: str) -> None:
    before = values(samples / name)
    assert before
    assert values(write_csv(tmp_path / "again.csv", before)) == before
    assert values(write_workbook(tmp_path / "again.xlsx", before)) == before


@pytest.mark.parametrize("name", FILES)
def test_every_sample_through_the_command(samples: Path, tmp_path: Path, command: Command, name: str) -> None:
    """`sources read --format csv` keeps formulas harmless; read again it is what `jsonl` says."""
    before = [json.loads(line) for line in command("sources", "read", samples / name).out.splitlines()]
    (tmp_path / "again.csv").write_text(command("sources", "read", samples / name, "--format", "csv").out, encoding="utf-8", newline="")
    assert [json.loads(line) for line in command("sources", "read", tmp_path / "again.csv").out.splitlines()] == before


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n\t,;\"'=+-@|耐克"), max_size=30)
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from(",;\"'=+-@|耐克"), min_size=1, max_size=30).filter(lambda text: bool(text.strip()) and text[0] != "'")
LISTING = st.fixed_dictionaries({
    "title": LINE, "description": TEXT, "brand": TEXT, "keywords": TEXT, "attributes": TEXT,
    "sku": st.from_regex(r"[A-Za-z0-9_./-]{0,12}", fullmatch=True), "listing_id": st.from_regex(r"[0-9]{0,15}", fullmatch=True),
    "price": st.decimals(min_value="0.01", max_value=10**7, places=2).map(str), "currency": st.sampled_from(["", "CNY", "USD", "JPY", "IDR"]),
    "quantity": st.integers(0, 10**6).map(str),
})  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(LISTING, min_size=1, max_size=6))
def test_any_listing(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    """Whatever was understood once is understood the same ever after."""
    before = values(write_csv(tmp_path / "first.csv", rows))
    assert len(before) == len(rows) and [row["title"] for row in before] == [row["title"] for row in rows]
    assert values(write_csv(tmp_path / "again.csv", before)) == before
    assert values(write_workbook(tmp_path / "again.xlsx", before)) == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(LISTING, min_size=1, max_size=4))
def test_any_listing_through_cells_that_no_spreadsheet_runs(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    from monitor.reports.cells import harmless

    before = values(write_csv(tmp_path / "first.csv", rows))
    safe = [{name: harmless(value) if name != "price" else value for name, value in row.items()} for row in before]
    assert values(write_csv(tmp_path / "again.csv", safe)) == before


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=600) | st.lists(TEXT, max_size=12).map(lambda cells: ("title,price\n" + ",".join(cells)).encode()), st.sampled_from(["x.csv", "x.xlsx", "x.html"]))
def test_any_bytes_are_rows_or_problems(tmp_path: Path, content: bytes, name: str) -> None:
    from monitor.errors import InputError

    path = tmp_path / name
    path.write_bytes(content)
    try:
        reading = read(path, ReadOptions())
    except InputError:
        return
    assert reading is not None and all(isinstance(row, Row | Problem) for row in reading.rows())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(TEXT, st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False) | st.datetimes()), min_size=1, max_size=8), st.integers(0, 400), st.binary(max_size=3))
def test_any_workbook_even_a_damaged_one(tmp_path: Path, cells: list[tuple[str, object]], place: int, damage: bytes) -> None:
    from monitor.errors import InputError

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["title", "price"])
    for title, price in cells:
        book.active.append(["".join(char for char in title if char.isprintable()).lstrip("="), price])
    made = io.BytesIO()
    book.save(made)
    content = bytearray(made.getvalue())
    for offset, byte in enumerate(damage):
        content[(place * 17 + offset) % len(content)] = byte
    path = tmp_path / "x.xlsx"
    path.write_bytes(bytes(content))
    try:
        reading = read(path, ReadOptions())
    except InputError:
        assert damage
        return
    assert reading is not None and all(isinstance(row, Row | Problem) for row in reading.rows())
