"""What remembering costs: a first scan, an unchanged second one, and a plain peer, in one run.

    python -m benchmarks.stored [--rows 1000000] [--aliases 10000] [--postgres ADDRESS] [--only store|together]

Together: a CSV file is read, screened by two processes and stored, in a process of its own, whose memory is told.

The store's part alone: screenings are made beforehand for 20,000 real titles and shown under new ids, so that only
`scan.add` and `scan.close` are timed. The peer writes the same rows into one SQLite table with SQLAlchemy's `insert`,
a transaction for each batch of 1,000: what a first version does.
"""

from __future__ import annotations

import argparse
import gc
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

from benchmarks.audit import brands, titles
from monitor.model.finding import Screening
from monitor.model.listing import Listing, Offer
from monitor.model.registry import Brand, Registry
from monitor.model.settings import Channel, ScanSettings, Source
from monitor.scan import Scan
from monitor.screening import Screener
from monitor.store import open_store

SAMPLE = 20_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def registry(aliases: int) -> Registry:
    """As many brands as it takes for so many spellings, one of ten forbidden online."""
    made: list[Brand] = []
    count = 0
    for brand_id, name, others in brands(aliases):
        made.append(Brand(brand_id=brand_id, name=name, aliases=tuple(others), policy="unknown" if len(made) % 10 else "no-online"))
        count += 1 + len(others)
        if count >= aliases:
            break
    return Registry(brands=tuple(made), fingerprint=f"benchmark-{aliases}")


def sample(screener: Screener) -> list[Screening]:
    """Screened titles, nine of ten naming no brand of the registry, as everywhere in these figures."""
    listings = [
        Listing(title=title, platform="taobao", shop="s1", offer=Offer(price=Decimal("99.00"), currency="CNY", quantity=7), url="https://item.example/x", source="export.csv")
        for title in titles(SAMPLE)
    ]
    clear, found = [], []
    for screening in screener.screen(listings):
        (found if screening.findings else clear).append(screening)
        for finding in screening.findings:
            _ = finding.remedies
    mixed = [[*clear[at * 9 : at * 9 + 9], one] for at, one in enumerate(found) if at * 9 + 9 <= len(clear)]
    return [screening for some in mixed for screening in some]


def shown(screenings: list[Screening], rows: int) -> Iterator[Screening]:
    """A shop of `rows` listings, each with an id of its own."""
    for at in range(rows):
        screening = screenings[at % len(screenings)]
        listing = screening.listing
        named = Listing(
            title=listing.title, platform="taobao", shop="s1", listing_id=str(600_000_000_000 + at), offer=listing.offer, url=listing.url,
            source="export.csv", row=at + 2,
        )  # fmt: skip
        if screening.findings:
            findings = tuple(_keyed(finding, f"taobao/s1/{named.listing_id}/{finding.brand_id}") for finding in screening.findings)
            yield Screening(listing=named, findings=findings, fingerprint=screening.fingerprint)
        else:
            yield Screening(listing=named, fingerprint=screening.fingerprint)


def _keyed(finding: object, key: str) -> object:
    from dataclasses import replace

    return replace(finding, key=key)  # type: ignore[type-var]


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads: on a shared machine the clock on the wall tells of the others."""
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


def spent() -> tuple[float, float]:
    """CPU seconds of this process and of the workers that have ended."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, ended.ru_utime + ended.ru_stime


def peak() -> int:
    """MiB at most of this process. Not ru_maxrss: a child begins with what its parent had when it was started."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) // 1024


def together(path: Path, folder: Path, aliases: int) -> None:
    """CSV -> screened -> stored in this process and one worker; twice. Prints seconds on the clock."""
    from monitor import audit, wiring
    from monitor.crawling import Crawling
    from monitor.model.gathered import Gathered
    from monitor.model.source import ReadOptions

    known = registry(aliases)
    screener = Screener.build(known, on=date(2026, 3, 1))
    engine = open_store(f"sqlite:///{folder}/together.sqlite3")
    settings = ScanSettings(base=folder, sources=(Source(name="shop", kind="exports"),), channels=(Channel(name="chat", kind="webhook"),))
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    for said in ("first", "second, unchanged"):
        before, cpu, tally = time.perf_counter(), spent(), audit.Tally()
        scan = Scan.begin(engine, screener=screener, registry=known, settings=settings, sources=["shop"], now=NOW)
        opened = audit.open_files([(path, ReadOptions(name=str(path)))], wiring.readers(), tally)
        read = audit.read_apart(opened, tally, audit.Blanks(platform="taobao", shop="s1"))
        crawling = Crawling(screener=screener, scan=scan, workers=2)
        crawling.begin("shop")
        for _ in crawling.gathered(Gathered(source="shop", found=read)):
            pass
        result = scan.close()
        seconds = time.perf_counter() - before
        own, worker = (now - then for now, then in zip(spent(), cpu, strict=True))
        print(
            f"together, {said}: {seconds:.1f} s, {result.listings / seconds:,.0f} a second; CPU {own:.1f} s here, {worker:.1f} s in the workers, "
            f"so {result.listings / max(own, (own + worker) / 2):,.0f} a second on two free cores; peak {peak()} MiB; {result.state}, {dict(result.changes)}", flush=True
        )  # fmt: skip


def write_csv(path: Path, screenings: list[Screening], rows: int) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["listing_id", "title", "price", "currency", "quantity", "url"])
        for at in range(rows):
            table.writerow([600_000_000_000 + at, screenings[at % len(screenings)].listing.title, 100 + at % 900, "CNY", at % 50, "https://item.example/x"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--aliases", type=int, default=10_000)
    parser.add_argument("--postgres", help="also on this database, which must be empty")
    parser.add_argument("--only", choices=["store", "together"])
    parser.add_argument("--file", nargs=2, type=Path, help=argparse.SUPPRESS)  # the child's CSV and folder
    asked = parser.parse_args()
    if asked.file:
        together(*asked.file, asked.aliases)
        return
    known = registry(asked.aliases)
    screener = Screener.build(known, on=date(2026, 3, 1))
    screenings = sample(screener)
    hits = sum(any(one.level != "clear" for one in screening.findings) for screening in screenings) / len(screenings)
    print(f"{asked.rows:,} listings, {sum(len(brand.names) for brand in known.brands):,} aliases, {100 * hits:.1f} % of the titles with a finding")
    if asked.only != "store":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.csv"
            write_csv(path, screenings, asked.rows)
            subprocess.run([sys.executable, "-m", "benchmarks.stored", "--aliases", str(asked.aliases), "--file", str(path), folder], check=True)
    if asked.only != "together":
        alone(asked, known, screener, screenings)


def alone(asked: argparse.Namespace, known: Registry, screener: Screener, screenings: list[Screening]) -> None:
    """The store's part alone, and the peer."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)  # as the commands do
    making = timed(lambda: [None for _ in shown(screenings, asked.rows)])
    with tempfile.TemporaryDirectory() as folder:
        urls = {"SQLite": f"sqlite:///{folder}/shop.sqlite3"} | ({"PostgreSQL": asked.postgres} if asked.postgres else {})
        for name, url in urls.items():
            engine = open_store(url)
            settings = ScanSettings(base=Path(folder), sources=(Source(name="shop", kind="exports"),), channels=(Channel(name="chat", kind="webhook"),))

            def scan() -> None:
                one = Scan.begin(engine, screener=screener, registry=known, settings=settings, sources=["shop"], now=NOW)  # noqa: B023
                for screening in shown(screenings, asked.rows):
                    one.add(screening)
                result = one.close()
                print(f"   {result.state}, changes {dict(result.changes)}, alerts {result.alerts}")

            for said in ("first scan", "second, unchanged"):
                seconds = timed(scan) - making
                print(f"{name}, {said}: {seconds:.1f} s, {asked.rows / seconds:,.0f} a second; peak {peak()} MiB")
            engine.dispose()
        size = sum(file.stat().st_size for file in Path(folder).glob("shop.sqlite3*"))
        print(f"SQLite file: {size / 2**20:,.0f} MiB, {size / asked.rows:.0f} bytes a listing")
        naive = timed(lambda: peer(Path(folder) / "peer.sqlite3", shown(screenings, asked.rows))) - making
        print(f"peer (one table, a clear insert, no comparison): {naive:.1f} s, {asked.rows / naive:,.0f} a second")


def peer(path: Path, stream: Iterator[Screening]) -> None:
    from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, insert

    engine = create_engine(f"sqlite:///{path}")
    table = Table("listings", MetaData(), Column("id", Integer, primary_key=True), *(Column(name, Text) for name in ("listing_id", "title", "price", "url", "finding")))
    table.create(engine)
    while batch := list(islice(stream, 1000)):
        with engine.begin() as connection:
            connection.execute(insert(table), [
                {"listing_id": one.listing.listing_id, "title": one.listing.title, "price": str(one.listing.offer.price), "url": one.listing.url, "finding": repr(one.findings)}
                for one in batch
            ])  # fmt: skip
    engine.dispose()


if __name__ == "__main__":
    main()
