"""The stems that are asked first lose no word of the lists: whatever a pattern finds, its stems let through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.listing import Listing
from monitor.screening.claims import ANY_STEM, LISTS, STEMS, said, said_in
from monitor.screening.plain import fold

# Pieces of the patterns themselves, so that generated texts hit them often.
PIECES = (
    "高仿 精 仿 品 复刻 山 寨 1 : 比 ： a 货 A 超 级 顶级 aaa + 原单 莆田 福建 鞋 纯原 公司级 版 品质 replica s knock - off counterfeit super copy copies clone "
    "mirror quality bootleg version 刮 剪 割 撕 / 码 标 防伪码 批号 序列号 生产日期 无 追溯 喷 箱 code label tag barcode is cut removed scratched missing batch no. decoded "
    "de-coded delabelled 官方 旗舰店 专卖 店 专营店 正品 授权 official ly licensed authorised authorized dealer shop flagship by 平行 进口 水货 港版 港行 海淘 gray grey import market parallel"
)
LATIN = [piece for piece in PIECES.split() if piece.isascii()]
TEXT = (st.lists(st.sampled_from([*PIECES.split(), " ", "", "的"]), max_size=12) | st.lists(st.sampled_from([*LATIN, " ", "\t", "7"]), max_size=12)).map("".join)


@given(TEXT, TEXT)
def test_every_word_holds_a_stem_of_its_list(title: str, description: str) -> None:
    for kind, pattern in LISTS:
        for folded in (fold(title), fold(description)):
            assert not pattern.search(folded) or any(stem in folded for stem in STEMS[kind])
    listing = Listing(title=title, description=description)
    assert list(said(listing)) == [word for name in ("title", "description") for word in said_in(name, getattr(listing, name))]


def test_one_look_finds_every_stem() -> None:
    every = [stem for stems in STEMS.values() for stem in stems]
    assert all(ANY_STEM.fullmatch(stem) for stem in every)


@pytest.mark.parametrize(("attributes", "kinds"), [
    ("品牌:耐克;版本:港版", ["parallel"]), ("品质:高仿", ["copy"]), ("标签：剪标", ["altered"]), ("版本类型:港版；颜色:白", ["parallel"]), ("Version:grey import", ["parallel"]),
    ("是否水货:否", []), ("是否官方授权:否", []), ("授权:官方授权", []), ("高仿", []), ("适用:防水货架;货号:123", []),
])  # fmt: skip
def test_a_value_among_the_attributes_speaks_and_a_name_only_asks(attributes: str, kinds: list[str]) -> None:
    assert [word.kind for word in said(Listing(title="Nike", attributes=attributes))] == kinds
