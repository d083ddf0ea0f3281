"""Today's exports in a folder of downloads: the newest of each kind, nothing lost without a word."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.model.source import ReadOptions
from monitor.wiring import readers
from spiders.crawl.downloads import Found, find
from tests.spiders.crawls import crawl

HOUR = 3600.0
NOW = 1_700_000_000.0


def write(folder: Path, name: str, text: str, age: float) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (NOW - age, NOW - age))
    return path


def table(*titles: str) -> str:
    return "listing_id,title,price\n" + "".join(f"{n},{title},9.90\n" for n, title in enumerate(titles))


def orders(*titles: str) -> str:
    return "order_id,listing_id,title,quantity,paid\n" + "".join(f"o{n},{n},{title},3,9.90\n" for n, title in enumerate(titles))


def looked(*paths: Path) -> Found:
    return find([str(path) for path in paths], readers(), ReadOptions())


def names(found: Found) -> list[str]:
    return [path.name for path in found.files]


def test_the_newest_of_each_kind(tmp_path: Path) -> None:
    write(tmp_path, "export.csv", table("old"), 48 * HOUR)
    write(tmp_path, "export (1).csv", table("new"), HOUR)
    write(tmp_path, "orders.csv", orders("old"), 30 * HOUR)
    write(tmp_path, "orders2.csv", orders("new"), 20 * HOUR)
    write(tmp_path, "holiday.csv", "day,place\n1,2\n", 0)
    write(tmp_path, "~$export.xlsx", "lock", 0)
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    found = looked(tmp_path)
    assert names(found) == ["export (1).csv", "orders2.csv"] and found.newest == NOW - HOUR
    assert [(one.code, one.params["count"], one.loss) for one in found.problems] == [
        ("crawl.older-files", "1", ""), ("crawl.older-files", "1", ""), ("crawl.strange-files", "1", ""),
    ]  # fmt: skip


def test_parts_that_came_together_are_all_taken_and_a_second_download_is_not(tmp_path: Path) -> None:
    write(tmp_path, "products_1.csv", table("a"), HOUR)
    write(tmp_path, "products_2.csv", table("b"), HOUR - 20)
    write(tmp_path, "products_2 (1).csv", table("b"), HOUR - 40)
    assert names(looked(tmp_path)) == ["products_1.csv", "products_2 (1).csv"]


def test_files_named_one_by_one_are_all_taken(tmp_path: Path) -> None:
    first, second = write(tmp_path, "a.csv", table("a"), 90 * HOUR), write(tmp_path, "b[1].csv", table("b"), HOUR)
    assert names(looked(first, second, second)) == ["a.csv", "b[1].csv"]


def test_a_pattern_takes_the_newest(tmp_path: Path) -> None:
    write(tmp_path, "shop-1.csv", table("a"), 30 * HOUR)
    write(tmp_path, "shop-2.csv", table("b"), HOUR)
    write(tmp_path, "other.csv", table("c"), 0)
    assert names(looked(tmp_path / "shop-*.csv")) == ["shop-2.csv"]


@pytest.mark.parametrize("path", ["", "*.xlsx", "unknown"])
def test_nothing_there_is_a_loss(tmp_path: Path, path: str) -> None:
    (tmp_path / "unknown").mkdir()
    write(tmp_path / "unknown", "holiday.csv", "day,place\n1,2\n", 0)
    found = looked(tmp_path / path)
    assert found.files == () and [(one.code, one.loss) for one in found.problems] == [("crawl.nothing-there", "rest")]


def test_exports_through_scrapy(tmp_path: Path) -> None:
    write(tmp_path, "old.csv", table("gone"), 48 * HOUR)
    write(tmp_path, "new.csv", table("N1KE shoes", "", "plain chair"), HOUR)
    write(tmp_path, "orders.csv", orders("N1KE shoes"), HOUR)
    many = write(tmp_path, "many.txt", table(*(f"chair {n}" for n in range(2500))), HOUR)
    found = crawl({
        "folder": {"kind": "exports", "paths": [str(tmp_path / "*.csv")], "shop": "s1", "platform": "etsy"},
        "missing": {"kind": "exports", "paths": [str(many), str(tmp_path / "missing.csv")]},
        "nothing": {"kind": "exports", "paths": [str(tmp_path / "missing.csv")]},
    })  # fmt: skip
    assert found["folder"].titles == ["N1KE shoes", "", "plain chair"]
    assert found["folder"].listings[0] | {"sold": "3", "shop": "s1", "platform": "etsy"} == found["folder"].listings[0]
    assert {"crawl.older-files", "intake.title-blank", "crawl.old-export"} <= set(found["folder"].codes)
    assert len(found["missing"].titles) == 2500 and [one["loss"] for one in found["missing"].problems if one["code"] == "sources.no-file"] == ["rest"]
    assert found["nothing"].titles == [] and [one["loss"] for one in found["nothing"].problems] == ["rest"]
    assert all((one.reason, one.errors) == ("finished", 0) for one in found.values())
