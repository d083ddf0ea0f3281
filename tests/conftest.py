"""Things that several rooms' tests need: the shared samples, and one finding made by hand."""

from __future__ import annotations

import signal
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from monitor.model.finding import Cover, Finding, Hit, Reason, Remedy, Screening
from monitor.model.listing import Listing

settings.register_profile("shared", deadline=None)  # how long an example takes says nothing on a shared machine
settings.load_profile("shared")

# A shell that runs the suite in the background has it ignore Ctrl-C, and so would every command that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real and modelled exports; tests that need it skip where it is absent."""
    if not (SHARED / "samples").is_dir():
        pytest.skip("../shared/samples is not here")
    return SHARED / "samples"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of labelled titles; tests that need it skip where it is absent."""
    if not (SHARED / "corpus").is_dir():
        pytest.skip("../shared/corpus is not here")
    return SHARED / "corpus"


def make_screening(title: str = "N1KE running shoes", **listing: object) -> Screening:
    """A screening with one high finding, as the screener would give it."""
    hit = Hit(field="title", start=0, end=4, text=title[:4], alias="Nike", method="lookalike", similarity=0.97, disguised=True)
    finding = Finding(
        brand_id="nike", brand_name="Nike", key="taobao/s1/623/nike", level="high", score=84.0, rank=84.0,
        standing="unauthorized", hits=(hit,),
        cover=Cover(status="broken", gap="expired", link="st-1", chain=("st-1", "st-0")),
        reasons=(
            Reason(code="lookalike-spelling", weight=70, main=True, params={"brand": "Nike", "text": "N1KE", "alias": "Nike"}),
            Reason(code="sales-volume", weight=8, main=False, params={"sold": "1200", "brand": "Nike"}),
        ),
        remedies=(Remedy(code="reword", level_after="low", params={"text": "N1KE", "alias": "Nike", "brand": "Nike"}),),
        cause=("sales-volume",), ground=("lookalike-spelling",),
    )  # fmt: skip
    values = {"platform": "taobao", "shop": "s1", "listing_id": "623", "sku": "AJ1", "source": "export.csv", "row": 17} | listing
    return Screening(listing=Listing(title=title, **values), findings=(finding,))  # type: ignore[arg-type]


@pytest.fixture
def day() -> date:
    return date(2026, 3, 1)
