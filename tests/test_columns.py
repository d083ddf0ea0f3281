"""Rows read by column are the listings and problems of the rows read one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import intake
from monitor.intake.columns import columns
from monitor.model.listing import Listing
from monitor.model.problem import Problem
from monitor.model.source import Rows
from monitor.scan.filing import whole
from monitor.store.packing import FIELDS, values

ANY = st.text(max_size=5)
SOME = st.sampled_from
AMOUNT = SOME([*["0", "1", "7", "09", "12.5", "12.50", "0.5", "0.50", "0.05", "0.00", "1.299", "1,299.00", "99.123", "-3", "-", "¥12", "€5", "US$8", "89起", "12-15", "x", "1e3", "12345678901", "１２"], "", "", "", " 5 ", "1\n2"])
CELLS = {
    "title": SOME(["spoon", "Nike 耐克", " ", "", "a\x1fb", "\ud800", "\x00"]) | ANY, "platform": SOME(["", " ", "etsy", " Etsy ", "淘宝"]), "shop": SOME(["", "s9"]),
    "listing_id": SOME(["", " 77 ", "77"]), "sku": SOME(["", "k"]), "brand": ANY, "description": ANY, "price": AMOUNT, "list_price": AMOUNT, "coupon": SOME(["", "", "5", "0", "x"]),
    "currency": SOME(["CNY", "CNY", "", "JPY", "eur", "人民币", "$", "n/a", "zz"]), "quantity": AMOUNT | SOME(["-3", "007", "3件", "100+"]), "sold": AMOUNT | SOME(["1.2万+", "-1"]),
    "pack_size": SOME(["", "0", "1", "6", "-1", "x"]), "nice_class": SOME(["", " ", "25", "第25类", "46", "9.0", "x"]), "url": SOME(["", " http://x "]),
    "fulfilment": SOME(["", "FBA", "代发", "amazon_na", "-", "by cat"]), "strange": ANY,
}  # fmt: skip
TABLES = st.sets(SOME(sorted(set(CELLS) - {"title"}))).flatmap(
    lambda names: st.integers(1, 5).flatmap(lambda size: st.fixed_dictionaries({name: st.lists(CELLS[name], min_size=size, max_size=size) for name in ("title", *sorted(names))}))
)


@settings(max_examples=400, deadline=None)
@given(TABLES, st.sampled_from(["", "taobao"]), st.sampled_from(["", "s1"]))
def test_columns_are_the_rows(cells: dict[str, list[str]], platform: str, shop: str) -> None:
    rows = Rows("listing", cells, range(2, 2 + len(cells["title"])), {"price": "售价"})
    listings: list[tuple[int, Listing]] = []
    problems: list[Problem] = []
    for row in rows.each():
        made, told = intake.listing(row, source="a.csv", platform=platform, shop=shop)
        problems += told
        if made:
            listings.append((row.row or 0, made))
    taken = columns(rows, source="a.csv", platform=platform, shop=shop)
    table, numbers = whole(taken)
    assert taken.problems == problems and set(taken.cells) <= set(FIELDS)
    assert list(numbers) == [number for number, _ in listings]
    assert list(zip(*table, strict=True)) == [values(one) for _, one in listings]
