"""The quick looks before the long patterns never say no where a pattern says yes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.screening.lexicon import (
    COMPARED_AFTER,
    COMPARED_BEFORE,
    FITS_AFTER,
    FITS_BEFORE,
    NEGATED_BEFORE,
    may_say_by,
    may_speak_after,
    may_speak_before,
)
from monitor.screening.meaning import BY


@pytest.mark.parametrize(
    ("pattern", "may"),
    [
        (FITS_BEFORE, may_speak_before), (NEGATED_BEFORE, may_speak_before), (COMPARED_BEFORE, may_speak_before), (BY, may_say_by),
        (FITS_AFTER, may_speak_after), (COMPARED_AFTER, may_speak_after),
    ],
    ids=["fits before", "negated before", "compared before", "by", "fits after", "compared after"],
)  # fmt: skip
@settings(max_examples=600, deadline=None)
@given(data=st.data())
def test_whatever_a_pattern_finds_is_asked_for(pattern: re.Pattern[str], may: Callable[[str], bool], data: st.DataObject) -> None:
    assert may(data.draw(st.from_regex(pattern)))
