"""One row per finding, for spreadsheets: UTF-8, formulas made harmless."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from monitor.reports.cells import COLUMNS, cells, harmless

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from monitor.model.finding import Screening
    from monitor.reports import About


def write(screenings: Iterable[Screening], about: About, out: TextIO) -> None:
    """Header first, also where nothing was found. What closed since an earlier report comes last."""
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for screening in screenings:
        for finding in screening.findings:
            row = cells(screening, finding, about.lang, about.tally.changes.get(finding.key, ""))
            table.writerow([harmless(row[name]) for name in COLUMNS])
    for old in about.tally.closed:
        known = {**old["listing"], "key": old["key"], "brand_id": old["brand"]["brand_id"], "brand": old["brand"]["name"]}
        known |= {"change": "closed", "level": "clear"}
        table.writerow([harmless(str(known.get(name) or "")) for name in COLUMNS])
