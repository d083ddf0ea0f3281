"""What an audit costs: start-up against an import, and a long file against naive rapidfuzz, in one run.

    python -m benchmarks.audit [--rows 100000] [--brands 1000] [--only starts|reading|long]

Prints ratios. Reads ../shared/corpus for real titles and brands; without it, made-up ones.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7
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


def run(arguments: list[str]) -> tuple[float, float, int]:
    """Seconds, processor seconds with those of its workers, and peak KiB of one process."""
    before = time.perf_counter()
    usage = _ran(arguments)
    return time.perf_counter() - before, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def worked(arguments: list[str]) -> float:
    """Processor seconds of one process, the least of a few: a busy machine makes one wait, and says nothing of it."""
    return min((usage := _ran(arguments)).ru_utime + usage.ru_stime for _ in range(ROUNDS))


def _ran(arguments: list[str]) -> resource.struct_rusage:
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return os.wait4(process.pid, 0)[2]


def starts(folder: Path) -> None:
    """What a person waits for before anything is read, beside an empty interpreter and an import."""
    monitor = [sys.executable, "-m", "monitor"]
    for command in (["--help"], ["plugins"]):
        over = worked([*monitor, *command]) - worked([sys.executable, "-c", "pass"])
        print(f"{command[0]}: {over:.3f} s over `python -c pass` (asked <= 0.15)")
    small, registry = write_inputs(folder, 100, 1000)
    audit = [*monitor, "audit", "--format", "jsonl", "--quiet", str(small), "--registry", str(registry)]
    peer = [sys.executable, "-c", "import rapidfuzz, sqlalchemy"]
    ratio = worked(audit) / worked(peer)
    print(f"audit of 100 rows against 1,000 brands: {ratio:.2f} x `python -c 'import rapidfuzz, sqlalchemy'` (asked <= 3)")


def long_run(folder: Path, rows: int, count: int, workers: int) -> float:
    """Rows a second of a long file, whole process."""
    audit = [sys.executable, "-m", "monitor", "audit", "--format", "jsonl", "--quiet", "--workers", str(workers)]
    tenth, registry = write_inputs(folder, rows // 10, count)
    whole, _ = write_inputs(folder, rows, count)
    few_seconds, few_work, few_memory = run([*audit, str(tenth), "--registry", str(registry)])
    seconds, work, memory = run([*audit, str(whole), "--registry", str(registry)])
    further = rows - rows // 10
    rate, each = further / (seconds - few_seconds), (work - few_work) / further * 1e6
    print(f"audit of {rows:,} rows against {count:,} brands, {workers} at work: {rows / seconds:,.0f} rows/s whole process, {rate:,.0f} in the long run; {each:.1f} us of a processor a row")
    print(f"    peak memory {rows // 10:,} rows: {few_memory // 1024} MiB; {rows:,} rows: {memory // 1024} MiB")
    return rows / seconds


def reading(folder: Path, rows: int) -> None:
    """What a row costs before it is screened, beside the csv module alone."""
    from monitor import intake
    from monitor.model.problem import Problem
    from monitor.model.source import ReadOptions
    from spiders.files import read

    path, _ = write_inputs(folder, rows, 1000)

    def parsed() -> None:
        with path.open(encoding="utf-8", newline="") as lines:
            for _ in csv.reader(lines):
                pass

    def listed() -> None:
        found = read(path, ReadOptions())
        for row in found.rows() if found else ():
            if not isinstance(row, Problem):
                intake.listing(row, source="listings.csv")

    bare, whole = (min(_timed(work) for _ in range(3)) for work in (parsed, listed))
    print(f"a row of CSV becomes a listing in {whole / rows * 1e6:.1f} us, {whole / bare:.1f} x the csv module alone")


def _timed(work: Callable[[], None]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--brands", type=int, default=1000)
    parser.add_argument("--only", choices=("starts", "reading", "long"), help="one of the three parts")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.only in (None, "starts"):
            starts(folder)
        if given.only in (None, "reading"):
            reading(folder, given.rows)
        if given.only in (None, "long"):
            rate = long_run(folder, given.rows, given.brands, 1)
            long_run(folder, given.rows, given.brands, 2)
            naive = naive_rate()
            print(f"naive rapidfuzz.process.extract over 1,000 brands: {naive:,.0f} titles/s; ours {rate / naive:.0f} x (asked >= 20)")
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
