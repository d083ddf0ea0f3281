"""The first tables.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.String(27)
NUMBERED = ("scans", "places", "listings", "findings", "reviews", "deliveries")


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("brand_id", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_events"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "places",
        sa.Column("place_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place_id", name="pk_places"),
        sa.UniqueConstraint("source", "file", name="uq_places_source_file"),
    )
    op.create_table(
        "registries",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("first_used", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_registries"),
    )
    op.create_table(
        "reviews",
        sa.Column("review_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("facts", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("review_id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_key", "reviews", ["key"], unique=False)
    op.create_table(
        "schedule_runs",
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=False),
        sa.Column("alive_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("entry", "slot", name="pk_schedule_runs"),
    )
    op.create_index("ix_schedule_runs_entry_due_at", "schedule_runs", ["entry", "due_at"], unique=False)
    op.create_table(
        "sequences",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sequences"),
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.event_id"], name="fk_deliveries_event_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_deliveries"),
        sa.UniqueConstraint("event_id", "channel", name="uq_deliveries_event_id_channel"),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["channel", "sequence"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["channel", "subject", "sequence"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "listings",
        sa.Column("listing_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("identity", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("place_id", NUMBER, nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("first_scan", sa.BigInteger(), nullable=False),
        sa.Column("gone_scan", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.place_id"], name="fk_listings_place_id"),
        sa.PrimaryKeyConstraint("listing_id", name="pk_listings"),
    )
    op.create_index(
        "ix_listings_gone",
        "listings",
        ["gone_scan"],
        unique=False,
        sqlite_where=sa.text("gone_scan IS NOT NULL"),
        postgresql_where=sa.text("gone_scan IS NOT NULL"),
    )
    op.create_table(
        "scans",
        sa.Column("scan_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("alive_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("screener", sa.Text(), nullable=False),
        sa.Column("registry", sa.String(length=64), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("listings", sa.BigInteger(), nullable=False),
        sa.Column("errors", sa.BigInteger(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["registry"], ["registries.fingerprint"], name="fk_scans_registry"),
        sa.PrimaryKeyConstraint("scan_id", name="pk_scans"),
    )
    op.create_index("ix_scans_state", "scans", ["state"], unique=False)
    op.create_table(
        "findings",
        sa.Column("finding_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("brand_id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("rank", sa.Float(), nullable=False),
        sa.Column("facts", sa.BigInteger(), nullable=False),
        sa.Column("listing_id", NUMBER, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.listing_id"], name="fk_findings_listing_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("finding_id", name="pk_findings"),
        sa.UniqueConstraint("key", name="uq_findings_key"),
    )
    op.create_index("ix_findings_listing_id", "findings", ["listing_id"], unique=False)
    op.create_index("ix_findings_state_level", "findings", ["state", "level"], unique=False)
    op.create_table(
        "held_back",
        sa.Column("scan_id", NUMBER, nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("packed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"], name="fk_held_back_scan_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scan_id", "listing_id", name="pk_held_back"),
    )
    op.create_table(
        "listing_changes",
        sa.Column("listing_id", NUMBER, nullable=False),
        sa.Column("scan_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.listing_id"], name="fk_listing_changes_listing_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_listing_changes_listing_id", "listing_changes", ["listing_id"], unique=False)
    op.create_table(
        "scan_sources",
        sa.Column("scan_id", NUMBER, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("listings", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"], name="fk_scan_sources_scan_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scan_id", "source", name="pk_scan_sources"),
    )
    op.create_table(
        "finding_changes",
        sa.Column("finding_id", NUMBER, nullable=False),
        sa.Column("scan_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.finding_id"], name="fk_finding_changes_finding_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_finding_changes_finding_id", "finding_changes", ["finding_id"], unique=False)
    op.create_table(
        "sightings",
        sa.Column("listing_id", NUMBER, nullable=False),
        sa.Column("finding_id", NUMBER, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("rank", sa.Float(), nullable=False),
        sa.Column("facts", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.finding_id"], name="fk_sightings_finding_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.listing_id"], name="fk_sightings_listing_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listing_id", "finding_id", name="pk_sightings"),
    )
    op.create_index("ix_sightings_finding_id", "sightings", ["finding_id"], unique=False)
    op.bulk_insert(
        sa.table("sequences", sa.column("name"), sa.column("value")), [{"name": name, "value": 0} for name in NUMBERED]
    )
