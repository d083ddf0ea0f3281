"""Order exports of every kind, written here with a buyer in each: what is read from them, and that nothing of the buyer is."""

from __future__ import annotations

import csv
import gc
import io
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from monitor import intake
from monitor.model.problem import Problem
from monitor.model.source import ReadOptions, Row
from spiders.files import read

if TYPE_CHECKING:
    from monitor.model.source import Reading
    from tests.cli.conftest import Command

# A buyer's words: each is looked for in everything that is written, said or kept.
BUYER = ("欧阳测试甲", "13800138000", "上海市浦东新区世纪大道9号", "Quentin Testbuyer", "quentin@buyer.example", "221b Baker Street", "买家旺旺昵称")
NAME, PHONE, STREET, WESTERN, MAIL, ROAD, NICK = BUYER


@dataclass(frozen=True)
class Case:
    dialect: str
    header: str  # separated by |
    rows: tuple[str, ...]
    wanted: tuple[dict[str, str], ...]
    codec: str = "utf-8"
    delimiter: str = ","

    def table(self) -> list[list[str]]:
        return [self.header.split("|"), *(row.split("|") for row in self.rows)]

    def csv(self) -> bytes:
        made = io.StringIO(newline="")
        csv.writer(made, delimiter=self.delimiter).writerows(self.table())
        return made.getvalue().encode(self.codec)


TAOBAO = "订单编号|买家会员名|买家实际支付金额|订单状态|买家留言|收货人姓名|收货地址 |联系手机|订单创建时间|订单付款时间 |宝贝标题 |宝贝总数量|店铺名称|退款金额"
CASES = (
    Case("taobao-orders", TAOBAO, (f'="1900000000000000001"|{NICK}|119.00|交易成功|请放{STREET}|{NAME}|{STREET}|\'{PHONE}|2025-03-05 10:00:00|2025-03-05 10:01:00|木勺 三件套|2|小店|0.00',),
         ({"order_id": "1900000000000000001", "title": "木勺 三件套", "quantity": "2", "paid": "119.00", "refunded": "0", "status": "done", "ordered_at": "2025-03-05T10:01:00", "shop": "小店", "platform": "taobao", "currency": "CNY"},), "gb18030"),
    Case("taobao-order-lines", "订单编号|标题|价格|购买数量|外部系统编号|商品属性|备注|订单状态|商家编码", (f'="1900000000000000001"|木勺 三件套|59.00|2|SKU-A|颜色：{NICK}|{NAME} {PHONE}|交易成功|X-1',),
         ({"order_id": "1900000000000000001", "title": "木勺 三件套", "quantity": "2", "sku": "SKU-A", "status": "done", "platform": "taobao", "currency": "CNY"},), "gb18030"),
    Case("tmall-order-lines", "子订单编号|主订单编号|买家会员名|宝贝标题|商家编码|宝贝数量|子单实际支付金额|订单状态|退款状态|退款金额|收货人姓名|收货地址|联系手机|订单付款时间", (f"22|21|{NICK}|木勺|SKU-B|3|87.00|交易成功|没有申请退款|0|{NAME}|{STREET}|{PHONE}|2025/3/6 9:05",),
         ({"order_id": "21", "line_id": "22", "sku": "SKU-B", "title": "木勺", "quantity": "3", "paid": "87.00", "refunded": "0", "status": "done", "ordered_at": "2025-03-06T09:05:00", "platform": "tmall", "currency": "CNY"},)),
    Case("pinduoduo-orders", "订单成交时间|商品|订单号|订单状态|用户实付金额(元)|商品数量(件)|商品id|样式ID|商家编码-规格维度|商家备注|售后状态|收货人|手机|详细地址",
         (f"|木勺|250305-000000000000001\t|已收货|1,017.80|10|754000000001|15|X-1|给{NAME}|无售后或售后取消|{NAME}|{PHONE}|{STREET}", f"2025-03-07 08:00:00|木勺|250307-000000000000002\t|已收货|9|1|754000000001|15|X-1|{NICK}|退款成功|{NAME}|{PHONE}|{STREET}"),
         ({"order_id": "250305-000000000000001", "listing_id": "754000000001", "sku": "X-1", "title": "木勺", "quantity": "10", "paid": "1017.80", "status": "done", "ordered_at": "2025-03-05", "platform": "pinduoduo", "currency": "CNY"},
          {"order_id": "250307-000000000000002", "listing_id": "754000000001", "sku": "X-1", "title": "木勺", "quantity": "1", "paid": "9", "status": "refunded", "ordered_at": "2025-03-07T08:00:00", "platform": "pinduoduo", "currency": "CNY"})),
    Case("1688-orders", "订单编号|买家公司名|买家会员名|订单状态|订单创建时间|订单付款时间|收货人姓名|收货地址|联系手机|货品标题|货号|数量|单位|单价(元)|实付款(元)",
         (f"33|{NICK}|{NICK}|交易成功|2025-03-05 10:00:00|2025-03-05 10:02:00|{NAME}|{STREET}|{PHONE}|木勺|H-1|200|件|2.5|500", "|||||||||木碗|H-2|10|件|9|"),
         ({"order_id": "33", "sku": "H-1", "title": "木勺", "quantity": "200", "paid": "500", "status": "done", "ordered_at": "2025-03-05T10:02:00", "platform": "1688", "currency": "CNY"},
          {"order_id": "33", "sku": "H-2", "title": "木碗", "quantity": "10", "status": "done", "ordered_at": "2025-03-05T10:02:00", "platform": "1688", "currency": "CNY"})),
    Case("1688-purchases", "订单编号|卖家公司名|卖家会员名|订单状态|订单付款时间|收货人姓名|收货地址|联系手机|货品标题|货号|数量|实付款(元)", (f"44|义乌木器厂|yiwu|交易成功|2025-03-05 10:02:00|{NAME}|{STREET}|{PHONE}|木勺|H-1|200|500",),
         ({"upstream_order_id": "44", "supplier_id": "义乌木器厂", "sku": "H-1", "title": "木勺", "quantity": "200", "paid": "500", "status": "done", "ordered_at": "2025-03-05T10:02:00", "currency": "CNY"},)),
    Case("shopify-orders", "Name|Email|Financial Status|Paid at|Currency|Total|Refunded Amount|Lineitem quantity|Lineitem name|Lineitem price|Lineitem sku|Lineitem discount|Billing Name|Billing Street|Shipping Phone|Cancelled at|Notes",
         (f"#1001|{MAIL}|paid|2025-10-02 17:09:33 -0300|USD|30.00|0.00|2|A spoon - large|12.50|SP-1|5.00|{WESTERN}|{ROAD}|{PHONE}||leave at {ROAD}", f"#1001|{MAIL}||||||1|A bowl|5.00|BO-1|0.00||||| "),
         ({"order_id": "#1001", "sku": "SP-1", "title": "A spoon - large", "quantity": "2", "paid": "20.00", "refunded": "0", "status": "paid", "ordered_at": "2025-10-02T17:09:33-03:00", "currency": "USD", "platform": "shopify"},
          {"order_id": "#1001", "sku": "BO-1", "title": "A bowl", "quantity": "1", "paid": "5.00", "status": "paid", "ordered_at": "2025-10-02T17:09:33-03:00", "currency": "USD", "platform": "shopify"})),
    Case("amazon-orders", "amazon-order-id|purchase-date|order-status|sales-channel|product-name|sku|asin|item-status|quantity|currency|item-price|buyer-name|ship-city|ship-address-1|buyer-phone-number",
         (f'203-1|2025-03-05T10:00:00+00:00|Shipped|Amazon.co.uk|9" pan, steel|AM-1|B000000001|Shipped|2|GBP|39.98|{WESTERN}|{ROAD}|{ROAD}|{PHONE}',),
         ({"order_id": "203-1", "sku": "AM-1", "title": '9" pan, steel', "quantity": "2", "paid": "39.98", "currency": "GBP", "status": "shipped", "ordered_at": "2025-03-05T10:00:00+00:00", "platform": "amazon"},), "cp1252", "\t"),
    Case("generic-orders", "order_id|sku|title|quantity|paid|currency|ordered_at|buyer|phone|address", (f"7|S-1|A spoon|2|18.00|EUR|2026-01-02|{WESTERN}|{PHONE}|{ROAD}",),
         ({"order_id": "7", "sku": "S-1", "title": "A spoon", "quantity": "2", "paid": "18.00", "currency": "EUR", "ordered_at": "2026-01-02"},)),
)  # fmt: skip


def write(case: Case, folder: Path, form: str = "csv") -> Path:
    path = folder / f"{case.dialect}.{form}"
    if form == "csv":
        if case.dialect == "amazon-orders":  # no quoting there
            path.write_bytes("\n".join("\t".join(row) for row in case.table()).encode(case.codec) + b"\n")
        else:
            path.write_bytes(case.csv())
        return path
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in case.table():
        book.active.append([cell.removeprefix('="').removesuffix('"') if cell.startswith('="') else cell for cell in row])
    book.save(path)
    return path


def opened(path: Path) -> Reading:
    reading = read(path, ReadOptions())
    assert reading is not None
    return reading


def orders(reading: Reading) -> list[dict[str, str]]:
    made = []
    for row in reading.rows():
        if isinstance(row, Row):
            order, faults = intake.order(row)
            assert order is not None and not faults
            made.append({name: value for name, value in intake.order_values(order).items() if value})
    return made


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.dialect)
def test_every_field_of_every_format(tmp_path: Path, case: Case, form: str) -> None:
    reading = opened(write(case, tmp_path, form))
    assert (reading.identification.dialect, reading.identification.kind) == (case.dialect, "orders")
    assert orders(reading) == list(case.wanted)


def without_buyer(text: str) -> bool:
    return not [word for word in BUYER if word in text]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.dialect)
def test_the_buyer_is_forgotten_with_the_row(tmp_path: Path, case: Case, form: str, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the buyer in identification, rows, problems, standard output, standard error or any file written."""
    path = write(case, tmp_path, form)
    reading = opened(path)
    rows = list(reading.rows())
    assert without_buyer(repr((reading.identification, rows)))
    listings = tmp_path / "listings.csv"
    listings.write_text("platform,listing_id,sku,title\ntaobao,1,SKU-A,Nike 木勺 三件套\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for arguments in (("sources", "identify", path), ("sources", "identify", path, "--format", "json"), ("sources", "read", path), ("sources", "read", path, "--format", "csv"),
                      ("sources", "map", path, "--yes"), ("audit", listings, path, "--all", "--format", "jsonl"), ("audit", listings, path, "--format", "html", "--output", tmp_path / "report.html")):  # fmt: skip
        ran = command(*arguments)
        assert without_buyer(ran.out + ran.err), arguments
    for written in tmp_path.rglob("*"):
        if written.is_file() and written != path:
            assert without_buyer(written.read_text(encoding="utf-8", errors="replace")), written


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.dialect)
def test_no_text_of_the_buyer_is_kept_in_memory_past_its_row(tmp_path: Path, case: Case) -> None:
    reading = opened(write(case, tmp_path))
    for _ in reading.rows():
        pass
    gc.collect()
    # The words of this page itself are the same objects, what came from the file is not.
    own = {id(word) for word in (*BUYER, *(row for one in CASES for row in one.rows))}
    held = [one for one in gc.get_objects() if isinstance(one, list | tuple | dict)]
    cells = [cell for one in held for cell in (list(one.values()) if isinstance(one, dict) else one) if type(cell) is str and id(cell) not in own]
    assert not [cell for cell in cells if len(cell) < 300 and not without_buyer(cell)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.dialect)
@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_a_slid_row_never_shows_the_buyer(tmp_path: Path, case: Case, gone: int) -> None:
    """A cell is missing: what stands under our headers may be the buyer's. No problem quotes it."""
    cells = case.rows[0].split("|")
    slid = replace(case, rows=(case.rows[0], "|".join(cells[:gone] + cells[gone + 1 :])))
    problems = []
    for row in opened(write(slid, tmp_path)).rows():
        if isinstance(row, Problem):
            problems.append(row)
        else:
            problems += intake.order(row)[1]
    assert without_buyer(repr(problems))


def test_an_unknown_order_table_shows_no_row(tmp_path: Path, command: Command) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{NAME},{PHONE},{STREET},2025-03-05\n{NAME},{PHONE},{STREET},2025-03-06\n", encoding="utf-8")
    for arguments in (("sources", "identify", path), ("sources", "map", path, "--yes"), ("audit", path)):
        ran = command(*arguments)
        assert ran.code == 3 and without_buyer(ran.out + ran.err)


def test_the_two_taobao_lists_make_one(tmp_path: Path) -> None:
    named = [(case.dialect, opened(write(case, tmp_path))) for case in CASES[:2]]
    joined = read.join(named)
    assert [name for name, _ in joined] == ["taobao-order-lines"]
    (line,) = orders(joined[0][1])
    assert line == CASES[1].wanted[0] | {"paid": "119.00", "refunded": "0", "ordered_at": "2025-03-05T10:01:00", "shop": "小店"}


def test_sold_is_filled_by_id_then_sku_then_title_on_the_same_platform(tmp_path: Path, command: Command) -> None:
    listings = tmp_path / "listings.csv"
    listings.write_text(
        "platform,listing_id,sku,title,sold\npinduoduo,754000000001,other,Nike one,\ntaobao,1,SKU-A,Nike two,\ntaobao,2,,Nike 木勺 三件套,\namazon,3,SP-1,Nike three,\n,,SP-1,Nike four,\nshopify,5,SP-1,Nike five,77\n",
        encoding="utf-8",
    )
    files = [write(CASES[place], tmp_path) for place in (1, 3, 5, 6)]
    titled = tmp_path / "titled.csv"
    titled.write_text("platform,order_id,title,quantity,status\ntaobao,9,Nike 木勺 三件套,4,\ntaobao,10,Nike 木勺 三件套,40,等待买家付款\ntaobao,11,Nike 木勺 三件套,400,closed\ntaobao,12,nobody has it,1,\n", encoding="utf-8")
    tally, sold = audited(listings, *files, titled)
    # Paid Pinduoduo units only; the SKU of another platform fills nothing, an ERP's list without platform takes it.
    assert sold == {"Nike one": 10, "Nike two": 2, "Nike 木勺 三件套": 4 + 40 * 0, "Nike three": None, "Nike four": 2, "Nike five": 77}
    # The line nobody has and the bowl; the purchase of 1688 is no sale and no loss.
    assert tally["unmatched"] == 2
    ran = command("audit", listings, *files, titled)
    assert "2 of them found no listing" in ran.out


def audited(*paths: Path) -> tuple[dict[str, int], dict[str, int | None]]:
    from monitor import audit, wiring

    tally = audit.Tally()
    files = audit.open_files([(path, ReadOptions()) for path in paths], wiring.readers(), tally)
    sales = audit.read_orders(files, tally)
    assert sales is not None
    sold = {listing.title: listing.offer.sold for listing in audit.read_listings(files, tally, audit.Blanks(), sales)}
    return {"unmatched": sales.unmatched}, sold


def test_read_gives_the_order_table(tmp_path: Path, command: Command) -> None:
    ran = command("sources", "read", write(CASES[7], tmp_path))
    assert [json.loads(line) for line in ran.out.splitlines()] == [dict(CASES[7].wanted[0])]
