"""Every engine gives the same matches, in batches of any size."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.registry import Brand
from monitor.screening.index import Engine, Finder
from monitor.screening.matches import SELF_TOLD, Match
from monitor.screening.meaning import torn
from monitor.screening.reading import Reading
from tests.screening.registries import CROWD, NAMES, PIECES, registries, texts
from tests.screening.test_properties import HOSTILE

ENGINES: tuple[Engine, ...] = ("portable", "compiled")
KNOWN = Finder.build([Brand(brand_id=f"k{at}", name=name) for at, name in enumerate(NAMES)], "plain")
CROWDED = Finder.build([*(Brand(brand_id=f"k{at}", name=name, categories=("shoes",) * (at % 2)) for at, name in enumerate(NAMES)), *CROWD], "plain")


def told(batch: Sequence[Sequence[Match]], alone: Sequence[Sequence[Match]], fields: Sequence[Sequence[tuple[str, str]]]) -> None:
    """The same matches; but that fields with nothing but names torn out of other words may be left out."""
    for got, want, texts_ in zip(batch, alone, fields, strict=True):
        missing = {match.field for match in want} - {match.field for match in got}
        for name in missing:
            assert name not in SELF_TOLD
            assert all(torn(Reading(name, dict(texts_)[name]), match) for match in want if match.field == name)
        assert list(got) == [match for match in want if match.field not in missing]


def batches() -> st.SearchStrategy[list[list[tuple[str, str]]]]:
    fields = st.tuples(st.sampled_from(["title", "description", "brand"]), texts())
    return st.lists(st.lists(fields, max_size=3, unique_by=lambda one: one[0]), max_size=6)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=300)
@given(batch=batches())
def test_a_batch_is_its_listings_one_by_one(engine: Engine, batch: list[list[tuple[str, str]]]) -> None:
    told(Finder(KNOWN.arrays, engine).find_batch(batch), [KNOWN.find(fields) for fields in batch], batch)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=150)
@given(batch=batches())
def test_a_crowded_registry(engine: Engine, batch: list[list[tuple[str, str]]]) -> None:
    told(Finder(CROWDED.arrays, engine).find_batch(batch), [CROWDED.find(fields) for fields in batch], batch)


@pytest.mark.parametrize("engine", ("plain", *ENGINES))
@settings(max_examples=200)
@given(rows=st.lists(st.tuples(texts(), texts() | st.just(""), texts() | st.just("")), max_size=5), count=st.integers(0, 3))
def test_columns_are_their_rows(engine: Engine, rows: list[tuple[str, str, str]], count: int) -> None:
    names = ("title", "brand", "description")[:count]
    columns = [(name, [row[at] for row in rows]) for at, name in enumerate(names)]
    fields = [list(zip(names, row, strict=False)) for row in rows]
    found = dict(Finder(KNOWN.arrays, engine).find_columns(columns, len(rows)))
    assert list(found) == sorted(found)
    told([found.get(at, ()) for at in range(len(rows))], list(map(KNOWN.find, fields)), fields)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=150)
@given(brands=registries(), batch=batches())
def test_with_any_registry(engine: Engine, brands: list[Brand], batch: list[list[tuple[str, str]]]) -> None:
    finder = Finder.build(brands, engine)
    told(finder.find_batch(batch), [finder.find(fields) for fields in batch], batch)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_piece_between_every_other(engine: Engine) -> None:
    batch = [[("title", f"{one}{two}")] for one in PIECES for two in PIECES]
    told(Finder(KNOWN.arrays, engine).find_batch(batch), [KNOWN.find(fields) for fields in batch], batch)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts(engine: Engine, text: str) -> None:
    letters = Finder.build([Brand(brand_id=char, name=char) for char in "abcdefghijklmnopqrstuvwxyz耐克"] + [Brand(brand_id="long", name="n" * 500, aliases=("🔥",))], engine)
    assert letters.find_batch([[("title", text[:2_000])]] * 2) == [letters.find([("title", text[:2_000])])] * 2
    assert len(Finder(KNOWN.arrays, engine).find_batch([[("title", text[:50_000])]])) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_windows_that_overlap_ever_so_often(engine: Engine) -> None:
    """Each run with digits may be the first, the second or the last word of a name: more characters than the text has."""
    finder = Finder.build([Brand(brand_id="one", name="Alpha Beta Gamma"), Brand(brand_id="two", name="Beta Alpha"), Brand(brand_id="three", name="Gamma Alpha")], engine)
    batch = [[("title", "alph4 b3ta gamm4 " * 300)]] * 2
    assert finder.find_batch(batch) == [finder.find(fields) for fields in batch]


def test_names_torn_out_of_other_words_are_refused_before_anybody_reads_them() -> None:
    """The compiled engine knows the words of Chinese: what the judgement would drop it does not even tell, but for fields that say
    themselves what a name does there."""
    finder = Finder.build([Brand(brand_id="one", name="美的"), Brand(brand_id="two", name="新华")], "compiled")
    batch = [[("title", "精美的陶瓷")], [("title", "美的空调")], [("brand", "精美的陶瓷")], [("title", "新华社报道"), ("description", "新华 折叠刀")], [("title", "精美的*a*空调")]]
    assert [[match.field for match in found] for found in finder.find_batch(batch)] == [[], ["title"], ["brand"], ["description"], ["title"]]


def test_a_finder_survives_a_pickle() -> None:
    again = pickle.loads(pickle.dumps(KNOWN))
    assert again.find([("title", "N1KE 奈克")]) == KNOWN.find([("title", "N1KE 奈克")])


@pytest.mark.parametrize("engine", ENGINES)
def test_what_stands_in_a_bracket_at_the_front_of_a_crowded_registry_s_text(engine: Engine) -> None:
    """`plain` took every place in it for the front, the others none but its beginning."""
    crowded = Finder(CROWDED.arrays, engine)
    for text, found in (("【男士雪必】汽水", 0), ("【雪必】汽水", 1), ("【正品雪必】汽水", 1), ("【正品】新款雪必汽水", 1)):
        assert len(CROWDED.find([("title", text)])) == len(crowded.find_batch([[("title", text)]])[0]) == found
