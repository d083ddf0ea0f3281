"""What finding names costs, beside what a good engineer would take instead; one run, ratios only.

    python -m benchmarks.engine [--counts 700 7000 70000]

Real titles of ../shared/corpus, nine of ten naming no brand of the registry as written. The peers are those of peers.py; one is left out
where it is not installed (`pip install daachorse symspellpy hyperscan`) or does not fit. Every figure is the best of some rounds of
this process's own time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.audit import brands, titles
from benchmarks.peers import Search, exact, exploded, hyperscan, naive, symspell
from monitor.index_file import BIG
from monitor.model.registry import Brand
from monitor.screening.index import Finder


def seconds(search: Search, texts: Sequence[str], rounds: int = 5) -> float:
    """Processor seconds a title, the best round."""
    best = float("inf")
    for _ in range(rounds):
        before = time.process_time()
        search(texts)
        best = min(best, time.process_time() - before)
    return best / len(texts)


def mixed(pool: Sequence[str], named: Sequence[bool], share: float, most: int = 12_000) -> list[str]:
    """Titles of the pool, `share` of which name a brand as written."""
    with_, without = [t for t, one in zip(pool, named, strict=True) if one], [t for t, one in zip(pool, named, strict=True) if not one]
    size = int(min(most, len(without) / (1 - share) if share < 1 else most, len(with_) / share if share else most))
    hits = int(size * share)
    found = without[: size - hits]
    for at in range(hits):  # evenly among the others
        found.insert(at * len(found) // max(1, hits), with_[at])
    return found


def scanning(finder: Finder) -> Search:
    """Candidates and their verification in the kernel, rows out."""
    from monitor.screening.compiled import scanned

    return lambda texts: scanned(texts, finder.arrays, np.zeros(len(texts), dtype=bool))


def finding(finder: Finder) -> Search:
    """Listings in, matches out."""
    return lambda texts: finder.find_batch([(("title", text),) for text in texts])


def one_by_one(finder: Finder) -> Search:
    return lambda texts: [finder.find((("title", text),)) for text in texts]


def compare(count: int, pool: Sequence[str]) -> None:
    given = [Brand(brand_id=one, name=name, aliases=tuple(others)) for one, name, others in brands(count)]
    aliases = [name for brand in given for name in brand.names]
    before = time.process_time()
    compiled = Finder.build(given, "compiled")
    build = time.process_time() - before
    arrays = compiled.arrays
    engines = {one: Finder(arrays, one) for one in ("portable", "plain")}
    peer = exact(aliases)
    texts = mixed(pool, peer(pool), 0.1)
    for search in (scanning(compiled), finding(compiled), finding(engines["portable"])):
        search(texts[:200])
    floor = seconds(peer, texts)
    size = sum(column.nbytes for _, column in arrays.columns()) / 1e6
    print(f"\n{len(arrays.counts):,} aliases, {len(texts):,} titles; index built in {build:.2f} s, {size:.1f} MB; times exact (higher is faster):")
    rows = [
        ("compiled, candidates and verification", scanning(compiled), texts, 5), ("compiled, listings in, matches out", finding(compiled), texts, 5),
        ("portable, listings in, matches out", finding(engines["portable"]), texts, 3), ("plain, one listing at a time", one_by_one(engines["plain"]), texts[:2000], 2),
    ]  # fmt: skip
    for name, make, some, largest in (
        ("naive rapidfuzz", naive, 20, 1 << 30), ("symspellpy, word by word", symspell, 300, 1 << 30), ("exact over all edits", exploded, 4000, 12_000),
        ("hyperscan, edit distance 1", hyperscan, 300, 20_000),
    ):  # fmt: skip
        if len(aliases) > largest:
            continue  # minutes to build, or more memory than there is
        try:
            rows.append((name, make(aliases), texts[:some], 1))
        except ImportError:
            print(f"  {name}: not installed")
    for name, search, some, rounds in rows:
        print(f"  {name}: {floor / seconds(search, some, rounds):.4g}")
    if len(given) >= BIG:
        opening(given)
    if count == 7_000:
        costs(compiled, pool, peer(pool), texts)


def opening(given: Sequence[Brand]) -> None:
    """A registry from its index file, as the second run of a command opens it: the key of its content, and the mapping."""
    from monitor.index_file import content_key, mapped
    from monitor.index_file import finder as from_file

    with tempfile.TemporaryDirectory() as folder:
        from_file(given, Path(folder))
        path = next(Path(folder).iterdir())
        key = content_key(given)
        took = [seconds(work, [""], 9) * 1e3 for work in (lambda _: content_key(given), lambda _: mapped(path, key), lambda _: from_file(given, Path(folder)))]
    print(f"  {len(given):,} brands opened from their index file: {took[2]:.1f} ms (asked 50 at 100,000), the key of the content {took[0]:.1f}, the mapping {took[1]:.2f}")


def costs(finder: Finder, pool: Sequence[str], named: Sequence[bool], texts: Sequence[str]) -> None:
    """What else it depends on, beside the same titles as they are."""
    usual = seconds(finding(finder), texts, 3)
    for share in (0.0, 0.5, 1.0):
        print(f"  share of titles that name a brand {share:.0%}: {seconds(finding(finder), mixed(pool, named, share, 4000), 3) / usual:.2f} x the cost of 10%")
    for times in (4, 16):
        long = [" ".join(texts[at : at + times]) for at in range(0, len(texts) - times, times)]
        print(f"  titles {times} times as long: {seconds(scanning(finder), long, 3) / times / seconds(scanning(finder), texts, 3):.2f} x the cost a character")
    for workers in (1, 2):
        with ThreadPoolExecutor(workers) as pool_:
            before = time.perf_counter()
            list(pool_.map(scanning(finder), [texts] * 12))
            wall = time.perf_counter() - before
        if workers == 1:
            alone = wall
        print(f"  kernel in {workers} thread{'s' * (workers > 1)}: {alone / wall:.2f} x one")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="*", default=[700, 7_000, 70_000], help="brands of the registries (1.4 aliases each)")
    pool = titles(18_000)
    for count in parser.parse_args().counts:
        compare(count, pool)


if __name__ == "__main__":
    main()
