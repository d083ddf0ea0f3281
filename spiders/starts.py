"""Where the data begins, where a file says so itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiders.layout import Match

SETTINGS = re.compile(r"\bdataRow=(\d{1,3})\b")


def first_row(match: Match) -> int:
    """0-based first data row: after the header, or where Amazon's cell A1 names another (`settings=…&dataRow=4…`)."""
    settings = next(
        (cell for cell in (match.table.head[0] if match.table.head else []) if cell.startswith("settings=")), ""
    )
    if found := SETTINGS.search(settings):
        return max(match.row + 1, int(found[1]) - 1)
    return match.row + 1
