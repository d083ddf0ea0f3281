"""Importing into the user's own tables: what he wrote stays as he wrote it, whatever else is brought in."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import RegistryError
from monitor.registry_files import load_registry, load_with_starter
from monitor.registry_files.additions import Additions, additions, write_additions
from monitor.registry_files.layers import names
from monitor.registry_files.read import read
from monitor.registry_files.tables import TABLES
from monitor.registry_files.write import save

ON = date(2026, 11, 25)


def folder(path: Path, **tables: str | bytes) -> Path:
    path.mkdir(exist_ok=True, parents=True)
    for name, text in tables.items():
        (path / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def brought(own: Path, other: Path) -> Additions:
    found = additions(read(own), read(other))
    list(write_additions(found, own, ON))
    return found


def test_one_new_brand_is_one_new_line_and_nothing_else(tmp_path: Path) -> None:
    brands = "brand_id,name,note,我的备注\n# mine\n\nnike,Nike,我代理,x\n,No id,,y\n"
    papers = 'authorization_id,brand_id,valid_until,online\np1,nike,长期,yse\np2,nike,2026-13-01,"no"\n'
    own = folder(tmp_path / "own", brands=brands, authorizations=papers)
    found = brought(own, folder(tmp_path / "other", brands="brand_id,name,policy\nzz,Zz,unknown\n"))
    assert (own / "brands.csv").read_text(encoding="utf-8") == brands.replace("note,我的备注", "note,我的备注,policy") + "zz,Zz,,,unknown\n"
    assert (own / "authorizations.csv").read_text(encoding="utf-8") == papers
    assert (found.added, found.filled, found.kept) == (1, 0, [])
    assert sorted(path.name for path in own.iterdir()) == ["authorizations.csv", "brands.csv", "brands.csv.2026-11-25.bak"]
    assert (own / "brands.csv.2026-11-25.bak").read_text(encoding="utf-8") == brands
    nike = next(brand for brand in load_with_starter(own).brands if brand.brand_id == "nike")
    assert (nike.policy, nike.enforcement) == ("authorized-only", "litigates")


def test_a_known_brand_is_filled_and_never_overruled(tmp_path: Path) -> None:
    own = folder(tmp_path / "own", brands="brand_id,name,aliases,policy,checked_on\nnike,Nike,小勾;-耐吉,opne,\n", authorizations="authorization_id,brand_id,licensee\np1,nike,Me\n")
    other = folder(
        tmp_path / "other",
        brands="brand_id,name,aliases,policy,checked_on,enforcement\nnike,NIKE Inc,耐吉;大勾;-耐克,open,2026-01-01,unknown\n",
        authorizations="authorization_id,brand_id,licensee,valid_until\np1,nike,You,2027-01-01\n",
    )
    found = brought(own, other)
    assert (own / "brands.csv").read_text(encoding="utf-8").splitlines()[1] == "nike,Nike,小勾;-耐吉;NIKE Inc;大勾,opne,2026-01-01"
    assert [(one.code, one.column, one.found, one.params["other"]) for one in found.kept] == [
        ("registry.kept-own", "name", "Nike", "NIKE Inc"), ("registry.kept-own", "policy", "opne", "open"),
        ("registry.kept-own", "licensee", "Me", "You"), ("registry.kept-blank", "valid_until", "", "2027-01-01"),
    ]  # fmt: skip
    assert not (own / "authorizations.csv.2026-11-25.bak").exists()
    assert not brought(own, other).filled


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_form_of_the_file_is_kept(tmp_path: Path, encoding: str, separator: str, end: str) -> None:
    rows = [["brand_id", "name", "备注"], ["#耐克", "注释"], ["n", '"Nike ""耐克""\u2028"', "看看 很多 中文 内容"]]
    before = end.join(separator.join(row) for row in rows).encode(encoding)  # the last row has no line end
    own = folder(tmp_path / "own", brands=before)
    brought(own, folder(tmp_path / "other", brands="brand_id,name\nz,=Zz;\u5361\n"))
    after = (own / "brands.csv").read_bytes()
    added = f"{end}{separator.join(['z', chr(34) * (separator == ';') + chr(39) + '=Zz;卡' + chr(34) * (separator == ';'), ''])}{end}"
    assert after == before + added.encode("utf-16-le" if encoding == "utf-16" else encoding.removesuffix("-sig"))
    assert [brand.name for brand in load_registry(own).brands] == ['Nike "耐克"', "=Zz;卡"]


def test_what_cannot_be_kept_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    other = folder(tmp_path / "other", brands="brand_id,name,note\nz,卡,x\n", shops="shop_id\ns1\n")
    for name, content in {
        "latin": "brand_id,name,note\nn,Nestlé,\n".encode("cp1252"), "broken": "brand_id,name,note\nn,好的品牌,\n".encode("gb18030") + b"\x80\xff",
        "open": b'brand_id,name,note\nn,"Nestle\nz,z\n', "last": b'brand_id,name,note\nn,Nestle,"mine\n', "wide": b"brand_id,name\nn,Nestle,mine\n",
    }.items():  # fmt: skip
        own = folder(tmp_path / name, brands=content, shops="shop_id,name\ns0,x\n")
        with pytest.raises(RegistryError, match=r"brands\.csv"):
            brought(own, other)
        assert {path.name: path.read_bytes() for path in own.iterdir()} == {"brands.csv": content, "shops.csv": b"shop_id,name\ns0,x\n"}


def test_a_file_that_was_plain_ascii_is_marked_when_it_is_no_more(tmp_path: Path) -> None:
    own = folder(tmp_path / "own", brands="brand_id,name\nn,Nestle\n")
    brought(own, folder(tmp_path / "other", brands="brand_id,name\nz,卡\n"))
    assert (own / "brands.csv").read_bytes() == b"\xef\xbb\xbf" + "brand_id,name\nn,Nestle\nz,卡\n".encode()


def test_a_second_copy_of_one_day_does_not_write_over_the_first(tmp_path: Path) -> None:
    own = folder(tmp_path / "own", brands="brand_id,name\nn,Nestle\n")
    for name in ("a", "b"):
        brought(own, folder(tmp_path / name, brands=f"brand_id,name\n{name},Brand {name}\n"))
    assert (own / "brands.csv.2026-11-25.bak").read_text() == "brand_id,name\nn,Nestle\n"
    assert (own / "brands.csv.2026-11-25-2.bak").read_text() == "brand_id,name\nn,Nestle\na,Brand a\n"


CELL = st.text(st.sampled_from("aB1 耐'=-#,;\"\n\t\u2028.~"), max_size=5) | st.sampled_from(["unknown", "open", "opne", "2026-01-01", "2026-13-01", "长期", "25", "yes", "-Nike", "Nike", "99"])
IDS = st.sampled_from(["", "a", "b", "c"])


@st.composite
def tables(draw: st.DrawFn) -> dict[str, bytes]:
    """Tables as people write them: any cells, own columns, blank rows, comments, rows that share an id or have none."""
    made = {}
    for name in draw(st.sets(st.sampled_from(["brands", "authorizations", "guide_prices", "marks"]), min_size=1)):
        known = draw(st.lists(st.sampled_from(list(TABLES[name].columns)), min_size=1, unique=True))
        columns = draw(st.permutations([*known, *draw(st.sets(st.sampled_from(["备注", "=x", "mine"])))]))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
        writer.writerow(columns)
        for _ in range(draw(st.integers(0, 4))):
            if draw(st.integers(0, 6)) == 0:
                writer.writerow(draw(st.sampled_from([[], ["# note", "x"]])))
            writer.writerow([draw(IDS if column.endswith("_id") else CELL) for column in columns])
        made[name] = out.getvalue().encode()
    return made


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=tables(), theirs=tables())
def test_what_is_mine_stays_cell_by_cell_and_a_second_import_finds_nothing(mine: dict[str, bytes], theirs: dict[str, bytes], tmp_path: Path) -> None:
    for name in ("own", "other"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
    own, other = folder(tmp_path / "own", **mine), folder(tmp_path / "other", **theirs)
    before, found = read(own), brought(own, other)
    after = read(own)
    for name in TABLES:
        old, new = before.rows.get(name, ()), after.rows.get(name, ())
        assert len(new) == len(old) + len(found.rows.get(name, []))
        for was, now in zip(old, new, strict=False):
            for column, cell in was.cells.items():
                grown = name == "brands" and column == "aliases" and names({"aliases": now.cells[column]})[: len(names({"aliases": cell}))] == names({"aliases": cell})
                assert now.cells[column] == cell or grown
            if name != "brands":
                assert now.cells == was.cells
        for row in read(other).rows.get(name, ()):  # and every spelling of theirs is there, but those that I take away
            if name == "brands" and row.cells.get("brand_id") and row.cells.get("name"):
                here = {one.casefold() for line in new if line.cells.get("brand_id") == row.cells["brand_id"] for one in names(line.cells)}
                assert all(one.casefold() in here or f"-{one.casefold()}" in here or one[:1] == "-" for one in names(row.cells))
    kept = {path.name: path.read_bytes() for path in own.iterdir()}
    again = brought(own, other)
    assert (again.added, again.filled) == (0, 0) and {path.name: path.read_bytes() for path in own.iterdir()} == kept


@pytest.mark.parametrize("name", ["out", "out.xlsx", "out.yaml"])
def test_the_registry_in_use_goes_out_and_comes_back_the_same(tmp_path: Path, name: str) -> None:
    own = folder(tmp_path / "own", brands="brand_id,name,aliases\nnike,Nike,小勾\n", authorizations="authorization_id,brand_id,valid_until\np1,nike,2027-01-01\n")
    registry = load_with_starter(own)
    save(registry, tmp_path / name)
    again = load_registry(tmp_path / name)
    assert again.problems == () and replace(again, fingerprint="") == replace(
        registry, fingerprint="", brands=tuple(replace(brand, origin="user") for brand in registry.brands))  # fmt: skip


def test_an_export_says_nothing_where_nothing_is_known(tmp_path: Path) -> None:
    """`unknown` in the user's own table would win over a fact that the starter registry learns later."""
    save(load_with_starter(None), tmp_path / "out")
    rows = list(csv.DictReader((tmp_path / "out" / "brands.csv").open(encoding="utf-8-sig")))
    assert {row["policy"] for row in rows} >= {"", "authorized-only"} and "unknown" not in {row[column] for row in rows for column in ("policy", "enforcement", "proof")}
