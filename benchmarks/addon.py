"""What the Scrapy add-on costs over an empty item pipeline, for items that name no brand: ratios of one run.

    python -m benchmarks.addon [--items 30000] [--pages 600] [--rounds 5]

Two crawls, each with an empty pipeline, with the add-on, with the add-on and a new database, and once more with that
database, when nothing has changed:
`items` come out of one callback as fast as Scrapy can pass them on (its hardest case: 40 microseconds an item);
`pages` is what a crawl is like: a local web server, 20 products a page, read with CSS selectors.
CPU microseconds an item and what is more than the empty pipeline's of the same round, medians of the rounds, which
alternate; the first items are told apart, since the compiled
engine is loaded once a crawl, when it has shown to be long enough.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.audit import titles

ON_PAGE = 20
WARM = 4000  # items told apart
WAYS = ("empty", "add-on", "add-on and store", "the same again")  # the last in the database that the one before it left


def plain_titles(count: int) -> list[str]:
    """Real titles in which the starter registry finds nothing."""
    from datetime import date

    from monitor import Listing, Screener
    from monitor.registry_files import load_with_starter

    screener = Screener.build(load_with_starter(None), on=date(2026, 11, 1))
    every = list(dict.fromkeys(titles(count * 3)))
    found = [title for title in every if not screener(Listing(title=title)).findings]
    return list(itertools.islice((found[n % len(found)] for n in range(count)), count))


def serve(texts: list[str], pages: int) -> ThreadingHTTPServer:
    class Pages(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            number = int(self.path.strip("/") or 0)
            shown = (texts[(number * ON_PAGE + n) % len(texts)] for n in range(ON_PAGE))
            body = "<html><body>" + "".join(f'<div class="p"><h2>{one}</h2><b>12.00</b><a href="/p/{number}">x</a></div>' for one in shown) + "</body></html>"
            content = body.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def crawl(job: dict[str, Any]) -> None:
    """One crawl in this process; prints CPU microseconds an item."""
    import scrapy
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerProcess

    class Empty:
        def process_item(self, item: Any) -> Any:
            return item

    times: list[float] = []
    count = itertools.count()

    def mark(number: int) -> None:
        if number == WARM:
            settle()
            times.append(time.process_time())

    def settle() -> None:
        """What stays is taken out of the collector's rounds in every way alike: the add-on does so by itself, and
        an empty pipeline that goes without would make it look cheap."""
        gc.collect()
        gc.freeze()

    class Bench(scrapy.Spider):
        name = "bench"

        async def start(self) -> Any:
            if not job["port"]:
                yield scrapy.Request("data:,x", callback=self.items)
            else:
                for number in range(job["pages"]):
                    yield scrapy.Request(f"http://127.0.0.1:{job['port']}/{number}", callback=self.page)

        def items(self, _: Any) -> Any:
            for number, title in enumerate(job["titles"]):
                mark(number)
                yield {"title": title, "price": "12.00", "id": number, "url": f"http://x/{number}"}

        def page(self, response: Any) -> Any:
            for one in response.css("div.p"):
                mark(next(count))
                yield {"title": one.css("h2::text").get(), "price": one.css("b::text").get(), "url": response.urljoin(one.css("a::attr(href)").get())}

    settings: dict[str, Any] = {"LOG_LEVEL": "ERROR", "REMOTE_CONTROL_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "ITEM_PIPELINES": {Empty: 300}}
    if job["way"] != "empty":
        settings |= {"ADDONS": {"monitor.addon.ListingMonitor": 300}, "LISTING_MONITOR_CONFIG": job["config"], "LISTING_MONITOR_STORE": job["way"] != "add-on"}
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Bench)
    crawler.signals.connect(settle, signals.spider_opened, weak=False)
    for signal in (signals.spider_opened, signals.spider_closed):
        crawler.signals.connect(lambda: times.append(time.process_time()), signal, weak=False)
    process.crawl(crawler)
    process.start()
    scraped = crawler.stats.get_value("item_scraped_count") if crawler.stats else 0
    opened, warm, closed = times
    print(json.dumps({"first": warm - opened, "rest": (closed - warm) / (scraped - WARM) * 1e6}))


def measure(job: dict[str, Any], folder: Path) -> tuple[float, float]:
    """Seconds for the first items, microseconds for each of the rest."""
    config = folder / "monitor.toml"
    config.touch()
    ran = subprocess.run([sys.executable, "-m", "benchmarks.addon", "--crawl"], input=json.dumps({**job, "config": str(config)}), capture_output=True, text=True, check=True)
    value = json.loads(ran.stdout)
    return value["first"], value["rest"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=30_000)
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--crawl", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.crawl:
        crawl(json.load(sys.stdin))
        return
    if min(arguments.items, arguments.pages * ON_PAGE) <= WARM:
        parser.error(f"the first {WARM} items are told apart: more are needed (--items, or --pages of {ON_PAGE} each)")
    texts = plain_titles(arguments.items)
    server = serve(texts, arguments.pages)
    for name, port in (("items", 0), ("pages", server.server_port)):
        job = {"titles": [] if port else texts, "port": port, "pages": arguments.pages}
        taken: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
        for _ in range(arguments.rounds):
            with tempfile.TemporaryDirectory() as folder:
                for way in WAYS:
                    taken[way].append(measure({**job, "way": way}, Path(folder)))
        for way, values in taken.items():
            first, rest = (statistics.median(one) for one in zip(*values, strict=True))
            more = statistics.median(own / empty - 1 for (_, own), (_, empty) in zip(values, taken["empty"], strict=True))
            print(f"{name:<6} {way:<17} {rest:7.1f} us an item {more:+7.1%}; the first {WARM} items {first:5.2f} s", flush=True)
    server.shutdown()


if __name__ == "__main__":
    main()
