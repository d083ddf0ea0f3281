"""What a table of columns cannot say: small functions that a dialect names in `steps`.

A step is made once per file and takes the values of one row under our names, which it changes in place; `+name`
are the columns that the dialect asked for under [extra]. Amounts here are only compared and multiplied where they
are plain numbers; anything else is left to the reading of amounts.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Values = dict[str, str]
ADDRESS = re.compile(r"https?://[^\s;|\"'<>]+")
BRAND_PID = "20000"
SKU_START = re.compile(r"(?:^|;)(\d+(?:\.\d+)?):\d*:[^:;]*:\d+:")


def taobao_pack() -> Callable[[Values], None]:
    """淘宝助理: typed brand and attributes, addresses of images, the lowest SKU price, drafts without id."""

    def step(row: Values) -> None:
        pids = row.get("+pids", "").split(",")
        typed = row.get("+typed", "").split(",")
        if len(pids) == len(typed):
            pairs = []
            for pid, value in zip(pids, typed, strict=True):
                if pid.strip() == BRAND_PID:
                    row["brand"] = value.split(";")[0].strip()
                elif ";" in value:
                    pairs.append(value.replace(";", ":", 1))
            if pairs:
                row["attributes"] = ";".join(pairs)
        prices = [price for text in SKU_START.findall(row.get("+skus", "")) if (price := _number(text))]
        own = _number(row.get("price", ""))
        if prices and (own is None or own == 0 or min(prices) < own):
            row["price"] = str(min(prices))
        row["images"] = " ".join(ADDRESS.findall(row.get("images", "")))
        if row.get("listing_id", "").strip("0 ") == "":
            row["listing_id"] = ""
            row["status"] = "draft"

    return step


def equals_to_colon() -> Callable[[Values], None]:
    """eBay writes Color=Red; the listing table has Color:Red."""

    def step(row: Values) -> None:
        if "=" in row.get("attributes", ""):
            row["attributes"] = row["attributes"].replace("=", ":").replace("|", ";")

    return step


def woocommerce() -> Callable[[Values], None]:
    """A variation takes from its parent (by SKU or id:44) what it lacks; a brand may be an attribute."""
    parents: dict[str, Values] = {}
    taken = ("brand", "category", "keywords", "description", "images")

    def step(row: Values) -> None:
        kind = row.get("+type", "").casefold()
        if not row.get("brand"):
            row["brand"] = _attribute(row.get("attributes", ""), ("brand", "品牌", "marke", "marque", "marca"))
        if "variable" in kind:
            kept = {name: row.get(name, "") for name in taken}
            parents[f"id:{row.get('listing_id', '').strip()}"] = parents[row.get("sku", "").strip()] = kept
        elif parent := parents.get(row.get("+parent", "").strip()):
            for name, value in parent.items():
                row[name] = row.get(name) or value

    return step


def blank_line_breaks() -> Callable[[Values], None]:
    """Feeds break long titles over lines; a reader of the shop sees blanks."""

    def step(row: Values) -> None:
        if "\n" in row.get("title", ""):
            row["title"] = re.sub(r"\s*\n\s*", " ", row["title"])

    return step


def longest_period() -> Callable[[Values], None]:
    """马帮 writes sales of 7, 28 and 42 days into one cell: 3/10/15."""

    def step(row: Values) -> None:
        if "/" in row.get("sold", ""):
            row["sold"] = row["sold"].split("/")[-1].strip()

    return step


def order_refund() -> Callable[[Values], None]:
    """A line that was wholly paid back counts as refunded, whatever its own status says."""

    def step(row: Values) -> None:
        after = row.get("+aftersale", "")
        paid, refunded = _number(row.get("paid", "")), _number(row.get("refunded", ""))
        if "退款成功" in after or "退款完成" in after or (paid and refunded and refunded >= paid):
            row["status"] = "refunded"

    return step


def pinduoduo_day() -> Callable[[Values], None]:
    """An order number begins with its day: 250305-… (a real export had 127 rows without a time)."""

    def step(row: Values) -> None:
        found = re.match(r"(\d{2})(\d{2})(\d{2})-\d", row.get("order_id", ""))
        if found and not row.get("ordered_at", "").strip():
            row["ordered_at"] = f"20{found[1]}-{found[2]}-{found[3]}"

    return step


def shopify_line() -> Callable[[Values], None]:
    """Price times quantity less discount; a cancelled order sold nothing."""

    def step(row: Values) -> None:
        price, quantity = _number(row.get("paid", "")), _number(row.get("quantity", ""))
        if price is not None and quantity is not None:
            row["paid"] = str(price * quantity - (_number(row.get("+discount", "")) or 0))
        if row.get("+cancelled", "").strip():
            row["status"] = "voided"

    return step


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return None


def _attribute(attributes: str, names: tuple[str, ...]) -> str:
    for pair in attributes.split(";"):
        name, mark, value = pair.partition(":")
        if mark and name.strip().casefold() in names:
            return value.strip()
    return ""


STEPS: Mapping[str, Callable[[], Callable[[Values], None]]] = {
    "taobao-pack": taobao_pack,
    "equals-to-colon": equals_to_colon,
    "woocommerce": woocommerce,
    "blank-line-breaks": blank_line_breaks,
    "longest-period": longest_period,
    "order-refund": order_refund,
    "pinduoduo-day": pinduoduo_day,
    "shopify-line": shopify_line,
}
