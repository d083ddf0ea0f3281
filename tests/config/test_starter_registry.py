"""The starter registry as it lies on the disk, read with nothing but the standard library; then everyday titles against it."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor import Listing, Screener
from monitor.registry_files import load_with_starter

FOLDER = Path(__file__).parents[2] / "config" / "registry"
COLUMNS = [
    "brand_id",
    "name",
    "aliases",
    "rights_holder",
    "nice_classes",
    "categories",
    "policy",
    "common_word",
    "enforcement",
    "proof",
    "source",
    "checked_on",
    "note",
]
ALLOWED = {
    "policy": {"open", "authorized-only", "no-online", "unknown"},
    "common_word": {"yes", "no"},
    "enforcement": {"unknown", "none", "notices", "letters", "litigates"},
    "proof": {"unverified", "reported", "documented"},
}


def listed(cell: str) -> list[str]:
    return [part for part in cell.split(";") if part]


def names(row: dict[str, str]) -> list[str]:
    return [row["name"], *listed(row["aliases"])]


def folded(text: str) -> str:
    """As a seller may type it: no case, accents, spaces or marks between the letters."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())


def has_han(text: str) -> bool:
    return re.search(r"[\u3400-\u9fff]", text) is not None


def has_latin(text: str) -> bool:
    return re.search(r"[A-Za-z]", text) is not None


@pytest.fixture(scope="module")
def brands() -> list[dict[str, str]]:
    with (FOLDER / "brands.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def test_the_file_is_plain_utf8_with_the_columns_of_the_contract() -> None:
    raw = (FOLDER / "brands.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw and b"\0" not in raw
    header = raw.decode("utf-8").splitlines()[0]
    assert header.split(",") == COLUMNS


def test_every_row_is_whole_and_trimmed(brands: list[dict[str, str]]) -> None:
    for row in brands:
        assert list(row) == COLUMNS, row
        for column, cell in row.items():
            assert cell is not None and cell == cell.strip() and "\n" not in cell, (row["brand_id"], column)
            assert unicodedata.normalize("NFC", cell) == cell, (row["brand_id"], column)


def test_there_are_enough_brands_in_a_fixed_order(brands: list[dict[str, str]]) -> None:
    ids = [row["brand_id"] for row in brands]
    assert len(ids) >= 300
    assert ids == sorted(set(ids)), "unique, and sorted so that a change can be read"
    assert [one for one in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one)] == []


@pytest.mark.parametrize("column", ALLOWED)
def test_values_are_those_of_the_contract(brands: list[dict[str, str]], column: str) -> None:
    assert {row[column] for row in brands} <= ALLOWED[column]


def test_names_are_usable(brands: list[dict[str, str]]) -> None:
    for row in brands:
        assert row["name"], row["brand_id"]
        assert len(names(row)) == len(set(names(row))), row["brand_id"]
        for name in names(row):
            assert len(folded(name)) >= 2, f"{row['brand_id']}: {name!r} is too short to be looked for"
            assert name == name.strip(), row["brand_id"]


def test_no_name_belongs_to_two_brands(brands: list[dict[str, str]]) -> None:
    owners = Counter(name for row in brands for name in {folded(name) for name in names(row)})
    assert [name for name, count in owners.items() if count > 1] == []


def test_most_brands_have_a_name_in_both_scripts(brands: list[dict[str, str]]) -> None:
    both = [row for row in brands if any(map(has_han, names(row))) and any(map(has_latin, names(row)))]
    assert len(both) >= 300
    assert len(both) / len(brands) > 0.85


def test_classes_and_categories(brands: list[dict[str, str]]) -> None:
    described = set(
        re.findall(r"[a-z-]+", (FOLDER / "README.md").read_text("utf-8").split("Categories:")[1].split("##")[0])
    )
    for row in brands:
        classes = listed(row["nice_classes"])
        assert classes and all(text.isdigit() and 1 <= int(text) <= 45 for text in classes), row["brand_id"]
        assert len(classes) == len(set(classes)), row["brand_id"]
        assert listed(row["categories"]), row["brand_id"]
        assert set(listed(row["categories"])) <= described, row["brand_id"]


def test_a_statement_has_a_page_a_day_and_a_line(brands: list[dict[str, str]]) -> None:
    stated = [row for row in brands if row["policy"] != "unknown"]
    assert len(stated) >= 40
    assert {"authorized-only", "no-online"} <= {row["policy"] for row in stated}
    for row in brands:
        if row["policy"] == "unknown" and row["enforcement"] == "unknown" and not row["source"]:
            assert (row["proof"], row["checked_on"]) == ("unverified", ""), row["brand_id"]
            continue
        assert row["proof"] in {"reported", "documented"}, row["brand_id"]
        page = urlsplit(row["source"])
        assert page.scheme in {"http", "https"} and "." in page.netloc and " " not in row["source"], row["brand_id"]
        assert date(2026, 1, 1) <= date.fromisoformat(row["checked_on"]), row["brand_id"]
        assert len(row["note"]) >= 30, row["brand_id"]


def test_an_everyday_word_is_said_to_be_one(brands: list[dict[str, str]]) -> None:
    words = {row["brand_id"]: row["common_word"] for row in brands}
    everyday = (
        "apple",
        "xiaomi",
        "dove",
        "gap",
        "coach",
        "puma",
        "champion",
        "hyundai",
        "hero-pen",
        "giant-bicycles",
        "tide",
        "pigeon",
    )
    assert {one: words[one] for one in everyday} == dict.fromkeys(everyday, "yes")
    coined = ("nike", "adidas", "huawei", "lululemon", "loreal", "haier")
    assert {one: words[one] for one in coined} == dict.fromkeys(coined, "no")


def test_notes_accuse_nobody(brands: list[dict[str, str]]) -> None:
    for row in brands:
        assert not re.search(r"infring|counterfeit|侵权|假货|illegal", row["note"], re.IGNORECASE), row["brand_id"]


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener.build(load_with_starter(None), on=date(2026, 11, 24))


@pytest.mark.parametrize("title", [
    "红富士苹果 新鲜水果 5斤装", "五常小米 黄小米 5斤 杂粮", "现代简约 沙发 布艺", "超级英雄 玩具 套装", "gap in the fence repair kit", "white dove ornament christmas",
    "sea shell necklace handmade", "回力车 玩具 惯性车", "football coach whistle", "toy vans for kids", "champion trophy cup", "蝴蝶结发夹 女童", "精美的礼品盒",
    "凤凰图案 刺绣", "giant teddy bear", "dinosaur fossil kit", "3cm阻燃自粘隔音棉吸音隔热板墙体窗户", "老板椅 办公椅", "好奇心 绘本", "永久花 玻璃罩", "三星级 床垫",
])  # fmt: skip
def test_ordinary_words_stay_quiet(screener: Screener, title: str) -> None:
    assert screener(Listing(title=title)).level == "clear"


@pytest.mark.parametrize(("title", "brand_id", "level"), [
    ("英雄 钢笔 616", "hero-pen", "low"), ("永久 自行车", "forever-bike", "low"), ("小米14 5G手机 全网通", "xiaomi", "low"), ("GAP women hoodie logo grey", "gap", "low"),
    ("Dove body wash 500ml", "dove", "low"), ("回力 帆布鞋 经典款", "huili-warrior", "low"), ("Coach leather tote bag", "coach", "low"), ("LV 老花 包 高仿", "louis-vuitton", "critical"),
    ("N1KE 运动鞋", "nike", "high"), ("奈克 运动鞋", "nike", "high"), ("苹果15手机壳 防摔", "apple", "low"), ("Gucci style belt women", "gucci", "medium"),
])  # fmt: skip
def test_everyday_titles_find_their_brand(screener: Screener, title: str, brand_id: str, level: str) -> None:
    assert {finding.brand_id: finding.level for finding in screener(Listing(title=title)).findings if finding.level != "clear"} == {brand_id: level}
