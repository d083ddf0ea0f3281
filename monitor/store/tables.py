"""The tables, once for both databases. SQL that reads many rows is written here as Core; bulk writing is in `bulk`.

Moments are text of one width in UTC (`2026-03-01T06:30:00.000000Z`): both databases keep and sort it alike, and
SQLite has no time zones to lose. Numbers of rows come from `sequences`, so that a batch knows its ids beforehand.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect

FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


@lru_cache(maxsize=256)  # a scan has one moment for all of its changes
def moment(value: datetime) -> str:
    """An aware moment as it is stored. ValueError for a naive one: it would be taken for UTC and be hours off."""
    if value.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {value!r}")
    return value.astimezone(UTC).strftime(FORM)


class Moment(TypeDecorator[datetime]):
    """An aware datetime in, an aware datetime in UTC out."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else moment(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.strptime(value, FORM).replace(tzinfo=UTC)


# A row number that SQLite treats as its own rowid and PostgreSQL as bigint.
Number = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s",
})  # fmt: skip

sequences = Table("sequences", metadata, Column("name", Text, primary_key=True), Column("value", BigInteger, nullable=False))

# Every registry that a scan was made with: what the papers said on that day can be shown later. `content` is zlib JSON.
registries = Table(
    "registries", metadata,
    Column("fingerprint", String(64), primary_key=True), Column("content", LargeBinary, nullable=False), Column("first_used", Moment, nullable=False),
)  # fmt: skip

scans = Table(
    "scans", metadata,
    Column("scan_id", Number, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # scan | rescreen
    Column("state", Text, nullable=False),  # running | complete | incomplete | failed
    Column("why", Text, nullable=False, default=""),
    Column("holder", Text, nullable=False, default=""),  # host:process that runs it
    Column("started_at", Moment, nullable=False), Column("alive_at", Moment, nullable=False), Column("finished_at", Moment),
    Column("day", Date, nullable=False), Column("screener", Text, nullable=False),
    Column("registry", ForeignKey("registries.fingerprint"), nullable=False),
    Column("sources", Text, nullable=False),  # JSON list of names, sorted
    Column("listings", BigInteger, nullable=False, default=0), Column("errors", BigInteger, nullable=False, default=0),
    Column("changes", Text, nullable=False, default="{}"),  # JSON: change -> how many
    Column("problems", Text, nullable=False, default="{}"),  # JSON: code -> how many
    Index(None, "state"),
)  # fmt: skip

scan_sources = Table(
    "scan_sources", metadata,
    Column("scan_id", ForeignKey("scans.scan_id", ondelete="CASCADE"), primary_key=True), Column("source", Text, primary_key=True),
    Column("listings", BigInteger, nullable=False),
)  # fmt: skip

# A source of monitor.toml and one file or address of it: a million listings name it by number.
places = Table(
    "places", metadata,
    Column("place_id", Number, primary_key=True, autoincrement=False), Column("source", Text, nullable=False), Column("file", Text, nullable=False),
    UniqueConstraint("source", "file"),
)  # fmt: skip

# `identity` and `digest` are read whole when a scan begins (see `known`); an index on them would cost every insert
# a random page, and nobody asks for one listing by its identity.
listings = Table(
    "listings", metadata,
    Column("listing_id", Number, primary_key=True, autoincrement=False),
    Column("identity", BigInteger, nullable=False), Column("digest", BigInteger, nullable=False),
    Column("place_id", ForeignKey("places.place_id"), nullable=False), Column("row", Integer),
    Column("first_scan", BigInteger, nullable=False),
    Column("gone_scan", BigInteger),  # the complete scan that no longer saw it
    Column("content", Text, nullable=False),  # see `packing`
    Index("ix_listings_gone", "gone_scan", sqlite_where=text("gone_scan IS NOT NULL"), postgresql_where=text("gone_scan IS NOT NULL")),
)  # fmt: skip

listing_changes = Table(
    "listing_changes", metadata,
    Column("listing_id", ForeignKey("listings.listing_id", ondelete="CASCADE"), nullable=False), Column("scan_id", BigInteger, nullable=False),
    Column("at", Moment, nullable=False), Column("field", Text, nullable=False), Column("old", Text, nullable=False), Column("new", Text, nullable=False),
    Index(None, "listing_id"),
)  # fmt: skip

findings = Table(
    "findings", metadata,
    Column("finding_id", Number, primary_key=True, autoincrement=False), Column("key", Text, nullable=False, unique=True),
    Column("brand_id", Text, nullable=False), Column("platform", Text, nullable=False), Column("shop", Text, nullable=False),
    Column("state", Text, nullable=False),  # open | accepted | closed
    Column("level", Text, nullable=False), Column("rank", Float, nullable=False),
    Column("facts", BigInteger, nullable=False),  # what a review rests on, see `packing.facts`
    Column("listing_id", ForeignKey("listings.listing_id", ondelete="SET NULL")),  # the worst of its rows
    Column("opened_at", Moment, nullable=False), Column("changed_at", Moment, nullable=False), Column("closed_at", Moment),
    Column("data", Text),  # of a closed finding: what was last seen, with its listing
    Index(None, "state", "level"), Index(None, "listing_id"),
)  # fmt: skip

# One row of a listing that shows a brand. An export with a row for each size gives one finding several of them.
sightings = Table(
    "sightings", metadata,
    Column("listing_id", ForeignKey("listings.listing_id", ondelete="CASCADE"), primary_key=True),
    Column("finding_id", ForeignKey("findings.finding_id", ondelete="CASCADE"), primary_key=True),
    Column("level", Text, nullable=False), Column("rank", Float, nullable=False), Column("facts", BigInteger, nullable=False),
    Column("data", Text, nullable=False),  # JSON, see `packing`
    Index(None, "finding_id"),
)  # fmt: skip

finding_changes = Table(
    "finding_changes", metadata,
    Column("finding_id", ForeignKey("findings.finding_id", ondelete="CASCADE"), nullable=False), Column("scan_id", BigInteger, nullable=False),
    Column("at", Moment, nullable=False), Column("change", Text, nullable=False), Column("before", Text, nullable=False), Column("after", Text, nullable=False),
    Index(None, "finding_id"),
)  # fmt: skip

# Appended, never overwritten. By key: a decision outlives the finding's row.
reviews = Table(
    "reviews", metadata,
    Column("review_id", Number, primary_key=True, autoincrement=False), Column("key", Text, nullable=False), Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False), Column("decision", Text, nullable=False), Column("why", Text, nullable=False), Column("until", Date),
    Column("facts", BigInteger, nullable=False), Column("level", Text, nullable=False),
    Index(None, "key"),
)  # fmt: skip

# Changes for the better wait here until the scan has seen the whole shop; an incomplete scan forgets them.
held_back = Table(
    "held_back", metadata,
    Column("scan_id", ForeignKey("scans.scan_id", ondelete="CASCADE"), primary_key=True), Column("listing_id", BigInteger, primary_key=True),
    Column("packed", Text, nullable=False),
)  # fmt: skip

events = Table(
    "events", metadata,
    Column("event_id", Text, primary_key=True), Column("type", Text, nullable=False), Column("at", Moment, nullable=False),
    Column("subject", Text, nullable=False), Column("level", Text, nullable=False), Column("shop", Text, nullable=False), Column("brand_id", Text, nullable=False),
    Column("data", Text, nullable=False),  # JSON
)  # fmt: skip

deliveries = Table(
    "deliveries", metadata,
    Column("delivery_id", Number, primary_key=True, autoincrement=False),
    Column("event_id", ForeignKey("events.event_id", ondelete="CASCADE"), nullable=False), Column("channel", Text, nullable=False),
    Column("subject", Text, nullable=False), Column("sequence", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # waiting | sent | dead
    Column("attempts", Integer, nullable=False, default=0), Column("due_at", Moment, nullable=False), Column("leased_until", Moment),
    Column("sent_at", Moment), Column("why", Text, nullable=False, default=""),
    UniqueConstraint("event_id", "channel"),
    Index("ix_deliveries_waiting", "channel", "subject", "sequence", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
    Index("ix_deliveries_due", "channel", "sequence", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
)  # fmt: skip

leases = Table(
    "leases", metadata,
    Column("name", Text, primary_key=True), Column("holder", Text, nullable=False), Column("until", Moment, nullable=False),
)  # fmt: skip

# One row for each slot of a [[schedule]] line that was taken, see `runs`: the primary key is what makes it run once.
schedule_runs = Table(
    "schedule_runs", metadata,
    Column("entry", Text, primary_key=True), Column("slot", Text, primary_key=True), Column("due_at", Moment, nullable=False),
    Column("holder", Text, nullable=False), Column("state", Text, nullable=False), Column("attempts", Integer, nullable=False),
    Column("claimed_at", Moment, nullable=False), Column("alive_at", Moment, nullable=False), Column("finished_at", Moment), Column("exit_code", Integer),
    Index(None, "entry", "due_at"),
)  # fmt: skip
