"""The Scrapy door: two lines in any project's settings, and whatever its spiders yield is screened.

    ADDONS = {"monitor.addon.ListingMonitor": 300}
    LISTING_MONITOR_CONFIG = "monitor.toml"

Nothing of the host's settings is overridden. A wrong configuration raises: Scrapy would let the crawl go on
unscreened with one warning for NotConfigured, which is used for "switched off" only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured

from monitor.addon.fields import Fields
from monitor.config import load_config
from monitor.errors import ConfigError
from monitor.messages import LANGS, failure

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

PLACE = 900  # after the host's pipelines have cleaned the item; name the pipeline in ITEM_PIPELINES to move it
NEXT_TO_THE_ENGINE = 25  # of the spider middlewares
SETTINGS: dict[str, Any] = {
    "LISTING_MONITOR_ENABLED": True,
    "LISTING_MONITOR_CONFIG": "",  # a monitor.toml; "": the one here, or the starter registry alone
    "LISTING_MONITOR_FIELDS": {},  # our field -> the item's, where its name does not tell
    "LISTING_MONITOR_FINDINGS": "findings",  # field of the item that gets the findings, where it has room; "": none
    "LISTING_MONITOR_STORE": True,  # keep them in the database, too, and tell the channels what changed
    "LISTING_MONITOR_LANG": "en",  # language of the sentences in findings and in the log: en or zh
    "LISTING_MONITOR_SHOP": "",  # shop of items that do not say theirs
    "LISTING_MONITOR_COMPANY": "",  # whose papers count where no shop tells it
    "LISTING_MONITOR_SPIDERS": False,  # also offer the spiders exports, pages and feed
}  # fmt: skip
OF_SPIDERS = ("LISTING_MONITOR_MOST_PAGES",)


class ListingMonitor:
    """The add-on. ConfigError for a setting of ours that is unknown or does not fit."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Our spiders beside the host's, only when asked for."""
        if settings.getbool("LISTING_MONITOR_SPIDERS"):
            named = [*settings.getlist("SPIDER_MODULES"), "spiders.crawl"]
            settings.set("SPIDER_MODULES", named, settings.getpriority("SPIDER_MODULES") or 0)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ListingMonitor:
        return cls()

    def update_settings(self, settings: BaseSettings) -> None:
        """Put pipeline and middleware in; everything of ours that is wrong is said now, before a page is asked for."""
        if not settings.getbool("LISTING_MONITOR_ENABLED", True):
            raise NotConfigured("LISTING_MONITOR_ENABLED is off: items are not screened")
        for name in settings:
            if str(name).startswith("LISTING_MONITOR_") and name not in SETTINGS and name not in OF_SPIDERS:
                raise failure(ConfigError, "addon.unknown-setting", name=name, known=", ".join(SETTINGS))
        for name, value in SETTINGS.items():
            settings.setdefault(name, value, priority="addon")
        if settings["LISTING_MONITOR_LANG"] not in LANGS:
            raise failure(ConfigError, "addon.wrong-lang", value=settings["LISTING_MONITOR_LANG"])
        Fields(settings.getdict("LISTING_MONITOR_FIELDS"))
        load_config(config_file(settings))
        from monitor.addon.ahead import LookAhead
        from monitor.addon.pipeline import Pipeline

        settings.setdefault_in_component_priority_dict("SPIDER_MIDDLEWARES", LookAhead, NEXT_TO_THE_ENGINE)
        settings.setdefault_in_component_priority_dict("ITEM_PIPELINES", Pipeline, PLACE)


def config_file(settings: BaseSettings) -> Path | None:
    """The monitor.toml that the settings name; None: the one in the current folder, if there is one."""
    named = settings.get("LISTING_MONITOR_CONFIG")
    return Path(named).expanduser() if named else None
