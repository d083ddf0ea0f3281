"""The whole way, listing in, findings out, beside what others would do; and two processes beside one. In one run.

    python -m benchmarks.path [--titles 20000] [--aliases 1000,10000] [--workers]

Real titles, one in ten naming a brand of the registry. Every figure is a ratio between engines that ran side by
side in this process: rates of a shared machine mean nothing. Peers (peers.py): naive rapidfuzz, exact Aho-Corasick over folded
text, which sees no disguise, and two tolerant ones; none of them applies a rule.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date
from itertools import cycle, islice
from typing import TYPE_CHECKING

from benchmarks.audit import brands, titles
from benchmarks.peers import Search, exact, exploded, naive, symspell
from monitor import Listing, Screener
from monitor.model.registry import Brand, Registry

if TYPE_CHECKING:
    from monitor.screening.index import Engine

DAY = date(2026, 3, 1)
ASKED = {1_000: (2.5, 5, 200), 10_000: (2.5, 5, 1_700), 100_000: (3.0, 7, 14_000)}  # of exact, compiled and portable; times naive
ROUNDS = 5
# Peers with the titles times aliases that they are given, and the most aliases: two million spellings one edit away fill the memory.
PEERS: dict[str, tuple[Callable[[Sequence[str]], Search], int, int]] = {
    "naive": (naive, 400_000, 1 << 30), "symspellpy": (symspell, 4_000_000, 1 << 30), "exact over all edits": (exploded, 1 << 30, 10_000),
}  # fmt: skip


def registry(aliases: int) -> Registry:
    """Brands of every tier until so many spellings are together, policies in turn."""
    made: list[Brand] = []
    count = 0
    policies = ("unknown", "authorized-only", "open", "no-online")
    for brand_id, name, others in brands(aliases):
        made.append(Brand(brand_id=brand_id, name=name, aliases=tuple(others), policy=policies[len(made) % 4]))
        count += 1 + len(others)
        if count >= aliases:
            break
    return Registry(brands=tuple(made))


def mixed(screener: Screener, count: int) -> list[str]:
    """Real titles of which one in ten names a brand of this registry, without repeats as far as they reach."""
    pool = list(dict.fromkeys(titles(20_000)))
    screened = list(zip(pool, screener.screen([Listing(title=title) for title in pool]), strict=True))
    named = cycle([title for title, screening in screened if screening.findings])
    plain = cycle([title for title, screening in screened if not screening.findings])
    return [next(named if n % 10 == 0 else plain) for n in range(count)]


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of the processor: on a machine that others use too the clock on the wall measures them."""
    gc.collect()
    before = clock()
    work()
    return clock() - before


def drained(screener: Screener, listings: Sequence[Listing], workers: int = 1, clock: Callable[[], float] = time.process_time) -> float:
    return seconds(lambda: deque(screener.screen(listings, workers=workers), maxlen=0), clock)


def side_by_side(aliases: int, count: int, engine: Engine) -> None:
    rows = registry(aliases)
    names = [name for brand in rows.brands for name in brand.names]
    screener = Screener.build(rows, on=DAY, engine=engine)
    texts = mixed(screener, count)
    listings = [Listing(title=text, listing_id=str(n)) for n, text in enumerate(texts)]
    peer = exact(names)
    gc.freeze()
    pairs = [(drained(screener, listings), seconds(lambda: peer(texts))) for _ in range(ROUNDS)]
    ours = count / min(mine for mine, _ in pairs)
    ratio = statistics.median(theirs / mine for mine, theirs in pairs)
    rates = {name: _rate(make(names), texts[: max(5, most // aliases)]) for name, (make, most, largest) in PEERS.items() if aliases <= largest}
    compiled, portable, times = ASKED.get(aliases, (0.0, 0.0, 0))
    share = portable if engine == "portable" else compiled
    beside = ", ".join(f"{ours / rate:,.3g} x {name}" for name, rate in rates.items())
    print(f"{len(names):>8,} aliases, {engine}: {ours:>9,.0f} titles/s; {ratio:.2f} of exact (asked {1 / share if share else 0:.2f}); {beside} (naive asked {times:,})")


def _rate(search: Search, texts: Sequence[str]) -> float:
    """Titles a processor second."""
    return len(texts) / seconds(lambda: search(texts))


def parts(aliases: int, count: int, engine: Engine) -> None:
    """Where the time goes, in microseconds: a listing without a match, a match, a finding."""
    screener = Screener.build(registry(aliases), on=DAY, engine=engine)
    listings = [Listing(title=text, listing_id=str(n)) for n, text in enumerate(mixed(screener, count))]
    of = screener.assessor
    from monitor.screening import fields

    columns = fields(listings)
    hit = [(listings[at], matches) for at, matches in of.finder.find_columns(columns, count)]
    found = of.mentioned(columns, count, listings.__getitem__)
    findings = sum(len(them) for _, them in found)
    gc.freeze()
    steps: list[tuple[str, Callable[[], object], int, str]] = [
        ("fields", lambda: fields(listings), count, "listing"),
        ("search", lambda: of.finder.find_columns(columns, count), count, "listing"),
        ("usage", lambda: [of.judge(*one) for one in hit], max(1, len(hit)), "listing with a match"),
        ("empty screenings", lambda: screener.told(listings, ()), count, "listing"),
        ("findings", lambda: screener.told(listings, found), max(1, findings), "finding"),
    ]  # fmt: skip
    for name, work, per, what in steps:
        best = min(seconds(work) for _ in range(ROUNDS))
        print(f"    {name:<18}{best / per * 1e6:8.2f} us a {what}")


def together(aliases: int, count: int, engine: Engine) -> None:
    screener = Screener.build(registry(aliases), on=DAY, engine=engine)
    listings = [Listing(title=text, listing_id=str(n)) for n, text in enumerate(islice(cycle(mixed(screener, 20_000)), count))]
    drained(screener, listings[:5000])
    gc.freeze()
    pairs = [(_spent(screener, listings, 1), _spent(screener, listings, 2)) for _ in range(ROUNDS)]
    gain = statistics.median(one[0] / two[0] for one, two in pairs)
    # On a machine that others use too the clock tells their work: two idle cores would give what the processor spent.
    idle = statistics.median(2 * sum(one[1:]) / sum(two[1:]) for one, two in pairs)
    bound = statistics.median(sum(one[1:]) / max(two[1], two[2] / 2) for one, two in pairs)
    print(f"{aliases:>8,} aliases: two processes {gain:.2f} x one by the clock (asked >= 1.70); by processor time {bound:.2f}, evenly shared {idle:.2f}")


def _spent(screener: Screener, listings: Sequence[Listing], workers: int) -> tuple[float, float, float]:
    """Seconds by the clock, of this processor, and of the workers'."""
    here, there = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    clock = drained(screener, listings, workers, time.perf_counter)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, time.process_time() - here, after.ru_utime + after.ru_stime - there.ru_utime - there.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", type=int, default=20_000)
    parser.add_argument("--aliases", default="1000,10000")
    parser.add_argument("--workers", action="store_true", help="also two processes beside one, at the last size")
    parser.add_argument("--engine", choices=("auto", "plain", "portable", "compiled"), default="compiled")
    given = parser.parse_args()
    sizes = [int(size) for size in given.aliases.split(",")]
    for size in sizes:
        side_by_side(size, given.titles, given.engine)
        parts(size, given.titles, given.engine)
    if given.workers:
        together(sizes[-1], given.titles * 20, given.engine)  # so many that starting a process is no part of it


if __name__ == "__main__":
    main()
