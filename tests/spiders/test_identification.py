"""Every sample is known whatever it is called, however it is encoded, shuffled or widened."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import openpyxl
import pytest

from monitor.model.source import ReadOptions
from spiders.files import read

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.model.source import Identification

# sample -> dialect, kind
DELIMITED = {
    "amazon/all_listings_report_uk_cp1252.txt": "amazon-listings",
    "etsy/EtsyListingsDownload_makermetrics.csv": "etsy",
    "shopify/2017_apparel.csv": "shopify",
    "shopify/2017_home-and-garden.csv": "shopify",
    "shopify/2017_jewelery.csv": "shopify",
    "shopify/2021_export_packt.csv": "shopify",
    "shopify/2025_product_template_new_columns.csv": "shopify",
    "constructed/ebay_active_listings_report.csv": "ebay-active",
    "constructed/pinduoduo_orders_utf8sig.csv": "pinduoduo-orders",
    "constructed/taobao_ExportOrderDetailList_gbk.csv": "taobao-order-lines",
    "constructed/taobao_ExportOrderList_gbk.csv": "taobao-orders",
    "constructed/taobao_assistant_datapack_utf16le.csv": "taobao-pack",
}
WORKBOOKS = {
    "constructed/aliexpress_csp_products.xlsx": "aliexpress",
    "constructed/dianxiaomi_shopee_products.xlsx": "dianxiaomi",
    "constructed/jushuitan_item_master_42cols.xlsx": "jushuitan",
    "constructed/lazada_pricestock.xlsx": "lazada-pricestock",
    "constructed/shopee_mass_update_basic_info_th.xlsx": "shopee-basic",
    "constructed/shopee_mass_update_sales_info.xlsx": "shopee-sales",
    "constructed/taobao_item_export_bad_dimension.xlsx": "taobao-items",
}
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp932", "big5", "cp1252")


def shuffled(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows))
    order = sorted(range(width), key=lambda place: (place * 7919 + 13) % 104_729 % 101)
    return [[(row + [""] * width)[place] for place in order] for row in rows]


def widened(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows))
    padded = [row + [""] * (width - len(row)) for row in rows]
    return [["zone A", *row[:2], f"内部备注{place}", *row[2:], "x-flag"] for place, row in enumerate(padded)]


def both(rows: list[list[str]]) -> list[list[str]]:
    return shuffled(widened(rows))


CHANGES: dict[str, Callable[[list[list[str]]], list[list[str]]]] = {"as it is": list, "shuffled": shuffled, "widened": widened, "both": both}


def known(path: Path) -> Identification:
    reading = read(path, ReadOptions())
    assert reading is not None
    return reading.identification


def cells(path: Path) -> tuple[str, list[list[str]]]:
    data = path.read_bytes()
    codec = "utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = data.decode("gb18030" if "gbk" in path.name else "cp1252")
    tab = "\t" in text[:300]
    quoting = csv.QUOTE_NONE if "amazon" in path.name or "all_listings" in path.name else csv.QUOTE_MINIMAL
    return "\t" if tab else ",", list(
        csv.reader(io.StringIO(text, newline=""), delimiter="\t" if tab else ",", quoting=quoting)
    )


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("sample", DELIMITED)
def test_text_in_every_codec_it_could_have(samples: Path, tmp_path: Path, sample: str, change: str) -> None:
    delimiter, rows = cells(samples / sample)
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter).writerows(CHANGES[change](rows))
    tried = []
    for codec in CODECS:
        try:
            data = made.getvalue().encode(codec)
        except UnicodeEncodeError:
            continue
        target = tmp_path / "report.pdf"
        target.write_bytes(data)
        found = known(target)
        assert found.dialect == DELIMITED[sample], codec
        assert found.confidence > 0.8, codec
        tried.append(codec)
    assert len(tried) >= 5


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("sample", WORKBOOKS)
def test_workbooks(samples: Path, tmp_path: Path, sample: str, change: str) -> None:
    before = openpyxl.load_workbook(samples / sample).worksheets[0]
    rows = [["" if cell is None else str(cell) for cell in row] for row in before.iter_rows(values_only=True)]
    after = openpyxl.Workbook()
    assert after.active is not None
    for row in CHANGES[change](rows):
        after.active.append(row)
    after.save(tmp_path / "x.xlsx")
    (tmp_path / "x.xlsx").rename(tmp_path / "orders.csv")
    assert known(tmp_path / "orders.csv").dialect == WORKBOOKS[sample]


@pytest.mark.parametrize("sample", [*DELIMITED, *WORKBOOKS])
def test_the_name_says_nothing(samples: Path, tmp_path: Path, sample: str) -> None:
    target = tmp_path / "ExportOrderList202501010000.xls"
    shutil.copy(samples / sample, target)
    target.chmod(0o600)
    found = known(target)
    assert found.dialect == (DELIMITED | WORKBOOKS)[sample]
    assert found.evidence in ("real", "parser code")


def test_an_unknown_table_names_the_nearest_dialect_and_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Handle,Body (HTML),Vendor,Whatever\na,b,c,d\n")
    found = known(path)
    assert (found.kind, found.nearest, found.missing) == ("unknown", "shopify", ("title",))


def test_a_table_like_none_other_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("temperature,humidity\n1,2\n")
    found = known(path)
    assert (found.kind, found.nearest, found.confidence) == ("unknown", "", 0.0)
