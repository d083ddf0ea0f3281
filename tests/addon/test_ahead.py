"""The look ahead over a callback's output: what it hands on, when, and what it must leave as it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request

from monitor.addon.ahead import FIRST, MOST, REMEMBERED, LookAhead, Searched
from monitor.addon.fields import Texts, pairs
from monitor.screening.index import Engine, Finder
from tests.addon.project import TWO_LINES, make, scrapy
from tests.screening.test_batches import REGISTRY


class Learner:
    """Stands where the pipeline stands: remembers what was looked ahead over."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []

    def learn(self, items: list[Any]) -> None:
        self.batches.append(list(items))


def middleware() -> tuple[LookAhead, Learner]:
    learner = Learner()
    crawler: Any = SimpleNamespace(get_item_pipeline=lambda _: learner)
    return LookAhead(crawler), learner


def test_a_callback_stays_lazy_and_its_order_as_it_was() -> None:
    ahead, learner = middleware()
    asked = count()
    source = ({"title": str(next(asked))} for _ in iter(int, 1))
    first = list(islice(ahead.process_spider_output(None, source), 1000))
    assert [one["title"] for one in first] == [str(n) for n in range(1000)]
    assert next(asked) <= 1000 + MOST and len(learner.batches[0]) <= FIRST and max(map(len, learner.batches)) <= MOST


def test_requests_go_with_the_items_and_are_not_searched() -> None:
    ahead, learner = middleware()
    outputs = [{"title": "a"}, Request("http://x/"), None, {"title": "b"}]
    assert list(ahead.process_spider_output(None, outputs)) == outputs
    assert learner.batches == [[{"title": "a"}, {"title": "b"}]]


def failing() -> Iterator[int]:
    yield 1
    yield 2
    raise ValueError("the callback's own")


async def failing_later() -> AsyncIterator[int]:
    yield 1
    yield 2
    await asyncio.sleep(0)
    yield 3
    raise ValueError("the callback's own")


def test_what_came_before_an_error_comes_out_before_it() -> None:
    got = []
    with pytest.raises(ValueError, match="own"):
        for one in middleware()[0].process_spider_output(None, failing()):
            got.append(one)
    assert got == [1, 2]

    async def run() -> list[int]:
        got = []
        with pytest.raises(ValueError, match="own"):
            async for one in middleware()[0].process_spider_output_async(None, failing_later()):
                got.append(one)
        return got

    assert asyncio.run(run()) == [1, 2, 3]


def test_nothing_is_held_while_the_callback_waits() -> None:
    async def run() -> list[str]:
        said: list[str] = []
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def callback() -> AsyncIterator[str]:
            yield "one"
            yield "two"
            yield await answer
            yield "four"

        async def somebody_else() -> None:
            said.append("else: " + await answer)

        other = asyncio.create_task(somebody_else())
        outputs = middleware()[0].process_spider_output_async(None, callback())
        async for one in outputs:
            said.append(one)
            if one == "two":
                await asyncio.sleep(0)  # the other task awaits the same future in between
                answer.set_result("three")
        await other
        return said

    assert [one for one in asyncio.run(run()) if "else" not in one] == ["one", "two", "three", "four"]


@pytest.mark.parametrize("how", ["cancelled", "closed"])
def test_the_end_of_a_crawl_reaches_a_callback_that_waits(how: str) -> None:
    async def run() -> list[str]:
        said: list[str] = []

        async def callback() -> AsyncIterator[str]:
            try:
                yield "one"
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                said.append("cancelled")
                raise
            except GeneratorExit:
                said.append("closed")
                raise

        outputs: Any = middleware()[0].process_spider_output_async(None, callback())
        said.append(await anext(outputs))
        if how == "closed":
            await outputs.aclose()
        else:
            rest = asyncio.ensure_future(anext(outputs))
            await asyncio.sleep(0.01)
            rest.cancel()
            with pytest.raises(asyncio.CancelledError):
                await rest
        return said

    assert asyncio.run(run()) == ["one", how]


def test_what_is_remembered_stays_bounded() -> None:
    finder: Any = SimpleNamespace(find_columns=lambda columns, count: [], find_batch=lambda batch: [()] * len(batch), find=lambda texts: ("found",))
    searched = Searched(finder)
    for at in range(0, REMEMBERED * 5, 100):
        searched.learn([str(at + n) if n % 2 else (("title", str(at + n)), ("brand", "x")) for n in range(100)])
    assert len(searched._young) + len(searched._old) <= 2 * REMEMBERED + 100
    assert searched.matches(str(REMEMBERED * 5 - 1)) == () and searched.matches("1") == ("found",)


TITLES = st.sampled_from(["Nike shoes", "N1KE hat", "wooden spoon", "for Nike", "耐·克 鞋", "n*ke", " "]) | st.text(max_size=9)


@settings(max_examples=60, deadline=None)
@given(st.lists(TITLES | st.tuples(st.tuples(st.just("title"), TITLES), st.tuples(st.just("brand"), TITLES)), max_size=9), st.sampled_from(["plain", "portable"]))
def test_a_batch_is_known_as_it_is_found_one_by_one(batch: list[Texts], engine: Engine) -> None:
    searched = Searched(Finder.build(REGISTRY.brands, engine))
    searched.learn(batch)
    finder, searched.finder = searched.finder, None  # type: ignore[assignment]
    assert [searched.matches(texts) for texts in batch] == [finder.find(pairs(texts)) for texts in batch]


def test_a_search_that_fails_clears_nothing() -> None:
    def fails(*_: Any) -> Any:
        raise RuntimeError

    finder: Any = SimpleNamespace(find_columns=fails, find=lambda texts: ("found",))
    searched = Searched(finder)
    with pytest.raises(RuntimeError):
        searched.learn(["a", "b"])
    assert searched.matches("a") == ("found",)


CHANGED = '''
import asyncio
import scrapy

class Dresser:
    """Puts the brand in only here, and hands on another object."""
    def process_item(self, item):
        return {"title": item["title"].replace("BRAND", "N1KE"), "id": item["id"]}

class Items(scrapy.Spider):
    name = "items"
    async def start(self):
        yield {"title": "N1KE from the start", "id": "start"}
        yield scrapy.Request("data:,x", callback=self.plain)
        yield scrapy.Request("data:,y", callback=self.waiting)
    def plain(self, response):
        for n in range(300):
            yield {"title": f"BRAND shoes {n}" if n % 3 == 0 else f"chair {n}", "id": f"plain {n}"}
    async def waiting(self, response):
        for n in range(30):
            yield {"title": f"BRAND shirt {n}" if n % 3 == 0 else f"lamp {n}", "id": f"waiting {n}"}
            if n % 7 == 0:
                await SLEEP
'''
ASYNCIO = ""
SELECT = 'TWISTED_REACTOR = "twisted.internet.selectreactor.SelectReactor"\n'
BY_TWISTED = "__import__('twisted.internet.task').internet.task.deferLater(__import__('twisted.internet.reactor').internet.reactor, 0.01)"


@pytest.mark.parametrize(("reactor", "sleep"), [(ASYNCIO, "asyncio.sleep(0.01)"), (SELECT, BY_TWISTED)], ids=["asyncio", "select"])
@pytest.mark.parametrize("store", [True, False], ids=["store", "no store"])
def test_items_are_screened_as_they_arrive(tmp_path: Path, reactor: str, sleep: str, store: bool) -> None:
    """An earlier pipeline changes them after the look ahead; also where the host runs a reactor without asyncio."""
    settings = TWO_LINES + reactor + f'LISTING_MONITOR_STORE = {store}\nITEM_PIPELINES = {{"shop.spiders.items.Dresser": 300}}\n'
    ran = scrapy(make(tmp_path, CHANGED.replace("SLEEP", sleep), settings), "crawl", "items", "-O", "out.jsonl")
    assert ran.code == 0 and len(ran.items) == 331, ran.err
    assert {one["id"] for one in ran.items if one["findings"]} == {one["id"] for one in ran.items if "N1KE" in one["title"]}
    assert sum(bool(one["findings"]) for one in ran.items) == 111
    for kind in ("plain", "waiting"):
        assert [one["id"] for one in ran.items if kind in one["id"]] == [f"{kind} {n}" for n in range(300 if kind == "plain" else 30)]
    assert ran.stat("listing_monitor/listings") == "331" and "Traceback" not in ran.err, ran.err
    assert ran.stat("listing_monitor/complete") == ("True" if store else None)
