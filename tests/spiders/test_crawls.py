"""The spiders against a real local server: what they read, where they stop, what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spiders import shop_server
from tests.spiders.crawls import Crawled, crawl
from tests.spiders.shop_server import page, shop

PAGES = (
    "good", "gbk", "moved", "elsewhere", "to-file", "refresh-to-file", "loop", "busy", "always-busy", "broken", "drip", "cut", "login", "gone", "bomb", "private",
)  # fmt: skip
FEEDS = {
    "shopify": "products.json", "endless": "endless/products.json", "same": "same/products.json", "woo": "wp-json/wc/store/v1/products",
    "rss": "feed.xml", "rss-gz": "feed.xml.gz", "bomb-gz": "bomb.xml.gz", "sitemap": "sitemap.xml", "no-feed": "not-there", "page-as-feed": "good",
}  # fmt: skip
Answers = dict[str, Crawled]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """All crawls of this file, run once side by side in one process."""
    folder = tmp_path_factory.mktemp("saved")
    (folder / "one.html").write_bytes(page("Saved chair"))
    (folder / "two.html").write_bytes(page("耐克 保存的网页", charset="gbk"))
    (folder / "notes.txt").write_text("no page")
    with shop() as here:
        jobs = {name: {"kind": "pages", "urls": [f"{here}/{name}"]} for name in PAGES}
        jobs["bomb"]["settings"] = {"DOWNLOAD_MAXSIZE": 1_000_000}
        jobs |= {name: {"kind": "feed", "urls": [f"{here}/{path}"]} for name, path in FEEDS.items()}
        jobs["endless"]["settings"] = {"LISTING_MONITOR_MOST_PAGES": 5}
        jobs["bomb-gz"]["settings"] = {"DOWNLOAD_MAXSIZE": 1_000_000}
        jobs["saved"] = {"kind": "pages", "paths": [str(folder), str(folder / "missing.html")], "shop": "s1", "platform": "taobao"}
        jobs["nobody"] = {"kind": "pages", "urls": ["http://127.0.0.1:9/x"]}
        yield crawl(jobs)


@pytest.mark.parametrize(("name", "titles"), {
    "good": ["N1KE running shoes"], "gbk": ["耐克 跑步鞋"], "moved": ["N1KE running shoes"], "busy": ["Busy chair"],
    "rss": ["N1KE shoes", "Plain chair"], "rss-gz": ["N1KE shoes", "Plain chair"], "shopify": [f"Chair {n}" for n in range(9)],
    "woo": [f"Lamp {n} & shade" for n in range(2, 6)], "page-as-feed": ["N1KE running shoes"],
}.items())  # fmt: skip
def test_what_is_read(answers: Answers, name: str, titles: list[str]) -> None:
    assert (answers[name].titles, answers[name].codes) == (titles, [])
    assert answers[name].reason == "finished" and answers[name].errors == 0


@pytest.mark.parametrize(("name", "code"), {
    "elsewhere": "crawl.outside", "to-file": "crawl.outside", "refresh-to-file": "pages.no-listing", "loop": "crawl.redirects",
    "always-busy": "crawl.too-many", "broken": "crawl.server", "drip": "crawl.slow", "cut": "crawl.cut", "login": "pages.login-wall",
    "bomb": "crawl.too-big", "bomb-gz": "crawl.too-big", "private": "crawl.robots", "nobody": "crawl.no-connection", "no-feed": "crawl.gone",
}.items())  # fmt: skip
def test_what_is_not_read_is_said_and_is_a_loss(answers: Answers, name: str, code: str) -> None:
    assert answers[name].codes == [code] and answers[name].problems[0]["loss"] == "rest"
    assert answers[name].titles == [] and answers[name].errors == 0


def test_the_place_of_a_problem_is_the_address_that_was_configured(answers: Answers) -> None:
    assert answers["elsewhere"].problems[0]["source"].endswith("/elsewhere")
    assert "localhost" in answers["elsewhere"].problems[0]["to"]


def test_a_page_that_is_no_more_is_no_loss(answers: Answers) -> None:
    assert [(one["code"], one["loss"]) for one in answers["gone"].problems] == [("crawl.page-gone", "")]


def test_nothing_outside_is_asked(answers: Answers) -> None:
    assert shop_server.ASKED["/private"] == 0 and shop_server.ASKED["/about"] == 0 and shop_server.ASKED["/sitemap_pages.xml"] == 0


def test_a_shop_that_asks_to_wait_is_waited_for(answers: Answers) -> None:
    first, second = shop_server.TIMES["/busy"]
    assert second - first >= 1.9
    assert shop_server.ASKED["/always-busy"] == 1, "an hour is not waited for, and it is not asked again at once"


def test_a_list_without_end_is_bounded_and_told(answers: Answers) -> None:
    assert len(answers["endless"].titles) == 15 and answers["endless"].codes == ["crawl.too-many-pages"]
    assert len(answers["same"].titles) == 3 and answers["same"].codes == ["crawl.same-page"]


def test_a_sitemap_leads_to_products_inside_the_shop(answers: Answers) -> None:
    assert sorted(answers["sitemap"].titles) == ["Sitemap chair 1", "Sitemap chair 2"]
    assert [(one["code"], one["count"], one["loss"]) for one in answers["sitemap"].problems] == [("crawl.links-outside", "2", "")]


def test_saved_pages_and_a_missing_one(answers: Answers) -> None:
    assert answers["saved"].titles == ["Saved chair", "耐克 保存的网页"]
    assert answers["saved"].codes == ["crawl.no-pages"] and answers["saved"].problems[0]["source"].endswith("missing.html")
    assert {(one["shop"], one["platform"]) for one in answers["saved"].listings} == {("s1", "taobao")}


def test_no_spider_reads_the_whole_disk(tmp_path: Path) -> None:
    """The handler for file: addresses is off in every spider of ours."""
    from spiders.crawl.own_shop import MANNERS

    assert MANNERS["DOWNLOAD_HANDLERS"]["file"] is None and MANNERS["ROBOTSTXT_OBEY"] is True
