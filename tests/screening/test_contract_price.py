"""The sentences of the contract about prices: net unit price, guide price, pattern, currency, floor."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.screening.sentences import codes, days, found, guide, listing, paper

FAR, BELOW = "price-far-below-guide", "price-below-guide"


def says(values: dict[str, Any], *guides: Any, **tables: Any) -> set[str]:
    return codes(found(listing(**values), policy="open", guide_prices=guides, **tables))


@pytest.mark.parametrize(("price", "said"), [("85", set()), ("84.99", {BELOW}), ("70", {BELOW}), ("69.99", {FAR}), ("200", set())])
def test_under_85_and_under_70_per_cent(price: str, said: set[str]) -> None:
    assert says({"price": price}, guide()) == said


@pytest.mark.parametrize(("values", "each"), [
    ({"price": 100, "coupon": 20}, 80), ({"price": 240, "coupon": 40, "pack_size": 2}, 100), ({"price": 480, "title": "Norvane 登山鞋 整箱6瓶"}, 80),
    ({"price": 160, "title": "Norvane 两双装 登山鞋"}, 80), ({"price": 400, "title": "Norvane boots 5 pcs"}, 80), ({"price": 400, "title": "Norvane boots 5 pcs", "pack_size": 1}, 400),
    ({"price": 80, "title": "Norvane 500ml 水壶"}, 80),
])  # fmt: skip
def test_net_unit_price(values: dict[str, Any], each: int) -> None:
    """(price - coupon) / pack_size; the cell wins over a count in the title, else 1."""
    assert says(values, guide(100)) == ({BELOW} if each < 85 else set())
    assert says(values, guide(each * 2)) == {FAR}
    assert says(values, guide(each)) == set()


def test_the_guide_price_is_per_unit_too() -> None:
    assert says({"price": 84}, guide(600, pack_size=6)) == {BELOW}
    assert says({"price": 90}, guide(600, pack_size=6)) == set()


def test_the_pattern_with_the_most_words_wins() -> None:
    any_, boots, hiking = guide(10), guide(100, "boots"), guide(1000, "hiking boots")
    assert says({"price": 500}, any_, boots, hiking) == says({"price": 500}, hiking, boots, any_) == {FAR}
    assert says({"price": 500, "title": "Norvane boots"}, any_, boots, hiking) == set()
    assert says({"price": 80, "title": "Norvane socks"}, any_, boots, hiking) == set()
    assert says({"price": 500, "title": "Norvane hiking 登山鞋"}, guide(100, "登山鞋"), guide(1000, "登山鞋 hiking")) == {FAR}


@pytest.mark.parametrize(("pattern", "title", "fits"), [
    ("boot", "Norvane boots", False), ("山鞋", "Norvane 登山鞋", True), ("BOOTS", "Norvane boots", True), ("boots hiking", "Norvane hiking boots", True), ("boots socks", "Norvane boots", False),
    ("ｂｏｏｔｓ", "Norvane boots", True), ("登山鞋", "Norvane 登山 鞋", False), ("AF1", "Norvane AF1 low", True), ("AF1", "Norvane AF10", False), ("靴", "Norvane 登山靴", True), ("領帶", "Norvane 领带", True),
])  # fmt: skip
def test_every_word_must_stand_in_the_title(pattern: str, title: str, *, fits: bool) -> None:
    assert (says({"price": 10, "title": title}, guide(100, pattern)) == {FAR}) is fits


def test_sku_and_gtin_name_the_goods() -> None:
    assert says({"price": 10}, guide(100, "sku:k1")) == says({"price": 10}, guide(100, "SKU: K1")) == {FAR}
    assert says({"price": 10}, guide(100, "sku:k2")) == set()
    assert says({"price": 10, "attributes": "gtin:4006381333931"}, guide(100, "gtin:4006381333931")) == {FAR}
    assert says({"price": 10}, guide(100, "gtin:4006381333931")) == set()


@pytest.mark.parametrize(("platform", "currency", "of_guide", "compared"), [
    ("taobao", "", "CNY", True), ("taobao", "", "", True), ("amazon", "", "USD", False), ("", "", "CNY", False), ("taobao", "USD", "CNY", False), ("amazon", "usd", "USD", True), ("amazon", "USD", "", False),
])  # fmt: skip
def test_currencies(platform: str, currency: str, of_guide: str, *, compared: bool) -> None:
    values = {"price": 10, "platform": platform, "currency": currency, "shop": "s1" if platform == "taobao" else ""}
    assert (says(values, guide(100, currency=of_guide)) == {FAR}) is compared


@pytest.mark.parametrize(("values", "holds"), [
    ({"valid_from": days(0), "valid_until": days(0)}, True), ({"valid_from": days(1)}, False), ({"valid_until": days(-1)}, False), ({}, True),
])  # fmt: skip
def test_a_guide_price_must_hold_on_the_day(values: dict[str, Any], *, holds: bool) -> None:
    assert (says({"price": 10}, guide(100, **values)) == {FAR}) is holds


def test_a_pack_of_none_has_no_price_for_one_unit() -> None:
    assert says({"price": 10}, guide(100, pack_size=0)) == set()
    assert says({"price": 10, "pack_size": 0}, guide(100)) == {FAR}


@pytest.mark.parametrize("policy", ["open", "unknown"])
def test_the_floor_speaks_whatever_the_policy(policy: str) -> None:
    floor = paper(price_floor=Decimal(50), currency="CNY")
    under = found(listing(price=49), policy=policy, authorizations=[floor])
    assert (under.cover.gap, codes(under), under.level) == ("price-floor", {"price-below-floor"}, "low")
    at = found(listing(price=50), policy=policy, authorizations=[floor])
    assert (at.cover.status, codes(at), at.level) == ("full", set(), "clear")
    assert codes(found(listing(price=98, pack_size=2), policy=policy, authorizations=[floor])) == {"price-below-floor"}
    assert codes(found(listing(price=49, currency="USD"), policy=policy, authorizations=[floor])) == set()


def test_a_floor_above_in_the_chain_binds_and_one_that_is_not_needed_does_not() -> None:
    top = paper("top", licensee="Dealer", may_sublicense="yes", price_floor=Decimal(50), currency="CNY")
    sub = paper("sub", parent_id="top", licensor="Dealer", licensor_role="dealer")
    finding = found(listing(price=49), policy="no-online", authorizations=[top, sub])
    assert (finding.cover.gap, finding.cover.link) == ("price-floor", "top") and "price-below-floor" in codes(finding)
    assert codes(found(listing(price=49), policy="no-online", authorizations=[top, sub, paper()])) == set()


@pytest.mark.parametrize("policy", ["open", "unknown", "no-online"])
def test_prices_speak_under_full_cover_and_for_own_use_alone(policy: str) -> None:
    covered = found(listing(price=10), policy=policy, authorizations=[paper()], guide_prices=[guide()])
    assert (covered.level, codes(covered), covered.standing) == ("medium", {FAR}, "authorized")
    fits = found(listing(price=10, title="laces for Norvane"), policy=policy, guide_prices=[guide()])
    assert fits.level == "low" and FAR not in codes(fits)
