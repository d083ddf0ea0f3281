"""Changes become events, and events become outbox rows for the channels that want them."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from monitor.channels.routing import wanted
from monitor.messages import say_problem
from monitor.model.event import Event
from monitor.model.finding import LEVELS, VERDICTS, Screening
from monitor.model.problem import Problem
from monitor.reports.jsonl_report import finding_object
from monitor.store import bulk, outbox
from monitor.store.packing import Ending, load_finding, load_listing
from monitor.store.tables import listings, places, sightings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

    from monitor.model.event import EventType
    from monitor.model.finding import Level
    from monitor.model.listing import Listing
    from monitor.model.registry import Authorization, Registry
    from monitor.model.settings import ScanSettings
    from monitor.store.findings import Told


class Teller:
    """Who is told what of one scan."""

    def __init__(self, registry: Registry, settings: ScanSettings, scan_id: int, day: date, at: datetime) -> None:
        self._registry, self._settings, self._scan_id, self._day, self._at = registry, settings, scan_id, day, at
        self._shops = {shop.shop_id: shop.name for shop in registry.shops if shop.name}

    def findings(self, connection: Connection, told: Sequence[Told]) -> int:
        """Deliveries for changed findings. The event has the worse of both levels: who heard of `high` hears that it eased."""
        pairs = [(one, event, names) for one in told if (names := self._wanted(event := self._event(one)))]
        if not pairs:
            return 0
        shown = _shown(connection, [one.listing_id for one, _, _ in pairs if one.listing_id is not None])
        return outbox.put(connection, [(self._filled(event, one, shown), names) for one, event, names in pairs])

    def _wanted(self, event: Event) -> list[str]:
        return wanted(event, self._settings.channels)

    def _event(self, one: Told) -> Event:
        type_: EventType = f"finding.{one.change}"  # type: ignore[assignment]
        level = max(one.before, one.after, key=LEVELS.index)
        return Event(
            event_id=_name(self._scan_id, self._at, one.key, one.change, one.after), type=type_, at=self._at, subject=one.key,
            level=level, shop=one.shop, brand_id=one.brand_id,
        )  # fmt: skip

    def _filled(self, event: Event, one: Told, shown: Mapping[int, tuple[Listing, Level]]) -> Event:
        """The event with the contract's object; sentences in English, a channel says them in its own language."""
        if one.listing_id is None:
            value = closed_object(one.data)
        else:
            listing, worst = shown[one.listing_id]
            value = contract_object(listing, one.data, worst)
        data = {**value, "change": one.change, "level_before": one.before, "scan_id": self._scan_id}
        if name := self._shops.get(event.shop):
            data["shop_name"] = name
        return Event(
            event_id=event.event_id, type=event.type, at=event.at, subject=event.subject, level=event.level, shop=event.shop,
            brand_id=event.brand_id, data=data,
        )  # fmt: skip

    def died(self, connection: Connection, rows: Iterable[Row[Any]]) -> tuple[Problem, ...]:
        """Scans that a killed process left running: told, and given back for the person at the terminal."""
        problems = []
        for row in rows:
            problems.append(Problem(code="scan.killed", params={"scan": str(row.scan_id), "holder": row.holder}, loss=""))
            self.failed(connection, row.kind, json.loads(row.sources), problems[-1:], row.listings, row.scan_id)
        return tuple(problems)

    def failed(self, connection: Connection, kind: str, sources: Sequence[str], reasons: Sequence[Problem], count: int, scan_id: int = 0) -> int:
        """scan.failed: it always reaches every channel."""
        scan_id = scan_id or self._scan_id
        data = {
            "scan_id": scan_id, "kind": kind, "sources": list(sources), "listings": count,
            "why": " ".join(say_problem(one) for one in reasons), "reasons": [{"code": one.code, "params": dict(one.params)} for one in reasons],
        }  # fmt: skip
        event = Event(event_id=_name(scan_id, self._at, "failed"), type="scan.failed", at=self._at, subject="scan", level="critical", data=data)
        return outbox.put(connection, [(event, self._wanted(event))])

    def papers(self, connection: Connection, endings: Counter[Ending]) -> int:
        """authorization.expiring: once for each paper and day of `expiring_days`."""
        counts = uncovered(self._registry, endings)
        messages = []
        for paper in self._registry.authorizations:
            end = last_day(paper)
            passed = [days for days in self._settings.alerts.expiring_days if end and 0 <= (end - self._day).days <= days]
            if not passed or not end or (not counts[paper.authorization_id] and renewed(self._registry, paper)):
                continue
            data = {
                "authorization_id": paper.authorization_id, "brand": {"brand_id": paper.brand_id, "name": brand_name(self._registry, paper.brand_id)},
                "licensor": paper.licensor, "licensee": paper.licensee, "valid_until": end.isoformat(), "days": (end - self._day).days,
                "listings": counts[paper.authorization_id], "scan_id": self._scan_id,
            }  # fmt: skip
            event = Event(
                event_id=_name(paper.authorization_id, end.isoformat(), min(passed)), type="authorization.expiring", at=self._at,
                subject=f"paper/{paper.authorization_id}", level="high", brand_id=paper.brand_id, data=data,
            )  # fmt: skip
            messages.append((event, self._wanted(event)))
        return outbox.put(connection, messages)


def uncovered(registry: Registry, endings: Mapping[Ending, int]) -> Counter[str]:
    """Paper -> listings that lose their cover when it ends: the paper of their chain that ends first."""
    ends = {paper.authorization_id: last_day(paper) for paper in registry.authorizations}
    counts: Counter[str] = Counter()
    for ending, count in endings.items():
        for link in ending.chain:
            end = ends.get(link)
            if end is not None and end.isoformat() == ending.until:
                counts[link] += count
    return counts


def last_day(paper: Authorization) -> date | None:
    """The last good day: the end, or the day before it was revoked."""
    revoked = paper.revoked_on - timedelta(days=1) if paper.revoked_on else None
    return min((day for day in (paper.valid_until, revoked) if day), default=None)


def renewed(registry: Registry, paper: Authorization) -> bool:
    """Does a later paper of the same brand for the same licensee stand beside it?"""
    end = last_day(paper)
    return any(
        other.brand_id == paper.brand_id and other.licensee == paper.licensee and other.authorization_id != paper.authorization_id
        and (last_day(other) is None or (end is not None and last_day(other) > end))  # type: ignore[operator]
        for other in registry.authorizations
    )  # fmt: skip


def brand_name(registry: Registry, brand_id: str) -> str:
    return next((brand.name for brand in registry.brands if brand.brand_id == brand_id), brand_id)


def contract_object(listing: Listing, data: str, worst: Level) -> dict[str, Any]:
    """The public JSON object of a stored finding; the verdict is the listing's."""
    finding = load_finding(data)
    return finding_object(Screening(listing=listing, findings=(finding,)), finding, "en") | {"verdict": VERDICTS[worst]}


def closed_object(data: str) -> dict[str, Any]:
    """The same of a closed finding, as it was last seen."""
    content, file, row, saved = json.loads(data)
    return contract_object(load_listing(content, file, row), saved, load_finding(saved).level)


def _shown(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[Listing, Level]]:
    """Listing -> what it shows and its worst level."""
    shown: dict[int, tuple[Listing, Level]] = {}
    for some in bulk.parts(sorted(set(numbers))):
        worst: dict[int, Level] = {}
        for number, level in connection.execute(select(sightings.c.listing_id, sightings.c.level).where(sightings.c.listing_id.in_(some))):
            worst[number] = max(level, worst.get(number, "clear"), key=LEVELS.index)
        rows = select(listings.c.listing_id, listings.c.content, listings.c.row, places.c.file).join(places).where(listings.c.listing_id.in_(some))
        for number, content, row, file in connection.execute(rows):
            shown[number] = load_listing(content, file, row), worst.get(number, "clear")
    return shown


def _name(*parts: object) -> str:
    """A stable id: the same change has the same one, over retries, restarts and a database put back."""
    return f"evt_{blake2b(repr(parts).encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"
