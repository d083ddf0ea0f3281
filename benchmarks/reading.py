"""What reading an export costs, against the parser alone, in one run.

    python -m benchmarks.reading [--rows 1000000] [--sheet-rows 200000]

Ratios of processor time: a CSV against csv.reader, a workbook against python-calamine, each to the last row; then with
intake (rows to listings). And the memory of a process that reads a tenth of the CSV and all of it.
"""

from __future__ import annotations

import argparse
import csv
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

HEADER = "platform,shop,listing_id,sku,title,brand,category,price,currency,quantity,sold,url,images,keywords,description".split(",")  # noqa: SIM905
AMAZON = "item-name,item-description,listing-id,seller-sku,price,quantity,open-date,image-url,item-is-marketplace,product-id-type,item-note,item-condition,asin1,product-id,fulfillment-channel,status".split(",")  # noqa: SIM905
ROUNDS = 3


def record(number: int) -> list[str]:
    """One listing, in Chinese and English, with a comma and a quotation mark to be escaped."""
    return [
        "taobao", "s1", str(600_000_000_000 + number), f"SKU-{number}", f"夏季新款 Nike 运动鞋 男 透气 {number}", "Nike", "运动鞋", f"{number % 900 + 1}.90",
        "CNY", str(number % 500), str(number % 2000), f"https://item.example/item.htm?id={number}", "", "运动 跑步", 'soft, light "and" 轻便',
    ]  # fmt: skip


def write_csv(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(HEADER)
        table.writerows(map(record, range(rows)))
    return path


def write_amazon(path: Path, rows: int) -> Path:
    with path.open("w", encoding="cp1252", newline="") as out:
        out.write("\t".join(AMAZON) + "\n")
        for n in range(rows):
            cells = [f'Nike 9" running shoe {n}', "", f"L{n}", f"S-{n}", f"{n % 90}.99", str(n % 7), "2025-03-05 10:00:00 GMT", "", "y", "1", "", "11", f"B{n:09}", f"B{n:09}", "DEFAULT", "Active"]
            out.write("\t".join(cells) + "\n")
    return path


def write_workbook(path: Path, rows: int) -> Path:
    """With shared strings and numbers, as spreadsheets save it."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for number in range(rows):
        cells = record(number)
        sheet.write_row(number + 1, 0, [float(cell) if place in (7, 9, 10) else cell for place, cell in enumerate(cells)])
    book.close()
    return path


def cost(work: Callable[[], object]) -> float:
    """Processor time of the quickest of some rounds, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def parsed(path: Path, codec: str, **options: object) -> None:
    with path.open(encoding=codec, newline="") as lines:
        deque(csv.reader(lines, **options), 0)  # type: ignore[arg-type]


def calamine(path: Path) -> None:
    """As its manual reads a sheet: all rows as lists of values."""
    import python_calamine

    python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python()


def read(path: Path) -> None:
    from monitor.model.source import ReadOptions
    from spiders.files import read as reader

    reading = reader(path, ReadOptions())
    assert reading is not None
    deque(reading.rows(), 0)


def taken_in(path: Path) -> None:
    from monitor import intake
    from monitor.model.source import ReadOptions, Row
    from spiders.files import read as reader

    reading = reader(path, ReadOptions())
    assert reading is not None
    for row in reading.rows():
        if isinstance(row, Row):
            intake.listing(row)


def memory(path: Path) -> int:
    """MB at most of a process of its own that reads the file."""
    code = f"import resource; from pathlib import Path; from benchmarks.reading import read; read(Path({str(path)!r})); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[1])
    return int(done.stdout) // 1024


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--sheet-rows", type=int, default=200_000)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-reading-") as name:
        folder = Path(name)
        long = write_csv(folder / "long.csv", chosen.rows)
        alone, ours, whole = cost(lambda: parsed(long, "utf-8")), cost(lambda: read(long)), cost(lambda: taken_in(long))
        print(f"CSV of {chosen.rows:,} rows: {ours / alone:.2f} x csv.reader alone (asked: 3), {whole / alone:.2f} x with intake")
        report = write_amazon(folder / "report.txt", chosen.rows // 4)
        alone = cost(lambda: parsed(report, "cp1252", delimiter="\t", quoting=csv.QUOTE_NONE))
        print(f"Amazon report of {chosen.rows // 4:,} rows (dates, two fields of several columns): {cost(lambda: read(report)) / alone:.2f} x csv.reader alone")
        short = write_csv(folder / "short.csv", chosen.rows // 10)
        print(f"memory: {memory(short)} MB for a tenth of the rows, {memory(long)} MB for all")
        book = write_workbook(folder / "book.xlsx", chosen.sheet_rows)
        alone, ours, whole = cost(lambda: calamine(book)), cost(lambda: read(book)), cost(lambda: taken_in(book))
        print(f"workbook of {chosen.sheet_rows:,} rows: {ours / alone:.2f} x python-calamine alone (asked: 1.5), {whole / alone:.2f} x with intake")
        start = statistics.median([cost(lambda: identified(long)) for _ in range(3)])
        print(f"identify of the long CSV: {start * 1000:.0f} ms of processor time; peak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def identified(path: Path) -> None:
    from monitor.model.source import ReadOptions
    from spiders.files import read as reader

    assert reader(path, ReadOptions(head_only=True)) is not None


if __name__ == "__main__":
    main()
