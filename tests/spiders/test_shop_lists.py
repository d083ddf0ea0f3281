"""Recorded lists of products and sitemaps, and hostile ones; addresses inside and outside a shop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.problem import Problem
from monitor.model.source import Row
from spiders.crawl.borders import inside
from spiders.crawl.feed import first_page, turned
from spiders.crawl.patience import seconds
from spiders.shop_json import read_products
from spiders.sitemap import Sitemap, read_sitemap

FOLDERS = sorted(path.parent for path in (Path(__file__).resolve().parents[2] / "fixtures" / "pages").glob("*/*/expected-rows.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=[f"{folder.parent.name}-{folder.name}" for folder in FOLDERS])
def test_recorded_lists(folder: Path) -> None:
    wanted: dict[str, Any] = json.loads((folder / "expected-rows.json").read_text(encoding="utf-8"))
    page = read_products((folder / "input.json").read_bytes(), folder.name, url=wanted["url"])
    assert page is not None and (page.dialect, list(page.ids)) == (wanted["dialect"], wanted["ids"])
    rows = list(page.reading.rows())
    assert [dict(row.values) for row in rows if isinstance(row, Row)] == wanted["rows"]
    assert [row.code for row in rows if isinstance(row, Problem)] == wanted["problems"]


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["products", "name", "prices", "price", "variants", "tags", "options", "values", "images", "terms", "attributes", "brands", "categories", "currency_minor_unit"]),
    inner, max_size=4,
))  # fmt: skip


@given(JSON)
def test_any_json_is_a_list_or_none(value: Any) -> None:
    for content in (value, {"products": [value]}, [{"name": "x", "prices": value, "brands": value, "attributes": value, "images": value, "tags": value, "categories": value}]):
        if page := read_products(json.dumps(content).encode(), "x"):
            assert all(isinstance(row, Row | Problem) for row in page.reading.rows())


@given(st.binary(max_size=400) | st.text(alphabet="<>/?xmlurlsetoc &;!", max_size=200).map(str.encode))
def test_any_bytes_are_a_sitemap_or_none(content: bytes) -> None:
    assert read_sitemap(content) is None or isinstance(read_sitemap(content), Sitemap)


def test_a_sitemap_reads_nothing_outside_itself(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("https://shop.example/secret")
    content = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]><urlset><url><loc>&e;</loc></url><url><loc>http://a/b</loc></url></urlset>'
    assert read_sitemap(content.encode()) == Sitemap(pages=("http://a/b",))


@pytest.mark.parametrize(("url", "shop", "wanted"), [
    ("https://shop.example/a", "http://www.shop.example/", True), ("https://shop.example:8443/a", "https://shop.example/", False),
    ("https://evil.example/shop.example", "https://shop.example/", False), ("https://shop.example.evil.example/", "https://shop.example/", False),
    ("https://sub.shop.example/", "https://shop.example/", False), ("https://user@evil.example/", "https://shop.example/", False),
    ("file:///etc/passwd", "https://shop.example/", False), ("data:text/html,x", "https://shop.example/", False), ("https://[", "https://shop.example/", False),
])  # fmt: skip
def test_borders(url: str, shop: str, wanted: bool) -> None:
    assert inside(url, (shop,)) is wanted


def test_pages_are_turned() -> None:
    assert first_page("https://a.example/collections/all/products.json?limit=50") == "https://a.example/collections/all/products.json?limit=50&page=1"
    assert turned("https://a.example/x?page=3&q=%E9%9E%8B", "limit", "250", 4) == "https://a.example/x?limit=250&page=4&q=%E9%9E%8B"


@pytest.mark.parametrize(("said", "wanted"), [("7", 7.0), ("Fri, 31 Dec 1999 23:59:59 GMT", 30.0), ("soon", 0.0), ("-5", 0.0), ("²", 0.0)])
def test_how_long_to_wait(said: str, wanted: float) -> None:
    assert seconds(said, "Fri, 31 Dec 1999 23:59:29 GMT") == wanted
