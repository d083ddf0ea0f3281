"""Real crawls in one child process, for tests: jobs as JSON on standard input, what was gathered on standard output."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUICK = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_TIMEOUT": 2, "LOG_ENABLED": False, "RETRY_TIMES": 1}


@dataclass
class Crawled:
    titles: list[str]
    problems: list[dict[str, Any]]
    reason: str
    errors: int
    listings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [one["code"] for one in self.problems]


def crawl(jobs: dict[str, dict[str, Any]]) -> dict[str, Crawled]:
    """Run each job {kind, paths, urls, shop, settings} as a crawl of its own, all in one process."""
    ran = subprocess.run([sys.executable, "-m", "tests.spiders.crawls"], input=json.dumps(jobs), capture_output=True, text=True, cwd=ROOT, timeout=110)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr, ran.stderr
    return {name: Crawled(**value) for name, value in json.loads(ran.stdout).items()}


def main() -> None:
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from monitor.model.settings import Source

    results: dict[str, Crawled] = {}
    process = AsyncCrawlerProcess(Settings({"SPIDER_MODULES": ["spiders.crawl"], "LOG_ENABLED": False}))
    for name, job in json.load(sys.stdin).items():
        # Every job in its own copy: what one test makes quick must not hurry another.
        settings = process.settings.copy()
        settings.setdict(QUICK | job.get("settings", {}), priority="cmdline")
        process.settings, kept = settings, process.settings
        crawler = process.create_crawler(job["kind"])
        process.settings = kept
        result = results[name] = Crawled([], [], "", 0)
        listen(crawler, result, signals)
        source = Source(name=name, kind=job["kind"], paths=tuple(job.get("paths", ())), urls=tuple(job.get("urls", ())), shop=job.get("shop", ""))
        process.crawl(crawler, source=source, platform=job.get("platform", ""))
    process.start()
    print(json.dumps({name: vars(result) for name, result in results.items()}))


def listen(crawler: Any, result: Crawled, signals: Any) -> None:
    def item(item: Any) -> None:
        from monitor.intake import listing_values
        from monitor.model.problem import Problem

        for one in listed(item.found):
            if isinstance(one, Problem):
                result.problems.append({"code": one.code, "source": one.source, "loss": one.loss, **one.params})
            else:
                result.titles.append(one.title)
                result.listings.append({key: value for key, value in listing_values(one).items() if value})

    def error() -> None:
        result.errors += 1

    def closed(reason: str) -> None:
        result.reason = reason

    for handler, signal in ((item, signals.item_scraped), (error, signals.spider_error), (error, signals.item_error), (closed, signals.spider_closed)):
        crawler.signals.connect(handler, signal, weak=False)


def listed(found: Iterable[Any]) -> Iterator[Any]:
    """Listings and problems, with files that are read apart read here."""
    from monitor.intake import listing
    from monitor.model.gathered import Apart

    for one in found:
        if not isinstance(one, Apart):
            yield one
            continue
        notes = []
        for problems, rows, note in map(one.pieces.read, one.pieces.split):
            yield from problems
            notes.append(note)
            for row in rows.each() if rows else ():
                made, told = listing(row, source=one.file, platform=one.platform, shop=one.shop)
                yield from told
                if made:
                    yield made
        yield from one.pieces.rest(notes)


if __name__ == "__main__":
    main()
