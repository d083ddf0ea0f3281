"""Every shipped dialect: known by each of its header sets, and what only its TOML and its steps say."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from monitor import intake
from monitor.errors import ConfigError
from monitor.model.source import ReadOptions, Row
from spiders.dialect import EVIDENCE, load, shipped
from spiders.files import read

if TYPE_CHECKING:
    from monitor.model.source import Reading
    from spiders.dialect import Dialect
    from tests.cli.conftest import Command

SETS = [(dialect, signature) for dialect in shipped() for signature in dialect.identify]


def table(path: Path, *rows: list[str], delimiter: str = ",") -> Reading:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter).writerows(rows)
    path.write_text(made.getvalue(), encoding="utf-8", newline="")
    reading = read(path, ReadOptions())
    assert reading is not None
    return reading


def sheet(path: Path, *rows: list[object], title: str = "Sheet1") -> Reading:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    reading = read(path, ReadOptions())
    assert reading is not None
    return reading


def values(reading: Reading) -> list[dict[str, str]]:
    """What intake understood of every listing, without blanks."""
    made = []
    for row in reading.rows():
        assert isinstance(row, Row), row
        listing, faults = intake.listing(row)
        assert listing is not None and not faults, faults
        made.append({name: value for name, value in intake.listing_values(listing).items() if value})
    return made


@pytest.mark.parametrize(("dialect", "signature"), SETS, ids=[f"{dialect.name}-{place}" for place, (dialect, _) in enumerate(SETS)])
def test_each_header_set_is_known_for_what_it_is(tmp_path: Path, dialect: Dialect, signature: frozenset[str]) -> None:
    """With all further columns of the dialect, in an order of their own and three columns nobody knows."""
    further = () if dialect.generic else sorted(dialect.known - signature)  # the generic one knows many tables' names
    header = [*sorted(signature, reverse=True), "自定义一", *further, "x-flag", "内部备注"]
    if dialect.place:  # its columns are known by their place
        header = ["T", "D", "P", *signature, *(f"c{n}" for n in range(20))]
    header = [name for name in header if name not in dialect.identify_not]
    reading = table(tmp_path / "x.bin", header, ["1"] * len(header))
    assert reading.identification.dialect == dialect.name
    assert reading.identification.evidence == dialect.evidence in EVIDENCE


def test_every_dialect_says_how_it_is_known_and_where_it_comes_from() -> None:
    for dialect in shipped():
        assert dialect.note and dialect.evidence in EVIDENCE and set(dialect.export) == {"en", "zh"}, dialect.name


def test_amazon_flat_file_whose_first_cell_says_where_data_begin(tmp_path: Path) -> None:
    header = ["item_sku", "item_name", "brand_name", "feed_product_type", "standard_price", "list_price", "quantity", "main_image_url", "bullet_point1", "bullet_point2", "generic_keywords", "product_description"]
    labels = ["Seller SKU", "Title", "Brand", "Type", "Your price", "List price", "Quantity", "Image", "Bullet", "Bullet", "Search terms", "Description"]
    data = ["S-1", "Steel bottle", "Nike", "bottle", "19.99", "29.99", "5", "https://i.example/1.jpg", "keeps cold", "no leaks", "flask swoosh", "A bottle"]
    settings = ["settings=attributeRow=3&labelRow=2&dataRow=5&contentLanguageTag=en_US", *[""] * 11]
    (made,) = values(sheet(tmp_path / "x.xlsm", settings, labels, header, ["an example row", *[""] * 11], data, title="Template"))
    assert (made["sku"], made["title"], made["brand"], made["price"], made["list_price"]) == ("S-1", "Steel bottle", "Nike", "19.99", "29.99")
    assert (made["keywords"], made["attributes"], made["description"]) == ("flask swoosh", "keeps cold; no leaks", "A bottle")
    newer = ["contribution_sku#1.value", "item_name[marketplace_id=A1][language_tag=en_US]#1.value", "brand[marketplace_id=A1]#1.value", "purchasable_offer[marketplace_id=A1][audience=ALL]#1.our_price#1.schedule#1.value_with_tax"]
    (made,) = values(sheet(tmp_path / "y.xlsx", newer, ["S-2", "Cup", "Adidas", "9"], title="Template"))
    assert (made["sku"], made["title"], made["brand"], made["price"]) == ("S-2", "Cup", "Adidas", "9")


def test_amazon_in_japanese_and_german(tmp_path: Path) -> None:
    path = tmp_path / "jp.txt"
    path.write_bytes('商品名\t出品ID\t出品者SKU\t価格\t数量\t出品日\t商品ID\tASIN1\tフルフィルメント・チャンネル\tステータス\nナイキ 9" スニーカー\tL1\tS1\t12800\t3\t2025/03/05 10:00:00 JST\tB1\tB1\tDEFAULT\tActive\n'.encode("cp932"))
    reading = read(path, ReadOptions())
    assert reading is not None and reading.identification.encoding == "cp932"
    (made,) = values(reading)
    assert (made["title"], made["sku"], made["price"], made["listed_at"], made["fulfilment"]) == ('ナイキ 9" スニーカー', "S1", "12800", "2025-03-05T10:00:00+09:00", "own")
    path.write_bytes("Artikelbezeichnung\tHändler-SKU\tPreis\tMenge\tErstellungsdatum\tProdukt-ID\tVersender\tStatus\nNike Schuh, größer\tS1\t12,50\t3\t05.03.2025 10:00:00 MEZ\tB1\tDEFAULT\tActive\n".encode("cp1252"))
    reading = read(path, ReadOptions())
    assert reading is not None and (reading.identification.dialect, reading.identification.encoding) == ("amazon-listings", "cp1252")
    (made,) = values(reading)
    assert (made["title"], made["price"], made["quantity"]) == ("Nike Schuh, größer", "12.50", "3")


def test_taobao_pack_brand_drafts_and_the_lowest_price(tmp_path: Path) -> None:
    keys = ["title", "cid", "price", "num", "approve_status", "description", "cateProps", "picture", "skuProps", "inputPids", "inputValues", "outer_id", "num_id"]
    names = ["宝贝名称", "宝贝类目", "宝贝价格", "宝贝数量", "放入仓库", "宝贝描述", "宝贝属性", "新图片", "销售属性组合", "用户输入ID串", "用户输入名-值对", "商家编码", "数字ID"]
    typed = ["木勺", "50", "129", "7", "1", "<p>一\n二\t三</p>", "20000:33;", "ab:1:0:|https://i.example/1.jpg;", "99:5:A:1:2;139:5:B:1:3;", "20000,13021751", "耐克,型号;X-100", "X-100", "630000000001"]
    picked = ["木碗", "50", "19", "7", "2", "", "20000:33;", "", "", "", "", "X-2", "0"]
    path = tmp_path / "pack.csv"
    made = io.StringIO(newline="")
    csv.writer(made, delimiter="\t").writerows([["version 1.00"], keys, names, typed, picked])
    path.write_bytes(made.getvalue().encode("utf-16"))
    reading = read(path, ReadOptions())
    assert reading is not None
    first, second = values(reading)
    assert first == {"platform": "taobao", "listing_id": "630000000001", "sku": "X-100", "title": "木勺", "brand": "耐克", "category": "50", "price": "99", "currency": "CNY", "quantity": "7", "status": "active", "images": "https://i.example/1.jpg", "attributes": "型号:X-100", "description": "<p>一\n二\t三</p>"}
    assert "listing_id" not in second and second["status"] == "draft" and "brand" not in second


def test_shopee_four_workbooks_make_one_listing(tmp_path: Path) -> None:
    head = [["sales_info", "hash", "0", "1"], ["Product ID"], [], [], []]
    sheets = {
        "media": (["et_title_product_id", "et_title_parent_sku", "et_title_product_name", "et_title_product_category", "ps_item_cover_image", "ps_item_image.1"], ["57900000001", "P", "Cup", "101853 - A/B/C", "https://i.example/0.jpg", "https://i.example/1.jpg"]),
        "basic": (["et_title_product_id", "et_title_parent_sku", "et_title_product_name", "et_title_product_description"], ["57900000001", "P", "Cup", "A long text"]),
        "sales": (["et_title_product_id", "et_title_product_name", "et_title_variation_id", "et_title_variation_name", "et_title_parent_sku", "et_title_variation_sku", "et_title_variation_price", "et_title_variation_stock"], ["57900000001", "Cup", "1", "Black", "P", "P-1", "129", "5"]),
        "shipping": (["et_title_product_id", "et_title_product_name", "ps_weight"], ["57900000001", "Cup", "0.3"]),
    }  # fmt: skip
    readings = [(name, sheet(tmp_path / f"{name}.xlsx", keys, *head, row)) for name, (keys, row) in sheets.items()]
    ((name, joined),) = read.join(readings)
    assert name == "sales"
    assert values(joined) == [{"platform": "shopee", "listing_id": "57900000001", "sku": "P-1", "title": "Cup", "category": "101853 - A/B/C", "price": "129", "quantity": "5", "images": "https://i.example/0.jpg https://i.example/1.jpg", "attributes": "Black", "description": "A long text"}]


def test_lazada_stock_stands_under_the_name_of_the_store(tmp_path: Path) -> None:
    header = ["Product ID", "catId", "Product Name", "currencyCode", "sku.skuId", "status", "Shop SKU", "SpecialPrice", "Price", "SellerSKU", "我的小店 Official", "Variations Combo"]
    (made,) = values(sheet(tmp_path / "x.xlsx", header, ["Mandatory"], ["Mandatory"], ["Help"], ["5000000001", "1", "Cup", "THB", "2", "active", "5_TH", "99", "129", "S-1", "50", "Black"]))
    assert (made["quantity"], made["price"], made["list_price"], made["currency"]) == ("50", "99", "129", "THB")


def test_aliexpress_reads_every_category_and_no_list_of_choices(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for place, name in enumerate(("T-Shirts", "Shoes")):
        page = book.active if place == 0 else book.create_sheet()
        assert page is not None
        page.title = name
        for row in ([name], ["id", "*商品标题", "*零售价(USD)", "sku"], [1005000000000001 + place, f"Nike {name}", 12.9, f"S-{place}"]):
            page.append(row)
    book.create_sheet("Shoes_hide").append(["enum"])
    book.save(tmp_path / "x.xlsx")
    reading = read(tmp_path / "x.xlsx", ReadOptions())
    assert reading is not None
    assert [(one["listing_id"], one["title"], one["category"], one["price"], one["currency"]) for one in values(reading)] == [
        ("1005000000000001", "Nike T-Shirts", "T-Shirts", "12.9", "USD"), ("1005000000000002", "Nike Shoes", "Shoes", "12.9", "USD"),
    ]  # fmt: skip


def test_woocommerce_variations_take_from_their_parent(tmp_path: Path) -> None:
    header = ["ID", "Type", "SKU", "Name", "Published", "Regular price", "Sale price", "Categories", "Parent", "Description", "Attribute 1 name", "Attribute 1 value(s)"]
    rows = [["44", "variable", "P", "Cup", "1", "", "", "A > B", "", "text", "Brand", "Nike"], ["45", "variation", "P-1", "Cup - red", "1", "20", "15", "", "P", "", "", ""], ["46", "variation", "P-2", "Cup - blue", "-1", "20", "", "", "id:44", "", "", ""], ["47", "simple, virtual", "Q", "Bowl", "0", "5", "", "C", "", "", "", ""]]
    _, red, blue, bowl = values(table(tmp_path / "x.csv", header, *rows))
    assert (red["price"], red["list_price"], red["brand"], red["category"], red["description"]) == ("15", "20", "Nike", "A > B", "text")
    assert (blue["brand"], blue["status"], bowl["status"], "brand" in bowl) == ("Nike", "draft", "private", False)


def test_ebay_templates_and_variations(tmp_path: Path) -> None:
    header = ["*Action(SiteID=UK|Country=GB|Currency=GBP|Version=1193|CC=UTF-8)", "CustomLabel", "*Title", "*StartPrice", "*Quantity", "C:Brand", "C:Colour", "PicURL", "*Description"]
    (made,) = values(table(tmp_path / "x.csv", ["#INFO", "Version=1.0"], header, ["Add", "S-1", "Cup", "12.50", "3", "Nike", "Red", "https://i.example/1.jpg", "text"], delimiter=";"))
    assert (made["title"], made["price"], made["currency"], made["brand"], made["attributes"]) == ("Cup", "12.50", "GBP", "Nike", "Brand:Nike;Colour:Red")
    short = ["Item number", "Title", "Variation details", "Custom label (SKU)", "Available quantity", "Format", "Condition"]
    rows = [["1", "Cup", "Colour=Red;Blue", "P", "5", "FIXED_PRICE", "New"], ["1", "Cup", "Colour=Red", "P-1", "2", "FIXED_PRICE", "New"], ["2", "Bowl", "", "Q", "1", "FIXED_PRICE", "New"]]
    made = values(table(tmp_path / "y.csv", short, *rows))  # type: ignore[assignment]
    assert [(one["sku"], one.get("attributes")) for one in made] == [("P-1", "Colour:Red"), ("Q", None)]  # type: ignore[attr-defined, index]


def test_erp_exports(tmp_path: Path) -> None:
    (made,) = values(table(tmp_path / "1.csv", ["库存SKU", "库存SKU中文名称", "品牌", "售价(RMB)", "销量(7/28/42)", "库存总量"], ["S-1", "木勺", "耐克", "12.5", "3/10/15", "7"]))
    assert (made["sku"], made["sold"], made["price"], made["currency"]) == ("S-1", "15", "12.5", "CNY")
    (made,) = values(table(tmp_path / "2.csv", ["平台店铺款式编码", "平台店铺商品编码", "线上商品名称", "系统商品编码", "店铺名称"], ["754000000001", "15", "木勺", "S-1", "小店"]))
    assert (made["listing_id"], made["sku"], made["shop"]) == ("754000000001", "S-1", "小店")
    (made,) = values(table(tmp_path / "3.csv", ["平台SKU", "产品标题", "价格(站点币种)", "全球产品ID"], ["S-1", "Cup", "12.5", "9"]))
    assert (made["sku"], made["price"], made["listing_id"]) == ("S-1", "12.5", "9")
    (made,) = values(table(tmp_path / "4.csv", ["产品标题（必填）", "ParentSKU", "SKU", "品牌", "价格($)", "msrp", "来源1（URL）"], ["Cup", "P", "P-1", "Nike", "9.9", "19.9", "https://detail.1688.com/offer/1.html"]))
    assert (made["title"], made["brand"], made["price"], made["list_price"], "1688" in made["attributes"]) == ("Cup", "Nike", "9.9", "19.9", True)


@pytest.mark.parametrize("place", ["", "dialects"])
def test_a_file_of_the_user_beside_monitor_toml(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    (tmp_path / place).mkdir(exist_ok=True)
    (tmp_path / place / "mine.toml").write_text('\ufeffkind = "listings"\nevidence = "real"\nplatform = "taobao"\nidentify = [["名儿", "到手"]]\n[columns]\ntitle = ["名儿"]\nprice = ["到手"]\n', encoding="utf-8")
    (tmp_path / "monitor.toml").write_text("[registry]\n")
    (tmp_path / "x.csv").write_text("名儿,到手\n木勺,5\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = command("sources", "read", "x.csv")
    assert ran.code == 0 and '"title": "木勺"' in ran.out and '"platform": "taobao"' in ran.out
    (tmp_path / place / "mine.toml").write_text('identify = [["名儿"]]\n[columns]\ntitel = ["名儿"]\n', encoding="utf-8")
    ran = command("sources", "read", "x.csv")
    assert ran.code == 2 and "mine.toml" in ran.err and "titel" in ran.err


@pytest.mark.parametrize("text", ["identify = 3", "identify = [[]]", 'identify = [[" "]]', 'identify = [["a"]]\nevidence = "rumour"', 'identify = [["a"]]\nsteps = ["no"]', 'identify = [["a"]]\n[columns]\nprice = ["b"]', "[[", 'identify = [["a"]]\nwhat = 1'])
def test_a_wrong_dialect_says_what_is_wrong(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"x\.toml"):
        load(tmp_path / "x.toml")


def test_a_plugin_reads_what_no_dialect_knows(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader from another distribution, through the entry point, beside the shipped one."""
    from importlib.metadata import EntryPoint, entry_points

    from monitor import wiring

    (tmp_path / "foreign_reader.py").write_text(
        "from monitor.model.source import Identification, Reading, Row\n"
        "def read(path, options):\n"
        "    if path.suffix != '.odd':\n        return None\n"
        "    rows = [Row('listing', {'title': line}, number) for number, line in enumerate(path.read_text().splitlines(), 1)]\n"
        "    return Reading(identification=Identification(file=str(path), kind='listings', dialect='odd', confidence=1.0), rows=lambda: iter(rows))\n"
    )
    (tmp_path / "x.odd").write_text("Nike cup\nspoon\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    known = entry_points(group="listing_monitor.dialects")
    monkeypatch.setattr(wiring, "entry_points", lambda group: [*known, EntryPoint("odd", "foreign_reader:read", group)] if group == "listing_monitor.dialects" else entry_points(group=group))
    wiring.plugins.cache_clear()
    try:
        ran = command("sources", "read", tmp_path / "x.odd")
    finally:
        wiring.plugins.cache_clear()
    assert ran.code == 0 and ran.out.splitlines()[0] == '{"title": "Nike cup"}'
