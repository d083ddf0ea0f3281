"""A Scrapy project as anybody has one, made in a temporary folder and run with the real `scrapy` command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TWO_LINES = 'ADDONS = {"monitor.addon.ListingMonitor": 300}\nLISTING_MONITOR_CONFIG = "monitor.toml"\n'
MONITOR = '[registry]\npath = "registry"\n'
BRANDS = "brand_id,name,aliases,policy\nnike,Nike,耐克,no-online\n"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str
    items: list[dict[str, Any]]
    folder: Path

    def stat(self, name: str) -> Any:
        """A value of the statistics that Scrapy prints at the end."""
        for line in self.err.splitlines():
            head, _, value = line.strip().strip("{}").partition(": ")
            if head.strip("'") == name:
                return value.rstrip(",}")
        return None


def make(folder: Path, spiders: str, settings: str = TWO_LINES, monitor: str = MONITOR) -> Path:
    """A project `shop` with one module of spiders and these settings on top of a bare template's."""
    package = folder / "shop"
    (package / "spiders").mkdir(parents=True, exist_ok=True)
    (folder / "registry").mkdir(exist_ok=True)
    (folder / "registry" / "brands.csv").write_text(BRANDS, encoding="utf-8")
    (folder / "monitor.toml").write_text(monitor, encoding="utf-8")
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = shop.settings\n")
    (package / "__init__.py").touch()
    (package / "spiders" / "__init__.py").touch()
    (package / "spiders" / "items.py").write_text(spiders, encoding="utf-8")
    (package / "settings.py").write_text(
        f'BOT_NAME = "shop"\nSPIDER_MODULES = ["shop.spiders"]\nROBOTSTXT_OBEY = True\nREMOTE_CONTROL_ENABLED = False\nTELNETCONSOLE_ENABLED = False\n{settings}',
        encoding="utf-8",
    )
    return folder


def scrapy(folder: Path, *arguments: str, out: str = "out.jsonl", timeout: float = 60) -> Ran:
    """`scrapy ...` in the project; the items of the feed that it wrote."""
    environ = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run([sys.executable, "-m", "scrapy", *arguments], cwd=folder, capture_output=True, text=True, timeout=timeout, env=environ, encoding="utf-8")
    feed = folder / out
    lines = feed.read_text(encoding="utf-8").splitlines() if feed.exists() else []
    return Ran(ran.returncode, ran.stdout, ran.stderr, [json.loads(line) for line in lines if line.strip()], folder)
