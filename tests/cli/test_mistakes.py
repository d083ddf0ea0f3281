"""What a person does wrong: said in one paragraph, in the person's language, and nothing is lost by it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from monitor.cli import expanded
from tests.cli.conftest import Command
from tests.cli.test_scan import scan

EXPORT = "title,listing_id\nN1KE running shoes,9002\nNike shoes,9003\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one export and settings that name it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(EXPORT, encoding="utf-8")
    (tmp_path / "monitor.toml").write_text('[[sources]]\nname = "pdd"\npath = "a.csv"\n', encoding="utf-8")
    return tmp_path


def channel(shop: Path, lines: str) -> None:
    with (shop / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'[[channels]]\nname = "chat"\n{lines}\n')


@pytest.mark.parametrize("output", ["a.csv", "./a.csv", "link.csv"])
def test_a_report_never_takes_the_place_of_what_is_read(command: Command, shop: Path, output: str) -> None:
    (shop / "link.csv").symlink_to("a.csv")
    ran = command("audit", "a.csv", "--output", output)
    assert ran.code == 2 and "--output" in ran.err
    assert (shop / "a.csv").read_text(encoding="utf-8") == EXPORT and (shop / "link.csv").is_symlink()


def test_behind_a_link_its_target_is_written(command: Command, shop: Path) -> None:
    (shop / "reports").mkdir()
    (shop / "latest.jsonl").symlink_to("reports/today.jsonl")
    assert command("audit", "a.csv", "--format", "jsonl", "--output", "latest.jsonl").code == 1
    assert (shop / "latest.jsonl").is_symlink() and json.loads((shop / "reports/today.jsonl").read_text(encoding="utf-8").splitlines()[0])["level"] == "high"


def test_a_device_is_written_to_and_not_replaced(command: Command, shop: Path) -> None:
    full = Path("/dev/full")
    if not full.is_char_device():
        pytest.skip("this system has no /dev/full")
    assert command("audit", "a.csv", "--output", full).code == 4
    assert full.is_char_device()


def test_something_else_than_an_earlier_report(command: Command, shop: Path) -> None:
    ran = command("audit", "a.csv", "--diff", "a.csv", "--lang", "zh")
    assert ran.code == 3 and "第 1 行" in ran.err and "Error" not in ran.err and "--output a.csv" not in ran.err
    assert command("audit", "a.csv", "--diff", "nowhere.jsonl").code == 3


def test_the_key_of_a_listing_without_platform_is_taken_as_it_is_shown(command: Command, shop: Path) -> None:
    assert scan(shop).code == 0
    assert "-/-/9002/nike" in command("findings", "list").out
    assert command("findings", "show", "-/-/9002/nike").code == 0
    assert command("findings", "review", "--as", "accept", "-/-/9002/nike", "--who", "Li", "--why", "-/ odd, but a reason").code == 0
    assert "-/-/9002/nike" not in command("findings", "list").out


def test_shops_and_brands_by_name_and_none_that_nobody_knows(command: Command, shop: Path) -> None:
    scan(shop)
    assert "9003" in command("findings", "list", "--brand", "耐克").out
    assert "9003" in command("findings", "export", "--brand", "NIKE").out
    for option in ("--brand", "--shop"):
        for what in ("list", "export"):
            ran = command("findings", what, option, "nosuch")
            assert ran.code == 2 and "nosuch" in ran.err and not ran.out


def test_scan_names_the_remedy_that_the_alert_names(shop: Path) -> None:
    ran = scan(shop, lang="zh")
    assert "把“N1KE”改为注册写法 Nike，并取得覆盖这次销售的 Nike 授权" in ran.out


@pytest.mark.parametrize(("lines", "said"), [
    ('kind = "sms"\nurl = "env:X"', "sms"), ('kind = "webhook"\nurl = "ftp://x"', "https://"), ('kind = "webhook"\nurl = "env:NO_SUCH_ADDRESS"', "NO_SUCH_ADDRESS"),
])  # fmt: skip
def test_doctor_names_a_channel_that_cannot_send(command: Command, shop: Path, lines: str, said: str) -> None:
    assert "FAIL" not in command("doctor").out
    channel(shop, lines)
    ran = command("doctor")
    assert ran.code == 2 and said in next(line for line in ran.out.splitlines() if line.startswith("FAIL"))


def test_doctor_names_a_source_that_is_not_there(command: Command, shop: Path) -> None:
    (shop / "a.csv").unlink()
    ran = command("doctor")
    assert ran.code == 2 and "pdd" in ran.out and "a.csv" in ran.out


@pytest.mark.parametrize("arguments", [("scan",), ("rescreen",), ("schedule", "--show")])
def test_a_kind_of_channel_that_there_is_not_stops_before_anything_is_done(command: Command, shop: Path, arguments: tuple[str, ...]) -> None:
    channel(shop, 'kind = "sms"\nurl = "env:X"\n[[schedule]]\nname = "m"\ncron = "0 7 * * *"')
    ran = command(*arguments)
    assert ran.code == 2 and "sms" in ran.err and "webhook" in ran.err


def test_a_shop_that_is_none_of_those_listed_stops_the_scan(command: Command, shop: Path) -> None:
    settings = shop / "monitor.toml"
    plain = settings.read_text(encoding="utf-8")
    settings.write_text(plain + 'shop = "zz1"\n', encoding="utf-8")
    assert scan(shop).code == 0, "no shops are listed: any name will do"
    listed = '[[shops]]\nid = "s1"\nname = "甲店"\n'
    settings.write_text(plain + f'shop = "zz1"\n{listed}', encoding="utf-8")
    ran = scan(shop)
    assert ran.code == 2 and "zz1" in ran.err and "s1" in ran.err
    for known in ("s1", "甲店"):
        settings.write_text(plain + f'shop = "{known}"\n{listed}', encoding="utf-8")
        assert scan(shop, "--fewer-ok").code in (0, 3)


def test_a_channel_asks_for_shops_and_brands_that_there_are(shop: Path) -> None:
    plain = (shop / "monitor.toml").read_text(encoding="utf-8") + 'shop = "s1"\n[[shops]]\nid = "s1"\nname = "甲店"\n'
    for lines, code in (('shops = ["zz"]', 2), ('brands = ["nkie"]', 2), ('shops = ["甲店"]\nbrands = ["耐克"]', 4)):
        (shop / "monitor.toml").write_text(plain, encoding="utf-8")
        channel(shop, f'kind = "webhook"\nurl = "env:NO_SUCH_ADDRESS"\n{lines}')
        ran = scan(shop)
        assert ran.code == code and ("nobody knows" in ran.err) == (code == 2), ran.err
    assert "NO_SUCH_ADDRESS" in ran.err, "an alert waits for the channel that asked for this shop by its name"


def test_alerts_of_a_channel_taken_out_are_told_and_fail_nothing(shop: Path) -> None:
    settings = (shop / "monitor.toml").read_text(encoding="utf-8")
    channel(shop, 'kind = "webhook"\nurl = "env:NO_SUCH_ADDRESS"')
    assert scan(shop).code == 4
    (shop / "monitor.toml").write_text(settings, encoding="utf-8")
    ran = scan(shop)
    assert ran.code == 0 and "chat" in ran.err


def test_what_cannot_be_sent_again_is_told(command: Command, shop: Path) -> None:
    assert "no such number" in command("alerts", "resend", "77").err


def test_a_line_of_the_schedule_is_a_command_of_ours(command: Command, shop: Path) -> None:
    channel(shop, 'kind = "webhook"\nurl = "env:X"\n[[schedule]]\nname = "m"\ncron = "0 7 * * *"\ncommand = "rm -rf /"')
    ran = command("schedule", "--show")
    assert ran.code == 2 and "rm -rf /" in ran.err and "scan" in ran.err


@pytest.mark.parametrize(("written", "said"), [
    (b'[[sources]]\nname = "x"\npath = "C:\\Users\\me"\n', "第 3 行"), ("[[sources]]\nname = \"店\"\n".encode("gbk"), "UTF-8"),
    (b'[[sources]]\nname = "x"\n', "缺少 path"), (b'[[sources]]\nname = "x"\npath = "a"\nkind = "foo"\n', "最接近的是 feed"),
    (b'[alerts]\nquiet_hours = "ten"\n', "22:00-07:30"), (b'[[schedule]]\nname = "x"\ncron = "daily"\n', "分 时 日 月 星期"),
])  # fmt: skip
def test_settings_that_do_not_fit_are_told_in_chinese(command: Command, shop: Path, written: bytes, said: str) -> None:
    (shop / "monitor.toml").write_bytes(written)
    ran = command("scan", "--lang", "zh")
    assert ran.code == 2 and said in ran.err and "nearest" not in ran.err and "None" not in ran.err


def test_a_registry_without_a_brand_says_which_row_is_at_fault(command: Command, shop: Path) -> None:
    (shop / "r").mkdir()
    (shop / "r" / "brands.csv").write_text('brand_id,name\nx,"never closed\ny,Other\n', encoding="utf-8")
    ran = command("audit", "a.csv", "--registry", "r")
    assert ran.code == 2 and "brands.csv, row" in ran.err and "quotation mark" in ran.err


def test_choices_are_told_in_one_line(command: Command, shop: Path) -> None:
    ran = command("findings", "review", "k", "--who", "a", "--why", "b", "--lang", "zh")
    assert ran.code == 2 and "可选：" in ran.err and "\t" not in ran.err


def test_ids_that_a_spreadsheet_spoilt_close_nothing(command: Command, shop: Path) -> None:
    export = "title,listing_id\n" + "".join(f"Nike shoes {number},61234{number:04}\n" for number in range(20))
    (shop / "a.csv").write_text(export, encoding="utf-8")
    assert scan(shop).code == 0
    (shop / "a.csv").write_text(export.replace("612340007", "6.12346E+11"), encoding="utf-8")
    ran = scan(shop)
    assert ran.code == 3 and "--fewer-ok" in ran.err
    assert "612340007" in command("findings", "list").out, "it may still be there under a spoilt id"
    assert scan(shop, "--fewer-ok").code == 0
    assert "612340007" not in command("findings", "list").out


def test_listings_without_an_id_are_known_by_their_titles(command: Command, shop: Path) -> None:
    (shop / "a.csv").write_text("标题,价格\nNike shoes,99\n", encoding="utf-8")
    ran = scan(shop)
    assert ran.code == 0 and "under another title it is another listing" in ran.err
    (shop / "a.csv").write_text("标题,价格,编号\nNike shoes,99,a1\n", encoding="utf-8")
    ran = scan(shop)
    assert "another title" not in ran.err and "/a1/nike" in command("findings", "list").out


def test_orders_alone_are_called_so(command: Command, shop: Path) -> None:
    header = "订单编号,买家会员名,宝贝标题,宝贝总数量,订单状态,订单创建时间\n"
    (shop / "orders.csv").write_text(header + "1,x,Nike shoes,2,交易成功,2026-11-01 10:00:00\n", encoding="utf-8")
    ran = command("audit", "orders.csv")
    assert ran.code == 3 and "holds orders and no listing" in ran.err
    assert command("audit", "orders.csv", "orders.csv").err.rstrip().endswith("audit listings.csv orders.csv orders.csv"), "to be copied"
    both = command("audit", "a.csv", "orders.csv", "--format", "jsonl")
    assert both.code == 1 and "1 order line" in both.err


def test_taking_down_stands_behind_what_asks_less(command: Command, shop: Path) -> None:
    scan(shop)
    helping = command("findings", "show", "-/-/9002/nike").out.split("What would help")[1]
    assert helping.index("only together") < helping.index("take the listing down")


def test_closed_streams_are_no_fault(shop: Path) -> None:
    scan(shop)
    for line, code in (("audit a.csv >&-", 1), ("audit - <&-", 3), ("scan >&- 2>&- <&-", 0), ("--help >&-", 0), ("findings list >&-", 0)):
        ran = subprocess.run(["sh", "-c", f'"{sys.executable}" -m monitor {line}'], capture_output=True, text=True, check=False, cwd=shop)
        assert ran.returncode == code and "Error" not in ran.stderr, (line, ran.stderr)
    assert sqlite3.connect(shop / "listing-monitor.sqlite3").execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("line", ["scan >/dev/full", "scan 2>&1", "rescreen >/dev/full", "rescreen 2>&1"])
def test_alerts_go_out_whoever_listens(shop: Path, line: str) -> None:
    if line.startswith("rescreen"):
        scan(shop)
    channel(shop, 'kind = "webhook"\nurl = "env:NO_SUCH_ADDRESS"\n[alerts]\nheartbeat = "* * * * *"')
    process = subprocess.Popen(["sh", "-c", f'"{sys.executable}" -m monitor {line}'], stdout=subprocess.PIPE, cwd=shop)
    assert process.stdout
    process.stdout.close()  # before a word is said
    process.wait(timeout=60)
    with sqlite3.connect(shop / "listing-monitor.sqlite3") as database:
        beats = database.execute("SELECT count(*) FROM events WHERE type = 'monitor.alive'").fetchone()[0]
    assert beats == 1, "the pass over the outbox was made"


@pytest.mark.parametrize(("arguments", "code"), [
    (("findings", "list"), 0), (("findings", "show", "a/b/c/d"), 2), (("findings", "export"), 0), (("alerts", "list"), 0), (("alerts", "resend", "1"), 0),
    (("authorizations", "due"), 0), (("rescreen",), 3), (("schedule", "--show"), 0), (("db", "check"), 4), (("db", "backup", "copy.sqlite3"), 4),
])  # fmt: skip
def test_a_look_makes_no_database(command: Command, shop: Path, arguments: tuple[str, ...], code: int) -> None:
    with (shop / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write('[[schedule]]\nname = "m"\ncron = "0 7 * * *"\n')
    ran = command(*arguments)
    assert ran.code == code and (arguments[0] == "schedule" or "There is no database" in ran.err)
    assert sorted(path.name for path in shop.iterdir()) == ["a.csv", "monitor.toml"]


def test_a_scan_where_no_settings_are_says_where_it_looked(command: Command, shop: Path) -> None:
    (shop / "monitor.toml").unlink()
    ran = command("scan")
    assert ran.code == 2 and str(shop) in ran.err and "listing-monitor init" in ran.err


def test_a_sentence_ends_before_the_next_begins(command: Command, shop: Path) -> None:
    assert "--output report.xlsx. See:" in command("audit", "a.csv", "--format", "xlsx").err
    assert "'FILE...'。用法见" in command("audit", "--lang", "zh").err


def test_doctor_says_what_to_do_only_where_something_is_wrong(command: Command, shop: Path) -> None:
    assert "again" not in command("doctor").out and "PYTHONUTF8" not in command("doctor").out


def test_a_marketplace_by_any_of_its_names_has_one_key(command: Command, shop: Path) -> None:
    def keys(*arguments: str) -> set[str]:
        return {json.loads(line)["key"] for line in command("audit", *arguments, "--format", "jsonl").out.splitlines()}

    (shop / "b.csv").write_text("title,listing_id,平台\nNike shoes,9003,淘宝网\nN1KE running shoes,9002,Taobao\n", encoding="utf-8")
    assert keys("a.csv", "--platform", "淘宝") == keys("a.csv", "--platform", "taobao") == keys("b.csv") == {"taobao/-/9002/nike", "taobao/-/9003/nike"}
    (shop / "orders.csv").write_text("order_id,listing_id,title,quantity,platform\n1,9003,Nike shoes,2000,淘宝\n", encoding="utf-8")
    assert "0 of them found no listing" in command("audit", "a.csv", "orders.csv", "--platform", "taobao").out
    (shop / "monitor.toml").write_text('[[sources]]\nname = "pdd"\npath = "a.csv"\nshop = "甲店"\n[[shops]]\nid = "s1"\nname = "甲店"\nplatform = "淘宝"\n', encoding="utf-8")
    assert scan(shop).code == 0
    assert "taobao/甲店/9002/nike" in command("findings", "list").out


def test_a_page_names_marketplace_and_shop_as_people_do(command: Command, shop: Path) -> None:
    (shop / "monitor.toml").write_text('[[shops]]\nid = "s1"\nname = "甲店"\nplatform = "taobao"\n', encoding="utf-8")
    page = command("audit", "a.csv", "--platform", "taobao", "--shop", "s1", "--format", "html", "--lang", "zh").out
    assert "淘宝 / 甲店 / 9002 · a.csv，第 2 行" in page


def test_rows_of_two_sheets_are_told_apart(command: Command, shop: Path) -> None:
    with xlsxwriter.Workbook(str(shop / "two.xlsx")) as book:
        for name in ("May", "六月"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["title", "price"])
            page.write_row(1, 0, ["Nike shoes", "cheap"])
    ran = command("audit", "two.xlsx")
    assert "two.xlsx:May row 2" in ran.out and "two.xlsx:六月 row 2" in ran.out
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in json.loads(command("audit", "two.xlsx", "--format", "sarif").out)["runs"][0]["results"]}
    assert uris == {"two.xlsx"}
    assert "two.xlsx:May, row 2, column price" in ran.err and "two.xlsx:六月, row 2, column price" in ran.err


def test_a_text_that_is_called_a_workbook(command: Command, shop: Path) -> None:
    (shop / "w.xlsx").write_text("hello\nNike\n", encoding="utf-8")
    ran = command("audit", "w.xlsx")
    assert ran.code == 3 and "called a workbook" in ran.err
    (shop / "w.xlsx").write_text(EXPORT, encoding="utf-8")
    assert command("audit", "w.xlsx").code == 1, "a table is a table whatever it is called"


def test_what_waits_is_sent_at_once_when_somebody_asks(command: Command, shop: Path) -> None:
    channel(shop, 'kind = "webhook"\nurl = "http://127.0.0.1:9/"\n')
    scan(shop)
    waiting = [json.loads(line) for line in command("alerts", "list", "--format", "jsonl").out.splitlines()]
    assert {one["state"] for one in waiting} == {"waiting"}
    ran = command("alerts", "resend", waiting[0]["id"])
    assert "1 alert waits again" in ran.err and "not sent again" not in ran.err


@pytest.mark.parametrize("arguments", [(), ("findings",), ("registry",)])
def test_a_group_alone_shows_its_help(command: Command, shop: Path, arguments: tuple[str, ...]) -> None:
    ran = command(*arguments)
    assert ran.code == 2 and len(ran.err.splitlines()) > 10 and ("Commands:" in ran.err or "命令：" in ran.err)


@pytest.mark.parametrize("name", ["new/deep/r.xlsx", "new/r.yaml", "new/r"])
def test_a_registry_goes_into_a_new_folder(command: Command, shop: Path, name: str) -> None:
    assert command("registry", "fetch-template", name).code == 0 and (shop / name).exists()
    assert command("registry", "export", f"a.csv/{name}").code == 4


def test_doctor_names_a_line_that_is_never_due(command: Command, shop: Path) -> None:
    channel(shop, 'kind = "webhook"\nurl = "https://shop.example/x"\n[[schedule]]\nname = "m"\ncron = "61 7 * * *"\ncommand = "scan"')
    ran = command("doctor")
    assert ran.code == 2 and "61 7 * * *" in ran.out


def test_the_registry_in_use_is_checked_as_it_is_used(command: Command, shop: Path) -> None:
    (shop / "registry").mkdir()
    (shop / "registry" / "shops.csv").write_text("shop_id,name\ns1,a\n", encoding="utf-8")
    assert command("registry", "check", "registry").code == 2
    (shop / "monitor.toml").write_text('[registry]\npath = "registry"\n', encoding="utf-8")
    assert command("registry", "check", "registry/").code == 0


@pytest.mark.parametrize("text", ["名称,售价\n耐克鞋,50\n", "Titel;Preis\nNike Schuhe;49,90\n", "Nombre;Precio\nZapatillas Nike;50\n", "Item\tPrice\nNike shoes\t50\n"])
def test_a_spreadsheet_of_ones_own_is_read(command: Command, shop: Path, text: str) -> None:
    (shop / "own.txt").write_text(text, encoding="utf-8")
    ran = command("audit", "own.txt", "--format", "jsonl")
    assert ran.code == 1 and json.loads(ran.out)["brand"]["brand_id"] == "nike"


def test_the_command_for_an_unknown_table_can_be_copied(command: Command, shop: Path) -> None:
    (shop / "my list.csv").write_text("foo,bar\nNike,5\n", encoding="utf-8")
    assert 'listing-monitor sources map "my list.csv"' in command("audit", "my list.csv").err


def test_patterns_are_files_where_the_shell_leaves_them(shop: Path) -> None:
    (shop / "b.csv").write_text(EXPORT, encoding="utf-8")
    assert expanded(["audit", "*.csv", "no*.xlsx", "--on", "Nike?"]) == ["audit", "a.csv", "b.csv", "no*.xlsx", "--on", "Nike?"]


@pytest.mark.parametrize(("line", "said"), [("unauthorised-use = 3", "unauthorized-use"), ("unauthorized-use = nan", "unauthorized-use")])
def test_a_weight_that_weighs_nothing_is_told(command: Command, shop: Path, line: str, said: str) -> None:
    (shop / "policy.toml").write_text(f"[weights]\n{line}\n", encoding="utf-8")
    with (shop / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write('[policy]\npath = "policy.toml"\n')
    ran = command("audit", "a.csv")
    assert ran.code == 2 and said in ran.err and "policy.toml" in ran.err


def test_a_brand_that_nobody_knows_is_told_with_the_nearest(command: Command, shop: Path) -> None:
    ran = command("registry", "show", "Nkie")
    assert ran.code == 2 and "Nearest is Nike." in ran.err
