"""The registry's tables as data: which columns there are and what may stand in them.

One entry a table: its noun, its identifying column and, for each column, the parser of a cell. A parser
takes the text of a cell and gives a value, or raises Refused with the message key of the fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from monitor.model import registry as nouns

Parser = Callable[[str], Any]
MOST = 10**12  # of an amount: beyond it cents are lost in reckoning
FIRST_YEAR = 1800


class Refused(ValueError):
    """A cell that cannot be understood: `key` is a message key of the room registry."""

    def __init__(self, key: str, **params: str) -> None:
        super().__init__(key)
        self.key, self.params = key, params


@dataclass(frozen=True, slots=True)
class Table:
    noun: type[Any]
    identity: str  # the column that names a row; "" where rows have no name
    columns: Mapping[str, Parser]
    needed: tuple[str, ...] = ()  # a row without one of these is lost


def text(cell: str) -> str:
    return cell


def several(cell: str) -> tuple[str, ...]:
    """Values separated by ; or its full-width form."""
    return tuple(dict.fromkeys(part for raw in re.split("[;；]", cell) if (part := raw.strip())))


def classes(cell: str) -> frozenset[int]:
    """Nice classes, 1 to 45 (WIPO Nice Classification)."""
    parts = [part.strip() for part in re.split("[;；,，、 ]+", cell) if part.strip()]
    if any(not part.isdecimal() or not 1 <= int(part) <= 45 for part in parts):
        raise Refused("registry.bad-class")
    return frozenset(int(part) for part in parts)


def number(cell: str) -> Decimal:
    """An amount: 1,299.00 or 1299; never negative."""
    try:
        value = Decimal(cell.replace(",", "").replace("，", "").strip("¥￥$€£ "))
    except InvalidOperation:
        raise Refused("registry.bad-number") from None
    if not value.is_finite() or not 0 <= value < MOST:
        raise Refused("registry.bad-number")
    return value


def whole(cell: str) -> int:
    value = number(cell)
    if value != value.to_integral_value():
        raise Refused("registry.bad-whole")
    return int(value)


def positive(cell: str) -> int:
    value = whole(cell)
    if value < 1:
        raise Refused("registry.bad-whole")
    return value


DATE_FORMS = (re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?"), re.compile(r"(\d{4})(\d{2})(\d{2})"))


def day(cell: str) -> date:
    """2026-03-31, 2026/3/31, 2026年3月31日, 20260331, or a spreadsheet's serial number."""
    for form in DATE_FORMS:
        if found := form.fullmatch(cell):
            try:
                read = date(*map(int, found.groups()))
            except ValueError:
                raise Refused("registry.no-such-day") from None
            if read.year < FIRST_YEAR:  # a year of three digits, or nothing in a spreadsheet's way
                raise Refused("registry.no-such-day")
            return read
    if re.fullmatch(r"\d{5}(\.\d+)?", cell):
        return (datetime(1899, 12, 30) + timedelta(days=float(cell))).date()
    raise Refused("registry.bad-date")


def flag(cell: str) -> bool:
    """yes or no."""
    return {"yes": True, "no": False}[one_of("yes", "no")(cell)]


WORDS = {"是": "yes", "否": "no", "未知": "unknown", "true": "yes", "false": "no", "y": "yes", "n": "no"}


def one_of(*values: str) -> Parser:
    """A parser that takes one of these words, in any case."""

    def parse(cell: str) -> str:
        word = cell.casefold()
        word = word if word in values else WORDS.get(word, word)
        if word not in values:
            raise Refused("registry.bad-value", allowed=", ".join(values))
        return word

    return parse


def currency(cell: str) -> str:
    """An ISO 4217 code, upper case."""
    if not re.fullmatch("[A-Za-z]{3}", cell):
        raise Refused("registry.bad-currency")
    return cell.upper()


YES_NO = one_of("yes", "no", "unknown")

TABLES: Mapping[str, Table] = {
    "brands": Table(nouns.Brand, "brand_id", {
        "brand_id": text, "name": text, "aliases": several, "rights_holder": text, "nice_classes": classes,
        "categories": several, "policy": one_of("open", "authorized-only", "no-online", "unknown"), "common_word": flag,
        "enforcement": one_of("unknown", "none", "notices", "letters", "litigates"),
        "proof": one_of("unverified", "reported", "documented"), "source": text, "checked_on": day, "note": text,
    }, ("brand_id", "name")),
    "marks": Table(nouns.Mark, "mark_id", {
        "mark_id": text, "brand_id": text, "text": text, "office": text, "registration_no": text, "nice_classes": classes,
        "status": one_of("registered", "pending", "lapsed", "unknown"), "registered_on": day, "expires_on": day,
    }, ("brand_id",)),
    "guide_prices": Table(nouns.GuidePrice, "", {
        "brand_id": text, "pattern": text, "amount": number, "currency": currency, "pack_size": positive,
        "valid_from": day, "valid_until": day,
    }, ("brand_id", "pattern", "amount")),
    "authorizations": Table(nouns.Authorization, "authorization_id", {
        "authorization_id": text, "brand_id": text, "parent_id": text, "licensor": text,
        "licensor_role": one_of("owner", "distributor", "dealer"), "licensee": text, "may_sublicense": YES_NO,
        "online": one_of("yes", "no", "silent"), "platforms": several, "shops": several, "territories": several,
        "nice_classes": classes, "products": several, "price_floor": number, "currency": currency, "valid_from": day,
        "valid_until": day, "revoked_on": day, "document": text, "document_sha256": text,
    }, ("authorization_id", "brand_id")),
    "shops": Table(nouns.Shop, "shop_id", {
        "shop_id": text, "platform": text, "name": text, "company": text, "territory": text,
    }, ("shop_id",)),
    "suppliers": Table(nouns.Supplier, "supplier_id", {
        "supplier_id": text, "name": text,
        "role": one_of("authorized-dealer", "dealer", "wholesaler", "dropship", "unknown"), "brands": several,
        "forbids_online": YES_NO, "licence_until": day,
    }, ("supplier_id",)),
    "purchases": Table(nouns.Purchase, "purchase_id", {
        "purchase_id": text, "supplier_id": text, "brand_id": text, "sku": text, "quantity": whole, "unit_cost": number,
        "currency": currency, "bought_on": day, "proof": one_of("invoice", "contract", "delivery-list", "none"),
        "paid": YES_NO, "document": text,
    }, ("purchase_id",)),
    "letters": Table(nouns.Letter, "letter_id", {
        "letter_id": text, "brand_id": text, "received_on": day, "kind": one_of("notice", "complaint", "letter", "lawsuit"),
        "sender": text, "shop": text, "note": text,
    }, ("letter_id",)),
}  # fmt: skip

# A cell that limits a paper, read as blank, makes the paper count for more than it says: these faults say what follows.
LIMITS: Mapping[tuple[str, str], str] = {
    ("authorizations", "valid_from"): "registry.no-begin", ("authorizations", "valid_until"): "registry.no-end",
    ("authorizations", "revoked_on"): "registry.not-revoked", ("authorizations", "nice_classes"): "registry.all-classes",
    ("authorizations", "price_floor"): "registry.no-floor", ("authorizations", "online"): "registry.online-silent",
}  # fmt: skip
WIDENING = frozenset(LIMITS.values())
