"""`audit` on the real command: the answer, the gate, the formats, and every kind of bad input."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Command

BRANDS = "brand_id,name,aliases,policy\nnike,Nike,耐克,no-online\nadidas,Adidas,阿迪达斯,authorized-only\nvelmora,Velmora,薇茉拉,unknown\n"
LISTINGS = "platform,shop,listing_id,sku,title,price,currency\ntaobao,s1,1,A,Nike running shoes men,100,CNY\ntaobao,s1,2,B,wooden spoon set,9,CNY\n"


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    folder = tmp_path / "registry"
    folder.mkdir()
    (folder / "brands.csv").write_text(BRANDS, encoding="utf-8")
    return folder


@pytest.fixture
def listings(tmp_path: Path) -> Path:
    return write(tmp_path, "listings.csv", LISTINGS.encode())


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def findings(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_answers_with_the_finding_and_the_gate(command: Command, registry: Path, listings: Path) -> None:
    ran = command("audit", listings, "--registry", registry, "--format", "jsonl", "--on", "2026-03-01")
    (found,) = findings(ran.out)
    assert ran.code == 1
    assert found["key"] == "taobao/s1/1/nike" and found["level"] == "high" and found["standing"] == "unauthorized"
    assert found["listing"]["row"] == 2  # type: ignore[index]
    assert command("audit", listings, "--registry", registry, "--fail-on", "critical").code == 0


def test_standard_input_and_several_files(registry: Path, listings: Path) -> None:
    arguments = [sys.executable, "-m", "monitor", "audit", "-", str(listings), "--registry", str(registry), "--format", "jsonl"]
    ran = subprocess.run(arguments, input=LISTINGS.encode(), capture_output=True, check=False)
    assert ran.returncode == 1 and len(ran.stdout.splitlines()) == 2, ran.stderr


def test_flags_fill_blanks_only(command: Command, registry: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"platform,title\ntaobao,Nike shoes\n,Nike shirt\n")
    ran = command("audit", path, "--registry", registry, "--format", "jsonl", "--platform", "etsy", "--shop", "s9")
    assert [(one["listing"]["platform"], one["listing"]["shop"]) for one in findings(ran.out)] == [("taobao", "s9"), ("etsy", "s9")]  # type: ignore[index]


def test_orders_beside_listings_fill_sold(command: Command, registry: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"listing_id,title\n1,Nike shoes\n2,Nike shirt\n")
    orders = "order_id,line_id,listing_id,title,quantity,paid\n" + "".join(f"o{n},1,1,Nike shoes,200,9\n" for n in range(6)) + "o9,1,77,Other,1,9\n"
    ran = command("audit", path, write(tmp_path, "o.csv", orders.encode()), "--registry", registry, "--format", "jsonl")
    codes = [{reason["code"] for reason in one["reasons"]} for one in findings(ran.out)]  # type: ignore[index, attr-defined]
    assert "sales-volume" in codes[0] and "sales-volume" not in codes[1]


def test_diff_reports_only_what_changed_and_keeps_the_exit_code(command: Command, registry: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"listing_id,title\n1,Nike shoes\n2,Adidas shirt\n")
    old = tmp_path / "old.jsonl"
    assert command("audit", path, "--registry", registry, "--format", "jsonl", "--output", old).code == 1
    same = command("audit", path, "--registry", registry, "--format", "jsonl", "--diff", old)
    assert same.out == "" and same.code == 1
    write(tmp_path, "a.csv", b"listing_id,title\n2,Adidas shirt\n3,Nike cap\n")
    ran = command("audit", path, "--registry", registry, "--format", "jsonl", "--diff", old)
    assert {(one["key"], one["change"]) for one in findings(ran.out)} == {("-/-/3/nike", "opened"), ("-/-/1/nike", "closed")}


def test_diff_leaves_the_verdict_to_the_whole_listing(command: Command, registry: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"listing_id,title\n1,Nike shoes\n")
    old = tmp_path / "old.jsonl"
    command("audit", path, "--registry", registry, "--format", "jsonl", "--output", old)
    write(tmp_path, "a.csv", b"listing_id,title\n1,Nike shoes like Velmora\n")
    ran = command("audit", path, "--registry", registry, "--format", "jsonl", "--diff", old, "--fail-on", "high")
    assert [(one["key"], one["verdict"]) for one in findings(ran.out)] == [("-/-/1/velmora", "hold")] and ran.code == 1


def test_a_file_without_listings_among_others_is_named(command: Command, registry: Path, listings: Path, tmp_path: Path) -> None:
    empty = write(tmp_path, "empty.csv", b"listing_id,title,price\n")
    ran = command("audit", empty, listings, "--registry", registry, "--format", "jsonl", "--lang", "zh")
    assert ran.code == 3 and len(findings(ran.out)) == 1 and f"{empty}：文件里没有任何商品" in ran.err


def test_every_level_is_a_gate(command: Command, registry: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"listing_id,title\n1,wooden spoon\n")
    gates = {"clear": 1, "low": 0, "medium": 0, "high": 0, "critical": 0, "never": 0}
    assert {gate: command("audit", path, "--registry", registry, "--fail-on", gate).code for gate in gates} == gates


def test_a_key_in_csv_is_the_key_of_jsonl(command: Command, registry: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"listing_id,title\n1,Nike shoes\n")
    (row,) = csv.DictReader(io.StringIO(command("audit", path, "--registry", registry, "--format", "csv").out))
    assert row["key"] == "-/-/1/nike"


def test_a_broken_earlier_report_names_its_line(command: Command, registry: Path, listings: Path, tmp_path: Path) -> None:
    old = write(tmp_path, "old.jsonl", b'{"level": "high"}\nnot json\n')
    ran = command("audit", listings, "--registry", registry, "--diff", old)
    assert ran.code == 3 and "line 1" in ran.err


@pytest.mark.parametrize("name", ["table", "jsonl", "csv", "html", "md", "sarif", "junit"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_format_on_standard_output(command: Command, registry: Path, listings: Path, name: str, lang: str) -> None:
    ran = command("audit", listings, "--registry", registry, "--format", name, "--lang", lang, "--all")
    assert ran.code == 1 and "Nike" in ran.out


def test_xlsx_needs_an_output(command: Command, registry: Path, listings: Path, tmp_path: Path) -> None:
    assert command("audit", listings, "--registry", registry, "--format", "xlsx").code == 2
    path = tmp_path / "report.xlsx"
    assert command("audit", listings, "--registry", registry, "--format", "xlsx", "--output", path).code == 1
    assert zipfile.is_zipfile(path)


def test_workers_give_the_same_answer(command: Command, registry: Path, tmp_path: Path) -> None:
    rows = "".join(f"{n},{title}\n" for n, title in enumerate(["Nike shoes", "spoon", "N1KE cap", "耐克 短袖"] * 40))
    path = write(tmp_path, "a.csv", ("listing_id,title\n" + rows).encode())
    one = command("audit", path, "--registry", registry, "--format", "jsonl")
    two = command("audit", path, "--registry", registry, "--format", "jsonl", "--workers", "2")
    assert one.out == two.out and len(one.out.splitlines()) == 120


# --- bad input: what it is, how the exit code comes out, and a word that the message must have

FINE = b"listing_id,title\n1,Nike shoes\n"


@pytest.mark.parametrize(
    ("name", "content", "code", "word"),
    [
        ("empty.csv", b"", 3, "empty"),
        ("header.csv", b"listing_id,title\n", 3, "listing"),
        ("binary.csv", bytes(range(256)) * 40, 3, ""),
        ("unknown.csv", b"alpha,beta\n1,2\n", 3, "sources map"),
        ("blank-title.csv", b"price,title\n1,\n2,Nike shoes\n", 3, "title"),
        ("page.html", b"<html><body>hello</body></html>", 3, ""),
    ],
)  # fmt: skip
def test_unreadable_input(command: Command, registry: Path, tmp_path: Path, name: str, content: bytes, code: int, word: str) -> None:
    ran = command("audit", write(tmp_path, name, content), "--registry", registry)
    assert ran.code == code, ran.err
    assert name in ran.err and word in ran.err


def test_missing_file_and_directory(command: Command, registry: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        ran = command("audit", path, "--registry", registry)
        assert ran.code == 3 and str(path) in ran.err


def test_one_bad_file_does_not_spoil_the_good_one(command: Command, registry: Path, listings: Path, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.csv"
    ran = command("audit", missing, listings, "--registry", registry, "--format", "jsonl")
    assert ran.code == 3 and len(findings(ran.out)) == 1 and ran.err.count(str(missing)) == 1


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("gb18030", ","), ("utf-16", "\t"), ("utf-8-sig", ";"), ("utf-16-le", "\t"), ("utf-8", "|")],
)
def test_encodings_and_delimiters(command: Command, registry: Path, tmp_path: Path, encoding: str, separator: str) -> None:
    text = separator.join(["商品ID", "标题", "价格"]) + "\n" + separator.join(["1", "耐克跑步鞋", "99"]) + "\n"
    ran = command("audit", write(tmp_path, "a.csv", text.encode(encoding)), "--registry", registry, "--format", "jsonl")
    assert [one["listing"]["title"] for one in findings(ran.out)] == ["耐克跑步鞋"], ran.err  # type: ignore[index]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("price", "-5"), ("price", "abc"), ("pack_size", "0"), ("currency", "XXQ"), ("coupon", "500"), ("quantity", "many"),
        ("nice_class", "99"), ("fulfilment", "pigeon"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named_and_costs_nothing_else(command: Command, registry: Path, tmp_path: Path, column: str, value: str) -> None:
    head, row = (["title", "price", "currency"], ["Nike shoes", "100", "CNY"])
    if column in head:
        row[head.index(column)] = value
    else:
        head, row = [*head, column], [*row, value]
    path = write(tmp_path, "a.csv", f"{','.join(head)}\n{','.join(row)}\n".encode())
    ran = command("audit", path, "--registry", registry, "--format", "jsonl")
    assert ran.code == 1 and len(findings(ran.out)) == 1
    assert "a.csv" in ran.err and "row 2" in ran.err and column in ran.err


@pytest.mark.parametrize("value", ["-", "1.299,00 €", "1.2万", "12.34 - 15.60", "￥１２９.００", "9.9起", "--", "***"])
def test_prices_as_exports_write_them(command: Command, registry: Path, tmp_path: Path, value: str) -> None:
    path = write(tmp_path, "a.csv", f'title,price\nNike shoes,"{value}"\n'.encode())
    ran = command("audit", path, "--registry", registry, "--format", "jsonl")
    assert ran.code == 1 and len(findings(ran.out)) == 1


def test_hostile_cells(command: Command, registry: Path, tmp_path: Path) -> None:
    titles = ["=cmd|' /C calc'!A0 Nike", "<script>alert(1)</script> Nike", "Nike " + "x" * 1_000_000, "Ni\x00ke Nike", "Nike " + "\u0301" * 1000]
    text = io.StringIO()
    csv.writer(text).writerows([["title"], *[[title] for title in titles]])
    path = write(tmp_path, "a.csv", text.getvalue().encode())
    for name in ("csv", "html", "jsonl", "table"):
        ran = command("audit", path, "--registry", registry, "--format", name)
        assert ran.code in (1, 3), ran.err
        assert "<script>alert" not in ran.out or name != "html"


def test_ten_thousand_columns_and_duplicate_headers(command: Command, registry: Path, tmp_path: Path) -> None:
    head = "title,price,price," + ",".join(f"c{n}" for n in range(10_000))
    path = write(tmp_path, "wide.csv", f"{head}\nNike shoes,1,2\n".encode())
    assert len(findings(command("audit", path, "--registry", registry, "--format", "jsonl").out)) == 1


def test_ids_that_a_spreadsheet_destroyed_are_named(command: Command, registry: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"listing_id,title\n6.30812E+11,Nike shoes\n6.30812E+11,Nike cap\n")
    ran = command("audit", path, "--registry", registry, "--format", "jsonl")
    assert "6.30812E+11" in ran.err and len(findings(ran.out)) == 2
    assert len({one["key"] for one in findings(ran.out)}) == 2


def test_zip_bomb_and_encrypted_workbook(command: Command, registry: Path, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(1200):
                member.write(b"\0" * 1_000_000)
    locked = write(tmp_path, "locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 4000)
    for path in (bomb, locked):
        ran = command("audit", path, "--registry", registry)
        assert ran.code == 3 and path.name in ran.err, ran.err


def test_a_file_that_is_still_being_written(command: Command, registry: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"listing_id,title,price\n1,Nike shoes,9\n2,Nike cap,9\n3,Adid")
    ran = command("audit", path, "--registry", registry, "--format", "jsonl")
    assert ran.code == 3 and len(findings(ran.out)) >= 2 and "row 4" in ran.err and "ends in the middle" in ran.err


def test_a_quote_that_never_closes_costs_the_rest_and_says_so(command: Command, registry: Path, tmp_path: Path) -> None:
    rows = "".join(f"{n},Adidas shirt,9\n" for n in range(300))
    path = write(tmp_path, "a.csv", f'listing_id,title,price\n1,Nike shoes,9\n2,"Nike pipe,9\n{rows}'.encode())
    ran = command("audit", path, "--registry", registry, "--format", "jsonl")
    assert ran.code == 3 and [one["listing"]["row"] for one in findings(ran.out)] == [2] and "row 3" in ran.err  # type: ignore[index]


def test_cp1252_and_dates_in_either_order(command: Command, registry: Path, tmp_path: Path) -> None:
    rows = ["title,price,listed_at", "Nike Café – chaussures,\"1.299,00 €\",25/12/2025", "Nike shoes,5,03/04/2026", "Nike cap,5,12/31/2025"]
    path = write(tmp_path, "a.csv", "\n".join(rows).encode("cp1252"))
    ran = command("audit", path, "--registry", registry, "--format", "jsonl")
    assert ran.code == 1 and next(one["listing"]["title"] for one in findings(ran.out)) == "Nike Café – chaussures"  # type: ignore[index]
    assert "listed_at" in ran.err


def test_nul_bytes_are_named(command: Command, registry: Path, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"listing_id,title\n1,Ni\x00ke shoes\n")
    ran = command("audit", path, "--registry", registry, "--format", "jsonl")
    assert ran.code == 1 and "NUL" in ran.err and "row 2" in ran.err and len(findings(ran.out)) == 1


def test_formulas_stay_text_in_a_workbook(command: Command, registry: Path, tmp_path: Path) -> None:
    path, report = write(tmp_path, "a.csv", b"listing_id,title,sku\n1,\"=cmd|' /C calc'!A0 Nike\",=1+1\n"), tmp_path / "report.xlsx"
    assert command("audit", path, "--registry", registry, "--format", "xlsx", "--output", report).code == 1
    cells = [cell for sheet in openpyxl.load_workbook(report) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(str(cell.value).lstrip("'").startswith("=cmd") for cell in cells) and not any(cell.data_type == "f" for cell in cells)


def test_registry_faults_do_not_stop_the_audit(command: Command, listings: Path, tmp_path: Path) -> None:
    folder = tmp_path / "faulty"
    folder.mkdir()
    (folder / "brands.csv").write_text("brand_id,name,aliases,policy\nnike,Nike,a;(.*)+$,perhaps\n,Nameless,,\n", encoding="utf-8")
    (folder / "authorizations.csv").write_text(
        "authorization_id,brand_id,parent_id,licensor,licensee,may_sublicense\na,nike,b,X,Y,yes\nb,nike,a,Y,X,yes\n", encoding="utf-8"
    )
    ran = command("audit", listings, "--registry", folder, "--format", "jsonl")
    (found,) = findings(ran.out)
    assert ran.code == 0 and found["level"] == "low" and "--company" in ran.err
    named = command("audit", listings, "--registry", folder, "--format", "jsonl", "--company", "Y", "--all")
    assert findings(named.out)[0]["cover"] == {"status": "broken", "gap": "parent-missing", "link": "b", "until": None}


def test_registry_without_a_brand_is_wrong_configuration(command: Command, listings: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        ran = command("audit", listings, "--registry", path)
        assert ran.code == 2 and str(path) in ran.err


@pytest.mark.parametrize("arguments", [["audit"], ["audit", "x.csv", "--format", "pdf"], ["audit", "x.csv", "--on", "soon"], ["authorizations", "due", "--on", "9999-12-31"], ["nonsense"], ["audit", "x", "--workers", "0"]])
def test_wrong_use_is_one_paragraph_and_exit_2(command: Command, arguments: list[str]) -> None:
    ran = command(*arguments)
    assert ran.code == 2 and len(ran.err.strip().splitlines()) == 1


def test_a_closed_pipe_is_no_fault(registry: Path, tmp_path: Path) -> None:
    rows = "".join(f"{n},Nike shoes number {n}\n" for n in range(5000))
    path = write(tmp_path, "many.csv", ("listing_id,title\n" + rows).encode())
    line = f'"{sys.executable}" -m monitor audit "{path}" --registry "{registry}" --format jsonl | head -n 1'
    ran = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert ran.stdout.count("\n") == 1 and ran.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_in_one_paragraph(registry: Path, listings: Path) -> None:
    arguments = [sys.executable, "-m", "monitor", "audit", str(listings), "--registry", str(registry), "--format", "jsonl"]
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 4 and "Traceback" not in ran.stderr and "standard output could not be written" in ran.stderr


def test_ctrl_c_stops_without_a_traceback(registry: Path, tmp_path: Path) -> None:
    import signal

    fifo = tmp_path / "slow"
    os.mkfifo(fifo)
    arguments = [sys.executable, "-m", "monitor", "audit", "-", "--registry", str(registry)]
    process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write("title\nNike\n")
    process.stdin.flush()
    try:
        process.wait(timeout=1.5)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130 and "Traceback" not in err
