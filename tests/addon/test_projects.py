"""The add-on inside real projects, run with the real `scrapy` command: two lines in the settings and nothing else."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.addon.project import MONITOR, TWO_LINES, make, scrapy

MIXED = '''
import scrapy
from dataclasses import dataclass, field

class Product(scrapy.Item):
    name = scrapy.Field()
    price = scrapy.Field()
    findings = scrapy.Field()

@dataclass
class Thing:
    title: str
    findings: list = field(default_factory=list)

class Items(scrapy.Spider):
    name = "items"
    async def start(self):
        yield scrapy.Request("data:,x", callback=self.parse)
    def parse(self, response):
        yield {"title": "N1KE running shoes", "price": "99.00", "id": "1"}
        yield Product(name="耐·克 运动鞋", price="¥199")
        yield Thing(title="plain wooden chair")
        yield {"quote": "no listing at all"}
        for n in range(1200):
            yield {"title": f"garden chair {n}", "id": str(n)}

class Second(Items):
    name = "second"

class Failing(Items):
    name = "failing"
    def parse(self, response):
        yield {"title": "Nike shoes"}
        raise RuntimeError("the host's own fault")
'''
NO_STORE = TWO_LINES + "LISTING_MONITOR_STORE = False\n"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("host"), MIXED, NO_STORE)


def test_items_get_their_findings_in_order(host: Path) -> None:
    ran = scrapy(host, "crawl", "items", "-O", "out.jsonl")
    assert ran.code == 0 and len(ran.items) == 1204
    first, second, third, quote = ran.items[:4]
    assert [one["brand"]["name"] for one in first["findings"]] == ["Nike"] and first["findings"][0]["hits"][0]["text"] == "N1KE"
    assert second["findings"][0]["level"] in ("high", "critical") and second["findings"][0]["reasons"][0]["message"]
    assert third["findings"] == [] and quote == {"quote": "no listing at all"}
    assert [one["title"] for one in ran.items[4:]] == [f"garden chair {n}" for n in range(1200)]
    assert ran.stat("listing_monitor/listings") == "1203" and ran.stat("listing_monitor/untitled") == "1"
    assert "have no title" in ran.err


@pytest.mark.parametrize(("setting", "said"), [
    ("LISTING_MONITOR_FEILDS={}", "LISTING_MONITOR_FEILDS"), ("LISTING_MONITOR_CONFIG=nowhere.toml", "nowhere.toml"),
])  # fmt: skip
def test_a_wrong_configuration_stops_the_crawl(host: Path, setting: str, said: str) -> None:
    ran = scrapy(host, "crawl", "items", "-O", "wrong.jsonl", "-s", setting, out="wrong.jsonl")
    assert said in ran.err and "ConfigError" in ran.err and ran.items == []


def test_switched_off(host: Path) -> None:
    ran = scrapy(host, "crawl", "items", "-O", "off.jsonl", "-s", "LISTING_MONITOR_ENABLED=False", out="off.jsonl")
    assert len(ran.items) == 1204 and not any("findings" in one and one["findings"] for one in ran.items)
    assert "LISTING_MONITOR_ENABLED is off" in ran.err


def test_only_stored_and_mapped(host: Path) -> None:
    ran = scrapy(host, "crawl", "items", "-O", "bare.jsonl", "-s", "LISTING_MONITOR_FINDINGS=", "-s", 'LISTING_MONITOR_FIELDS={"title": "quote"}', out="bare.jsonl")
    assert "findings" not in ran.items[0] and ran.stat("listing_monitor/untitled") is None
    assert ran.stat("listing_monitor/listings") == "1204"


def test_our_spiders_are_offered_only_when_asked(host: Path) -> None:
    (host / "export.csv").write_text("listing_id,title\n1,N1KE shoes\n2,plain chair\n", encoding="utf-8")
    (host / "sources.toml").write_text(MONITOR + '[[sources]]\nname = "mine"\nkind = "exports"\npath = "export.csv"\n', encoding="utf-8")
    asked = ("crawl", "exports", "-a", "source=mine", "-s", "LISTING_MONITOR_CONFIG=sources.toml")
    assert "Spider not found: exports" in scrapy(host, *asked).err + scrapy(host, *asked).out
    ran = scrapy(host, *asked, "-s", "LISTING_MONITOR_SPIDERS=True")
    assert ran.stat("listing_monitor/listings") == "2" and ran.stat("listing_monitor/findings/high") == "1", ran.err


@pytest.fixture
def keeper(tmp_path: Path) -> Path:
    return make(tmp_path, MIXED)


def scans(folder: Path) -> list[tuple[str, str, int]]:
    with sqlite3.connect(folder / "listing-monitor.sqlite3") as database:
        return list(database.execute("SELECT sources, state, listings FROM scans ORDER BY scan_id"))


def test_findings_are_kept_and_a_failing_spider_closes_nothing(keeper: Path) -> None:
    first = scrapy(keeper, "crawl", "items")
    assert first.stat("listing_monitor/findings/high") == "2" and first.stat("listing_monitor/complete") == "True", first.err
    failed = scrapy(keeper, "crawl", "failing")
    assert failed.stat("listing_monitor/complete") == "False" and "Something failed on the way: failing." in failed.err
    assert scans(keeper) == [('["items"]', "complete", 1203), ('["failing"]', "incomplete", 1)]


def test_several_spiders_in_one_process(keeper: Path) -> None:
    (keeper / "both.py").write_text(
        "from scrapy.crawler import AsyncCrawlerProcess\nfrom scrapy.utils.project import get_project_settings\n"
        "process = AsyncCrawlerProcess(get_project_settings())\nprocess.crawl('items')\nprocess.crawl('second')\nprocess.start()\n"
    )
    ran = subprocess.run([sys.executable, "both.py"], cwd=keeper, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert sorted(scans(keeper)) == [('["items"]', "complete", 1203), ('["second"]', "complete", 1203)], ran.stderr


def test_a_crawl_that_goes_on_saw_a_part_only(keeper: Path) -> None:
    job = ("-s", "JOBDIR=job")
    scrapy(keeper, "crawl", "items", *job, "-s", "CLOSESPIDER_ITEMCOUNT=100")
    again = scrapy(keeper, "crawl", "items", *job)
    assert again.stat("listing_monitor/complete") != "True" and scans(keeper)[0][1] == "incomplete"
    assert "complete" not in [state for _, state, _ in scans(keeper)]
