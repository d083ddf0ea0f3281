"""The report page in a real Chromium: filter, phone width, print, no console error, both languages."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from monitor.reports import write_file
from tests.conftest import make_screening
from tests.reports.test_reports import HOSTILE, about

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.model.finding import Screening

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None)
# A machine without a browser may skip; the build server may not.
pytestmark = pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here: install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        assert CHROMIUM, "CI needs a Chromium"
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        yield started
        started.close()


def screenings() -> list[Screening]:
    made = [make_screening(), make_screening("N1KE 耐克 跑步鞋 男 夏季网面 " * 6)]
    for title in HOSTILE:
        screening = make_screening(title)
        medium = replace(screening.findings[0], level="medium", score=40.0, rank=40.0, brand_name="Ac<b>me & Söhne")
        made.append(screening._replace(findings=(medium,)))
    return made


@pytest.fixture(scope="module", params=["en", "zh"])
def page(request: pytest.FixtureRequest, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    write_file("html", iter(screenings()), about(request.param), path)
    opened = browser.new_page(viewport={"width": 1200, "height": 900})
    opened.faults = []
    opened.on("console", lambda message: opened.faults.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("request", lambda asked: opened.faults.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None)
    opened.goto(path.as_uri())
    yield opened
    opened.close()


def visible(page: Any) -> int:
    return int(page.locator("details.card:visible").count())


def test_the_page_is_quiet_and_asks_the_network_for_nothing(page: Any) -> None:
    assert page.faults == []
    assert page.locator("script").count() == 1 and page.locator("b:text('me')").count() == 0


def test_the_filter_works_by_level_brand_and_words(page: Any) -> None:
    everything = len(screenings())
    assert visible(page) == everything
    page.select_option("#level", "high")
    assert visible(page) == 2
    page.fill("#words", "耐克 跑步鞋")
    assert visible(page) == 1
    page.fill("#words", "")
    page.select_option("#level", "")
    page.select_option("#brand", "Ac<b>me & Söhne")
    assert visible(page) == everything - 2
    page.select_option("#brand", "")
    assert visible(page) == everything


def test_a_phone_needs_no_sideways_scrolling(page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.eval_on_selector_all("details.card", "cards => cards.forEach(card => { card.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1200, "height": 900})


def test_print_opens_every_card_and_hides_the_filter(page: Any) -> None:
    page.emulate_media(media="print")
    assert page.locator("#filter:visible").count() == 0
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.card:not([open])").count() == 0
    page.emulate_media(media="screen")
