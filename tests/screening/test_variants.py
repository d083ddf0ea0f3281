"""Names changed in ways that sellers use, found with the registry that is shipped and nothing but the title (fixtures/variants)."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.model.listing import Listing
from monitor.registry_files import load_with_starter
from monitor.screening.index import Finder
from monitor.screening.usage import UsageJudge

FOLDER = Path(__file__).parents[2] / "fixtures" / "variants"
BRANDS = load_with_starter(None).brands
FINDER, JUDGE = Finder.build(BRANDS, "plain"), UsageJudge.build(BRANDS)


def lines(name: str) -> list[str]:
    return [line for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def named(title: str) -> set[str]:
    """The brands that a title says, other than as an ordinary word."""
    return {one.brand_id for one in JUDGE(Listing(title=title), FINDER.find([("title", title)])) if one.usage not in (None, "descriptive")}


@pytest.mark.parametrize("line", lines("meant"))
def test_a_changed_name_is_found(line: str) -> None:
    brand, title = line.split(" | ")
    assert brand in named(title)


@pytest.mark.parametrize("title", lines("quiet"))
def test_an_ordinary_word_is_left_alone(title: str) -> None:
    assert named(title) == set()
