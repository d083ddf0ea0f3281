"""Each format over the same screening, and over hostile text."""

from __future__ import annotations

import csv
import io
import json
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

from monitor.audit import Tally
from monitor.model.finding import Screening
from monitor.model.registry import Authorization, Brand, Registry
from monitor.reports import FORMATS, About, report, write_file
from monitor.reports.cells import COLUMNS
from tests.conftest import make_screening

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "a|b*c_d`e", "nul\x00 bell\x07", "\ud800 alone", "x" * 5000, "‮reversed", "]]>"]
PAPERS = (
    Authorization(authorization_id="st-0", brand_id="nike", licensor="Owner Inc", licensor_role="owner", licensee="Dealer"),
    Authorization(authorization_id="st-1", brand_id="nike", parent_id="st-0", licensor="Dealer", licensee="Me", valid_until=date(2026, 1, 31)),
)


def about(lang: str = "en", **values: object) -> About:
    tally = Tally(listings=2, levels=Counter({"high": 1, "clear": 1}))
    given = {"lang": lang, "on": date(2026, 3, 1), "tally": tally, "registry": Registry(authorizations=PAPERS), "fail_on": "high"}
    return About(**(given | values))  # type: ignore[arg-type]


def written(name: str, screenings: list[Screening], lang: str = "en", **values: object) -> str:
    out = io.StringIO(newline="")
    report(name)(iter(screenings), about(lang, **values), out)
    return out.getvalue()


def test_jsonl_has_the_public_object() -> None:
    (line,) = written("jsonl", [make_screening()]).splitlines()
    value = json.loads(line)
    assert value["listing"] == {
        "platform": "taobao", "shop": "s1", "listing_id": "623", "sku": "AJ1", "title": "N1KE running shoes",
        "source": "export.csv", "row": 17,
    }  # fmt: skip
    assert value["brand"] == {"brand_id": "nike", "name": "Nike"}
    assert value["cover"] == {"status": "broken", "gap": "expired", "link": "st-1", "until": None}
    assert value["verdict"] == "hold"
    assert value["hits"][0] | {"similarity": 0} == {
        "field": "title", "start": 0, "end": 4, "text": "N1KE", "alias": "Nike", "method": "lookalike", "similarity": 0, "usage": "own",
    }  # fmt: skip
    assert [reason["code"] for reason in value["reasons"]] == ["lookalike-spelling", "sales-volume"]
    assert value["reasons"][0]["message"] and value["remedies"][0]["level_after"] == "low"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "xlsx"])
@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_titles_do_no_harm(name: str, lang: str, title: str) -> None:
    text = written(name, [make_screening(title)], lang)
    assert "<script>alert" not in text or name in ("jsonl", "csv", "table", "sarif")
    if name == "junit":
        assert ElementTree.fromstring(text.encode()).findall(".//failure")
    if name == "sarif":
        Sarif.model_validate_json(text.encode("utf-8", "backslashreplace"))
    if name == "csv":
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) == 2 and not any(cell[:1] in ("=", "+", "-", "@", "\t") for cell in rows[1])
    if name in ("table", "md", "html", "junit"):
        assert "\x07" not in text and "\x00" not in text and "‮" not in text


def test_workbook_shows_formulas_as_text(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_file("xlsx", iter([make_screening(title) for title in HOSTILE]), about(), path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.max_row == len(HOSTILE) + 1
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_workbook_has_what_closed_and_says_what_did_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.reports.xlsx_report.ROW_LIMIT", 2)
    gone = json.loads(written("jsonl", [make_screening("N1KE cap gone")]))
    told = about()
    told.tally.closed.append(gone)
    write_file("xlsx", iter([make_screening()]), told, tmp_path / "a.xlsx")
    titles = [row[COLUMNS.index("title")] for row in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert titles == ["N1KE running shoes", "N1KE cap gone"]
    write_file("xlsx", iter([make_screening()] * 5), about(), tmp_path / "b.xlsx")
    first, summary = openpyxl.load_workbook(tmp_path / "b.xlsx").worksheets
    assert first.max_row == 3 and any("3 more findings" in str(row[0]) for row in summary.iter_rows(values_only=True))


def test_a_workbook_speaks_words_and_counts_in_numbers(tmp_path: Path) -> None:
    write_file("xlsx", iter([make_screening()]), replace(about(), lang="zh"), tmp_path / "a.xlsx")
    sheet, summary = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    row = dict(zip(COLUMNS, next(sheet.iter_rows(min_row=2, values_only=True)), strict=True))
    assert (row["verdict"], row["usage"], row["platform"]) == ("先暂缓，看一看", "指商品本身", "淘宝")
    assert isinstance(row["score"], int | float) and row["row"] == 17 and row["key"] == "taobao/s1/623/nike"
    assert isinstance(summary.cell(2, 2).value, int)


def test_sarif_suppresses_what_papers_cover() -> None:
    screening = make_screening()
    finding = replace(screening.findings[0], cover=replace(screening.findings[0].cover, status="full", gap=None, link=None))
    value = json.loads(written("sarif", [screening._replace(findings=(finding,))]))
    (result,) = value["runs"][0]["results"]
    assert "st-1" in result["suppressions"][0]["justification"]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 17
    assert result["partialFingerprints"] == {"findingKey/v1": "taobao/s1/623/nike"}


@pytest.mark.skipif(sys.platform == "win32", reason="file names are bytes elsewhere")
@pytest.mark.parametrize(("source", "uri"), [("a b.csv", "a%20b.csv"), ("a\udcff.csv", "a%FF.csv"), ("a\ud800.csv", "a%ED%A0%80.csv")])
def test_sarif_names_a_file_whatever_its_name(source: str, uri: str) -> None:
    screening = make_screening()
    value = json.loads(written("sarif", [screening._replace(listing=replace(screening.listing, source=source))]))
    assert value["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_junit_has_one_case_per_listing_and_fails_at_the_gate() -> None:
    clear = Screening(listing=replace(make_screening().listing, title="wooden spoon", listing_id="9"))
    suite = ElementTree.fromstring(written("junit", [make_screening(), clear]).encode())
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    below = ElementTree.fromstring(written("junit", [make_screening()], fail_on="critical").encode())
    assert below.get("failures") == "0"


def test_table_names_the_place_and_marks_the_text() -> None:
    text = written("table", [make_screening()])
    assert "[N1KE] running shoes" in text and "export.csv row 17" in text and "HIGH" in text
    assert "level" not in written("table", [make_screening()], "zh").lower()


def test_a_failed_write_leaves_neither_half_a_report_nor_the_old_one_harmed(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")

    def breaks() -> object:
        yield make_screening()
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="space"):
        write_file("html", breaks(), about(), path)  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "old" and list(tmp_path.iterdir()) == [path]


def test_html_draws_the_chain_with_its_broken_link() -> None:
    page = written("html", [make_screening()])
    assert page.index("Owner Inc") < page.index("st-1") and 'class="fault"' in page
    assert "http://" not in page and "https://" not in page and "<link rel=\"stylesheet" not in page


def test_html_draws_the_chain_above_the_fault_too() -> None:
    screening = make_screening()
    finding = replace(screening.findings[0], cover=replace(screening.findings[0].cover, chain=("st-1",)))
    page = written("html", [screening._replace(findings=(finding,))])
    assert page.index("Owner Inc") < page.index("st-1 ·")


@pytest.mark.parametrize(("source", "links"), [("https://brand.example/dealers", 1), ("javascript:alert(1)", 0), ("a letter of 2025", 0)])
def test_html_tells_the_source_of_a_policy_and_links_only_web_addresses(source: str, links: int) -> None:
    brand = Brand(brand_id="nike", name="Nike", policy="authorized-only", proof="documented", source=source, checked_on=date(2026, 1, 2))
    page = written("html", [make_screening()], registry=Registry(brands=(brand,), authorizations=PAPERS))
    assert page.count("<a href") == links and source.split("(")[0] in page and "2026-01-02" in page and "authorized sellers only" in page


def test_table_says_where_a_brand_stands_that_the_title_does_not_name() -> None:
    screening = make_screening()
    finding = replace(screening.findings[0], hits=(screening.findings[0].hits[0]._replace(field="keywords"),))
    assert "found: Keywords: N1KE" in written("table", [screening._replace(findings=(finding,))])
    assert "found:" not in written("table", [make_screening()])
