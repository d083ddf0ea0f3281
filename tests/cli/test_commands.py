"""The other commands, on the real command line."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import cli
from monitor.cli.face import Face
from tests.cli.conftest import Command


def test_demo_ends_with_the_report_and_three_commands(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = command("demo")
    assert ran.code == 0 and "listing-monitor-demo/report.html" in ran.out
    assert sum(line.strip().startswith("listing-monitor ") for line in ran.out.splitlines()) == 3
    assert "Velmora" in (tmp_path / "listing-monitor-demo" / "report.html").read_text(encoding="utf-8")
    assert "7 alerts arrived" in ran.out and "finding.opened, Velmora" in ran.out and "nothing has changed; 0 alerts" in ran.out
    assert "Nothing changed since the last scan." in ran.out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explain_shows_every_step(command: Command, lang: str) -> None:
    ran = command("explain", "N1KE 奈克 跑鞋 黄小米粥", "--lang", lang)
    assert ran.code == 0 and "N1KE [0-4]" in ran.out and "nlke" in ran.out
    text, carets = ran.out.splitlines()[:2]
    assert carets.strip() == "^^^^ ^^^^" and carets.index("^") == (10 if lang == "en" else 8) and "N1KE" in text
    value = json.loads(command("explain", "N1KE shoes", "--format", "json").out)
    assert [one["method"] for one in value["candidates"]] == ["lookalike"] and value["findings"][0]["reasons"]


def test_init_then_check_then_audit(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("init").code == 0
    assert (tmp_path / "registry.xlsx").exists() and (tmp_path / "registry" / "authorizations.csv").exists()
    (tmp_path / "registry" / "brands.csv").write_text("brand_id,name,policy\nvelmora,Velmora,no-online\n", encoding="utf-8")
    again = command("init")
    assert "kept" in again.err and "velmora" in (tmp_path / "registry" / "brands.csv").read_text(encoding="utf-8")
    assert command("registry", "check").code == 0
    (tmp_path / "a.csv").write_text("title\nVelmora cream\nN1KE shoes\n", encoding="utf-8")
    ran = command("audit", "a.csv", "--format", "jsonl")
    assert {json.loads(line)["brand"]["brand_id"] for line in ran.out.splitlines()} == {"velmora", "nike"}


def test_registry_goes_out_and_in_again(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "brands.csv").write_text("brand_id,name,aliases\na,Alpha,阿尔法\n", encoding="utf-8")
    assert command("registry", "export", "--registry", "r", "out.xlsx").code == 0
    assert command("registry", "diff", "out.xlsx", "--registry", "r").out == ""
    assert "1 row added" in command("registry", "import", "out.xlsx", "--into", "new").out
    assert "阿尔法" in command("registry", "show", "alpha", "--registry", "new").out
    assert command("registry", "fetch-template", "r").code == 2
    assert command("registry", "check", "nowhere").code == 2


def test_import_keeps_what_the_user_wrote(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("init").code == 0
    own = tmp_path / "registry" / "brands.csv"
    own.write_text("brand_id,name,note\nnike,Nike,我代理\n", encoding="utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "brands.csv").write_text("brand_id,name\nzz,Zz\nnike,耐克体育\n", encoding="utf-8")
    before = command("explain", "耐克鞋", "--format", "json").out
    ran = command("registry", "import", "other", "--lang", "zh")
    assert ran.code == 0 and "新增 1 行，补充 1 行；另有 1 个" in ran.out and "耐克体育" in ran.err and ".bak" in ran.err
    assert own.read_text(encoding="utf-8") == "brand_id,name,note,aliases\nnike,Nike,我代理,耐克体育\nzz,Zz,,\n"
    after = command("explain", "耐克鞋", "--format", "json").out
    assert '"high"' in before and '"high"' in after
    assert "0 rows added, 0 rows filled in" in command("registry", "import", "other").out


@pytest.mark.parametrize("name", ["book.xlsx", "tables.yaml"])
def test_import_into_a_workbook_or_yaml_is_refused(command: Command, tmp_path: Path, name: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "brands.csv").write_text("brand_id,name\na,Alpha\n", encoding="utf-8")
    assert command("registry", "export", "--registry", tmp_path / "a", tmp_path / name).code == 0
    content = (tmp_path / name).read_bytes()
    assert command("registry", "import", tmp_path / "a", "--into", tmp_path / name).code == 0  # nothing to add
    (tmp_path / "a" / "brands.csv").write_text("brand_id,name\nb,Beta\n", encoding="utf-8")
    ran = command("registry", "import", tmp_path / "a", "--into", tmp_path / name)
    assert ran.code == 2 and "registry diff" in ran.err and (tmp_path / name).read_bytes() == content


def test_export_writes_over_nothing(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("init").code == 0
    own = tmp_path / "registry" / "brands.csv"
    own.write_text("brand_id,name,note\nnike,Nike,我代理\n", encoding="utf-8")
    ran = command("registry", "export", "registry")
    assert ran.code == 2 and "registry import" in ran.err
    for target in (own, tmp_path / "registry.xlsx", tmp_path):
        assert command("registry", "export", target).code == 2
    assert own.read_text(encoding="utf-8") == "brand_id,name,note\nnike,Nike,我代理\n"
    (tmp_path / "out").mkdir()
    assert command("registry", "export", "out").code == 0


def test_a_limit_that_cannot_be_read_is_serious(command: Command, tmp_path: Path) -> None:
    (tmp_path / "brands.csv").write_text("brand_id,name,policy\na,Alpha,opne\n", encoding="utf-8")
    (tmp_path / "authorizations.csv").write_text("authorization_id,brand_id,licensor_role,valid_until\np,a,owner,2026-12-1O\n", encoding="utf-8")
    ran = command("registry", "check", tmp_path, "--lang", "zh")
    assert ran.code == 1 and "没有到期日" in ran.out.splitlines()[0] and "其中 1 处" in ran.out
    assert "without an end" in command("registry", "check", tmp_path).out


def test_sources_identify_and_read(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("标题,价格,备注\n耐克跑鞋,99,x\n", encoding="gb18030")
    value = json.loads(command("sources", "identify", path, "--format", "json").out)
    assert value["kind"] == "listings" and value["listings"] == 1 and value["columns"]["title"] == "标题" and value["encoding"]
    row = json.loads(command("sources", "read", path).out)
    assert row["title"] == "耐克跑鞋" and row["price"] == "99"
    unknown = tmp_path / "u.csv"
    unknown.write_text("alpha,beta\n1,2\n", encoding="utf-8")
    ran = command("sources", "identify", unknown, "--format", "json")
    assert ran.code == 3 and json.loads(ran.out)["kind"] == "unknown"


def test_an_unknown_table_is_mapped_once_and_read_ever_after(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd.csv").write_text("货号X,名儿,到手,收件人电话\nA1,耐克跑步鞋男,99,13800000000\nA2,木勺,9,13900000000\n", encoding="utf-8")
    first = command("audit", "odd.csv")
    assert first.code == 3 and "sources map" in first.err and "Nothing needs a look" not in first.out
    assert command("sources", "map", "odd.csv", "--yes").code == 0
    written = (tmp_path / "dialects" / "odd.toml").read_text(encoding="utf-8")
    assert 'title = ["名儿"]' in written and 'price = ["到手"]' in written and "收件人" not in written and "138" not in written
    row = json.loads(command("sources", "read", "odd.csv").out.splitlines()[0])
    assert (row["title"], row["price"], row["sku"]) == ("耐克跑步鞋男", "99", "A1")


def test_real_samples_with_their_counts(command: Command, samples: Path) -> None:
    for name, listings in (("amazon/all_listings_report_uk_cp1252.txt", 107), ("etsy/EtsyListingsDownload_makermetrics.csv", 93)):
        assert json.loads(command("sources", "identify", samples / name, "--format", "json").out)["listings"] == listings


def test_doctor_and_plugins(command: Command) -> None:
    assert command("doctor").code == 0
    assert "spiders.files:read" in command("plugins").out


def test_the_wheel_has_all_that_the_demo_needs(tmp_path: Path) -> None:
    """Built and unpacked beside nothing of the checkout, the demo runs."""
    root = Path(__file__).resolve().parents[2]
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    site = tmp_path / "site"
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(site)], check=True)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    probe = "import monitor; print(monitor.__file__)"
    where = subprocess.run([sys.executable, "-c", probe], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert str(site) in where.stdout
    ran = subprocess.run([sys.executable, "-m", "monitor", "demo"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0 and (tmp_path / "listing-monitor-demo" / "report.html").exists(), ran.stderr


def test_diff_keeps_quiet_about_starter_brands_that_stay(command: Command, tmp_path: Path) -> None:
    (tmp_path / "brands.csv").write_text("brand_id,name,policy\nnike,Nike,no-online\nvelmora,Velmora,open\n", encoding="utf-8")
    ran = command("registry", "diff", tmp_path)
    assert [line.split()[0] for line in ran.out.splitlines()] == ["added", "changed"] and "stay in use" in ran.err


def test_a_file_that_the_installation_lacks_is_no_full_disk(capsys: pytest.CaptureFixture[str]) -> None:
    lacking = Path(cli.__file__).parents[1] / "screening" / "tables" / "gone.txt"
    assert cli._report(FileNotFoundError(errno.ENOENT, "gone", str(lacking)), Face(lang="en")) == 4
    said = capsys.readouterr().err
    assert "lacks" in said and "Install" in said and "space" not in said
