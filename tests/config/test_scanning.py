"""Settings of the daily scan: read as meant; what does not fit is named with its section and key."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.errors import ConfigError

WHOLE = """
[store]
url = "sqlite:///shop.db"
[[sources]]
name = "mine"
path = ["exports/*.csv", "~/Downloads"]
shop = "s1"
[[sources]]
name = "feed"
kind = "feed"
url = "https://shop.example/products.json"
[[channels]]
name = "chat"
kind = "dingtalk"
url = "https://oapi.example/robot"
secret_env = "DING_SECRET"
events = ["finding.opened"]
min_level = "medium"
lang = "zh"
[[schedule]]
name = "morning"
cron = "30 7 * * *"
zone = "Asia/Shanghai"
[alerts]
quiet_hours = "22:00-07:30"
digest_over = 5
expiring_days = [7, 30]
allow_networks = ["10.1.0.0/16"]
"""


def test_everything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(WHOLE, encoding="utf-8")
    scanning = load_config(path, environ={}).scanning
    assert scanning.store.url == f"sqlite:///{tmp_path / 'shop.db'}"
    mine, feed = scanning.sources
    assert mine.kind == "exports" and mine.paths == (str(tmp_path / "exports/*.csv"), str(Path("~/Downloads").expanduser()))
    assert feed.urls == ("https://shop.example/products.json",)
    chat = scanning.channels[0]
    assert chat.wants("finding.opened") and chat.wants("scan.failed") and not chat.wants("finding.closed")
    assert scanning.schedule[0].command == "scan" and scanning.schedule[0].zone == "Asia/Shanghai"
    assert scanning.alerts.quiet_hours == (time(22), time(7, 30)) and scanning.alerts.expiring_days == (30, 7)
    environ = {"LISTING_MONITOR_STORE_URL": "postgresql+psycopg://db/x"}
    assert load_config(path, environ=environ).scanning.store.url == "postgresql+psycopg://db/x"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[sources]]\nname = "a"\n', ("sources", "path")), ('[[sources]]\nname = "a"\nkind = "export"\npath = "x"\n', ("kind", "exports")),
        ('[[sources]]\nname = "a"\nkind = "feed"\nurl = "file:///etc/passwd"\n', ("url", "https://")), ('[sources]\nname = "a"\n', ("[[sources]]",)),
        ('[[schedule]]\nname = "a"\ncron = "daily"\n', ("cron", "30 7 * * *")), ('[[schedule]]\nname = "a"\ncron = "1 2 3 4 5"\nzone = "Mars/X"\n', ("zone",)),
        ('[[channels]]\nname = "a"\nkind = "slack"\nevents = ["finding.open"]\n', ("events", "finding.opened")), ('[[channels]]\nname = "a"\n', ("kind",)),
        ('[[channels]]\nname = "a"\nkind = "slack"\n[[channels]]\nname = "a"\nkind = "slack"\n', ("channels", "a")),
        ('[alerts]\nquiet_hours = "late"\n', ("22:00-07:30",)), ('[alerts]\nallow_networks = ["home"]\n', ("10.1.0.0/16",)),
        ('[store]\nurl = "shop.db"\n', ("sqlite:///",)), ("[store]\nkeep_days = true\n", ("keep_days",)), ("[store]\nincomplete_below = 8\n", ("0 to 1",)),
    ],
)  # fmt: skip
def test_slips_are_named(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_config(path, environ={})
    assert all(word in str(error.value) for word in (*words, "monitor.toml"))
