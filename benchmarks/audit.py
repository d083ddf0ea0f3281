"""What an audit costs: start-up against an import, and a long file against naive rapidfuzz, in one run.

    python -m benchmarks.audit [--rows 100000]

Prints ratios. Reads ../shared/corpus for real titles and brands; without it, made-up ones.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from itertools import cycle, islice
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def brands(count: int) -> list[tuple[str, str, list[str]]]:
    """(id, name, aliases) of brands of every tier, evenly: nine of ten titles then name none of a thousand."""
    path = SHARED / "registry.jsonl.gz"
    if not path.exists():
        return [(f"b{n}", f"Brand{n:x}word", [f"牌子{n}号"]) for n in range(count)]
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            value = json.loads(line)
            names = [name["text"] for name in value["names"] if name["text"]]
            if names:
                rows.append((value["tier"] == "C", zlib.crc32(value["id"].encode()), value["id"], names))
    rows.sort()
    return [(brand_id, names[0], names[1:]) for _, _, brand_id, names in rows[:count]]


def titles(count: int) -> list[str]:
    """Real titles, Chinese and English in turn, repeated as often as needed."""
    found: list[str] = []
    for name in ("zh_titles.jsonl", "en_titles.jsonl"):
        if (SHARED / name).exists():
            found += [json.loads(line)["title"] for line in (SHARED / name).open(encoding="utf-8")]
    found = found or [f"wooden spoon number {n} for the kitchen 木勺" for n in range(1000)]
    step = 7919  # a prime, so that the languages mix
    mixed = [found[(n * step) % len(found)] for n in range(len(found))]
    return list(islice(cycle(mixed), count))


def write_inputs(folder: Path, rows: int, count: int) -> tuple[Path, Path]:
    registry = folder / f"registry-{count}"
    registry.mkdir(exist_ok=True)
    with (registry / "brands.csv").open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["brand_id", "name", "aliases", "policy"])
        table.writerows([brand_id, name, ";".join(aliases), "unknown"] for brand_id, name, aliases in brands(count))
    path = folder / f"listings-{rows}.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["listing_id", "title", "price", "currency"])
        table.writerows([n, title, 100 + n % 900, "CNY"] for n, title in enumerate(titles(rows)))
    return path, registry


def run(arguments: list[str]) -> tuple[float, int]:
    """Seconds and peak KiB of one process."""
    before = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = __import__("os").wait4(process.pid, 0)
    return time.perf_counter() - before, usage.ru_maxrss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    audit = [sys.executable, "-m", "monitor", "audit", "--format", "jsonl", "--quiet"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, registry = write_inputs(folder, 100, 1000)
        peer = [sys.executable, "-c", "import rapidfuzz, sqlalchemy"]
        pairs = [(run([*audit, str(small), "--registry", str(registry)])[0], run(peer)[0]) for _ in range(5)]
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        print(f"audit of 100 rows against 1,000 brands: {ratio:.2f} x `python -c 'import rapidfuzz, sqlalchemy'` (asked <= 3)")

        tenth, _ = write_inputs(folder, rows // 10, 1000)
        whole, _ = write_inputs(folder, rows, 1000)
        few_seconds, few_memory = run([*audit, str(tenth), "--registry", str(registry)])
        seconds, memory = run([*audit, str(whole), "--registry", str(registry)])
        rate = (rows - rows // 10) / (seconds - few_seconds)
        print(f"audit of {rows:,} rows: {rows / seconds:,.0f} rows/s whole process, {rate:,.0f} rows/s in the long run")
        print(f"peak memory {rows // 10:,} rows: {few_memory // 1024} MiB; {rows:,} rows: {memory // 1024} MiB")
        naive = naive_rate()
        print(f"naive rapidfuzz.process.extract over 1,000 brands: {naive:,.0f} titles/s; ours {rows / seconds / naive:.0f} x (asked >= 20)")
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


def naive_rate() -> float:
    """Titles a second of what a first version would do: partial_ratio of every alias to every title."""
    from rapidfuzz import fuzz, process

    aliases = [text for _, name, others in brands(1000) for text in (name, *others)]
    sample = titles(400)
    before = time.perf_counter()
    for title in sample:
        process.extract(title, aliases, scorer=fuzz.partial_ratio, score_cutoff=90, limit=5)
    return len(sample) / (time.perf_counter() - before)


if __name__ == "__main__":
    main()
