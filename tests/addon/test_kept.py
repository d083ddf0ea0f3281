"""What the pipeline keeps and puts into items, a column at a time, is what screening each listing by itself gives."""

from __future__ import annotations

import gc
from collections import Counter
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.settings import Settings

from monitor import intake
from monitor.addon.fields import Fields
from monitor.addon.pipeline import SOON, Pipeline
from monitor.crawling import Crawling
from monitor.model.finding import Screening
from monitor.model.problem import Problem
from monitor.model.source import Row
from monitor.screening import Screener
from monitor.screening.folding import UNKNOWN, folds
from monitor.store.packing import Packed, pack_many
from tests.addon.test_items import Attrs, Narrow, Plain, ScrapyItem
from tests.screening.test_batches import DAY, REGISTRY, RICH

TITLE = st.sampled_from(["Nike shoes", "N1KE hat", "wooden spoon", "spoon for Nike", "耐·克 鞋", "", "  ", None, 7]) | st.text(max_size=9)
PRICE = st.sampled_from(["12.00", "¥99", "1.299,00", "free", "-3", "12 USD", "", None, 12, 12.5, ["9"]])
LIST = st.sampled_from([["a", "b"], ["Nike"], [], None, "a, b", {"品牌": "Nike"}])
DICTS = st.fixed_dictionaries(
    {"title": TITLE},
    optional={
        "price": PRICE, "id": st.sampled_from(["1", 2, " 3 ", "", None]), "brand": st.sampled_from(["Nike", "", None]), "tags": LIST, "images": LIST,
        "specs": LIST, "coupon": PRICE, "nice_class": st.sampled_from(["第25类", "99", 25]), "shop": st.sampled_from(["s1", ""]), "other": LIST,
    },
)  # fmt: skip
OBJECTS = st.builds(lambda kind, name: kind(name=name), st.sampled_from([Attrs, Narrow, Plain, ScrapyItem]), TITLE)


class Kept:
    """Stands where the scan stands."""

    def __init__(self) -> None:
        self.rows: list[Packed] = []
        self.problems: list[Problem] = []

    def add_packed(self, rows: Any, source: str) -> None:
        self.rows += rows.packed()

    def note(self, problem: Problem) -> None:
        self.problems.append(problem)


def pipeline(scan: Any, screener: Screener = RICH) -> Pipeline:
    settings = Settings({"LISTING_MONITOR_FINDINGS": "findings"})
    spider = SimpleNamespace(name="s", crawling=Crawling(screener=screener, scan=scan))
    stats = SimpleNamespace(inc_value=lambda _: None)
    made = Pipeline(SimpleNamespace(settings=settings, spider=spider, stats=stats))  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.addon.pipeline.is_asyncio_available", lambda: True)
        made.open_spider()
    return made


def test_a_long_crawl_gets_the_engine_and_the_characters_of_titles() -> None:
    """A character met for the first time has its whole batch searched twice: of Han characters that is most pages."""
    made = pipeline(None, Screener.build(REGISTRY, on=DAY))
    made.seen = SOON
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.addon.pipeline.available", lambda: True)
        made.learn([])
    assert made.screener.finder.engine == "compiled"
    assert UNKNOWN not in folds().table[[ord(one) for one in "aZ9é鞋龥ア，（Ａ"]]


def one_by_one(items: list[Any]) -> tuple[list[Screening], list[Problem]]:
    screenings, problems = [], []
    for item in items:
        kind = Fields().kind(item)
        if kind.texts(row := kind.row(item)) is not None:
            listing, told = intake.listing(Row("listing", kind.cells(row)), source="s")
            assert listing is not None
            screenings.append(RICH(listing))
            problems += [*told, *screenings[-1].problems]
    return screenings, problems


@settings(max_examples=150, deadline=None)
@given(st.lists(DICTS | OBJECTS, max_size=9), st.integers(0, 9), st.randoms())
def test_what_is_kept_is_what_each_gives_alone(items: list[Any], learnt: int, order: Any) -> None:
    wanted, problems = one_by_one(items)
    kept = Kept()
    made = pipeline(kept)
    ahead = items[:learnt]
    order.shuffle(ahead)
    made.learn(ahead)
    for item in map(deepcopy, items):  # no list in two of them
        assert made.process_item(item) is item
        for value in item.values() if isinstance(item, dict) else ():
            if isinstance(value, list):
                value.append("changed by a pipeline behind ours")
    made.close_spider()
    assert kept.rows == pack_many(wanted, "s")
    assert Counter(map(repr, kept.problems)) == Counter(map(repr, problems))
    tally = made.crawling.tally
    assert tally.listings == len(wanted)
    assert tally.levels == Counter(one.level for one in wanted if one.findings)
    assert tally.findings == Counter(finding.level for one in wanted for finding in one.findings)
    assert gc.isenabled()


class Unreadable:
    def __iter__(self) -> Any:
        raise RuntimeError("the host's own")


def test_an_item_that_cannot_be_read_costs_itself_alone() -> None:
    kept = Kept()
    made = pipeline(kept)
    made.process_item({"title": "a", "id": "1", "images": "x"})
    made.process_item({"title": "Nike shoes", "id": "2", "category": Unreadable()})
    made.process_item({"title": "b", "id": "3"})
    made.process_item({"title": "Nike shoes", "id": "4", "category": "shoes"})
    made.close_spider()
    rows = [row.content.split("\x1f") for row in kept.rows]
    assert [(row[0], row[3]) for row in rows] == [("a", "1"), ("b", "3"), ("Nike shoes", "4")]
    assert [bool(row.sightings) for row in kept.rows] == [False, False, True] and [one.code for one in kept.problems] == ["crawl.fault"]


@settings(max_examples=50, deadline=None)
@given(st.lists(DICTS, max_size=9), st.booleans())
def test_what_is_not_kept_is_found_and_counted_the_same(items: list[dict[str, Any]], learnt: bool) -> None:
    wanted, _ = one_by_one(items)
    made = pipeline(None)
    if learnt:
        made.learn(items)
    for item in items:
        made.process_item(item)
    made.close_spider()
    found = [[one["brand"]["brand_id"] for one in item["findings"]] for item in items if "findings" in item]
    assert found == [[one.brand_id for one in screening.findings if one.level != "clear"] for screening in wanted]
    assert made.crawling.tally.listings == len(wanted)
    assert made.crawling.tally.levels == Counter(one.level for one in wanted if one.findings)
