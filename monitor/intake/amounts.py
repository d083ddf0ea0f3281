"""Amounts, counts and currencies as people and exports write them. Nothing is guessed: what can be read in two
ways is a fault, not a number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal

from monitor.intake.currencies import AMBIGUOUS, GROUPING_DOT, ISO_4217, MISSING, SIGNS, WHOLE

Note = Literal["", "range", "from"]

UNITS = {
    "万": 10_000,
    "w": 10_000,
    "千": 1_000,
    "k": 1_000,
    "百": 100,
    "亿": 100_000_000,
    "萬": 10_000,
    "億": 100_000_000,
}
WORDS = re.compile(
    r"券后价?|到手价|活动价|促销价|销售价|零售价|售价|现价|单价|价格|拼单价|团购价|约|約|仅|低至|最低|起售|起|价|價"
    r"|/?\s*[件个只双套盒瓶箱支包台条對双片把米]"
    r"|\b(?:from|only|starting at|ab|price|vat|incl|approx|per)\b\.?"
    r"|(?:/\s*)?\b(?:pcs?|pieces?|each|ea|unit)\b\.?"
)
NUMBER = re.compile(r"\d[\d.,'’ \u00a0]*\d|\d")
GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}")
GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,3}(?:\.\d{2,3})*\.\d{3}")  # what stands before the other mark
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e[+-]?\d{1,2}")
RANGE = re.compile(r"\s*(?:-|–|—|~|～|至|到|to|bis|\.\.)\s*")
LONGEST = 60
MOST = Decimal(10) ** 15  # what a spreadsheet shows as 1E+16 and beyond is an id, no amount
GAP = "\x01"  # where a word or a sign was: what stood on either side of it is not one number (2件99, 99元2件)
SPACED = re.compile(r"\d{1,3}(?:['’ \u00a0]\d{3})+(?:[.,]\d+)?")
LEFTOVERS = frozenset(GAP + " -−+()[]:=.,/~≈*'\"万萬wk千百亿億\u00a0")
AFTER = GAP + "+ 万萬wk千"  # may stand behind a number


class Unreadable(ValueError):
    """No amount, or more than one."""


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` is None for an empty cell. `note`: the lowest of a range, or a price "from" which others rise."""

    value: Decimal | None
    currency: str = ""
    note: Note = ""


NO_AMOUNT = Amount(None)


@lru_cache(maxsize=1 << 15)  # a shop has few prices
def amount(cell: str, currency: str = "") -> Amount:
    """A price cell. `currency`, where it is known, decides whether 125.000 are thousands.

    >>> amount("券后¥89").value, amount("1.299,00 €"), amount("US $12.34 - 15.60").value
    (Decimal('89'), Amount(value=Decimal('1299.00'), currency='EUR', note=''), Decimal('12.34'))

    Raises Unreadable.
    """
    # The plain number of nearly every cell.
    if cell.isascii() and len(cell) < 16 and cell.replace(".", "", 1).isdigit():
        fraction = cell.partition(".")[2]
        if not (len(fraction) == 3 and currency in WHOLE):
            return Amount(Decimal(cell))
    return _amount(cell, currency)


def _amount(cell: str, currency: str) -> Amount:
    text = unicodedata.normalize("NFKC", cell[: LONGEST * 3]).strip().casefold()
    if text in MISSING or not text.strip("*"):
        return NO_AMOUNT
    if len(text) > LONGEST:
        raise Unreadable
    if SCIENTIFIC.fullmatch(text):
        value = Decimal(text)
        if value >= MOST:
            raise Unreadable
        return Amount(value.quantize(Decimal(1)) if value >= 1 else value)
    found, rest = _currency(text)
    note: Note = "from" if "起" in rest or "from" in rest or "starting" in rest or re.match(r"ab\s", rest) else ""
    rest = WORDS.sub(GAP, rest).strip(GAP + " ")
    negative = bool(re.match(r"[-−][\s\x01]*\d", rest)) or (rest.startswith("(") and rest.endswith(")"))
    numbers = list(NUMBER.finditer(rest))
    if not numbers or len(numbers) > 2:
        raise Unreadable
    values = [_scaled(match, rest, found or currency) for match in numbers]
    if len(values) == 2:
        # 1.2-3.5万: the unit behind the range is meant for both ends.
        if _unit(numbers[0], rest) == 1:
            values[0] *= _unit(numbers[1], rest)
        if not RANGE.fullmatch(_between(numbers, rest)):
            raise Unreadable
        return Amount(min(values), found, "range")
    _nothing_else(rest, numbers)
    return Amount(-values[0] if negative else values[0], found, note)


def _currency(text: str) -> tuple[str, str]:
    """(the one currency that the text names or "", the text without its signs). Raises Unreadable for two."""
    named = set()
    for code in re.findall(r"(?<![a-z])[a-z]{3}(?![a-z])", text):
        if code.upper() in ISO_4217:
            named.add(code.upper())
            text = text.replace(code, GAP)
    for sign in sorted(SIGNS, key=len, reverse=True):
        if sign in text and (
            not sign[0].isascii() or not sign.isalpha() or re.search(rf"(?<![a-z]){re.escape(sign)}(?![a-z])", text)
        ):
            named.add(SIGNS[sign])
            text = text.replace(sign, GAP)
    for sign in AMBIGUOUS:
        if sign in "$¥" or re.search(rf"(?<![a-z]){re.escape(sign)}(?![a-z])", text):
            text = text.replace(sign, GAP)
    if len(named) > 1:
        raise Unreadable
    return next(iter(named), ""), text.strip()


def _scaled(match: re.Match[str], text: str, currency: str) -> Decimal:
    return decimal(match.group(), currency) * _unit(match, text)


def _unit(match: re.Match[str], text: str) -> int:
    """万 and its like behind a number."""
    return UNITS.get(text[match.end() :].lstrip()[:1], 1)


def _between(numbers: list[re.Match[str]], text: str) -> str:
    """What stands between the two ends of a range, and nothing before or after it."""
    if text[: numbers[0].start()].strip() or text[numbers[1].end() :].strip(AFTER):
        raise Unreadable
    return text[numbers[0].end() : numbers[1].start()].lstrip(AFTER).replace(GAP, " ")


def _nothing_else(text: str, numbers: list[re.Match[str]]) -> None:
    left = text[: numbers[0].start()] + " " + text[numbers[0].end() :]
    if not LEFTOVERS.issuperset(left):
        raise Unreadable


def decimal(digits: str, currency: str = "") -> Decimal:
    """Digits with separators. Both kinds: the last one is the decimal point; one kind repeated: thousands; one
    comma before three digits: thousands; one dot before three digits: as the currency has it."""
    if re.search(r"['’ \u00a0]", digits) and not SPACED.fullmatch(digits):
        raise Unreadable  # 12 99
    text = re.sub(r"['’ \u00a0]", "", digits)
    dot, comma = text.rfind("."), text.rfind(",")
    if dot >= 0 and comma >= 0:
        point = max(dot, comma)
        if not (text.count(text[point]) == 1 and GROUPED.fullmatch(text[:point])):
            raise Unreadable  # 3,59.9 is 3 pieces for 59.9, or a slip
    elif dot < 0 and comma < 0:
        point = -1
    else:
        point = max(dot, comma)
        mark = text[point]
        whole = text[:point].replace(mark, "")
        groups = len(text) - point - 1 == 3 and whole.lstrip("0") != "" and len(text[:point].split(mark)[-1]) <= 3
        if text.count(mark) > 1 and not GROUPS.fullmatch(text):
            raise Unreadable
        if text.count(mark) > 1 or (groups and (mark == "," or currency in GROUPING_DOT)):
            point = -1
    whole, fraction = (text[:point], text[point + 1 :]) if point >= 0 else (text, "")
    try:
        return Decimal(
            f"{re.sub('[.,]', '', whole) or '0'}.{fraction}" if fraction else re.sub("[.,]", "", whole) or "0"
        )
    except InvalidOperation as error:
        raise Unreadable from error


def count(cell: str) -> int | None:
    """Units: 1,017 · 1.2万+ · 已售100+ · 10.0. None for an empty cell. Raises Unreadable.

    >>> count("1.2万+"), count("1000+人付款"), count("-"), count("-3")
    (12000, 1000, None, -3)
    """
    if cell.isascii() and cell.isdigit() and len(cell) < 16:
        return int(cell)
    text = unicodedata.normalize("NFKC", cell[: LONGEST * 3]).strip().casefold()
    if text in MISSING or not text.strip("*"):
        return None
    numbers = list(NUMBER.finditer(text))
    if len(numbers) != 1 or len(text) > LONGEST or SCIENTIFIC.search(text):
        raise Unreadable
    value = _scaled(numbers[0], text, "IDR")
    if value != value.to_integral_value():
        raise Unreadable
    return -int(value) if re.match(r"[-−]\s*\d", text) else int(value)
