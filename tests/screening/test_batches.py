"""One by one, in batches, over processes: the same findings in the same order, whatever the texts; and plain ends."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ServiceError
from monitor.model.listing import SEARCHED_FIELDS, Listing, Offer
from monitor.model.registry import Authorization, GuidePrice, Letter, Mark, Purchase, Registry, Shop, Supplier
from monitor.screening import Screener, batches
from monitor.screening.findings import Assessor
from tests.screening.test_properties import BRANDS, COMPANY, DAY, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

REGISTRY = Registry(
    brands=BRANDS,
    marks=(Mark(mark_id="m", brand_id="samsung", status="lapsed"),),
    guide_prices=(GuidePrice(brand_id="nike", pattern="", amount=Decimal(100), currency="CNY"),),
    authorizations=(Authorization(authorization_id="p", brand_id="new-balance", licensor_role="owner", licensee=COMPANY, online="yes", price_floor=Decimal(50)),),
    shops=(Shop(shop_id="s1", platform="taobao", company=COMPANY), Shop(shop_id="s2", platform="taobao", company="Other")),
    suppliers=(Supplier(supplier_id="a", role="authorized-dealer", brands=("Nike",)), Supplier(supplier_id="d", role="dropship")),
    purchases=(Purchase(purchase_id="x", supplier_id="a", brand_id="nike", sku="k1", bought_on=DAY, proof="invoice", paid="yes"),),
    letters=(Letter(letter_id="l", brand_id="samsung", received_on=DAY, shop="s2"),),
)  # fmt: skip
RICH = Screener.build(REGISTRY, on=DAY)
SOME = st.sampled_from
LISTINGS = st.builds(
    Listing, title=TEXT, brand=SOME(["", "", "Nike", "耐克"]) | TEXT, keywords=SOME(["", ""]) | TEXT, attributes=SOME(["", "品牌:耐克;适用:三星", "Brand:LG"]),
    images=SOME(["", "http://x/nike.jpg"]), description=SOME(["", ""]) | TEXT, platform=SOME(["", "taobao", "amazon"]), shop=SOME(["", "s1", "s2", "?"]),
    listing_id=SOME(["", "6/2"]), sku=SOME(["", "k1"]), nice_class=SOME([None, 9, 25]), supplier_id=SOME(["", "a", "d", "?"]), fulfilment=SOME(["", "own", "dropship"]),
    offer=st.builds(Offer, price=SOME([None, Decimal(60), Decimal(99)]), currency=SOME(["", "CNY", "USD"]), sold=SOME([None, 5, 5000])),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(LISTINGS, max_size=6))
def test_a_batch_says_what_each_listing_says_alone(listings: list[Listing]) -> None:
    # A screener that remembers nothing: what was worked out for one listing must be right for the next.
    alone = [replace(RICH, assessor=replace(RICH.assessor, outcomes={}))(listing) for listing in listings]
    assert RICH.many(listings) == alone == list(RICH.screen(iter(listings)))
    assert pickle.loads(pickle.dumps(alone)) == alone


@settings(deadline=None)
@given(LISTINGS)
def test_what_brands_share_and_what_rules_are_left_out_changes_nothing(listing: Listing) -> None:
    """Outcomes are shared between brands and listings, and rules are compiled for each brand: the long way round
    gives the same."""
    for finding in RICH(listing).findings:
        dossier = replace(RICH.dossiers[finding.brand_id], rules=RICH.assessor.rules)
        dossier.titled = dossier.priced = True
        long = replace(RICH.assessor, dossiers={finding.brand_id: dossier}, outcomes={})
        assert long.findings(listing, {finding.brand_id: finding.hits}) == (finding,)


@settings(max_examples=5, deadline=None)
@given(st.lists(LISTINGS, min_size=1, max_size=5), st.integers(1, 300))
def test_workers_say_what_one_process_says(listings: list[Listing], times: int) -> None:
    many = listings * times
    # Comparing findings asks for the remedies of each.
    assert list(RICH.screen(iter(many), workers=2)) == RICH.many(many)


def test_every_searched_field_reaches_the_workers() -> None:
    for name in SEARCHED_FIELDS:
        listing = replace(Listing(title="spoon", category="shoes", nice_class=25), **{name: "name:Nike"})
        (screening,) = RICH.screen([listing], workers=2)
        assert screening == RICH(listing) and screening.findings


def test_batches_grow_and_stay_in_order() -> None:
    made = list(batches((Listing(title=str(n)) for n in range(1000)), first=10, size=200))
    assert [len(batch) for batch in made] == [10, 20, 40, 80, 160, 200, 200, 200, 90]
    assert [listing.title for batch in made for listing in batch] == [str(n) for n in range(1000)]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_came_before_an_error_of_the_source_comes_out(workers: int) -> None:
    def broken() -> Iterator[Listing]:
        yield from (Listing(title=f"Nike {n}") for n in range(100))
        raise ValueError("the file ends here")

    seen = 0
    with pytest.raises(ValueError, match="ends here"):
        for _ in RICH.screen(broken(), workers=workers):
            seen += 1
    assert seen == 100


@pytest.mark.parametrize("workers", [1, 2])
def test_screening_streams(workers: int) -> None:
    """An endless source is read only a bounded way ahead."""
    taken = count()
    endless = (Listing(title="Nike" if n % 10 == 0 else "spoon") for n in taken)
    assert len(list(islice(RICH.screen(endless, workers=workers), 20_000))) == 20_000
    assert next(taken) < 60_000


def test_a_worker_that_dies_is_a_plain_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def deadly(self: Assessor, *_: object) -> list[object]:
        if multiprocessing.parent_process() is not None:
            signal.raise_signal(signal.SIGKILL)
        return []

    monkeypatch.setattr(Assessor, "mentioned", deadly)
    with pytest.raises(ServiceError) as caught:
        list(RICH.screen((Listing(title="Nike") for _ in range(10_000)), workers=2))
    assert caught.value.key == "screening.worker-died" and caught.value.exit_code == 4


ENDLESS = """
import itertools
from datetime import date
from monitor import Listing, Screener
from monitor.model.registry import Brand, Registry
screener = Screener.build(Registry(brands=(Brand(brand_id="nike", name="Nike"),)), on=date(2026, 3, 1))
listings = (Listing(title=f"Nike {n}") for n in itertools.count())
for number, _ in enumerate(screener.screen(listings, workers=3)):
    if number == 5000:
        print("running", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of a terminal")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_parent(how: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None and process.stdout.readline() == b"running\n"
    children = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()] if sys.platform == "linux" else []
    process.send_signal(how)
    try:
        assert process.wait(20) != 0
    finally:
        process.kill()  # it has no end of its own
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() and _runs(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_runs(pid) for pid in children)
    assert children or sys.platform != "linux"


def _runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
