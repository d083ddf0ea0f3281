"""A scan over both databases: each change told once, nothing closed by a scan that did not see the whole shop."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from monitor.errors import ServiceError
from monitor.model.event import Event
from monitor.model.listing import Listing, Offer
from monitor.model.registry import Authorization, Brand, Registry, Shop
from monitor.model.settings import AlertSettings, Channel, ScanSettings, Source, StoreSettings
from monitor.scan import Scan, ScanResult
from monitor.scan.snapshot import load
from monitor.screening import Screener
from monitor.store import outbox
from monitor.store.decisions import decide
from monitor.store.health import faults
from monitor.store.scans import alive
from monitor.store.tables import findings, held_back, listing_changes, registries, scans
from tests.store.conftest import engine, postgres, url

__all__ = ["engine", "postgres", "url"]

DAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
BRANDS = (Brand(brand_id="nike", name="Nike", aliases=("耐克",), policy="no-online"), Brand(brand_id="adidas", name="Adidas", policy="no-online"))
REGISTRY = Registry(brands=BRANDS)
SETTINGS = ScanSettings(
    base=Path(), sources=(Source(name="taobao", kind="exports", paths=("x",)),),
    channels=(Channel(name="chat", kind="webhook", min_level="low"),), alerts=AlertSettings(), store=StoreSettings(),
)  # fmt: skip


def listing(number: int, title: str = "wooden spoon", **values: object) -> Listing:
    return Listing(title=title, platform="taobao", shop="s1", listing_id=str(number), source="a.csv", row=number + 1, **values)  # type: ignore[arg-type]


SHOP = (listing(1, "Nike running shoes"), listing(2), listing(3, "N1KE shirt"), listing(4, offer=Offer(price=Decimal("9.90"), currency="CNY")))


class Days:
    """One shop over several days."""

    def __init__(self, engine: Engine, registry: Registry = REGISTRY, settings: ScanSettings = SETTINGS) -> None:
        self.engine, self.registry, self.settings, self.days = engine, registry, settings, 0

    def begin(self, sources: Sequence[str] = ("taobao",), day: date = DAY) -> Scan:
        self.days += 1
        screener = Screener.build(self.registry, on=day)
        self.screener = screener
        return Scan.begin(
            self.engine, screener=screener, registry=self.registry, settings=self.settings, sources=sources, now=NOW + timedelta(days=self.days)
        )  # fmt: skip

    def scan(self, shown: Iterable[Listing], complete: bool = True, **values: object) -> ScanResult:
        scan = self.begin(**values)  # type: ignore[arg-type]
        for screening in self.screener.screen(shown):
            scan.add(screening)
        return scan.close(complete=complete, why="" if complete else "the page broke off")

    def told(self) -> list[Event]:
        """Events since the last call, oldest first."""
        events = []
        while some := outbox.due(self.engine, "chat", NOW + timedelta(days=999), 500, timedelta(minutes=1)):
            outbox.sent(self.engine, [one.delivery_id for one in some], NOW)
            events += [one.event for one in some]
        return events

    def states(self) -> dict[str, tuple[str, str]]:
        with self.engine.connect() as connection:
            return {row.key: (row.state, row.level) for row in connection.execute(select(findings))}


@pytest.fixture
def shop(engine: Engine) -> Days:
    return Days(engine)


def kinds(events: Sequence[Event]) -> list[tuple[str, str]]:
    return [(event.type, event.subject) for event in events]


def test_the_first_scan_opens_and_the_second_is_silent(shop: Days) -> None:
    first = shop.scan(SHOP)
    assert first.complete and first.listings == 4 and first.changes == {"opened": 2} and first.alerts == 2
    assert kinds(shop.told()) == [("finding.opened", "taobao/s1/1/nike"), ("finding.opened", "taobao/s1/3/nike")]
    second = shop.scan(SHOP)
    assert second.complete and second.changes == {} and second.alerts == 0 and shop.told() == []
    assert shop.states() == {"taobao/s1/1/nike": ("open", "high"), "taobao/s1/3/nike": ("open", "high")}


def test_the_event_is_the_contracts_object(shop: Days) -> None:
    shop.scan(SHOP[2:])
    (event,) = shop.told()
    assert event.level == "high" and event.shop == "s1" and event.brand_id == "nike"
    assert event.data["listing"] == {"platform": "taobao", "shop": "s1", "listing_id": "3", "sku": "", "title": "N1KE shirt", "source": "a.csv", "row": 4}
    assert event.data["change"] == "opened" and event.data["scan_id"] == 1 and event.data["reasons"][0]["message"] and event.data["verdict"] == "hold"


def test_what_is_mended_or_gone_is_closed_once(shop: Days) -> None:
    shop.scan(SHOP)
    shop.told()
    mended = shop.scan([listing(1, "running shoes"), *SHOP[1:]])
    assert mended.changes == {"closed": 1}
    (event,) = shop.told()
    assert event.type == "finding.closed" and event.data["listing"]["title"] == "Nike running shoes" and event.level == "high"
    gone = shop.scan([listing(1, "running shoes"), SHOP[1], SHOP[3], listing(5)])
    assert gone.changes == {"closed": 1} and kinds(shop.told()) == [("finding.closed", "taobao/s1/3/nike")]
    assert shop.scan([listing(1, "running shoes"), SHOP[1], SHOP[3], listing(5)]).changes == {}
    back = shop.scan(SHOP)
    assert back.changes == {"opened": 2} and len(shop.told()) == 2


def test_a_scan_that_did_not_see_the_whole_shop_brings_only_bad_news(shop: Days) -> None:
    shop.scan(SHOP)
    shop.told()
    result = shop.scan([listing(1, "running shoes"), listing(2, "Adidas shoes")], complete=False)
    assert result.state == "incomplete" and result.changes == {"opened": 1} and "the page broke off" in result.why()
    assert kinds(shop.told()) == [("finding.opened", "taobao/s1/2/adidas"), ("scan.failed", "scan")]
    assert shop.states()["taobao/s1/1/nike"] == ("open", "high")
    with shop.engine.connect() as connection:
        assert connection.execute(select(held_back)).all() == []
    assert shop.scan([listing(1, "running shoes"), listing(2, "Adidas shoes"), *SHOP[2:]]).changes == {"closed": 1}


def test_far_fewer_listings_are_incomplete_until_somebody_says_so(shop: Days) -> None:
    shop.scan(SHOP)
    result = shop.scan(SHOP[:2])
    assert result.state == "incomplete" and result.changes == {} and "2 listings" in result.why() and "80 %" in result.why() and result.why("zh")
    scan = shop.begin()
    for screening in shop.screener.screen(SHOP[:2]):
        scan.add(screening)
    assert scan.close(fewer_ok=True).changes == {"closed": 1}


def test_nothing_read_is_a_failure(shop: Days) -> None:
    shop.scan(SHOP)
    shop.told()
    result = shop.scan([])
    assert result.state == "failed" and result.changes == {} and "clean bill" in result.why()
    (event,) = shop.told()
    assert event.type == "scan.failed" and event.data["reasons"][0]["code"] == "scan.nothing"


def test_only_the_scanned_sources_may_close(engine: Engine) -> None:
    shop = Days(engine, settings=replace(SETTINGS, sources=(*SETTINGS.sources, Source(name="amazon", kind="exports", paths=("y",)))))
    scan = shop.begin(("taobao", "amazon"))
    for one, source in ((SHOP[0], "taobao"), (replace(SHOP[2], platform="amazon"), "amazon")):
        scan.add(shop.screener(one), source)
    assert scan.close().changes == {"opened": 2}
    assert shop.scan([listing(1, "shoes")], sources=("taobao",)).changes == {"closed": 1}
    assert shop.states()["amazon/s1/3/nike"] == ("open", "high")


def test_a_source_that_left_the_settings_no_longer_holds_findings_open(engine: Engine) -> None:
    shop = Days(engine)
    shop.scan(SHOP, sources=("old-name",))
    renamed = shop.scan(SHOP, sources=("taobao",))
    assert renamed.complete and renamed.changes == {} and shop.scan(SHOP).changes == {}


def test_rows_of_one_listing_make_one_finding_as_bad_as_the_worst(shop: Days) -> None:
    rows = [listing(1, "Nike case compatible with Nike", sku="a"), listing(1, "Nike shoes", sku="b"), listing(1, "Nike shoes", sku="b")]
    assert shop.scan(rows).changes == {"opened": 1}
    assert shop.states() == {"taobao/s1/1/nike": ("open", "high")}
    assert shop.scan(rows).changes == {}
    assert shop.scan(list(reversed(rows))).changes == {}


def test_title_and_price_have_a_history_of_changes_only(shop: Days) -> None:
    shop.scan(SHOP)
    now = replace(SHOP[3], title="oak spoon", offer=Offer(price=Decimal("8.50"), currency="CNY", quantity=3))
    shop.scan([*SHOP[:3], now])
    shop.scan([*SHOP[:3], replace(now, offer=replace(now.offer, quantity=2))])
    with shop.engine.connect() as connection:
        rows = connection.execute(select(listing_changes.c.field, listing_changes.c.old, listing_changes.c.new).order_by(listing_changes.c.field)).all()
    assert [tuple(row) for row in rows] == [("price", "9.90 CNY", "8.50 CNY"), ("title", "wooden spoon", "oak spoon")]


def test_a_killed_scan_is_closed_by_the_next_and_told(shop: Days) -> None:
    from monitor.store import scans as rows

    scan = shop.begin()
    rows.done_here(scan.scan_id)  # as if its process were gone
    result = shop.scan(SHOP)
    assert result.complete and [one.params["scan"] for one in result.unfinished] == ["1"]
    assert [event.type for event in shop.told()][:1] == ["scan.failed"]
    with shop.engine.connect() as connection:
        assert connection.execute(select(scans.c.state).order_by(scans.c.scan_id)).scalars().all() == ["failed", "complete"]


def test_a_paper_about_to_end_is_told_once_for_each_day_of_the_settings(engine: Engine) -> None:
    paper = Authorization(authorization_id="st-1", brand_id="nike", licensor="Nike", licensor_role="owner", licensee="Us Ltd", online="yes", valid_until=date(2026, 3, 20))
    registry = Registry(brands=BRANDS, authorizations=(paper,), shops=(Shop(shop_id="s1", platform="taobao", company="Us Ltd"),))
    shop = Days(engine, registry)
    told = []
    for day in (1, 2, 13, 14, 19, 20, 21):
        shop.scan([SHOP[0]], day=date(2026, 3, day))
        told += [(day, event.data["days"], event.data["listings"]) for event in shop.told() if event.type == "authorization.expiring"]
    assert told == [(1, 19, 1), (13, 7, 1), (19, 1, 1)]
    assert shop.states() == {"taobao/s1/1/nike": ("open", "high")}


def test_old_things_are_thinned_and_nothing_that_still_speaks(engine: Engine) -> None:
    shop = Days(engine, settings=replace(SETTINGS, store=StoreSettings(keep_days=5, incomplete_below=0.1)))
    shop.scan(SHOP)
    shop.scan(SHOP[:2])  # N1KE and the last spoon are gone
    shop.told()
    for _ in range(9):
        shop.scan(SHOP[:2])
    assert shop.states() == {"taobao/s1/1/nike": ("open", "high")}
    with engine.connect() as connection:
        for table, count in (("listings", 2), ("scans", 6), ("events", 0), ("finding_changes", 1), ("registries", 1)):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == count, table
    assert list(faults(engine)) == []


def test_a_review_ends_on_its_day(engine: Engine) -> None:
    shop = Days(engine)
    shop.scan(SHOP[:1])
    decide(engine, "taobao/s1/1/nike", decision="accept", who="Li", why="ours", until=date(2026, 3, 5), at=NOW, today=DAY)
    assert shop.scan(SHOP[:1], day=date(2026, 3, 5)).changes == {}
    assert shop.scan(SHOP[:1], day=date(2026, 3, 6)).changes == {"opened": 1}
    assert shop.scan(SHOP[:1], day=date(2026, 3, 7)).changes == {}


def test_an_accepted_finding_may_go_and_come_back_in_silence(shop: Days) -> None:
    shop.scan(SHOP)
    shop.told()
    decide(shop.engine, "taobao/s1/3/nike", decision="false-alarm", who="Li", why="not theirs", until=None, at=NOW, today=DAY)
    other = [*SHOP[:2], SHOP[3], listing(9)]
    assert shop.scan(other).changes == {} and shop.states()["taobao/s1/3/nike"][0] == "closed"
    assert shop.scan(SHOP).changes == {} and shop.states()["taobao/s1/3/nike"][0] == "accepted"
    decide(shop.engine, "taobao/s1/3/nike", decision="reopen", who="Li", why="it is", until=None, at=NOW, today=DAY)
    assert shop.states()["taobao/s1/3/nike"][0] == "open" and shop.scan(SHOP).changes == {} and shop.told() == []


def test_the_registry_of_a_scan_can_be_read_again(engine: Engine) -> None:
    paper = Authorization(authorization_id="st-1", brand_id="nike", licensor="'Nike", licensee="Us; Ltd", online="yes", valid_until=date(2026, 3, 20), price_floor=Decimal("9.90"))
    registry = Registry(brands=BRANDS, authorizations=(paper,), shops=(Shop(shop_id="s1", platform="taobao", company="Us Ltd"),))
    Days(engine, registry).scan(SHOP)
    with engine.connect() as connection:
        content = connection.execute(select(registries.c.content)).scalar_one()
    loaded = load(content)
    assert (loaded.brands, loaded.authorizations, loaded.shops) == (registry.brands, registry.authorizations, registry.shops)


def test_two_scans_of_other_sources_at_once(engine: Engine) -> None:
    shop = Days(engine)
    one, other = shop.begin(("a",)), shop.begin(("b",))
    for screening in shop.screener.screen(SHOP):
        one.add(screening)
        other.add(screening)
    assert sum(one.close().changes.values()) + sum(other.close().changes.values()) == 2
    with pytest.raises(ServiceError, match="running since"):
        shop.begin(("a",))
        shop.begin(("a", "b"))


@pytest.mark.parametrize(("holder", "hours", "lives"), [("elsewhere:1", 5, True), ("elsewhere:1", 7, False), (f"{socket.gethostname()}:1", 5, True), (f"{socket.gethostname()}:1", 25, False), (f"{socket.gethostname()}:999999999", 0, False)])  # fmt: skip
def test_who_runs_a_scan_and_still_lives(engine: Engine, holder: str, hours: int, lives: bool) -> None:
    shop = Days(engine)
    shop.begin()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE scans SET holder = '{holder}'")
        row = connection.execute(select(scans)).one()
    assert alive(row, row.alive_at + timedelta(hours=hours)) is lives
