"""load(save(x)) == x, whatever the texts hold; and one identity for one row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from monitor.model.finding import LEVELS, USAGES, Cover, Finding, Hit, Reason, Remedy, Screening
from monitor.model.listing import Listing, Offer
from monitor.store import listings as rows
from monitor.store.packing import load_finding, load_listing, pack, pack_many, save_finding, save_listing, storable

# Surrogates and NUL too: an export may hold half a character, and PostgreSQL takes neither.
texts = st.one_of(st.text(max_size=20), st.text(alphabet=st.sampled_from("a耐\x00\x1f\x1e[\ud800,\"'\\ \n👟"), max_size=12))
amounts = st.none() | st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9)
numbers = st.none() | st.integers(0, 10**12)
offers = st.builds(Offer, price=amounts, currency=texts, coupon=amounts, pack_size=numbers, list_price=amounts, quantity=numbers, sold=numbers)
listings = st.builds(
    Listing, title=texts, platform=texts, shop=texts, listing_id=texts, sku=texts, brand=texts, category=texts, nice_class=st.none() | st.integers(1, 45),
    offer=offers, listed_at=texts, status=texts, url=texts, images=texts, keywords=texts, attributes=texts, description=texts, supplier_id=texts,
    fulfilment=st.sampled_from(["", "own", "dropship", "platform"]), ship_from=texts, source=texts, row=st.none() | st.integers(1, 10**6),
)  # fmt: skip
hits = st.builds(
    Hit, field=texts, start=st.integers(0, 99), end=st.integers(0, 99), text=texts, alias=texts, method=st.sampled_from(["exact", "typo", "lookalike"]),
    similarity=st.floats(0, 1), usage=st.sampled_from(USAGES), disguised=st.booleans(),
)  # fmt: skip
params = st.dictionaries(texts, texts, max_size=3)
remedies = st.lists(st.builds(Remedy, code=texts, level_after=st.sampled_from(LEVELS), params=params), max_size=2).map(tuple)
findings = st.builds(
    Finding, brand_id=texts, brand_name=texts, key=texts, level=st.sampled_from(LEVELS), score=st.floats(0, 100), rank=st.floats(0, 200),
    standing=st.sampled_from(["authorized", "referential"]), hits=st.lists(hits, max_size=3).map(tuple),
    cover=st.builds(
        Cover, status=st.sampled_from(["full", "broken", "none"]), gap=st.none() | st.just("expired"), link=st.none() | texts,
        until=st.none() | st.dates(), chain=st.lists(texts, max_size=2).map(tuple),
    ),
    reasons=st.lists(st.builds(Reason, code=texts, weight=st.floats(-10, 99), main=st.booleans(), params=params), max_size=2).map(tuple),
    remedies=remedies, remedy_set=remedies, cause=st.lists(texts, max_size=2).map(tuple), ground=st.lists(texts, max_size=2).map(tuple),
)  # fmt: skip


@given(listings)
def test_a_listing_comes_back_as_it_was(listing: Listing) -> None:
    saved = save_listing(listing)
    assert load_listing(saved, listing.source, listing.row) == listing
    assert "\x00" not in saved and saved.encode()


@given(findings)
def test_a_finding_comes_back_as_it_was(finding: Finding) -> None:
    saved = save_finding(finding)
    assert load_finding(saved) == finding
    assert "\x00" not in saved and saved.encode()


@given(st.lists(st.builds(Screening, listing=listings, findings=st.lists(findings, max_size=2).map(tuple)), max_size=6))
def test_a_batch_packs_like_its_rows_alone(screenings: list[Screening]) -> None:
    assert pack_many(screenings, "s") == [pack(one, "s") for one in screenings]


@given(texts)
def test_a_text_for_a_column_is_one_that_both_databases_take(text: str) -> None:
    assert "\x00" not in storable(text) and storable(text).encode().decode() == storable(text)


def test_the_place_of_a_clear_listing_is_not_its_content() -> None:
    one = Listing(title="spoon", listing_id="1", source="a.csv", row=2)
    other = Listing(title="spoon", listing_id="1", source="b.csv", row=9)
    assert pack(Screening(listing=one))[:3] == pack(Screening(listing=other))[:3]
    assert pack(Screening(listing=one), "x").identity != pack(Screening(listing=one), "y").identity


def test_both_databases_give_back_what_they_took(engine: Engine) -> None:
    listing = Listing(
        title="耐\x00克 \ud800 [x]\x1f", listing_id="1", source="a\x00.csv", row=2, nice_class=25,
        offer=Offer(price=Decimal("1E+2"), currency="CNY"), description="👟" * 40_000,
    )  # fmt: skip
    finding = Finding(
        brand_id="b\x00", brand_name="\ud800", key="k", level="high", score=1.5, rank=1.5, standing="authorized", hits=(), cover=Cover(until=date(2026, 1, 2))
    )
    packed = pack(Screening(listing=listing, findings=(finding,)), "s")
    with engine.begin() as connection:
        rows.add(connection, "s", [packed], rows.Places(), 1)
    ((row,),) = list(rows.stored(engine))
    assert load_listing(row.content, listing.source, row.row) == listing and row.identity == packed.identity and row.digest == packed.digest
