"""Each remedy is what it says: made to the listing or the registry *from outside*, by what its parameters tell a
person, a screener built anew comes out at `level_after`. For every remedy of every labelled case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from monitor.model.finding import LEVELS
from monitor.model.registry import Authorization, Purchase, Registry
from monitor.screening import Screener
from monitor.screening.claims import said
from monitor.screening.seller import Sellers
from tests.screening.labelled import Case, cases, listing, registry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from monitor.model.finding import Finding, Remedy
    from monitor.model.listing import Listing

Inputs = tuple[Listing, Registry, str] if TYPE_CHECKING else tuple  # listing, registry, --company


def screened(inputs: Inputs, brand_id: str, on: date) -> Finding | None:
    found, rows, company = inputs
    screening = Screener.build(rows, on=on, company=company)(found)
    return next((finding for finding in screening.findings if finding.brand_id == brand_id), None)


def cut(one: Listing, spans: Sequence[tuple[str, int, int, str]]) -> Listing:
    for name, start, end, put in sorted(spans, key=lambda span: -span[1]):
        text = getattr(one, name)
        one = replace(one, **{name: text[:start] + put + text[end:]})
    return one


def made(remedy: Remedy, finding: Finding, inputs: Inputs, on: date) -> Inputs | None:
    """The inputs after the change; None: the listing is gone, or has another wording that no parameter tells."""
    one, rows, company = inputs
    params = remedy.params
    seller = Sellers(rows.shops, company).of(one)
    match remedy.code:
        case "raise-price":
            return replace(one, offer=replace(one.offer, price=Decimal(params["to"]))), rows, company
        case "remove-claim":
            return cut(one, [(word.field, word.start, word.end, "") for word in said(one) if word.kind == "claim"]), rows, company
        case "reword":
            return cut(one, [(hit.field, hit.start, hit.end, hit.alias) for hit in finding.hits if hit.disguised]), rows, company
        case "remove-mark":
            return cut(one, [(hit.field, hit.start, hit.end, "") for hit in finding.hits if hit.usage != "own" or hit.field == "keywords"]), rows, company
        case "move-platform":
            currency = one.offer.currency or ("CNY" if one.platform in ("taobao", "tmall", "pinduoduo", "jd") else "")
            return replace(one, platform=params["platforms"], offer=replace(one.offer, currency=currency)), rows, company
        case "move-shop":
            return replace(one, shop=params["shops"]), rows, company
        case "get-paper":
            owner = seller.company or "A company"
            paper = Authorization(authorization_id="a new one", brand_id=finding.brand_id, licensor_role="owner", licensee=owner, online="yes")
            return one, replace(rows, authorizations=(*rows.authorizations, paper)), company or ("" if seller.company else owner)
        case "renew-paper":
            until = date.fromisoformat(params["until"])
            renewed = [
                replace(paper, valid_from=min(paper.valid_from or on, on), valid_until=until, revoked_on=None)
                if paper.authorization_id in params["paper"].split(", ") and paper.brand_id == finding.brand_id else paper
                for paper in rows.authorizations
            ]  # fmt: skip
            return one, replace(rows, authorizations=tuple(renewed)), company
        case "get-invoice":
            supplier = next((known.supplier_id for known in rows.suppliers if params["supplier"] in (known.name, known.supplier_id)), params["supplier"])
            invoice = Purchase(purchase_id="new", supplier_id=supplier, brand_id=finding.brand_id, sku=params["sku"], bought_on=on, proof="invoice", paid="yes")
            return one, replace(rows, purchases=(*rows.purchases, invoice)), company
        case "change-source":
            return replace(one, supplier_id="", fulfilment="own"), rows, company
    return None


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_every_remedy_comes_out_as_it_says(case: Case, tmp_path: Path) -> None:
    on: date = case.value.get("on", case.value.get(True))
    inputs = (listing(case.value["listing"]), registry(case, tmp_path), str(case.value.get("company", "")))
    one, rows, company = inputs
    for finding in Screener.build(rows, on=on, company=company)(one).findings:
        for remedy in finding.remedies:
            assert LEVELS.index(remedy.level_after) < LEVELS.index(finding.level)
            if (changed := made(remedy, finding, inputs, on)) is not None:
                after = screened(changed, finding.brand_id, on)
                assert (after.level if after else "clear") == remedy.level_after, remedy
        now, before = inputs, finding
        for remedy in finding.remedy_set:
            step = made(remedy, before, now, on)
            assert step is not None, remedy
            now = step
            before = screened(now, finding.brand_id, on) or before
        if finding.remedy_set:
            after = screened(now, finding.brand_id, on)
            assert {remedy.level_after for remedy in finding.remedy_set} == {after.level if after else "clear"}
            assert finding.remedy_set[0].level_after in ("clear", "low")


def test_the_cases_offer_every_remedy(tmp_path: Path) -> None:
    offered = set()
    for case in cases():
        on: date = case.value.get("on", case.value.get(True))
        screening = Screener.build(registry(case, tmp_path), on=on, company=str(case.value.get("company", "")))(listing(case.value["listing"]))
        offered |= {remedy.code for finding in screening.findings for remedy in (*finding.remedies, *finding.remedy_set)}
    assert offered >= {
        "raise-price", "remove-claim", "remove-mark", "move-platform", "move-shop", "get-paper", "renew-paper", "get-invoice", "change-source", "reword", "take-down",
    }  # fmt: skip


def test_a_renewed_paper_runs_a_year(tmp_path: Path) -> None:
    case = next(case for case in cases() if "An expired paper: renewed, it clears" in case.value.get("note", ""))
    on: date = case.value.get("on", case.value.get(True))
    screening = Screener.build(registry(case, tmp_path), on=on)(listing(case.value["listing"]))
    (renew,) = [remedy for finding in screening.findings for remedy in finding.remedies if remedy.code == "renew-paper"]
    assert date.fromisoformat(renew.params["until"]) == on + timedelta(days=365)
