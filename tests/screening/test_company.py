"""The company of a sure mention: what is looked at twice, and that the quick looks before it refuse nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.registry import Brand
from monitor.screening.company import Own, _heard, _likeness, _meant, _starts
from monitor.screening.han import touching
from monitor.screening.index import Finder
from monitor.screening.matches import Passage

NAMES = ("nike", "vivo", "samsung", "oppo", "lancome", "苹果", "耐克", "雅诗兰黛", "可口可乐")
FINDER = Finder.build([Brand(brand_id=name, name=name) for name in NAMES], "plain")
LATIN, HAN = [name for name in NAMES if name.isascii()], [name for name in NAMES if not name.isascii()]


def edited(name: str) -> st.SearchStrategy[str]:
    """The name, with characters of it swapped, dropped, doubled or changed at a place or two, and a tail."""
    pieces = st.sampled_from(["", "0", "1", "3", "5", "x", "m", *name])
    place = st.integers(0, len(name))
    change = st.tuples(place, st.integers(0, 2), pieces)
    tail = st.sampled_from(["", "97", "pro", "xy"])
    return st.builds(lambda one, end: name[: one[0]] + one[2] + name[one[0] + one[1] :] + end, change, tail) | st.builds(
        lambda at: name[: at - 1] + name[at : at + 1] + name[max(0, at - 1) : at] + name[at + 1 :], st.integers(1, len(name) - 1)
    )


@settings(max_examples=600)
@given(st.sampled_from(LATIN).flatmap(lambda name: st.tuples(st.just(name), edited(name))))
def test_a_run_that_resembles_a_name_is_hinted(case: tuple[str, str]) -> None:
    name, word = case
    if len(word) >= 4 and word.isalnum() and _likeness(word, name):
        own = Own.of((name,), FINDER._lookup)
        assert own.hinted(f"a 字 {word} b") and (word[0] in own.heads or word[-1] in own.tails)


@settings(max_examples=400)
@given(st.sampled_from(HAN).flatmap(lambda name: st.tuples(st.just(name), st.text(alphabet=[*name, *"平国锅耐奈克刻雅亚诗师兰蓝黛代可乐口kou的a "], max_size=10))))
def test_a_window_that_is_meant_is_a_start(case: tuple[str, str]) -> None:
    spelling, text = case
    (name,) = FINDER._lookup.owned(spelling)
    passage = Passage.of("title", text)
    starts = set(_starts(passage.texts, spelling))
    for at in range(len(passage.texts) - len(spelling) + 1):
        if touching(passage.tokens, at, len(spelling)) and _meant(passage, at, name, FINDER._lookup):
            assert at in starts and _heard(passage.text.plain, [name]) == [name]


@pytest.mark.parametrize(("title", "field", "texts"), [
    ("TOPS pads 50 TOP63030", "title", ["TOPS"]),
    ("pads TOP63030", "brand", ["TOPS", "TOP6"]),
    ("oppo 手机壳 opop r11", "title", ["oppo", "opop"]),
])  # fmt: skip
def test_a_word_said_of_goods_calls_nobody(title: str, field: str, texts: list[str]) -> None:
    finder = Finder.build([Brand(brand_id="tops", name="Tops"), Brand(brand_id="oppo", name="OPPO")], "plain")
    fields = [("title", title)] if field == "title" else [("brand", "TOPS"), ("title", title)]
    assert [match.text for match in finder.find(fields)] == texts
