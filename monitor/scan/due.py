"""Which papers end soon, and what each leaves uncovered: every stored listing is asked for the last day of its cover."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.scan.alerts import brand_name, last_day
from monitor.store import listings
from monitor.store.packing import load_listing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sqlalchemy import Engine

    from monitor.model.finding import Cover, Level
    from monitor.model.registry import Authorization, Registry
    from monitor.screening import Screener


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A paper that ends on `until`, in `days`. `after`: level -> listings that lose their cover the day after and come out at it."""

    paper: Authorization
    brand: str
    until: date
    days: int
    after: Counter[Level] = field(default_factory=Counter)

    @property
    def listings(self) -> int:
        return sum(self.after.values())


def due(engine: Engine, registry: Registry, screener_on: Callable[[date], Screener], day: date, within: int) -> list[Due]:
    """Papers whose last good day is at most `within` days away, soonest first; each stored listing screened for `day` and,
    where its cover ends, for the day after. A paper that another renews uncovers nothing."""
    last = day + timedelta(days=within)
    ends = {paper.authorization_id: end for paper in registry.authorizations if (end := last_day(paper)) and day <= end <= last}
    after: dict[str, Counter[Level]] = {paper: Counter() for paper in ends}
    if ends:
        _count(engine, ends, after, screener_on, day, last)
    found = [
        Due(paper=paper, brand=brand_name(registry, paper.brand_id), until=ends[paper.authorization_id], days=(ends[paper.authorization_id] - day).days,
            after=after[paper.authorization_id])
        for paper in registry.authorizations if paper.authorization_id in ends
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.until, -one.listings, one.paper.authorization_id))


def _count(
    engine: Engine, ends: dict[str, date], after: dict[str, Counter[Level]], screener_on: Callable[[date], Screener], day: date, last: date
) -> None:
    screeners = {day: screener_on(day)}
    for page in listings.stored(engine):
        for screening in screeners[day].screen([load_listing(row.content, row.file, row.row) for row in page]):
            for finding in screening.findings:
                papers = _ending(finding.cover, ends, last)
                if not papers:
                    continue
                tomorrow = ends[papers[0]] + timedelta(days=1)
                if tomorrow not in screeners:
                    screeners[tomorrow] = screener_on(tomorrow)
                then = screeners[tomorrow](screening.listing).findings
                level: Level = next((one.level for one in then if one.brand_id == finding.brand_id), "clear")
                for paper in papers:
                    after[paper][level] += 1


def _ending(cover: Cover, ends: dict[str, date], last: date) -> list[str]:
    """The papers of the chain that end on the last day of this cover."""
    if cover.status != "full" or cover.until is None or cover.until > last:
        return []
    return [link for link in cover.chain if ends.get(link) == cover.until]
