"""Amounts: nothing is guessed, and two numbers are never read as one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.intake.amounts import Unreadable, amount


@pytest.mark.parametrize("cell", ["2件99", "3双59.9", "99元2件", "99元2件起", "12 99", "原价99现价59", "1,299.00 2", "$5 $6", "3,59.9", "99,59.9", "59.9,2", "2..1,299", "1,2,3", "1.2.3,4"])
def test_two_numbers_are_no_price(cell: str) -> None:
    with pytest.raises(Unreadable):
        amount(cell)


@pytest.mark.parametrize(("cell", "value"), [
    ("￥1,299.00起", "1299.00"), ("1 299,00 €", "1299.00"), ("12.34元-15.60元", "12.34"), ("5 元 - 8 元", "5"), ("¥99/件", "99"), ("-$5", "-5"), ("1'299.00 CHF", "1299.00"), ("1.299,00 €", "1299.00"), ("12,34,567.00", "1234567.00"), ("1,299,000", "1299000"), ("9,99,199", "999199"),
])  # fmt: skip
def test_one_price_with_words_and_signs(cell: str, value: str) -> None:
    assert amount(cell).value == Decimal(value)


@given(st.integers(1, 99), st.sampled_from(["件", "双", "元", "¥", "CNY", "起", " 只 ", "约", "$"]), st.integers(1, 9999))
def test_what_a_word_parts_never_runs_together(before: int, word: str, after: int) -> None:
    with pytest.raises(Unreadable):
        amount(f"{before}{word}{after}")


@given(st.integers(1, 9999), st.text(" ,.，", min_size=1, max_size=3), st.integers(1, 9999))
def test_marks_between_two_numbers_group_or_point_or_are_refused(before: int, marks: str, after: int) -> None:
    """What comes out has all the digits as one number only where groups of thousands stand so, else at most one point."""
    try:
        value = amount(f"{before}{marks}{after}").value
    except Unreadable:
        return
    if value == Decimal(f"{before}{after}"):
        assert len(str(after)) == 3 and before < 1000 and len(marks) == 1
    else:
        assert value == Decimal(f"{before}.{after}") and set(marks) & {".", ",", "，"}
