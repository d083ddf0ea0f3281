"""Registries: what is written is read back unchanged; every fault names its place and spoils nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import RegistryError
from monitor.messages import say_problem
from monitor.model.registry import Authorization, Brand, GuidePrice, Registry, Supplier
from monitor.registry_check import check
from monitor.registry_files import load_registry, load_with_starter
from monitor.registry_files.read import read
from monitor.registry_files.tables import TABLES
from monitor.registry_files.write import hints, save, save_templates

WORD = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cf", "Cn"), exclude_characters=";；\ufeff"), min_size=1, max_size=12)
DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1)) | st.none()
AMOUNT = st.decimals(0, 10**6, places=2, allow_nan=False, allow_infinity=False)
IDS = st.lists(WORD, min_size=1, max_size=4, unique_by=str.strip)


@st.composite
def registries(draw: st.DrawFn) -> Registry:
    ids = draw(IDS)
    brands = []
    for brand_id in ids:
        name = draw(WORD)
        aliases = tuple(dict.fromkeys(alias for alias in draw(st.lists(WORD, max_size=3)) if alias != name))
        brands.append(Brand(
            brand_id=brand_id, name=name, aliases=aliases, nice_classes=draw(st.frozensets(st.integers(1, 45), max_size=3)),
            policy=draw(st.sampled_from(["open", "authorized-only", "no-online", "unknown"])), common_word=draw(st.sampled_from([True, False, None])),
            checked_on=draw(DAYS),
        ))  # fmt: skip
    papers = tuple(
        Authorization(authorization_id=f"p{at}", brand_id=ids[0], parent_id=draw(st.sampled_from(["", "p0", "p9"])), licensor=draw(WORD), licensee=draw(WORD),
                      online=draw(st.sampled_from(["yes", "no", "silent"])), price_floor=draw(AMOUNT | st.none()), valid_from=draw(DAYS), valid_until=draw(DAYS))
        for at in range(draw(st.integers(0, 3)))
    )  # fmt: skip
    guides = tuple(GuidePrice(brand_id=ids[-1], pattern=draw(WORD), amount=draw(AMOUNT), currency="CNY", pack_size=draw(st.integers(1, 9))) for _ in range(draw(st.integers(0, 2))))
    suppliers = tuple(Supplier(supplier_id=f"s{at}", brands=tuple(ids), licence_until=draw(DAYS)) for at in range(draw(st.integers(0, 2))))
    return Registry(brands=tuple(brands), authorizations=papers, guide_prices=guides, suppliers=suppliers)


@pytest.mark.parametrize("name", ["folder", "book.xlsx", "tables.yaml"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(registry=registries())
def test_read_gives_back_what_was_written(name: str, registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / name
    for old in path.glob("*.csv") if path.is_dir() else [path]:
        old.unlink(missing_ok=True)
    save(registry, path)
    again = load_registry(path)
    assert replace(again, problems=(), fingerprint="") == registry


def table(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    return folder


def codes(registry: Registry) -> list[tuple[str, str, int | None, str]]:
    return [(problem.code, problem.source, problem.row, problem.column) for problem in registry.problems]


def test_a_wrong_value_is_named_and_its_row_stays(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name,policy,nice_classes,checked_on\nnike,Nike,perhaps,99,2026-02-30\n,Lost,,,\nadidas,Adidas,open,25,2026/3/5\n")
    registry = load_registry(folder)
    assert [(brand.brand_id, brand.policy, brand.checked_on) for brand in registry.brands] == [("nike", "unknown", None), ("adidas", "open", date(2026, 3, 5))]
    assert sorted(codes(registry)) == [
        ("registry.bad-class", "brands.csv", 2, "nice_classes"), ("registry.bad-value", "brands.csv", 2, "policy"),
        ("registry.lacking", "brands.csv", 3, "brand_id"), ("registry.no-such-day", "brands.csv", 2, "checked_on"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name,aliases\nnike,Nike,耐克；NIKE\n", encoding)
    assert load_registry(folder).brands[0].aliases == ("耐克", "NIKE")


@pytest.mark.parametrize("text", ["", "brand_id,name\n", "alpha,beta\n1,2\n", "brand_id,name\n,\n", "\0\0\0"])
def test_no_brand_at_all_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(RegistryError):
        load_registry(table(tmp_path / "r", "brands", text))


def test_unreadable_files_are_errors_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK nonsense")
    (tmp_path / "a.yaml").write_text("brands: [", encoding="utf-8")
    for name in ("a.xlsx", "a.yaml", "a.doc", "nowhere"):
        with pytest.raises(RegistryError, match=name):
            load_registry(tmp_path / name)


def test_templates_hold_no_rows_and_every_column(tmp_path: Path) -> None:
    save_templates(tmp_path / "t")
    with pytest.raises(RegistryError):
        load_registry(tmp_path / "t")
    table(tmp_path / "t", "brands", (tmp_path / "t" / "brands.csv").read_text(encoding="utf-8-sig") + "nike,Nike\n")
    assert [brand.name for brand in load_registry(tmp_path / "t").brands] == ["Nike"]


def test_the_user_wins_field_by_field_over_the_starter(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name,policy\nnike,Nike,no-online\nvelmora,Velmora,open\n")
    registry = {brand.brand_id: brand for brand in load_with_starter(folder).brands}
    assert (registry["nike"].policy, registry["nike"].origin) == ("no-online", "both") and "耐克" in registry["nike"].aliases
    assert registry["velmora"].origin == "user" and registry["adidas"].origin == "starter" and len(registry) > 300


@pytest.mark.parametrize("row", ["nike,Nike,小勾", "nike,我的耐克,小勾", "nike,,小勾;NIKE"])
def test_spellings_of_the_user_come_first_and_take_none_away(tmp_path: Path, row: str) -> None:
    starter = next(brand for brand in load_with_starter(None).brands if brand.brand_id == "nike")
    brand = next(brand for brand in load_with_starter(table(tmp_path / "r", "brands", f"brand_id,name,aliases\n{row}\n")).brands if brand.brand_id == "nike")
    assert brand.aliases[0] == "小勾" and set(starter.names) <= set(brand.names) and len(set(brand.names)) == len(brand.names)


def test_a_minus_takes_a_spelling_of_the_starter_away(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name,aliases\nnike,Nike,小勾;-耐克;-nobody\n")
    brand = next(brand for brand in load_with_starter(folder).brands if brand.brand_id == "nike")
    assert {"小勾", "耐吉", "-nobody"} < set(brand.names) and not {"耐克", "-耐克"} & set(brand.names)


def test_a_cell_of_the_user_that_cannot_be_read_leaves_the_fact_of_the_starter(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name,policy\nnike,Nike,opne\n")
    registry = load_with_starter(folder)
    assert next(brand.policy for brand in registry.brands if brand.brand_id == "nike") == "authorized-only"
    assert codes(registry) == [("registry.bad-value", "brands.csv", 2, "policy")]


def test_cells_under_no_column_join_no_rows(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name\na,Alpha\n")
    table(folder, "guide_prices", "brand_id,pattern,amount,currency,\na,x,1,CNY,mine\na,y,2,CNY,mine\n")
    assert len(load_registry(folder).guide_prices) == 2


@pytest.mark.parametrize(("column", "cell", "word"), [
    ("valid_from", "2026-13-01", "from the start"), ("valid_until", "长期", "without an end"), ("revoked_on", "2026-12-1O", "not revoked"),
    ("nice_classes", "25;9x", "all classes"), ("price_floor", "cheap", "without a lowest price"), ("online", "nо", "not forbidding"),
])  # fmt: skip
def test_a_limit_of_a_paper_read_as_blank_says_what_follows(tmp_path: Path, column: str, cell: str, word: str) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name,policy\na,Alpha,opne\n")
    table(folder, "authorizations", f"authorization_id,brand_id,{column}\np,a,{cell}\n")
    first = load_registry(folder).problems[0]
    assert (first.source, first.row, first.column, first.loss) == ("authorizations.csv", 2, column, "cell") and word in say_problem(first, "en")
    assert "视为" in say_problem(first, "zh")


def test_an_example_is_of_its_own_table() -> None:
    for name, table_ in TABLES.items():
        for column, hint in zip(table_.columns, hints(name), strict=True):
            for word in hint.split(" | ") if hint and hint != "Air Force 1, or sku:AJ1" else ():
                assert word == "(blank)" or table_.columns[column](word) is not None  # a parser refuses what may not stand there
    assert hints("shops")[2] != hints("brands")[1] != hints("suppliers")[1]


def test_check_finds_what_is_wrong_between_rows(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", f"brand_id,name,aliases\na,Alpha,Shared;x\nb,Beta,SHARED;!!!;{'y' * 500}\n")
    table(folder, "authorizations", (
        "authorization_id,brand_id,parent_id,licensor,licensor_role,licensee,may_sublicense,valid_from,valid_until\n"
        "c1,a,c2,X,dealer,Y,yes,,\nc2,a,c1,Y,dealer,X,yes,,\n"
        "o,a,,Owner,owner,D,no,2025-01-01,2026-06-30\nl,a,o,D,distributor,Me,no,,2027-01-01\nm,a,gone,D,dealer,Me,,,\n"
        "w,b,,Owner,owner,Me,no,2026-05-01,2026-01-01\nn,b,,D,dealer,Me,,,\n"
    ))  # fmt: skip
    table(folder, "purchases", "purchase_id,supplier_id,brand_id,sku\np,s,a,1\n")
    found = {(problem.code, problem.found) for problem in check(load_registry(folder), date(2026, 9, 1))}
    assert found == {
        ("check.shared-spelling", "b"), ("check.empty-spelling", "b"), ("check.long-spelling", "b"), ("check.one-letter", "a"), ("check.circle", "c1"), ("check.circle", "c2"),
        ("check.expired", "o"), ("check.no-sublicense", "l"), ("check.outlives", "l"), ("check.no-parent", "m"), ("check.ends-before", "w"),
        ("check.expired", "w"), ("check.no-owner", "n"), ("check.unknown-supplier", "p"),
    }  # fmt: skip


def test_the_starter_registry_has_no_fault() -> None:
    assert check(load_with_starter(None), date(2026, 11, 24)) == ()


def test_a_fault_between_rows_names_file_and_row(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name,aliases\na,Alpha,Shared\n\nb,Beta,SHARED\n")
    table(folder, "guide_prices", "brand_id,pattern,amount,valid_from,valid_until,currency\na,x,1,,,CNY\na,y,1,2026-02-01,2026-01-01,CNY\n")
    found = {(problem.code, problem.source, problem.row, problem.column) for problem in check(load_registry(folder), date(2026, 9, 1))}
    assert found == {("check.shared-spelling", "brands.csv", 4, "aliases"), ("check.ends-before", "guide_prices.csv", 3, "valid_until")}
    save(load_registry(folder), tmp_path / "r.xlsx")
    assert {problem.source for problem in check(load_registry(tmp_path / "r.xlsx"), date(2026, 9, 1))} == {"r.xlsx:brands", "r.xlsx:guide_prices"}


def test_an_id_that_stands_twice_loses_no_spelling(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name,aliases,policy\na,Alpha,One,open\na,Alfa,Two,no-online\n")
    registry = load_registry(folder)
    (brand,) = registry.brands
    assert (brand.name, brand.aliases, brand.policy) == ("Alpha", ("One", "Alfa", "Two"), "open")
    assert codes(registry) == [("registry.double-id", "brands.csv", 3, "brand_id")]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_a_western_spreadsheet_writes(tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [["brand_id", "name", "aliases"], ["n", "Nestlé", '"Café Crème;Été"'], ["l", "Lancôme", ""]]
    folder = table(tmp_path / "r", "brands", "".join(separator.join(row) + "\n" for row in rows), encoding)
    assert [brand.names for brand in load_registry(folder).brands] == [("Nestlé", "Café Crème", "Été"), ("Lancôme",)]


def test_a_quote_that_never_closes_is_named(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", 'brand_id,name,note\na,Alpha,"two\nlines"\nb,Beta,"open\nc,Gamma,\n')
    registry = load_registry(folder)
    assert [brand.name for brand in registry.brands] == ["Alpha"]
    assert codes(registry) == [("registry.unclosed-quote", "brands.csv", 3, "")]


def test_a_table_under_a_wrong_name_is_told_with_the_nearest(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name\nnike,Nike\n")
    for name in ("authorisations", "Guide prices", "供应商", "my notes"):
        table(folder, name, "x\n1\n")
    problems = load_registry(folder).problems
    assert {one.source: one.params["near"] for one in problems} == {"authorisations.csv": "authorizations", "Guide prices.csv": "guide_prices", "供应商.csv": "suppliers"}
    assert all(one.params["near"] in say_problem(one, "zh") for one in problems)


def test_two_sheets_of_one_name_are_both_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "r.xlsx")) as book:
        for sheet, brand in (("brands", "nike"), ("Brands ", "puma"), ("Brand", "asics")):
            page = book.add_worksheet(sheet)
            page.write_row(0, 0, ["brand_id", "name"])
            page.write_row(1, 0, [brand, brand])
    registry = load_registry(tmp_path / "r.xlsx")
    assert [one.brand_id for one in registry.brands] == ["nike", "puma"]
    assert codes(registry) == [("registry.unknown-table", "r.xlsx:Brand", None, "")]


def test_one_table_alone_is_the_one_that_its_file_is_called(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "letters", "letter_id,brand_id\nl1,nike\n")
    assert [one.source for one in read(folder / "letters.csv").rows["letters"]] == ["letters.csv"]
    assert load_registry(table(folder, "mine", "brand_id,name\nnike,Nike\n") / "mine.csv").brands[0].name == "Nike"


@pytest.mark.parametrize(("text", "said"), [
    ("", "begins with #"), ("brand_id,name\n# nike,Nike\n", "begins with #"), ("id,brand\n1,Nike\n2,Puma\n", "no column brand_id"),
])  # fmt: skip
def test_no_brand_says_why(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RegistryError, match=said):
        load_registry(table(tmp_path / "r", "brands", text))


def test_a_table_without_the_column_that_names_its_rows_is_one_fault(tmp_path: Path) -> None:
    table(tmp_path / "r", "brands", "brand_id,name\nnike,Nike\n")
    registry = load_registry(table(tmp_path / "r", "shops", "id,name\ns1,a\ns2,b\n"))
    assert codes(registry) == [("registry.no-column", "shops.csv", 1, "shop_id")] and not registry.shops


@pytest.mark.parametrize("text", ["brands: {nike: Nike}", "brands: [nike]", "brands: 3"])
def test_a_yaml_table_that_is_no_list_of_rows_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match="list of rows"):
        load_registry(tmp_path / "r.yaml")


def test_a_workbook_filled_in_beside_empty_tables_is_told(tmp_path: Path) -> None:
    save_templates(tmp_path / "registry")
    save_templates(tmp_path / "registry.xlsx")
    assert load_with_starter(tmp_path / "registry").problems == ()
    save(Registry(brands=(Brand(brand_id="v", name="Velmora"),)), tmp_path / "registry.xlsx")
    assert codes(load_with_starter(tmp_path / "registry")) == [("registry.filled-beside", "registry", None, "")]
    table(tmp_path / "registry", "brands", "brand_id,name\nv,Velmora\n")
    assert load_with_starter(tmp_path / "registry").problems == ()


def test_a_mark_needs_no_id_of_its_own(tmp_path: Path) -> None:
    folder = table(tmp_path / "r", "brands", "brand_id,name\nnike,Nike\n")
    table(folder, "marks", "mark_id,brand_id,text,status\n,nike,NIKE,registered\n,nike,SWOOSH,lapsed\n")
    assert [one.text for one in load_registry(folder).marks] == ["NIKE", "SWOOSH"]
    table(folder, "marks", "brand_id,text\nnike,NIKE\n")
    registry = load_registry(folder)
    assert [one.text for one in registry.marks] == ["NIKE"] and check(registry, date(2026, 1, 1)) == ()


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_read_whatever_is_blank(tmp_path: Path, name: str) -> None:
    columns = list(TABLES[name].columns)
    rows = "".join(",".join("" if column == blank else "1" for column in columns) + "\n" for blank in columns)
    registry = load_registry(table(table(tmp_path / "r", "brands", "brand_id,name\n1,Nike\n"), name, ",".join(columns) + "\n" + rows))
    save(registry, tmp_path / "again")
    assert registry.problems is not None and load_registry(tmp_path / "again")


@pytest.mark.parametrize(("name", "row", "code"), [
    ("guide_prices", "nike,shoes,9e99,,,,", "registry.bad-number"), ("guide_prices", "nike,shoes,99,CNY,9e99,,", "registry.bad-number"),
    ("guide_prices", "nike,shoes,99,CNY,1,0001-01-01,", "registry.no-such-day"),
])  # fmt: skip
def test_what_no_reckoning_holds_is_refused(tmp_path: Path, name: str, row: str, code: str) -> None:
    table(tmp_path / "r", "brands", "brand_id,name\nnike,Nike\n")
    registry = load_registry(table(tmp_path / "r", name, ",".join(TABLES[name].columns) + f"\n{row}\n"))
    assert [one.code for one in registry.problems] == [code]
