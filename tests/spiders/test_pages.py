"""Recorded pages, one folder a case, one test a field; walls and decoys; hostile bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.problem import Problem
from monitor.model.source import Row
from spiders.pages import READERS, known, read_page

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "pages"
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/expected.json"))


def expected(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return value


def read(folder: Path) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    reading = read_page((folder / "input.html").read_bytes(), folder.name, url=expected(folder)["url"])
    rows = list(reading.rows())
    values = next((dict(row.values) for row in rows if isinstance(row, Row)), {})
    found = reading.identification
    return (
        {"dialect": found.dialect, "encoding": found.encoding},
        values,
        [row.code for row in rows if isinstance(row, Problem)],
    )


FIELDS = [(folder, field) for folder in FOLDERS for field in expected(folder)["values"]]


@pytest.mark.parametrize(
    ("folder", "field"), FIELDS, ids=[f"{folder.parent.name}-{folder.name}-{field}" for folder, field in FIELDS]
)
def test_field(folder: Path, field: str) -> None:
    assert read(folder)[1].get(field) == expected(folder)["values"][field]


@pytest.mark.parametrize("folder", FOLDERS, ids=[f"{folder.parent.name}-{folder.name}" for folder in FOLDERS])
def test_case(folder: Path) -> None:
    wanted = expected(folder)
    found, values, problems = read(folder)
    assert found["dialect"] == wanted["dialect"] and problems == wanted["problems"]
    assert set(values) == set(wanted["values"]), "a field more or less than recorded"
    assert "encoding" not in wanted or found["encoding"] == wanted["encoding"]


def test_every_reader_has_a_case() -> None:
    assert {expected(folder)["dialect"] for folder in FOLDERS} >= set(READERS)
    assert all(known(name) for name in READERS)


@given(
    st.binary(max_size=2000)
    | st.text(alphabet="<>{}[]\"'=:,;/ abcwindow.rawData__INIT_DATA itemprop", max_size=600).map(str.encode)
)
def test_any_bytes_give_a_row_or_a_problem(content: bytes) -> None:
    rows = list(read_page(content, "page").rows())
    assert rows and all(isinstance(row, Row | Problem) for row in rows)


def test_the_samples_with_their_published_answers(samples: Path) -> None:
    for name in ("product", "product-ref", "product_microdata"):
        page = samples / "pages" / f"extruct_{name}.html"
        (row,) = read_page(page.read_bytes(), page.name).rows()
        assert isinstance(row, Row)
        assert (row.values["title"], row.values["brand"], row.values["price"]) == ("Executive Anvil", "ACME", "119.99")


def test_an_address_that_is_none_costs_nothing() -> None:
    """Found by a coverage-guided run: urlsplit refuses http://[ with an error."""
    content = b'<html><link rel="canonical" href="http://[ebay.com/itm/1"><meta property="og:type" content="product"><meta property="og:title" content="A spoon">'
    (row,) = read_page(content, "page").rows()
    assert isinstance(row, Row) and row.values["title"] == "A spoon"
