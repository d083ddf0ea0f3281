"""What a worker files is what this process would have kept: the same rows, counts and problems, whatever the texts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from monitor import audit, crawling, wiring
from monitor.crawling import Crawling
from monitor.model.gathered import Gathered
from monitor.model.listing import Listing
from monitor.model.source import ReadOptions
from monitor.scan.filing import Filing
from monitor.store.packing import pack_many
from spiders.crawl.own_shop import Collected
from tests.screening.test_batches import LISTINGS, RICH
from tests.store.conftest import engine, postgres, url
from tests.store.test_packing import listings as strange
from tests.test_scan import Days, listing

__all__ = ["engine", "postgres", "url"]


@settings(max_examples=60, deadline=None)
@given(st.lists(LISTINGS | strange, min_size=1, max_size=6))
def test_a_filed_batch_is_what_screening_and_packing_give(shown: list[Listing]) -> None:
    filed, screenings = Filing(RICH, "s").whole(shown), RICH.many(shown)
    assert filed.rows.packed() == pack_many(screenings, "s")
    assert filed.problems == [problem for one in screenings for problem in one.problems]
    assert filed.levels == Counter(one.level for one in screenings if one.findings)
    assert filed.findings == Counter(finding.level for one in screenings for finding in one.findings)


def test_two_processes_keep_what_one_keeps(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawling, "ALONE", 500)
    days = Days(engine)
    # Twice the same name among them, and two files: the order in which rows come counts.
    shown = [listing(at % 2900, ("Nike shoes", "N1KE hat", "wooden spoon", "耐克 T恤")[at % 7 % 4]) for at in range(3000)]
    told = []
    for workers in (2, 1, 2):
        scan = days.begin()
        one = Crawling(screener=days.screener, scan=scan, workers=workers)
        one.begin("taobao")
        for part in (shown[:300], shown[300:]):
            assert sum(one.gathered(Gathered(source="taobao", found=part))) == len(part)
        told.append((scan.close(), one.tally.levels, one.tally.findings, one.tally.listings))
    (first, *counted), *later = told
    assert first.complete and first.changes["opened"] > 1000 and first.listings == counted[2] == 3000
    for result, *again in later:
        assert result.complete and not result.changes and not result.alerts and again == counted


def test_a_long_file_is_kept_the_same_whoever_reads_it(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawling, "PIECES", 2)
    days = Days(engine)
    titles = ("Nike shoes", "N1KE hat", "wooden spoon", "耐克 T恤", "")
    lines = [f"{at % 19_900},{titles[at % 7 % 5]},{at % 90 or 'free'},{at % 9}\n" for at in range(20_000)]
    path = tmp_path / "export.csv"
    path.write_text("listing_id,title,price,quantity\n" + "".join(lines) + ",,9,9\n", encoding="utf-8")
    told = []
    for workers, apart in ((2, True), (1, True), (1, False), (2, False), (2, True)):
        scan = days.begin()
        one = Crawling(screener=days.screener, scan=scan, workers=workers)
        one.begin("taobao")
        met = Collected()
        opened = audit.open_files([(path, ReadOptions())], wiring.readers(), met)
        listings = (audit.read_apart if apart else audit.read_listings)(opened, met, audit.Blanks(platform="taobao", shop="s1"))
        assert sum(one.gathered(Gathered(source="taobao", found=met.beside(listings)))) == 20_000
        problems = [(problem.code, problem.row, problem.column) for problem in one.tally.problems]
        told.append((scan.close(fewer_ok=True), one.tally.levels, one.tally.findings, one.tally.problem_counts, problems))
    (first, *counted), *later = told
    assert first.changes["opened"] > 5000 and first.listings == 20_000 and first.problems["intake.title-missing"] == 1
    for result, *again in later:
        assert result.listings == 20_000 and not result.changes and result.alerts == 1 and again == counted  # it tells that a row was lost
