"""Honesty about damage: one plain line each, with the count and what to do; and how little `identify` reads."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from monitor.messages import say_problem
from monitor.model.problem import Problem
from monitor.model.source import ReadOptions, Row
from spiders import delimited
from spiders.files import read

if TYPE_CHECKING:
    from tests.cli.conftest import Command

AMAZON = "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\topen-date\tasin1\tstatus\n"


def told(path: Path, content: str | bytes = "", **options: Any) -> tuple[list[Row], dict[str, Problem]]:
    if content:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    reading = read(path, ReadOptions(**options))
    assert reading is not None
    every = [*reading.identification.problems, *reading.rows()]
    problems = [one for one in every if isinstance(one, Problem)]
    codes = [problem.code for problem in problems if not problem.loss]
    assert len(codes) == len(set(codes)) or "sources.date" in str(codes), "one line each"
    assert all(say_problem(problem, lang) for problem in problems for lang in ("en", "zh"))
    return [one for one in every if isinstance(one, Row)], {problem.code: problem for problem in problems}


def test_ids_that_a_spreadsheet_destroyed(tmp_path: Path) -> None:
    rows, problems = told(tmp_path / "x.csv", "listing_id,sku,title\n6.30812E+11,1.2E+15,spoon\n6.30812E+11,AB-1,bowl\n")
    assert [row.values["listing_id"] for row in rows] == ["", ""] and rows[1].values["sku"] == "AB-1"
    found = problems["sources.mangled-ids"]
    assert found.params["count"] in ("1", "2") and found.row == 2


def test_question_marks_inside_titles_are_shown_where_they_are(tmp_path: Path) -> None:
    title = "a long title that goes on and on before the loss comes at last in Pok?mon cards for everybody who likes them"
    _, problems = told(tmp_path / "x.csv", f"title\n{title}\nWho? me\nWho?\n")
    assert problems["sources.question-marks"].params["count"] == "1" and "Pok?mon" in problems["sources.question-marks"].found


def test_a_column_shift(tmp_path: Path) -> None:
    rows, problems = told(tmp_path / "x.csv", "sku,title,price\nA,red, white and blue,9\nB,plain,8\n")
    assert [row.values["title"] for row in rows] == ["plain"]
    assert (problems["sources.shifted"].row, problems["sources.shifted"].loss, problems["sources.shifted"].params["cells"]) == (2, "row", "4")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_quotation_mark_that_swallowed_rows(tmp_path: Path, place: int) -> None:
    """The rows are lost, not glued to a title and called one listing."""
    lines = [["A0", "spoon", "5"], *([f"A{n}", f"bowl {n}", f"{n}.50"] for n in range(1, 7)), ["A7", "fork", "7"]]
    lines[1][place] = '"' + lines[1][place]
    lines[6][place] = '"' + lines[6][place] + ('"' if place == 2 else "")
    rows, problems = told(tmp_path / "x.csv", "sku,title,price\n" + "".join(",".join(line) + "\n" for line in lines))
    assert any(problem.loss == "row" for problem in problems.values())
    assert all("\n" not in value for row in rows for value in row.values.values())
    assert {row.values["title"] for row in rows} <= {"spoon", "fork", "bowl 6", '"bowl 6'}


def test_mixed_currencies(tmp_path: Path) -> None:
    _, problems = told(tmp_path / "x.csv", "title,price,currency\na,1,USD\nb,2,EUR\nc,3,EUR\n")
    assert problems["sources.mixed-currencies"].params["currencies"] == "EUR 2, USD 1"


def test_a_total_row(tmp_path: Path) -> None:
    rows, problems = told(tmp_path / "x.csv", "平台货品ID,平台货品名称,平台库存\n1,木勺,5\n2,木碗,6\n合计:,,11\n")
    assert len(rows) == 2 and problems["sources.total-row"].params["count"] == "1"


@pytest.mark.parametrize("count", [3, 199, 200, 201, 400])
def test_a_truncated_last_line(tmp_path: Path, count: int) -> None:
    """Wherever the batches end, the half row is told and no listing."""
    lines = "".join(f"{n},spoon {n},5\n" for n in range(count))
    rows, problems = told(tmp_path / "x.csv", f"sku,title,price\n{lines}9999,half a sp")
    assert len(rows) == count and problems["sources.cut-off"].loss == "rest" and problems["sources.cut-off"].row == count + 2
    rows, problems = told(tmp_path / "x.csv", f"sku,title,price\n{lines}9999,half a sp\n")
    assert len(rows) == count + 1 and set(problems) == {"sources.short-rows"}
    rows, problems = told(tmp_path / "x.csv", f"sku,title,price\n{lines}9999,a spoon,5")
    assert len(rows) == count + 1 and not problems


def test_short_rows_in_the_middle_are_kept(tmp_path: Path) -> None:
    """A short row that ends a batch is no end of the file."""
    lines = [f"{n},spoon {n},5" for n in range(600)]
    for place in (198, 199, 200, 398):
        lines[place] = f"{place},spoon {place}"
    rows, problems = told(tmp_path / "x.csv", "sku,title,price\n" + "\n".join(lines))
    assert [row.values["title"] for row in rows] == [f"spoon {n}" for n in range(600)]
    assert problems["sources.short-rows"].params["count"] == "4"


def test_ambiguous_dates_are_decided_for_the_column(tmp_path: Path) -> None:
    lines = "".join(f"spoon,0{n % 9 + 1}/0{n % 8 + 1}/2025\n" for n in range(500))
    rows, problems = told(tmp_path / "x.csv", f"title,listed_at\n{lines}last,25/03/2025\n")
    assert rows[0].values["listed_at"] == "2025-01-01" and rows[1].values["listed_at"] == "2025-02-02"
    assert problems["sources.date-order"].params["order"] == "dmy"
    rows, problems = told(tmp_path / "x.csv", f"title,listed_at\n{lines}")
    assert rows[1].values["listed_at"] == "02/02/2025" and "sources.date-ambiguous" in problems


def test_a_day_that_no_calendar_has_is_told_and_kept_as_text(tmp_path: Path) -> None:
    days = ["2026-03-01", "2026-13-45", "2026-02-30", "2026/2/30", "yesterday", "", "20260399"]
    rows, problems = told(tmp_path / "x.csv", "title,listed_at\n" + "".join(f"spoon,{day}\n" for day in days))
    assert [row.values.get("listed_at", "") for row in rows] == days
    problem = problems["sources.no-such-day"]
    assert (problem.row, problem.column, problem.found, problem.params["count"]) == (3, "listed_at", "2026-13-45", "4")


def test_two_names_of_one_currency_are_no_mixture(tmp_path: Path) -> None:
    _, problems = told(tmp_path / "x.csv", "title,price,currency\nspoon,5,CNY\nfork,5,RMB\nknife,5,人民币\n")
    assert "sources.mixed-currencies" not in problems


def amazon(folder: Path, name: str, zone: str, order: str = "{2:02}/{1:02}/{0}") -> Path:
    path = folder / name
    lines = [f"a spoon {n}\t\tL{n}\tS{n}\t9.99\t1\t{order.format(2025, 3, n + 14)} 07:35:42 {zone}\tB{n}\tActive\n" for n in range(3)]
    path.write_text(AMAZON + "".join(lines))
    return path


def test_two_countries_in_one_folder(tmp_path: Path, command: Command) -> None:
    """The reports of every country have the same name; two of them lie together."""
    british, american = amazon(tmp_path, "All+Listings+Report.txt", "GMT"), amazon(tmp_path, "All+Listings+Report (1).txt", "PST", "{0}-{1:02}-{2:02}")
    summer = amazon(tmp_path, "summer.txt", "BST")
    ran = command("audit", british, american, "--all")
    assert ran.err.count("different countries") == 1 and "GMT/BST" in ran.err and "PST/PDT" in ran.err and "--shop" in ran.err
    assert "different countries" not in command("audit", british, summer).err
    ran = command("sources", "identify", british, american, "--format", "json")
    assert sum("different countries" in problem["message"] for entry in json.loads(ran.out) for problem in entry["problems"]) == 1


def test_two_countries_by_their_currencies(tmp_path: Path, command: Command) -> None:
    for name, currency in (("th.csv", "THB"), ("vn.csv", "VND")):
        (tmp_path / name).write_text(f"Item number,Title,Custom label (SKU),Available quantity,Currency,Current price\n1,spoon,S,1,{currency},9\n")
    assert command("audit", tmp_path / "th.csv", tmp_path / "vn.csv").err.count("different countries") == 1


def test_reports_of_two_countries_pasted_into_one(tmp_path: Path) -> None:
    british, american = amazon(tmp_path, "a.txt", "GMT"), amazon(tmp_path, "b.txt", "PST")
    _, problems = told(tmp_path / "both.txt", british.read_text() + american.read_text().split("\n", 1)[1])
    assert problems["sources.mixed-countries"].params["zones"] == "GMT/BST 3, PST/PDT 3"


def test_sheets_that_are_not_read_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["title", "price"])
    book.active.append(["spoon", "5"])
    other = book.create_sheet("另一个店")
    other.append(["某列", "别的列"])
    other.append(["勺", "6"])
    book.create_sheet("empty")
    book.save(tmp_path / "x.xlsx")
    rows, problems = told(tmp_path / "x.xlsx")
    assert len(rows) == 1 and problems["sources.unread-sheets"].params == {"count": "1", "sheets": "另一个店"}


class Counting(io.FileIO):
    """A file that knows how far it was read."""

    furthest = 0

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        Counting.furthest = max(Counting.furthest, self.tell())
        return count

    def readall(self) -> bytes:
        raise AssertionError("all of a file is read")

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None and size >= 0
        data = super().read(size)
        Counting.furthest = max(Counting.furthest, self.tell())
        return data


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "cp1252"])
@pytest.mark.parametrize("dates", ["2025-03-05", "01/02/2025"])
def test_identify_never_reads_more_than_the_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command, codec: str, dates: str) -> None:
    path = tmp_path / "long.csv"
    word = "épice" if codec == "cp1252" else "木勺"
    line = f'S-1,"{word}, large",129.00,{dates}\n'
    path.write_bytes(f"sku,title,price,listed_at\n{line * 60_000}".encode(codec))
    assert path.stat().st_size > 4 * delimited.HEAD

    def opening(self: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if self != path:
            return open(self, mode, *arguments, **options)  # noqa: PTH123
        raw = Counting(str(self))
        if "b" in mode:
            return raw if options.get("buffering") == 0 else io.BufferedReader(raw)
        return io.TextIOWrapper(io.BufferedReader(raw), **{key: options[key] for key in ("encoding", "errors", "newline") if key in options})

    monkeypatch.setattr(Path, "open", opening)
    Counting.furthest = 0
    ran = command("sources", "identify", path, "--format", "json")
    found = json.loads(ran.out)
    assert 0 < Counting.furthest <= delimited.HEAD
    assert ran.code == 0 and found["dialect"] == "generic" and found["complete"] is False
    assert 3000 < found["listings"] < 60_000 and any("256 KiB" in problem["message"] for problem in found["problems"])
    Counting.furthest = 0
    assert sum(1 for _ in told(path)[0]) == 60_000 and Counting.furthest == path.stat().st_size


def test_identify_counts_all_of_a_small_file(tmp_path: Path, command: Command) -> None:
    (tmp_path / "x.csv").write_text("title\n" + "spoon\n" * 500)
    found = json.loads(command("sources", "identify", tmp_path / "x.csv", "--format", "json").out)
    assert (found["listings"], found["rows"], found["complete"], found["problems"]) == (500, 500, True, [])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_identify_speaks_both_languages(samples: Path, command: Command, lang: str) -> None:
    for path in sorted(samples.rglob("*.*")):
        if path.suffix in (".csv", ".txt", ".xlsx", ".html"):
            ran = command("--lang", lang, "sources", "identify", path)
            assert ran.code == 0 and not ran.err
            assert ("把握" if lang == "zh" else "certain to") in ran.out and "None" not in ran.out.split("\n")[0]


@pytest.mark.parametrize("command_name", ["identify", "read", "map"])
@pytest.mark.parametrize(
    ("content", "code"),
    [(None, 3), (b"", 3), (b"title,price\n", 3), (bytes(range(256)) * 20, 3), (b"PK\x03\x04garbage", 3), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 900, 3),
     (b'title;price\nNike "shoe;5\nspoon;6\n', 0), (b"title,price\n" + b"x" * 1_200_000 + b",5\n", 0), (b"title" + b"".join(b",c%d" % n for n in range(10_000)) + b"\nNike" + b",1" * 10_000 + b"\n", 0),
     (b"title,price\nNike\0 shoe,5\n", 0), (b"title,title,price\na,b,5\n", 0)],
    ids=["missing", "empty", "header-only", "binary", "no-zip", "no-ole", "quotation-mark", "megabyte-cell", "10000-columns", "nul", "twice"],
)  # fmt: skip
def test_bad_input_costs_one_plain_line(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, command_name: str, content: bytes | None, code: int
) -> None:
    """A clear answer for the file, and no mapping that spoils the next one."""
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("x.csv").write_bytes(content)
    ran = command("sources", command_name, "x.csv", *(["--yes"] if command_name == "map" else []))
    assert ran.code == code, ran.err
    assert code == 0 or "x.csv" in ran.err + ran.out
    Path("next.csv").write_text("title,price\nspoon,5\n")
    assert command("sources", "read", "next.csv").code == 0


def test_a_few_bad_bytes_do_not_make_a_chinese_table_a_western_one(tmp_path: Path) -> None:
    data = bytearray(("宝贝标题,宝贝价格,商家编码\n" + "".join(f"耐克运动鞋{n},99,A{n}\n" for n in range(50))).encode("gb18030"))
    for place in (data.index(b"A7") - 10, data.index(b"A30") - 10):
        data[place] = 0xFF
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    reading = read(path, ReadOptions())
    assert reading is not None and reading.identification.encoding == "gb18030"
    rows = [row for row in reading.rows() if isinstance(row, Row)]
    assert len(rows) == 50 and sum("耐克" in row.values["title"] for row in rows) >= 48


def test_a_nul_in_a_header_hides_no_column(tmp_path: Path) -> None:
    rows, _ = told(tmp_path / "x.csv", "title,pri\0ce\nspoon,5\n")
    assert rows[0].values == {"title": "spoon", "price": "5"}
