"""What a seller shows on one marketplace, and its price side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

Fulfilment = Literal["", "own", "dropship", "platform"]

# The text fields that are searched for brands, in the order in which they are shown.
SEARCHED_FIELDS = ("title", "brand", "keywords", "attributes", "images", "description")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The price side of a listing. Amounts are in `currency`; None means that the source is silent."""

    price: Decimal | None = None
    currency: str = ""  # ISO 4217, upper case; "" when unknown
    coupon: Decimal | None = None  # an amount off the price, not a percentage
    pack_size: int | None = None  # units in one sale, >= 1; None: count from the title, else 1
    list_price: Decimal | None = None
    quantity: int | None = None
    sold: int | None = None  # units


NO_OFFER = Offer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One listing or draft. Text fields are raw, exactly as the source has them; "" means absent.

    `images`, `keywords` and `attributes` stay the raw cell text, so that spans of hits point into it.
    `source` and `row` (header = row 1) say where it was read.
    """

    title: str
    platform: str = ""
    shop: str = ""  # a shop_id of the registry, or the shop's name on that platform
    listing_id: str = ""
    sku: str = ""
    brand: str = ""
    category: str = ""
    nice_class: int | None = None
    offer: Offer = NO_OFFER
    listed_at: str = ""  # ISO 8601 where the source could be read, else its text; kept for evidence
    status: str = ""
    url: str = ""
    images: str = ""
    keywords: str = ""
    attributes: str = ""
    description: str = ""
    supplier_id: str = ""
    fulfilment: Fulfilment = ""
    ship_from: str = ""
    source: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One line of an order export, without any buyer's data. Amounts are in `currency`."""

    platform: str = ""
    shop: str = ""
    order_id: str = ""
    line_id: str = ""
    listing_id: str = ""
    sku: str = ""
    title: str = ""
    quantity: int | None = None
    paid: Decimal | None = None
    refunded: Decimal | None = None
    currency: str = ""
    status: str = ""
    ordered_at: str = ""
    supplier_id: str = ""
    upstream_order_id: str = ""
    source: str = ""
    row: int | None = None
