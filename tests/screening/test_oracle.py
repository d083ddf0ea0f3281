"""No miss and no extra against the brute-force oracle of docs/matching.md, over registries and texts of every script."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.registry import Brand
from monitor.screening.index import Finder
from monitor.screening.names import is_han, spellings
from monitor.screening.places import ENGINES
from monitor.screening.reading import FRONTS, PRAISE, UNITS, lead
from tests.screening import oracle
from tests.screening.registries import CROWD, NAMES, PIECES, registries, texts

KNOWN = [Brand(brand_id=f"k{at}", name=name) for at, name in enumerate(NAMES)]
FINDER, SPELLINGS = Finder.build(KNOWN, "plain"), spellings(KNOWN)
CROWDED = Finder.build([*KNOWN, *CROWD], "plain")
SORTED = [replace(brand, categories=("shoes",)) for brand in KNOWN]  # their goods are known
TOLD = Finder.build([*SORTED, *CROWD], "plain")


@settings(max_examples=400)
@given(texts())
def test_known_brands(raw: str) -> None:
    assert FINDER.places("title", raw) == oracle.matches(SPELLINGS, "title", raw)


@settings(max_examples=250)
@given(registries(), texts())
def test_any_registry(brands: list[Brand], raw: str) -> None:
    finder = Finder.build(brands, "plain")
    assert finder.places("title", raw) == oracle.matches(spellings(brands), "title", raw)


@pytest.mark.parametrize("known", [KNOWN, SORTED], ids=["names", "goods"])
@settings(max_examples=150)
@given(raw=texts())
def test_a_crowded_registry(known: list[Brand], raw: str) -> None:
    finder = CROWDED if known is KNOWN else TOLD
    assert finder.places("title", raw) == oracle.matches(spellings(known), "title", raw, crowded=True)


SIGNED = [
    Brand(brand_id="mac", name="M.A.C", aliases=("MAC",)), Brand(brand_id="hm", name="H&M"), Brand(brand_id="h-m", name="HM"),
    Brand(brand_id="a4", name="A4"), Brand(brand_id="a+4", name="A+4"), Brand(brand_id="pg", name="P&G"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), [
    ("MAC lipstick", "mac"), ("m.a.c lipstick", "mac"), ("HM shirt", "h-m"), ("H&M shirt", "hm h-m"), ("A4 paper", "a4"), ("A+4", "a4 a+4"), ("PG tips", ""), ("P&G", "pg"), ("HM0871", ""),
])  # fmt: skip
def test_a_short_name_with_a_sign_hides_no_name_without_it(text: str, found: str) -> None:
    """Of M.A.C and MAC only the first had been kept, and `MAC lipstick` was a wrong clear."""
    for engine in ENGINES:
        matches = Finder.build(SIGNED, engine).find_batch([[("title", text)]] * 2)[0]
        assert [set(match.brand_ids) for match in matches] == ([set(found.split())] if found else []) and not any(match.disguised for match in matches)


@settings(max_examples=150)
@given(raw=st.lists(st.sampled_from(["MAC", "m.a.c", "hm", "H&M", "h", "m", "A4", "a+4", "4", "PG", " ", "&", "+", ".", "s", "1", "的"]), max_size=8).map("".join))
def test_short_names_with_and_without_a_sign(raw: str) -> None:
    assert Finder.build(SIGNED, "plain").places("title", raw) == oracle.matches(spellings(SIGNED), "title", raw)


def test_pieces_side_by_side() -> None:
    for at, one in enumerate(PIECES):
        for two in (PIECES[(at * 7 + 3) % len(PIECES)], " ", PIECES[(at * 11 + 5) % len(PIECES)]):
            raw = f"{one}{two}{one}"
            assert FINDER.places("title", raw) == oracle.matches(SPELLINGS, "title", raw), raw


@pytest.mark.parametrize(
    ("text", "alias", "method"),
    [
        ("nikeshoes", "Nike", "joined"), ("vlvoY97", "vivo", "lookalike"), ("vivoY97", "vivo", "joined"), ("百事克拉乐", "", ""), ("百事木乐", "百事可乐", "typo"), ("百事克乐", "百事可乐", "homophone"),
        ("三只鼠", "三只松鼠", "typo"), ("良平铺子", "良品铺子", "homophone"), ("耐ke", "耐克", "homophone"), ("aidida5i", "", ""),
        ("hello kity", "Hello Kitty", "typo"), ("hellokitt", "Hello Kitty", "typo"), ("awadasi", "", ""), ("@didas", "Adidas", "lookalike"),
        ("mengnalisha", "蒙娜丽莎", "pinyin"), ("mengnanisa", "蒙娜丽莎", "pinyin"), ("vivoair2", "vivo", "joined"), ("vivopro", "vivo", "joined"), ("vivopromax", "vivo", "joined"), ("Nike™", "Nike", "exact"),
        # the wrong letter doubled; one that sounds the very same; a surname for a word of a name; a particle that sounds like the name's character
        ("ziipo", "Zippo", "typo"), ("boze", "Bose", "typo"), ("dr martins", "Dr. Martens", "typo"), ("香奈而", "香奈儿", "homophone"), ("大付翁", "大富翁", "homophone"), ("香奈无", "", ""),
        # a sign for the last letter; a price behind a name; a shout
        ("Adida$ shoes", "Adidas", "lookalike"), ("Nik€", "Nike", "lookalike"), ("Kapp@", "Kappa", "lookalike"), ("Hello Kitt¥", "Hello Kitty", "lookalike"), ("Nike$20", "Nike", "exact"), ("Nik!", "", ""), ("Adidas@", "Adidas", "exact"),
        # several syllables of a name in Latin letters
        ("adi达斯", "阿迪达斯", "homophone"), ("阿迪dasi", "阿迪达斯", "homophone"), ("三只songshu", "三只松鼠", "homophone"), ("xiangnai儿", "香奈儿", "homophone"), ("adi达标", "", ""), ("三zhisong鼠", "", ""),
        # neighbours swapped; not where an everyday word or a name comes of it
        ("阿达迪斯", "阿迪达斯", "typo"), ("迪阿达斯", "阿迪达斯", "typo"), ("三只鼠松", "三只松鼠", "typo"), ("阿斯达迪", "", ""), ("香儿奈", "香奈儿", "typo"), ("百丽国际业鞋", "百丽国际鞋业", "typo"), ("移动中", "", ""), ("中动移", "中移动", "typo"), ("奥迪星", "奥迪", "exact"), ("星奥迪", "奥迪", "exact"), ("奥星迪", "奥星迪", "exact"),
        # what is famous is no ordinary word, so something may be glued to it; a model of five letters; a name without its 's
        ("lenovolegion", "Lenovo", "joined"), ("nikebag", "Nike", "joined"), ("nikebig", "", ""), ("可移动", "", ""), ("iphonexs", "iPhone", "joined"), ("vivofindx6pro", "vivo", "joined"), ("jack daniel", "Jack Daniel's", "joined"),
    ],
)  # fmt: skip
def test_disguises(text: str, alias: str, method: str) -> None:
    assert [(match.alias, match.method) for match in FINDER.find([("title", text)])] == ([(alias, method)] if alias else [])


def test_in_a_crowded_registry_two_characters_of_the_same_sound_must_stand_out() -> None:
    """Of thousands of names one always sounds like two characters somewhere in a title."""
    texts = ("奈克跑鞋", "【正品】新款奈克跑鞋", "跑鞋奈克", "跑鞋奈克574", "跑鞋奈克牌", "男奈克同款", "鞋 品牌奈克", "跑鞋耐克", "小蒙娜丽沙", "【官方正品奈克】跑鞋")
    assert [bool(FINDER.places("title", text)) for text in texts] == [True] * 10
    assert [bool(CROWDED.places("title", text)) for text in texts] == [text != "跑鞋奈克" for text in texts]


def test_where_its_goods_are_known_they_can_speak_for_a_name_anywhere() -> None:
    assert TOLD.places("title", "跑鞋奈克") and not CROWDED.places("title", "跑鞋奈克")


@given(st.lists(st.sampled_from([*PRAISE.split("|"), *UNITS, "2", "3 ", "2026", "15", "年", "款", "英寸", "寸", "【新】", "new ", "鞋", "大", " "]), min_size=1).map("".join))
def test_the_characters_that_end_a_lead_are_known(text: str) -> None:
    for char in [one for one in text[: lead(text)][-1:] if is_han(one)]:
        assert char in FRONTS


def test_two_names_side_by_side_are_both_found() -> None:
    assert [(match.alias, match.start, match.end) for match in FINDER.find([("title", "vivohuawei")])] == [("vivo", 0, 4), ("Huawei", 4, 10)]
