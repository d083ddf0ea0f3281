"""One brand, one listing, one day: what the sentences of the contract are tried on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from monitor.model.listing import Listing, Offer
from monitor.model.registry import Authorization, Brand, GuidePrice, Registry, Shop
from monitor.screening import Screener

if TYPE_CHECKING:
    from monitor.model.finding import Finding, Screening

DAY = date(2026, 3, 1)
ME, OTHER = "Alder Trading Ltd", "Birch Ltd"
SHOP = Shop(shop_id="s1", platform="taobao", name="Alder Shop", company=ME, territory="CN")
SECOND = Shop(shop_id="s2", platform="taobao", name="Birch Shop", company=OTHER, territory="US")
TITLE = "Norvane hiking boots 登山鞋"
OFFER = ("price", "currency", "coupon", "pack_size", "list_price", "quantity", "sold")


def days(count: int) -> date:
    """So many days after the day."""
    return DAY + timedelta(days=count)


def paper(name: str = "p", **values: Any) -> Authorization:
    """A paper straight from the owner to this company that allows everything."""
    told: dict[str, Any] = {"authorization_id": name, "brand_id": "norvane", "licensor": "Owner", "licensor_role": "owner", "licensee": ME, "online": "yes"}
    return Authorization(**told | values)


def guide(amount: int = 100, pattern: str = "", **values: Any) -> GuidePrice:
    return GuidePrice(brand_id="norvane", pattern=pattern, amount=Decimal(amount), **{"currency": "CNY"} | values)


def listing(**values: Any) -> Listing:
    """A listing of the first shop; offer's fields among the others, amounts as numbers."""
    offer = {name: values.pop(name) for name in OFFER if name in values}
    offer |= {name: Decimal(str(offer[name])) for name in ("price", "coupon") if name in offer}
    return Listing(**{"title": TITLE, "platform": "taobao", "shop": "s1", "listing_id": "1", "sku": "k1"} | values, offer=Offer(**offer))


def screening(one: Listing | None = None, *, policy: str = "unknown", company: str = "", on: date = DAY, brand: Any = None, **tables: Any) -> Screening:
    known = replace(Brand(brand_id="norvane", name="Norvane", aliases=("诺梵尼",), policy=policy), **brand or {})  # type: ignore[arg-type]
    shops = tables.pop("shops", (SHOP, SECOND))
    rows = {name: tuple(value) for name, value in tables.items()}
    return Screener.build(Registry(brands=(known,), shops=shops, **rows), on=on, company=company)(one or listing())


def found(*args: Any, **values: Any) -> Finding:
    """The one finding."""
    (finding,) = screening(*args, **values).findings
    return finding


def codes(finding: Finding) -> set[str]:
    return {reason.code for reason in finding.reasons}
