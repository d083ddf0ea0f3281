"""Amounts: nothing is guessed, and two numbers are never read as one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.intake.amounts import Unreadable, amount


@pytest.mark.parametrize("cell", ["2件99", "3双59.9", "99元2件", "99元2件起", "12 99", "原价99现价59", "1,299.00 2", "$5 $6"])
def test_two_numbers_are_no_price(cell: str) -> None:
    with pytest.raises(Unreadable):
        amount(cell)


@pytest.mark.parametrize(("cell", "value"), [
    ("￥1,299.00起", "1299.00"), ("1 299,00 €", "1299.00"), ("12.34元-15.60元", "12.34"), ("5 元 - 8 元", "5"), ("¥99/件", "99"), ("-$5", "-5"), ("1'299.00 CHF", "1299.00"),
])  # fmt: skip
def test_one_price_with_words_and_signs(cell: str, value: str) -> None:
    assert amount(cell).value == Decimal(value)


@given(st.integers(1, 99), st.sampled_from(["件", "双", "元", "¥", "CNY", "起", " 只 ", "约", "$"]), st.integers(1, 9999))
def test_what_a_word_parts_never_runs_together(before: int, word: str, after: int) -> None:
    with pytest.raises(Unreadable):
        amount(f"{before}{word}{after}")
