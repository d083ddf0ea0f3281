"""The sentences of the contract about usage, standing, rules and levels, one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.model.finding import LEVELS
from monitor.model.policy import ScreeningPolicy
from monitor.model.registry import Letter, Mark, Purchase, Supplier
from monitor.screening.rules import CAUSES, GROUNDS, RULES
from tests.screening.sentences import OTHER, codes, days, found, guide, listing, paper

DEALER = Supplier(supplier_id="a", role="authorized-dealer", brands=("Norvane",), forbids_online="no")
BOUGHT = Purchase(purchase_id="x", supplier_id="a", brand_id="norvane", sku="k1", bought_on=days(0), proof="invoice", paid="yes")

# Every way to raise a listing of an unknown brand by exactly one rule: the rule, the listing, the registry.
RAISING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "price-far-below-guide": ({"price": 69}, {"guide_prices": [guide()]}),
    "price-below-guide": ({"price": 84}, {"guide_prices": [guide()]}),
    "supplier-forbids-online": ({"supplier_id": "f"}, {"suppliers": [Supplier(supplier_id="f", brands=("norvane",), forbids_online="yes")]}),
    "supplier-unproved": ({"supplier_id": "?"}, {}),
    "dropship-without-source": ({"fulfilment": "dropship"}, {}),
    "parallel-import": ({"title": "Norvane boots 港版"}, {}),
    "sales-volume": ({"sold": 1000}, {}),
    "earlier-letter": ({}, {"letters": [Letter(letter_id="l", brand_id="norvane", received_on=days(-365))]}),
    "mark-in-keywords": ({"title": "hiking boots", "keywords": "Norvane"}, {}),
}


@pytest.mark.parametrize("code", RAISING)
def test_with_policy_unknown_any_raising_rule_makes_medium(code: str) -> None:
    values, tables = RAISING[code]
    finding = found(listing(**values), **tables)
    assert codes(finding) == {"policy-unknown", code} and finding.level == "medium"


@pytest.mark.parametrize("code", RAISING)
def test_what_only_adds_is_listed_and_adds_nothing_alone(code: str) -> None:
    values, tables = RAISING[code]
    finding = found(listing(**values), policy="open", **tables)
    alone = {"price-far-below-guide": "medium", "price-below-guide": "low"}
    assert codes(finding) == {code} and finding.level == alone.get(code, "clear")
    assert sum(reason.weight for reason in finding.reasons) == finding.rank
    assert (finding.cause, finding.ground) == (((code,), ()) if code in CAUSES else ((), (code,)))


@pytest.mark.parametrize("code", RAISING)
def test_one_raising_rule_on_a_high_one_is_still_explained(code: str) -> None:
    values, tables = RAISING[code]
    finding = found(listing(**values), policy="no-online", **tables)
    assert codes(finding) == {"unauthorized-use", code}
    assert finding.level == ("critical" if code == "price-far-below-guide" else "high")


def test_enforcement_history_never_lifts_a_level_by_itself() -> None:
    for policy in ("unknown", "open", "no-online", "authorized-only"):
        for values, tables in [({}, {}), *RAISING.values()]:
            quiet = found(listing(**values), policy=policy, **tables)
            feared = found(listing(**values), policy=policy, brand={"enforcement": "litigates"}, **tables)
            assert feared.level == quiet.level and codes(feared) == codes(quiet) | {"enforcement-history"}
            assert feared.rank >= quiet.rank


@pytest.mark.parametrize(("days_ago", "shop", "counts"), [
    (0, "s1", True), (365, "s1", True), (366, "s1", False), (-1, "s1", False), (10, "", True), (10, "s2", False), (10, "Alder Shop", True), (10, "alder shop", True),
])  # fmt: skip
def test_a_letter_counts_for_its_shop_and_a_year(days_ago: int, shop: str, *, counts: bool) -> None:
    letter = Letter(letter_id="l", brand_id="norvane", received_on=days(-days_ago), shop=shop)
    assert ("earlier-letter" in codes(found(letters=[letter]))) is counts


def test_of_the_main_rules_the_strongest_counts_and_all_are_listed() -> None:
    finding = found(listing(title="Norvane 官方旗舰店 剪标 登山鞋"), policy="no-online")
    assert codes(finding) == {"altered-codes", "unauthorized-use", "unbacked-claim"} and finding.level == "high"
    assert finding.rank == max(reason.weight for reason in finding.reasons)
    assert set(finding.ground) == codes(finding) and finding.cause == ()


@pytest.mark.parametrize(("title", "usage", "level"), [
    ("Alder 登山鞋 平替Norvane", "comparison", "medium"), ("Alder laces for Norvane", "compatible", "low"), ("登山鞋 非Norvane", "negated", "clear"),
])  # fmt: skip
@pytest.mark.parametrize("policy", ["open", "unknown", "authorized-only", "no-online"])
def test_without_an_own_hit_the_usage_decides(title: str, usage: str, level: str, policy: str) -> None:
    finding = found(listing(title=title, price=10), policy=policy, guide_prices=[guide()])
    assert (finding.hits[0].usage, finding.level, finding.standing) == (usage, level, "referential")
    assert not codes(finding) & {"price-far-below-guide", "unauthorized-use", "policy-unknown"}


def test_words_for_copies_speak_for_own_and_comparison_use_alone() -> None:
    for title, level in (("Norvane 登山鞋 高仿", "critical"), ("平替Norvane 高仿 登山鞋", "critical"), ("for Norvane laces replica", "low")):
        finding = found(listing(title=title), policy="open")
        assert finding.level == level
        assert (finding.standing == "suspected-counterfeit") is ("counterfeit-words" in codes(finding)) is (level == "critical")


def test_standing_in_its_order() -> None:
    assert found(policy="open", authorizations=[paper()]).standing == "authorized"
    assert found(policy="open", authorizations=[paper(licensee=OTHER)]).standing == "unrestricted"
    assert found(policy="no-online", authorizations=[paper(licensee=OTHER)]).standing == "unauthorized"
    assert found(listing(title="Norvane 高仿"), authorizations=[paper()]).standing == "suspected-counterfeit"


def test_a_class_that_is_none_of_the_brands_takes_a_level_and_never_the_last() -> None:
    classes = {"nice_classes": frozenset({25})}
    for policy, level in (("no-online", "medium"), ("unknown", "low")):
        assert found(listing(nice_class=9), policy=policy, brand=classes).level == level
    assert found(listing(nice_class=9, price=10), policy="open", brand=classes, guide_prices=[guide()]).level == "low"
    assert found(listing(nice_class=9, title="Norvane 高仿"), policy="open", brand=classes).level == "high"
    for untouched in (listing(nice_class=25), listing()):
        assert "other-class" not in codes(found(untouched, brand=classes))
    assert "other-class" not in codes(found(listing(nice_class=9)))


@pytest.mark.parametrize(("statuses", "lapsed"), [(("lapsed", "lapsed"), True), (("lapsed", "registered"), False), (("lapsed", "unknown"), False), ((), False)])
def test_marks_have_lapsed_when_all_have(statuses: tuple[Any, ...], *, lapsed: bool) -> None:
    marks = [Mark(mark_id=str(n), brand_id="norvane", status=status) for n, status in enumerate(statuses)]
    finding = found(policy="no-online", marks=marks)
    assert ("mark-lapsed" in codes(finding)) is lapsed and finding.level == ("medium" if lapsed else "high")


@pytest.mark.parametrize(("supplier", "purchase", "level"), [
    ({}, {}, "medium"), ({"role": "dealer"}, {}, "high"), ({"brands": ("Other",)}, {}, "high"), ({"brands": ()}, {}, "high"), ({"forbids_online": "yes"}, {}, "high"),
    ({"licence_until": days(-1)}, {}, "high"), ({"licence_until": days(0)}, {}, "medium"), ({"forbids_online": "unknown"}, {}, "medium"), ({"brands": ("诺梵尼",)}, {}, "medium"),
    ({}, {"paid": "no"}, "high"), ({}, {"paid": "unknown"}, "high"), ({}, {"proof": "none"}, "high"), ({}, {"bought_on": days(1)}, "high"), ({}, {"sku": "k2"}, "high"),
    ({}, {"brand_id": "?"}, "high"), ({}, {"proof": "delivery-list"}, "medium"), ({}, {"proof": "contract"}, "medium"),
])  # fmt: skip
@pytest.mark.parametrize("papers", [[], [paper(valid_until=days(-1))], [paper(licensee=OTHER)], [paper(platforms=("amazon",))]])
def test_a_proved_source_takes_a_level_only_from_a_good_dealer(supplier: Any, purchase: Any, level: str, papers: Any) -> None:
    tables = {"suppliers": [_with(DEALER, supplier)], "purchases": [_with(BOUGHT, purchase)], "authorizations": papers}
    finding = found(policy="authorized-only", **tables)
    assert finding.level == level
    proved = purchase in ({}, {"proof": "delivery-list"}, {"proof": "contract"})
    assert ("source-proved" in codes(finding)) is proved


def test_a_good_dealer_takes_a_level_from_policy_unknown_too_but_not_from_other_main_rules() -> None:
    tables = {"suppliers": [DEALER], "purchases": [BOUGHT]}
    assert found(listing(sold=5000), **tables).level == "low"  # medium without the source
    assert found(**tables).level == "low"
    assert found(listing(title="Norvane 剪标"), policy="no-online", **tables).level == "high"
    assert found(listing(title="Norvane 官方旗舰店"), policy="open", **tables).level == "high"


def test_a_proved_source_from_anybody_takes_a_few_points_and_no_level() -> None:
    tables = {"suppliers": [_with(DEALER, {"role": "wholesaler"})], "purchases": [BOUGHT]}
    for values in ({}, {"sold": 1000}, {"price": 84}):
        for policy in ("unknown", "no-online"):
            bare = found(listing(**values), policy=policy, guide_prices=[guide()])
            proved = found(listing(**values), policy=policy, guide_prices=[guide()], **tables)
            assert proved.level == bare.level and proved.rank <= bare.rank


@pytest.mark.parametrize(("values", "purchases", "applies"), [
    ({"fulfilment": "dropship", "supplier_id": "a"}, [BOUGHT], False), ({"fulfilment": "dropship", "supplier_id": "b"}, [BOUGHT], True), ({"fulfilment": "dropship"}, [BOUGHT], True),
    ({"supplier_id": "d"}, [], True), ({"supplier_id": "a"}, [], False), ({"fulfilment": "own"}, [], False),
    ({"fulfilment": "dropship", "supplier_id": "a"}, [Purchase(purchase_id="x", supplier_id="a", sku="k1", bought_on=days(0), proof="invoice", paid="yes")], False),
])  # fmt: skip
def test_dropship_asks_for_a_proved_purchase_of_the_sku_from_this_supplier(values: Any, purchases: Any, *, applies: bool) -> None:
    suppliers = [DEALER, Supplier(supplier_id="d", role="dropship", brands=("Norvane",))]
    assert ("dropship-without-source" in codes(found(listing(**values), suppliers=suppliers, purchases=purchases))) is applies


@pytest.mark.parametrize(("supplier", "unproved"), [({}, False), ({"brands": ("norvane",)}, False), ({"brands": ()}, True), ({"licence_until": days(-1)}, True), ({"licence_until": days(0)}, False)])
def test_a_supplier_is_unproved_that_does_not_list_the_brand_or_whose_licence_ended(supplier: Any, *, unproved: bool) -> None:
    assert ("supplier-unproved" in codes(found(listing(supplier_id="a"), suppliers=[_with(DEALER, supplier)]))) is unproved


def test_shipped_bounds_and_what_each_main_rule_gives_alone() -> None:
    policy = ScreeningPolicy()
    assert dict(policy.bounds) == {"low": 1, "medium": 35, "high": 60, "critical": 85}
    alone = {"counterfeit-words": "critical", "comparison-use": "medium", "policy-unknown": "low"}
    for rule in RULES:
        if rule.kind == "main":
            assert policy.level(policy.weight(rule.code)) == alone.get(rule.code, "high"), rule.code
    assert {"parallel-import", "mark-in-keywords"} < GROUNDS and LEVELS[0] == "clear"


def _with(row: Any, values: dict[str, Any]) -> Any:
    return replace(row, **values)
