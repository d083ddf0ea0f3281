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
from monitor.screening.plain import UNSEEN
from monitor.screening.reading import Reading
from monitor.screening.text import fold_one, is_usual, read
from monitor.screening.vocabulary import accessories, accessory_words, runs
from monitor.screening.words import simplified


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


WORDS_AROUND = st.lists(st.sampled_from([*accessory_words(), "phone", "iphone", "s", "x2", "3", "-", "T", "Case", "壳"]), max_size=6)


@settings(max_examples=400, deadline=None)
@given(words=WORDS_AROUND, glue=st.sampled_from([" ", "", "-", "s ", "2", "A"]), more=st.text(max_size=12))
def test_a_text_that_may_hold_no_accessory_holds_none(words: list[str], glue: str, more: str) -> None:
    reading = Reading("title", glue.join(words) + more)
    assert reading.may_hold(runs(accessory_words())) or not accessories().search(reading.plain)


def test_a_plural_and_a_phrase_are_looked_for() -> None:
    assert runs(("screen protector", "strap", "3d", "壳")) == {"screen", "strap", "straps", "d", "ds"}
    assert runs(("9", "strap")) is None


def test_what_is_taken_as_it_stands_folds_to_itself_in_small_letters() -> None:
    usual = [char for char in map(chr, range(0x110000)) if is_usual(char)]
    assert len(usual) > 15_000
    assert all(fold_one(char) == char.lower() and len(char.lower()) == 1 and not UNSEEN.search(char) for char in usual)
    assert not any(ord(char) in simplified() for char in usual)


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet=st.sampled_from("aZ 9-耐克國国，。《【ＡéÅ\u00ad\u200b\u0301®丫"), max_size=20))
def test_a_text_folds_as_its_characters_do(text: str) -> None:
    assert read(text).plain == "".join(map(fold_one, text))
