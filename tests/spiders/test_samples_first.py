"""The real exports in ../shared/samples: every listing, title and price."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from monitor import intake
from monitor.model.problem import Problem
from monitor.model.source import ReadOptions
from spiders.files import read

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.model.listing import Listing
    from monitor.model.source import Reading


def opened(path: Path, **options: object) -> Reading:
    reading = read(path, ReadOptions(**options))  # type: ignore[arg-type]
    assert reading is not None
    return reading


def listings(path: Path) -> tuple[list[Listing], list[Problem]]:
    made: list[Listing] = []
    problems: list[Problem] = []
    for row in opened(path).rows():
        if isinstance(row, Problem):
            problems.append(row)
            continue
        listing, faults = intake.listing(row, source=path.name)
        problems += faults
        if listing:
            made.append(listing)
    return made, problems


def test_amazon_uk(samples: Path) -> None:
    path = samples / "amazon" / "all_listings_report_uk_cp1252.txt"
    identification = opened(path).identification
    assert (identification.dialect, identification.encoding, identification.header_row) == (
        "amazon-listings",
        "cp1252",
        1,
    )
    made, problems = listings(path)
    raw = [line.split("\t") for line in path.read_bytes().decode("cp1252").split("\n")[1:] if line]
    assert len(made) == 107 == len(raw)
    assert [one.title for one in made] == [cells[0] for cells in raw]
    assert [one.offer.price for one in made] == [Decimal(cells[4]) for cells in raw]
    assert [one.sku for one in made] == [cells[3] for cells in raw]
    assert {one.row for one in made} == set(range(2, 109))
    assert made[0].listed_at == "2025-10-30T16:03:08+00:00"
    assert made[0].fulfilment == "own"
    assert [(problem.code, problem.row) for problem in problems if problem.loss] == [
        ("intake.title-blank", 103),
        ("intake.title-blank", 104),
    ]


def test_etsy(samples: Path) -> None:
    path = samples / "etsy" / "EtsyListingsDownload_makermetrics.csv"
    made, problems = listings(path)
    with path.open(encoding="utf-8", newline="") as lines:
        raw = list(csv.DictReader(lines))
    assert len(made) == 93 == len(raw)
    assert [one.title for one in made] == [row["TITLE"] for row in raw]
    assert [one.offer.price for one in made] == [Decimal(row["PRICE"]) for row in raw]
    assert {one.offer.currency for one in made} == {"USD"}
    assert [one.keywords for one in made] == [row["TAGS"] for row in raw]
    assert [one.description for one in made] == [row["DESCRIPTION"] for row in raw]
    assert not [problem for problem in problems if problem.loss]


@pytest.mark.parametrize(
    ("name", "products", "variants"),
    [
        ("2017_apparel.csv", 20, 22),
        ("2017_home-and-garden.csv", 20, 21),
        ("2017_jewelery.csv", 20, 23),
        ("2021_export_packt.csv", 20, 21),
        ("2025_product_template_new_columns.csv", 2, 15),
    ],
)
def test_shopify_by_product_and_variant_price(samples: Path, name: str, products: int, variants: int) -> None:
    path = samples / "shopify" / name
    with path.open(encoding="utf-8-sig", newline="") as lines:
        raw = list(csv.DictReader(lines))
    handle, price = ("Handle", "Variant Price") if "Handle" in raw[0] else ("URL handle", "Price")
    titles = {row[handle]: row["Title"] for row in raw if row["Title"]}
    wanted = [(row[handle], titles[row[handle]], Decimal(row[price])) for row in raw if row[price]]
    made, problems = listings(path)
    assert [(one.listing_id, one.title, one.offer.price) for one in made] == wanted
    assert (len({one.listing_id for one in made}), len(made)) == (products, variants)
    assert {one.listing_id for one in made} == set(titles)
    images = {
        row[column] for row in raw for column in row if column in ("Image Src", "Product image URL") and row[column]
    }
    assert images <= {image for one in made for image in one.images.split()}
    assert not [problem for problem in problems if problem.loss]
