"""The commands over the store, as a person runs them: list, show, review, export; papers that end; the database."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.model.listing import Listing
from monitor.scan import Scan, ScanResult
from monitor.store import open_store
from monitor.wiring import assemble
from tests.cli.conftest import Command

END = date.today() + timedelta(days=20)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one paper and one source."""
    monkeypatch.chdir(tmp_path)
    Path("registry").mkdir()
    Path("registry/brands.csv").write_text("brand_id,name,policy\nnike,Nike,no-online\nadidas,Adidas,authorized-only\n", encoding="utf-8")
    Path("registry/authorizations.csv").write_text(
        f"authorization_id,brand_id,licensor,licensor_role,licensee,online,valid_until\nst-1,adidas,Adidas AG,owner,Us Ltd,yes,{END}\n", encoding="utf-8"
    )
    Path("monitor.toml").write_text(
        '[registry]\npath = "registry"\n[[shops]]\nid = "s1"\nplatform = "taobao"\ncompany = "Us Ltd"\n'
        '[[sources]]\nname = "taobao"\nkind = "exports"\npath = "a.csv"\nshop = "s1"\n', encoding="utf-8",
    )  # fmt: skip
    return tmp_path


def scan(*titles: str) -> ScanResult:
    """What the command `scan` does, without files."""
    config, now = load_config(), datetime.now(UTC)
    registry, screener = assemble(config, date.today())
    engine = open_store(config.scanning.store.url)
    run = Scan.begin(engine, screener=screener, registry=registry, settings=config.scanning, sources=config.scanning.sources, now=now)
    for number, title in enumerate(titles, 1):
        run.add(screener(Listing(title=title, platform="taobao", shop="s1", listing_id=str(number), source="a.csv", row=number + 1)))
    result = run.close(now=now)
    engine.dispose()
    return result


def test_list_shows_the_worst_first_in_both_languages(shop: Path, command: Command) -> None:
    scan("wooden spoon", "Nike shoes", "Nike shoes 1:1 replica")
    out = command("findings", "list").out
    assert out.index("CRITICAL") < out.index("HIGH") and "taobao/s1/2/nike" in out and "2 findings: critical 1, high 1" in out
    chinese = command("findings", "list", "--lang", "zh", "--level", "critical").out
    assert "严重" in chinese and "共 1 条" in chinese and "taobao/s1/2/nike" not in chinese
    for asked in (("--brand", "adidas"), ("--state", "closed")):
        assert "Nothing is open" not in (out := command("findings", "list", *asked).out) and len(out.splitlines()) == 1, "more is open than was asked for"


def test_nothing_open_says_where_to_look(shop: Path, command: Command) -> None:
    assert "listing-monitor scan" in command("findings", "list").out
    assert command("findings", "list", "--format", "jsonl").out == ""


def test_a_finding_is_one_line_for_every_reader_of_lines(shop: Path, command: Command) -> None:
    scan("Nike shoes\u2028size 42", "Nike\x85hat")
    assert len(command("findings", "list", "--format", "jsonl").out.splitlines()) == 2


def test_export_is_the_contracts_jsonl_and_every_report(shop: Path, command: Command) -> None:
    scan("wooden spoon", "Nike shoes", "Adidas and Nike shirts")
    values = [json.loads(line) for line in command("findings", "export").out.splitlines()]
    assert [value["key"] for value in values] == ["taobao/s1/2/nike", "taobao/s1/3/adidas", "taobao/s1/3/nike"]
    assert {"listing", "brand", "key", "level", "score", "rank", "standing", "verdict", "cause", "ground", "hits", "cover", "reasons", "remedies"} <= set(values[0])
    audited = command("audit", _export(shop, values), "--registry", "registry", "--company", "Us Ltd", "--format", "jsonl").out
    assert [json.loads(line)["level"] for line in audited.splitlines()] == [value["level"] for value in values]
    assert command("findings", "export", "--format", "sarif").out.startswith("{")
    assert command("findings", "export", "--format", "html", "--output", "o.html").code == 0 and Path("o.html").stat().st_size > 1000


def _export(folder: Path, values: list[dict[str, dict[str, str]]]) -> Path:
    path = folder / "again.csv"
    rows = {value["listing"]["listing_id"]: value["listing"]["title"] for value in values}
    path.write_text("platform,shop,listing_id,title\n" + "".join(f"taobao,s1,{name},{title}\n" for name, title in rows.items()), encoding="utf-8")
    return path


@pytest.mark.parametrize("format_", ["table", "html", "md"])
def test_what_a_filter_leaves_out_is_not_called_clear(shop: Path, command: Command, format_: str) -> None:
    scan("wooden spoon", "Nike shoes")
    out = command("findings", "export", "--level", "critical", "--format", format_).out
    assert "Nothing needs a look" not in out
    assert {"table": "high 1, clear 1", "html": "high <b>1</b>", "md": "* high: 1"}[format_] in out


def test_a_review_keeps_quiet_until_the_facts_change(shop: Path, command: Command) -> None:
    key = "taobao/s1/1/nike"
    scan("Nike shoes")
    said = command("findings", "review", key, "--as", "accept", "--who", "Li", "--why", "own stock, invoice 88").out
    assert "stays quiet" in said and scan("Nike shoes").changes == {}
    assert "Nothing is open" in command("findings", "list").out and "accepted" in command("findings", "list", "--state", "accepted").out
    assert scan("Nike running shoes").changes == {"opened": 1}
    story = command("findings", "show", key).out
    assert "own stock, invoice 88" in story and "no longer holds" in story and "Nike shoes → Nike running shoes" in story
    told = json.loads(command("findings", "show", key, "--format", "json").out)
    assert [one["decision"] for one in told["reviews"]] == ["accept"] and [one["change"] for one in told["changes"]] == ["opened", "opened"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "taobao/s1/1/nkie"), "Did you mean: taobao/s1/1/nike"),
        (("show", "x"), "findings list --state all"),
        (("review", "taobao/s1/1/nike", "--as", "accept", "--who", " ", "--why", "x"), "--who and --why"),
        (("review", "taobao/s1/1/nike", "--as", "accept", "--who", "Li", "--why", "x", "--until", "2020-01-01"), "is over already"),
        (("review", "taobao/s1/9/nike", "--as", "accept", "--who", "Li", "--why", "x"), "No stored finding"),
        (("export", "--format", "xlsx"), "--output"),
    ],
)
def test_wrong_use_says_what_to_do(shop: Path, command: Command, arguments: tuple[str, ...], said: str) -> None:
    scan("Nike shoes")
    ran = command("findings", *arguments)
    assert ran.code == 2 and said in ran.err


def test_papers_that_end_and_what_they_uncover(shop: Path, command: Command) -> None:
    assert "No listing is stored yet" in command("authorizations", "due").err
    scan("Adidas shirt", "Adidas cap", "wooden spoon")
    out = command("authorizations", "due").out
    assert str(END) in out and "2 listings" in out and "high 2" in out
    (one,) = json.loads(command("authorizations", "due", "--format", "json").out)
    assert one["listings"] == 2 and one["days"] == 20 and one["after"] == {"high": 2}
    assert "No paper ends" in command("authorizations", "due", "--within", "19").out
    assert "到期" in command("authorizations", "due", "--lang", "zh").out


def test_rescreen_tells_what_a_day_or_the_registry_changed(shop: Path, command: Command) -> None:
    ran = command("rescreen")
    assert ran.code == 3 and "No listing is stored yet" in ran.err
    scan("Adidas shirt", "Adidas shirt", "wooden spoon")
    assert "Nothing changed" in command("rescreen").out
    Path("registry/authorizations.csv").write_text(
        f"authorization_id,brand_id,licensor,licensor_role,licensee,online,valid_until\nst-1,adidas,Adidas AG,owner,Us Ltd,yes,{date.today() - timedelta(days=1)}\n",
        encoding="utf-8",
    )
    out = command("rescreen").out
    assert "low to high" in out and "taobao/s1/2/adidas" in out and "it has ended" in out
    assert "Nothing changed" in command("rescreen").out
    Path("registry/brands.csv").write_text("brand_id,name,policy\nnike,Nike,no-online\nadidas,Adidas,open\n", encoding="utf-8")
    assert command("rescreen").out.count("closed") == 2


def test_the_database_is_copied_and_checked(shop: Path, command: Command) -> None:
    scan("Nike shoes")
    assert command("db", "check").code == 0
    assert command("db", "backup", "copy.sqlite3").code == 0
    again = command("db", "backup", "copy.sqlite3")
    assert again.code == 2 and "exists already" in again.err
    Path("listing-monitor.sqlite3").unlink()
    Path("copy.sqlite3").rename("listing-monitor.sqlite3")
    assert "taobao/s1/1/nike" in command("findings", "list").out
    assert command("db", "upgrade").code == 0


def test_a_file_that_is_no_database_is_refused_in_one_paragraph(shop: Path, command: Command) -> None:
    Path("listing-monitor.sqlite3").write_bytes(b"not a database, but an export " * 100)
    for words in (("findings", "list"), ("db", "check")):
        ran = command(*words)
        assert ran.code == 4 and "no healthy database" in ran.err and ran.err.count("\n") == 1


def test_a_newer_database_is_refused_and_an_older_one_is_no_damage(shop: Path, command: Command) -> None:
    command("db", "upgrade")
    for revision, code, said in (("9999", 2, "newer listing-monitor"), ("0000", 4, "db upgrade")):
        with sqlite3.connect("listing-monitor.sqlite3") as database:
            database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        ran = command("db", "check")
        assert ran.code == code and said in ran.err and "backup in its place" not in ran.out + ran.err
