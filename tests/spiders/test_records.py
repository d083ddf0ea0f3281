"""JSON in: what `sources read` writes, what a program holds, what a shop's own address gives out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import InputError
from monitor.intake import TEXTS
from monitor.model.problem import Problem
from monitor.model.source import ReadOptions
from spiders.files import read

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.model.source import Reading
    from tests.cli.conftest import Command

WORD = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cf", "Cn")), min_size=1, max_size=12).filter(lambda word: word[0].isalpha())
ROWS = st.lists(st.fixed_dictionaries({"title": WORD}, optional=dict.fromkeys((*TEXTS[:2], "shop", "sku"), WORD)), min_size=1, max_size=8)


def opened(path: Path) -> Reading:
    reading = read(path, ReadOptions())
    assert reading is not None
    return reading


def values(path: Path) -> list[dict[str, str]]:
    return [{name: value for name, value in row.values.items() if value} for row in opened(path).rows() if not isinstance(row, Problem)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_every_form_gives_the_same_rows(rows: list[dict[str, str]], tmp_path: Path) -> None:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    forms = {"a.json": json.dumps(rows), "b.jsonl": lines, "c": json.dumps({"page": 1, "tags": ["x"], "items": rows}, indent=1), "d.txt": f"\ufeff\n{lines}\n"}
    for name, text in forms.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert values(tmp_path / name) == rows, name


@pytest.mark.parametrize(("value", "cell"), [
    (19.90, "19.9"), (623000000000000001, "623000000000000001"), (None, ""), (["a", "b"], "a;b"), ({"color": "red", "size": 42}, "color:red;size:42"), ([{"x": 1}], ""),
])  # fmt: skip
def test_values_become_cells(tmp_path: Path, value: Any, cell: str) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"title": "t", "attributes": value}]), encoding="utf-8")
    assert values(tmp_path / "a.json")[0].get("attributes", "") == cell


def test_a_line_that_is_no_object_is_told_and_the_others_keep_their_numbers(tmp_path: Path, command: Command) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "Nike 1"}\n\n{"title": \n"text"\n{"title": "Nike 5"}\n', encoding="utf-8")
    rows = list(opened(path).rows())
    assert [row.row for row in rows if not isinstance(row, Problem)] == [1, 5]
    assert [(row.code, row.row) for row in rows if isinstance(row, Problem)] == [("sources.broken-line", 3), ("sources.broken-line", 4)]
    assert command("audit", path).code == 3


@pytest.mark.parametrize("text", ['[{"title":', '{"a": [' * 3000])
def test_a_broken_document_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.json"):
        opened(tmp_path / "a.json")


def test_a_shops_own_list_is_read_as_its_address_is(tmp_path: Path) -> None:
    product = {"id": 1, "handle": "nike-air", "title": "Nike Air", "vendor": "Nike", "variants": [{"sku": "a", "price": "9.00"}]}
    (tmp_path / "products.json").write_text(json.dumps({"products": [product]}), encoding="utf-8")
    assert opened(tmp_path / "products.json").identification.dialect == "shopify-products"
    assert values(tmp_path / "products.json")[0]["price"] == "9.00"


def test_what_read_writes_is_read_again(tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.csv").write_text("title,listing_id,price,platform\nNike shoes,9003,19.90,etsy\nplain spoon,9004,2,etsy\n", encoding="utf-8")
    (tmp_path / "again.jsonl").write_text(command("sources", "read", tmp_path / "a.csv").out, encoding="utf-8")

    def told(name: str) -> list[Any]:
        found = [json.loads(line) for line in command("audit", tmp_path / name, "--format", "jsonl", "--all").out.splitlines()]
        return [(one["key"], one["level"], one["reasons"]) for one in found]

    assert told("again.jsonl") == told("a.csv") != []
    shown = json.loads(command("sources", "identify", tmp_path / "again.jsonl", "--format", "json").out)
    assert (shown["kind"], shown["encoding"], shown["header_row"], shown["listings"]) == ("listings", "json", None, 2)
