"""Items of every kind: which field is the title, which items have room for findings, what is screened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import attrs
import pydantic
import pytest
import scrapy
from scrapy.settings import Settings

from monitor import intake
from monitor.addon import ListingMonitor
from monitor.addon.fields import Fields, Room, Texts, text
from monitor.errors import ConfigError
from monitor.model.source import Row


class ScrapyItem(scrapy.Item):
    name = scrapy.Field()
    price = scrapy.Field()
    findings = scrapy.Field()


class Narrow(scrapy.Item):
    name = scrapy.Field()


@dataclass
class Plain:
    name: str
    price: float = 0.0
    findings: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Frozen:
    name: str
    findings: tuple[Any, ...] = ()


@attrs.define
class Attrs:
    name: str
    findings: list[Any] = attrs.Factory(list)


class Model(pydantic.BaseModel):
    name: str
    findings: list[Any] = []


ITEMS = [{"name": "N1KE"}, ScrapyItem(name="N1KE"), Plain(name="N1KE"), Attrs(name="N1KE"), Model(name="N1KE")]
IDS = [type(item).__name__ for item in ITEMS]


def read(item: Any, fields: Fields | None = None) -> tuple[dict[str, str], Texts | None]:
    """The cells of an item, and what of it is searched."""
    kind = (fields or Fields()).kind(item)
    row = kind.row(item)
    return kind.cells(row), kind.texts(row)


@pytest.mark.parametrize("item", ITEMS, ids=IDS)
def test_every_kind_is_read_and_has_room(item: Any) -> None:
    assert read(item)[0]["title"] == read(item)[1] == "N1KE"
    room = Room("findings")
    room.add(item, [{"level": "high"}])
    held = item["findings"] if isinstance(item, dict | scrapy.Item) else item.findings
    assert held == [{"level": "high"}]


@pytest.mark.parametrize("item", [Narrow(name="x"), Frozen(name="x")], ids=["no field", "frozen"])
def test_an_item_without_room_stays_as_it_is(item: Any) -> None:
    before = repr(item)
    room = Room("findings")
    room.add(item, [{}])
    room.add(item, [{}])
    assert repr(item) == before


def test_what_the_host_put_there_stays() -> None:
    own, model = {"title": "x", "findings": "mine"}, Plain(name="x", findings=["mine"])
    room = Room("findings")
    room.add(own, [{}])
    room.add(model, [{}])
    assert own["findings"] == "mine" and model.findings == ["mine"]


@pytest.mark.parametrize(("item", "wanted"), [
    ({"标题": "耐克", "品牌": "Nike", "价格": "¥99", "货号": "A1", "店铺": "s"}, {"title": "耐克", "brand": "Nike", "price": "¥99", "sku": "A1", "shop": "s"}),
    ({"Product Title": "a", "Product_ID": 7, "sale-price": 3}, {"title": "a", "listing_id": "7", "price": "3"}),
    ({"title": "a", "name": "b"}, {"title": "a"}),
    ({"name": "b", "title": None}, None), ({"text": "a quote"}, None), ({"title": "  "}, None), ({}, None),
])  # fmt: skip
def test_fields_by_name(item: dict[str, Any], wanted: dict[str, str] | None) -> None:
    cells, texts = read(item)
    several = (("title", wanted["title"]), ("brand", wanted["brand"])) if wanted and "brand" in wanted else None
    assert texts == (several or (wanted["title"] if wanted else None)) and (cells == wanted or not wanted)


def test_fields_as_mapped() -> None:
    cells, texts = read({"text": "a quote", "author": "N. N.", "tags": ["x"]}, Fields({"title": "text", "brand": "author"}))
    assert cells == {"title": "a quote", "brand": "N. N.", "keywords": "x"} and texts == tuple(cells.items())
    with pytest.raises(ConfigError, match="headline"):
        Fields({"headline": "x"})


def test_values_become_cells() -> None:
    made, _ = read({"title": "x", "price": 12.5, "images": ["a", "b"], "attributes": {"size": 42}, "quantity": 3, "category": ("a", "b")})
    assert made == {"title": "x", "price": "12.5", "images": "a;b", "attributes": "size:42", "quantity": "3", "category": "a > b"}
    listing, problems = intake.listing(Row(kind="listing", values=made))
    assert listing is not None and str(listing.offer.price) == "12.5" and not problems
    assert text(b"\xe8\x80\x90") == "耐"


@pytest.mark.parametrize("settings", [
    {"LISTING_MONITOR_FEILDS": {}}, {"LISTING_MONITOR_FIELDS": {"headline": "x"}}, {"LISTING_MONITOR_CONFIG": "nowhere.toml"}, {"LISTING_MONITOR_LANG": "de"},
])  # fmt: skip
def test_a_wrong_configuration_raises(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        ListingMonitor().update_settings(Settings(settings))


def test_the_hosts_settings_win() -> None:
    from monitor.addon.pipeline import Pipeline

    settings = Settings({"ITEM_PIPELINES": {"monitor.addon.pipeline.Pipeline": 150, "x.Y": 300}, "LISTING_MONITOR_STORE": False, "SPIDER_MODULES": ["a"]})
    monitor = ListingMonitor()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scrapy.settings.load_object", lambda path: Pipeline if "monitor" in str(path) else path)
        monitor.update_settings(settings)
    assert settings.getdict("ITEM_PIPELINES") == {"monitor.addon.pipeline.Pipeline": 150, "x.Y": 300}
    assert settings.getbool("LISTING_MONITOR_STORE") is False
    ListingMonitor.update_pre_crawler_settings(settings)
    assert settings.getlist("SPIDER_MODULES") == ["a"]
    settings.set("LISTING_MONITOR_SPIDERS", True)
    ListingMonitor.update_pre_crawler_settings(settings)
    assert settings.getlist("SPIDER_MODULES") == ["a", "spiders.crawl"]
