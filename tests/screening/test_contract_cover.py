"""The sentences of the contract about cover, one by one."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from monitor.model.finding import GAPS, Cover
from monitor.model.registry import Authorization, Shop
from monitor.screening.rules import CHAIN, LATE
from tests.screening.sentences import DAY, ME, OTHER, SECOND, SHOP, codes, days, found, listing, paper, screening

TOP: dict[str, Any] = {"authorization_id": "top", "licensee": "Dealer", "may_sublicense": "yes"}
SUB: dict[str, Any] = {"authorization_id": "sub", "parent_id": "top", "licensor": "Dealer", "licensor_role": "dealer"}


def cover(*papers: Authorization, one: Any = None, **values: Any) -> Cover:
    return found(one, policy=values.pop("policy", "authorized-only"), authorizations=papers, **values).cover


def chain(top: dict[str, Any] | None = None, sub: dict[str, Any] | None = None) -> tuple[Authorization, Authorization]:
    """A dealer's paper from the owner, and this company's from the dealer."""
    return paper(**TOP | (top or {})), paper(**SUB | (sub or {}))


# One fault each, on a paper that is otherwise in order: gap -> what makes it.
FAULTS: dict[str, dict[str, Any]] = {
    "not-yet-valid": {"valid_from": days(1)}, "expired": {"valid_until": days(-1)}, "revoked": {"revoked_on": DAY}, "platform": {"platforms": ("amazon",)},
    "shop": {"shops": ("s9",)}, "territory": {"territories": ("US",)}, "class": {"nice_classes": frozenset({9})}, "product": {"products": ("手套", "socks")},
    "online-forbidden": {"online": "no"}, "parent-missing": {"licensor_role": "dealer"}, "price-floor": {"price_floor": 50, "currency": "CNY"},
}  # fmt: skip
STATED = {"nice_class": 25, "price": 40}


@pytest.mark.parametrize("gap", FAULTS)
def test_each_fault_has_its_gap_and_its_rule(gap: str) -> None:
    finding = found(listing(**STATED), policy="authorized-only", authorizations=[paper(**FAULTS[gap])])
    assert (finding.cover.status, finding.cover.gap, finding.cover.link, finding.cover.until) == ("broken", gap, "p", None)
    rule = "authorization-expired" if gap in LATE else "authorization-chain-broken" if gap in CHAIN else "authorization-out-of-scope"
    assert codes(finding) == {rule} | ({"price-below-floor"} if gap == "price-floor" else set()) and finding.level == "high"


@pytest.mark.parametrize(("one", "other"), list(permutations([gap for gap in FAULTS if gap != "not-yet-valid"], 2)))
def test_on_one_link_the_order_of_the_list_decides(one: str, other: str) -> None:
    assert cover(paper(**FAULTS[one] | FAULTS[other]), one=listing(**STATED)).gap == min(one, other, key=list(GAPS).index)


@pytest.mark.parametrize("gap", [gap for gap in FAULTS if gap not in ("parent-missing", "expired")])
def test_every_link_must_hold(gap: str) -> None:
    """A fault of the paper above breaks the chain as one of the own paper does."""
    told = cover(*chain(FAULTS[gap]), one=listing(**STATED))
    assert (told.status, told.gap, told.link, told.chain) == ("broken", gap, "top", ("sub", "top"))


def test_no_paper_is_none_and_papers_of_others_are_a_mismatch() -> None:
    assert cover() == Cover()
    told = cover(paper(licensee=OTHER))
    assert (told.status, told.gap) == ("broken", "licensee-mismatch")
    assert codes(found(policy="no-online", authorizations=[paper(licensee=OTHER)])) == {"authorization-chain-broken"}


def test_dates_are_inclusive() -> None:
    assert cover(paper(valid_from=DAY, valid_until=DAY)).status == "full"
    assert cover(paper(revoked_on=days(1))).until == DAY
    assert cover(paper(revoked_on=DAY)).gap == "revoked"


def test_a_parent_must_allow_sublicensing_and_be_the_licensor() -> None:
    for answer in ("no", "unknown"):
        told = cover(*chain({"may_sublicense": answer}))
        assert (told.gap, told.link) == ("no-sublicense-right", "top")
    assert cover(*chain(sub={"licensor": "Somebody"})).gap == "licensee-mismatch"
    assert cover(*chain(sub={"licensor": " DEALER "})).status == "full"
    assert cover(*chain(), paper("own", parent_id="gone")).status == "full"  # an owner's link asks for no parent


def test_a_child_may_not_outlive_its_parent() -> None:
    assert cover(*chain({"valid_until": days(40)}, {"valid_until": days(90)})).until == days(40)
    told = cover(*chain({"valid_until": days(-1)}, {"valid_until": days(90)}))
    assert (told.gap, told.link) == ("parent-expired", "top")
    assert cover(*chain({"valid_until": DAY})).until == DAY
    assert cover(*chain({"valid_until": days(-1)}, {"valid_until": days(-1)})).link == "sub"  # it ended itself: expired
    assert "authorization-expired" in codes(found(policy="no-online", authorizations=chain({"valid_until": days(-1)})))


def test_a_missing_parent_and_a_circle_reach_no_owner() -> None:
    for broken in ([paper(**SUB)], [paper(**SUB | {"parent_id": "sub"})], chain({"licensor_role": "dealer", "licensor": ME, "parent_id": "sub"}, {"may_sublicense": "yes"})):
        told = cover(*broken)
        assert (told.status, told.gap) == ("broken", "parent-missing")
    told = cover(*chain({"licensor_role": "distributor"}))
    assert (told.gap, told.link) == ("parent-missing", "top")  # a top link that is not an owner's
    assert cover(paper(**SUB)).link == "sub"


def test_the_walk_ends_in_a_circle_of_many() -> None:
    ring = [
        paper(f"p{n}", parent_id=f"p{(n + 1) % 50}", licensor=f"c{n + 1}", licensor_role="dealer", licensee=ME if n == 0 else f"c{n}", may_sublicense="yes")
        for n in range(50)
    ]  # fmt: skip
    assert cover(*ring).gap in ("parent-missing", "licensee-mismatch")


def test_one_full_chain_is_enough_else_the_furthest_is_told() -> None:
    faults = [paper(gap, **values) for gap, values in FAULTS.items() if gap not in ("shop", "territory")]
    assert cover(*faults, paper(), one=listing(**STATED)).status == "full"
    told = cover(*faults, *chain({"revoked_on": DAY}), one=listing(**STATED))
    assert (told.gap, told.link) == ("revoked", "top")


def test_until_is_the_last_good_day() -> None:
    assert cover(paper()).until is None
    assert cover(paper(valid_until=days(100))).until == days(100)
    assert cover(paper("a", valid_until=days(10)), paper("b", valid_until=days(300))).until == days(300)
    assert cover(paper("a", valid_until=days(10)), paper("b")).until is None
    # A renewal takes over without a break; one that begins later does not.
    assert cover(paper("a", valid_until=days(10)), paper("b", valid_from=days(11), valid_until=days(300))).until == days(300)
    assert cover(paper("a", valid_until=days(10)), paper("b", valid_from=days(12), valid_until=days(300))).until == days(10)
    assert cover(paper(valid_until=days(-1))).until is None


@pytest.mark.parametrize(("ahead", "expiring"), [(0, True), (30, True), (31, False)])
def test_a_full_cover_that_ends_within_thirty_days_is_low(ahead: int, *, expiring: bool) -> None:
    for policy in ("unknown", "authorized-only", "no-online"):
        finding = found(policy=policy, authorizations=[paper(valid_until=days(ahead))])
        assert codes(finding) == ({"authorization-expiring"} if expiring else set())
        assert finding.level == ("low" if expiring else "clear")
    renewed = [paper("a", valid_until=days(ahead)), paper("b", valid_from=days(ahead + 1))]
    assert codes(found(policy="no-online", authorizations=renewed)) == set()


def test_what_the_listing_does_not_say_does_not_fail() -> None:
    silent = listing(platform="", shop="", title="Norvane")
    strict = paper(platforms=("amazon",), shops=("s9",), territories=("US",), nice_classes=frozenset({9}), price_floor=50, currency="CNY")
    assert cover(strict, one=silent, company=ME).status == "full"
    assert cover(paper(territories=("US",)), shops=(Shop(shop_id="s1", platform="taobao", company=ME),)).status == "full"
    assert cover(paper(territories=("cn",))).status == "full"
    assert cover(paper(nice_classes=frozenset({9})), one=listing(nice_class=25)).gap == "class"


@pytest.mark.parametrize(("online", "policy", "status"), [
    ("silent", "no-online", "broken"), ("silent", "authorized-only", "full"), ("silent", "unknown", "full"), ("no", "authorized-only", "broken"), ("no", "open", "broken"), ("yes", "no-online", "full"),
])  # fmt: skip
def test_silence_about_online_fails_for_a_no_online_brand_alone(online: str, policy: str, status: str) -> None:
    assert cover(paper(online=online), policy=policy).status == status
    assert cover(*chain({"online": online}), policy=policy).status == status


def test_the_papers_shop_and_platform_may_be_named_in_any_way() -> None:
    for shops in (("s1",), ("Alder Shop",), ("alder  shop",), ("s9", "S1")):
        assert cover(paper(shops=shops)).status == "full", shops
    assert cover(paper(platforms=("淘宝",))).status == "full"
    assert cover(paper(platforms=("Amazon", "Taobao"))).status == "full"


def test_products_are_words_of_which_one_must_stand_in_the_title() -> None:
    assert cover(paper(products=("手套", "登山"))).status == "full"
    assert cover(paper(products=("BOOTS",))).status == "full"
    assert cover(paper(products=("boot",))).gap == "product"  # a Latin word is a whole word


def test_no_shop_given() -> None:
    blank = listing(shop="")
    assert cover(paper(), one=blank, shops=(SHOP,)).status == "full"  # the one company of the registry's shops
    assert cover(paper(), one=blank, shops=(SHOP,), company=OTHER).gap == "licensee-mismatch"  # --company goes first
    assert cover(paper(), one=blank, company=ME).status == "full"
    for shops in ((SHOP, SECOND), ()):
        told = screening(blank, policy="no-online", authorizations=[paper()], shops=shops)
        assert told.findings[0].cover == Cover() and codes(told.findings[0]) == {"unauthorized-use"}
        assert [problem.code for problem in told.problems] == ["screening.no-company"]
    assert screening(blank, policy="no-online").problems == ()


def test_the_shop_tells_company_and_territory() -> None:
    assert cover(paper(licensee=OTHER, territories=("US",)), one=listing(shop="s2")).status == "full"
    assert cover(paper(licensee=OTHER), one=listing(shop="birch shop")).status == "full"
    assert cover(paper(), one=listing(shop="s2"), company=ME).gap == "licensee-mismatch"  # a shop is given: --company lends nothing
    same_name = (SHOP, Shop(shop_id="a1", platform="amazon", name="Alder Shop", company=OTHER))
    assert cover(paper(), one=listing(shop="Alder Shop"), shops=same_name).status == "full"
    assert cover(paper(), one=listing(shop="Alder Shop", platform="amazon"), shops=same_name).gap == "licensee-mismatch"


def test_rows_after_the_day_are_not_known_yet() -> None:
    assert cover(paper(valid_from=days(1))).gap == "not-yet-valid"
    assert cover(paper(valid_from=days(1)), on=days(1)).status == "full"
