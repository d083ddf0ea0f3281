"""A raw row becomes a noun, or a problem that names file, row and column.

A wrong cell is read as blank and its row stays; only a listing without a title is lost, unless a marketplace's id
shows that it is up there (a real Amazon report has two active listings without a name). Texts stay raw, ids stay
text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from monitor.intake import amounts, currencies
from monitor.model.frozen import twin
from monitor.model.listing import NO_OFFER, Fulfilment, Listing, Offer, Order
from monitor.model.platforms import marketplace
from monitor.model.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.model.source import Row

FULFILMENT: Mapping[str, Fulfilment] = {
    "own": "own", "self": "own", "merchant": "own", "seller": "own", "mfn": "own", "fbm": "own", "default": "own", "自发货": "own",
    "自有": "own", "自营": "own", "自有库存": "own", "卖家发货": "own", "商家发货": "own", "出品者": "own", "manual": "own",
    "dropship": "dropship", "dropshipping": "dropship", "drop ship": "dropship", "代发": "dropship", "一件代发": "dropship",
    "代发货": "dropship", "无货源": "dropship", "厂家代发": "dropship", "供应商代发": "dropship",
    "platform": "platform", "fba": "platform", "afn": "platform", "amazon": "platform", "平台仓": "platform", "平台": "platform",
    "平台发货": "platform", "官方仓": "platform", "菜鸟仓": "platform", "平台履约": "platform", "全托管": "platform", "半托管": "platform",
}  # fmt: skip
TEXTS = (
    "brand", "category", "listed_at", "status", "images", "keywords", "attributes", "description", "supplier_id", "ship_from",
)  # fmt: skip
IDS = ("platform", "shop", "listing_id", "sku", "url")
OFFERED = ("price", "currency", "coupon", "pack_size", "list_price", "quantity", "sold")
# What a cell of the listing table is: 1 text, 2 an id, 3 a part of the offer.
KINDS: Mapping[str, int] = {**dict.fromkeys(TEXTS, 1), **dict.fromkeys(IDS, 2), **dict.fromkeys(OFFERED, 3)}
_Listing, _Offer = twin(Listing), twin(Offer)
HIDDEN = "…"  # cells of an order are never quoted: where its cells have slid, this one may be the buyer's
CLASS = re.compile(r"(?:第|class|nice|klasse|类别)?\s*0?(\d{1,2})\s*(?:类|類)?", re.IGNORECASE)


class _Cells:
    """One row's cells, and the problems met in them."""

    __slots__ = ("problems", "row", "source", "values")

    def __init__(self, row: Row, source: str) -> None:
        self.row = row
        self.source = source
        self.values = row.values
        self.problems: list[Problem] = []

    def fault(self, name: str, column: str, loss: str = "cell", **params: str) -> None:
        found = self.values.get(column, "").strip()
        shown = found if len(found) <= 80 else found[:79] + "…"
        if self.row.kind == "order":
            shown = HIDDEN
        self.problems.append(
            Problem(
                code=f"intake.{name}", source=self.source, row=self.row.row, column=self.row.columns.get(column, column),
                found=shown, params=params, loss=loss,  # type: ignore[arg-type]
            )
        )  # fmt: skip

    def amount(self, column: str, currency: str) -> amounts.Amount:
        """An amount above zero, or none: 0 stands for "not set" in every export seen."""
        cell = self.values.get(column)
        if not cell:
            return amounts.NO_AMOUNT
        try:
            found = amounts.amount(cell, currency)
        except amounts.Unreadable:
            self.fault("amount-unreadable", column)
            return amounts.NO_AMOUNT
        if found.value is None:
            return found
        if found.value <= 0:
            if found.value < 0:
                self.fault("amount-negative", column)
            return amounts.Amount(None, found.currency)
        if found.note:
            self.fault(f"amount-{found.note}", column, loss="", value=str(found.value))
        return found

    def count(self, column: str, *, least: int | None = 0) -> int | None:
        cell = self.values.get(column)
        if not cell:
            return None
        try:
            found = amounts.count(cell)
        except amounts.Unreadable:
            self.fault("count-unreadable", column)
            return None
        if found is not None and least is not None and found < least:
            self.fault("count-too-small", column, least=str(least))
            return None
        return found

    def currency(self) -> str:
        cell = self.values.get("currency")
        if not cell:
            return ""
        if cell in currencies.ISO_4217:
            return cell
        found = currencies.currency(cell)
        if found is None:
            self.fault("currency-unknown", "currency")
        return found or ""


def listing(row: Row, *, source: str = "", platform: str = "", shop: str = "") -> tuple[Listing | None, tuple[Problem, ...]]:
    """The listing of a row and the problems met; None (a lost row) only where there is neither title nor id.

    `platform` and `shop` fill what the row leaves blank: filling them in later would cost as much as the row.
    """
    cells = _Cells(row, source)
    values = row.values
    title = values.get("title", "")
    if not title.strip() and not _has_id(cells, values):
        return None, tuple(cells.problems)
    made: dict[str, Any] = {"title": title, "platform": platform, "shop": shop, "source": source, "row": row.row}
    offered = False
    for name, cell in values.items():
        if not cell:
            continue
        kind = KINDS.get(name)
        if kind == 1:
            made[name] = cell
        elif kind == 2:
            if cell := cell.strip():
                made[name] = marketplace(cell) if name == "platform" else cell
        elif kind == 3:
            offered = True
    if offered:
        made["offer"] = _offer(cells)
    if values.get("nice_class"):
        made["nice_class"] = _nice_class(cells)
    if values.get("fulfilment"):
        made["fulfilment"] = _fulfilment(cells)
    one = _Listing(**made)
    one.__class__ = Listing  # a frozen listing costs four times as much to make
    return one, tuple(cells.problems)


def _has_id(cells: _Cells, values: Mapping[str, str]) -> bool:
    """A listing without a title is kept where its id shows that it is up there."""
    if values.get("listing_id", "").strip():
        cells.fault("title-blank", "title")
        return True
    cells.fault("title-missing", "title", loss="row")
    return False


def _offer(cells: _Cells) -> Offer:
    """The price side. A currency may stand in its own cell or in the price; where they differ neither holds."""
    filled, currency = cells.values.get, cells.currency()
    price = cells.amount("price", currency)
    list_price = cells.amount("list_price", currency) if filled("list_price") else amounts.NO_AMOUNT
    off = cells.amount("coupon", currency).value if filled("coupon") else None
    if (price.currency or currency) != currency or (list_price.currency or currency) != currency:
        currency = _named(cells, {currency, price.currency, list_price.currency} - {""})
    if off is not None and price.value is not None and off > price.value:
        cells.fault("coupon-above-price", "coupon", price=str(price.value))
        off = None
    pack_size = cells.count("pack_size", least=1) if filled("pack_size") else None
    quantity, sold = cells.count("quantity", least=None), cells.count("sold")
    if not currency and all(value is None for value in (price.value, list_price.value, off, pack_size, quantity, sold)):
        return NO_OFFER
    made = _Offer(
        price=price.value, currency=currency, coupon=off, pack_size=pack_size, list_price=list_price.value, quantity=quantity, sold=sold,
    )  # fmt: skip
    made.__class__ = Offer
    return made


def _named(cells: _Cells, named: set[str]) -> str:
    """The one currency that the cells name, or "" with a fault."""
    if len(named) > 1:
        cells.fault("currency-conflict", "price", currencies=", ".join(sorted(named)))
        return ""
    return named.pop()


def _nice_class(cells: _Cells) -> int | None:
    try:
        return nice_class(cells.values.get("nice_class", ""))
    except amounts.Unreadable:
        cells.fault("class-unknown", "nice_class")
        return None


def _fulfilment(cells: _Cells) -> Fulfilment:
    try:
        return fulfilment(cells.values.get("fulfilment", ""))
    except amounts.Unreadable:
        cells.fault("fulfilment-unknown", "fulfilment")
        return ""


def nice_class(cell: str) -> int | None:
    """The number of a Nice class, 1 to 45; None for an empty cell. Raises Unreadable.

    >>> nice_class("第25类"), nice_class("25.0")
    (25, 25)
    """
    cell = cell.strip()
    if cell.casefold() in currencies.MISSING:
        return None
    found = CLASS.fullmatch(cell.removesuffix(".0"))
    if found and 1 <= int(found[1]) <= 45:
        return int(found[1])
    raise amounts.Unreadable


def fulfilment(cell: str) -> Fulfilment:
    """Who keeps the goods and sends them; "" for an empty cell. Raises Unreadable."""
    word = cell.strip().casefold()
    if word in currencies.MISSING:
        return ""
    if word in FULFILMENT:
        return FULFILMENT[word]
    if word.startswith(("amazon_", "amazon-")):  # AMAZON_NA, AMAZON_EU
        return "platform"
    raise amounts.Unreadable


def order(row: Row, *, source: str = "") -> tuple[Order | None, tuple[Problem, ...]]:
    """The order line of a row and the problems met; None where it names neither an order nor goods."""
    cells = _Cells(row, source)
    names = (
        "platform",
        "shop",
        "order_id",
        "line_id",
        "listing_id",
        "sku",
        "status",
        "ordered_at",
        "supplier_id",
        "upstream_order_id",
    )
    texts = {name: value for name in names if (value := row.values.get(name, "").strip())}
    if "platform" in texts:
        texts["platform"] = marketplace(texts["platform"])
    title = row.values.get("title", "")
    if not any((texts.get("order_id"), texts.get("listing_id"), texts.get("sku"), title.strip())):
        cells.fault("order-empty", "order_id", loss="row")
        return None, tuple(cells.problems)
    currency = cells.currency()
    paid = cells.amount("paid", currency)
    refunded = cells.amount("refunded", currency)
    made = Order(
        **texts, title=title, quantity=cells.count("quantity"), paid=_or_zero(cells, "paid", paid),
        refunded=_or_zero(cells, "refunded", refunded), currency=currency or paid.currency, source=source, row=row.row,
    )  # fmt: skip
    return made, tuple(cells.problems)


def _or_zero(cells: _Cells, column: str, found: amounts.Amount) -> Decimal | None:
    """In orders 0 is a fact: nothing was paid, nothing refunded."""
    cell = cells.values.get(column, "").strip()
    return Decimal(0) if found.value is None and cell and not cell.strip("0.,") else found.value


def listing_values(made: Listing) -> dict[str, str]:
    """A listing as text under all names of the listing table; reading it again gives the same listing."""
    offer = made.offer
    values = {
        "platform": made.platform, "shop": made.shop, "listing_id": made.listing_id, "sku": made.sku, "title": made.title,
        "brand": made.brand, "category": made.category, "nice_class": made.nice_class, "price": offer.price, "currency": offer.currency,
        "coupon": offer.coupon, "pack_size": offer.pack_size, "list_price": offer.list_price, "quantity": offer.quantity,
        "sold": offer.sold, "listed_at": made.listed_at, "status": made.status, "url": made.url, "images": made.images,
        "keywords": made.keywords, "attributes": made.attributes, "description": made.description, "supplier_id": made.supplier_id,
        "fulfilment": made.fulfilment, "ship_from": made.ship_from,
    }  # fmt: skip
    return {name: _text(value) for name, value in values.items()}


def order_values(made: Order) -> dict[str, str]:
    """An order line as text under all names of the order table."""
    names = (
        "platform", "shop", "order_id", "line_id", "listing_id", "sku", "title", "quantity", "paid", "refunded", "currency", "status",
        "ordered_at", "supplier_id", "upstream_order_id",
    )  # fmt: skip
    return {name: _text(getattr(made, name)) for name in names}


def _text(value: object) -> str:
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
