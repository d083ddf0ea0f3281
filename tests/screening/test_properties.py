"""What holds for any text: spans are raw, nothing raises, no text is too long, workers change nothing."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.finding import LEVELS
from monitor.model.listing import SEARCHED_FIELDS, Listing, Offer
from monitor.model.registry import Authorization, Brand, Registry, Shop
from monitor.screening import Screener, key

DAY = date(2026, 3, 1)
BRANDS = (
    Brand(brand_id="nike", name="Nike", aliases=("耐克",), policy="no-online"),
    Brand(brand_id="new-balance", name="New Balance", aliases=("新百伦",), policy="authorized-only"),
    Brand(brand_id="samsung", name="Samsung", aliases=("三星",), policy="unknown"),
    Brand(brand_id="lg", name="LG", policy="open"),
    Brand(brand_id="odd", name="(.*)+$", aliases=("!!!", "ß", "x" * 500)),
)
SCREENER = Screener.build(Registry(brands=BRANDS), on=DAY)
PIECES = st.sampled_from(["Nike", "N1KE", "耐克", "耐·克", "奈克", "new balance", "Νіkе", " ", "适用", "for", "平替", "非", "官方", "1:1", "\u0301", "\u200b", "🔥", "手机壳", "，", "574"])
TEXT = st.lists(PIECES | st.text(max_size=6), max_size=14).map("".join) | st.text(st.characters(), max_size=60)


@given(TEXT)
def test_spans_point_into_the_raw_text(title: str) -> None:
    for finding in SCREENER(Listing(title=title)).findings:
        assert finding.hits
        for hit in finding.hits:
            assert title[hit.start : hit.end] == hit.text and hit.text
            assert 0 < hit.similarity <= 1


@given(TEXT, TEXT)
def test_a_screening_is_the_same_every_time_and_survives_a_pickle(title: str, keywords: str) -> None:
    listing = Listing(title=title, keywords=keywords)
    once = SCREENER(listing)
    assert once == SCREENER(listing) == pickle.loads(pickle.dumps(SCREENER))(listing) == pickle.loads(pickle.dumps(once))
    assert [finding.brand_id for finding in once.findings] == sorted(finding.brand_id for finding in once.findings)


@given(TEXT)
def test_levels_and_scores_agree(title: str) -> None:
    bounds = SCREENER.policy.bounds
    for finding in SCREENER(Listing(title=title)).findings:
        lowest = bounds.get(finding.level, 0.0)
        above = [bounds[level] for level in LEVELS[LEVELS.index(finding.level) + 1 :]]
        assert finding.rank >= lowest and all(finding.rank < bound for bound in above)
        assert finding.score == min(100.0, max(0.0, finding.rank))
        for remedy in (*finding.remedies, *finding.remedy_set):
            assert LEVELS.index(remedy.level_after) < LEVELS.index(finding.level)


@pytest.mark.parametrize("word", ["Nike", "NIKE", "ＮＩＫＥ", "N1KE", "N.I.K.E", "n i k e", "Νіkе", "耐克", "耐·克", "耐🔥克", "耐\x7f克", "奈克", "naike", "new-balance", "newbalance574", "N\u200bike"])
@given(before=st.sampled_from(["", "新款 ", "men's "]), after=st.sampled_from(["", " 跑鞋", " running shoes"]))
def test_disguises_are_found_wherever_they_stand(word: str, before: str, after: str) -> None:
    found = SCREENER(Listing(title=f"{before}{word}{after}")).findings
    assert [finding.brand_id for finding in found] == ["new-balance" if word.startswith("new") else "nike"]


@pytest.mark.parametrize("word", ["unike", "bike", "hike", "mike", "Nick", "pineapple", "耐磨克重", "renew balanced", "algae", "L G B", "LG55UK", "samson", "newton balance"])
def test_other_words_stay_quiet(word: str) -> None:
    assert SCREENER(Listing(title=f"soft {word} set")).findings == ()


def test_workers_keep_order_and_findings() -> None:
    titles = ["Nike shoes", "spoon", "N1KE cap", "适用三星手机壳", "new balance 574"] * 300
    listings = [Listing(title=f"{title} {n}") for n, title in enumerate(titles)]
    assert list(SCREENER.screen(iter(listings), workers=2)) == list(SCREENER.screen(listings)) == [SCREENER(one) for one in listings]


HOSTILE = {
    "a megabyte": "Nike " + "x" * 1_000_000, "many words": "nike " * 100_000, "marks": "N" + "\u0301" * 100_000 + "ike", "blanks": " " * 100_000,
    "surrogates": "\ud800" * 1000 + " Nike", "directions": "\u202eekiN\u202c Nike" * 1000, "emoji": "👩‍👩‍👧‍👦" * 20_000 + "耐克", "separators": "n." * 100_000,
    "han": "耐" * 100_000, "digits": "1" * 100_000, "no words": "官方非" * 50_000, "counts": "5个" * 50_000,
}  # fmt: skip


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_titles_take_bounded_time(title: str) -> None:
    SCREENER(Listing(title=title, description=title))


def test_two_brands_with_one_spelling_are_both_found() -> None:
    screener = Screener.build(Registry(brands=(Brand(brand_id="a", name="Apex"), Brand(brand_id="b", name="APEX"))), on=DAY)
    assert [finding.brand_id for finding in screener(Listing(title="Apex drill")).findings] == ["a", "b"]


def test_every_field_is_searched() -> None:
    for name in SEARCHED_FIELDS[1:]:
        (finding,) = SCREENER(replace(Listing(title="spoon"), **{name: "name:Nike"})).findings
        assert [hit.field for hit in finding.hits] == [name]


@pytest.mark.parametrize(
    ("listing", "wanted"),
    [
        (Listing(title="x", platform="taobao", shop="s1", listing_id="6/2%3"), "taobao/s1/6%2F2%253/b"),
        (Listing(title="x", sku="A 1"), "-/-/A 1/b"),
        (Listing(title="x", sku="A/\ud800"), "-/-/A%2F%ED%A0%80/b"),  # half a pair: a broken emoji
        (Listing(title="x"), f"-/-/{__import__('hashlib').sha256(b'x').hexdigest()[:16]}/b"),
    ],
)
def test_keys(listing: Listing, wanted: str) -> None:
    assert key(listing, "b") == wanted


# --- cover

COMPANY = "Me Ltd"
SHOPS = (Shop(shop_id="s1", platform="taobao", company=COMPANY, territory="CN"),)
LINK = Authorization(authorization_id="full", brand_id="nike", licensor_role="owner", licensee=COMPANY, online="yes")


def papers() -> st.SearchStrategy[list[Authorization]]:
    ids = ["p0", "p1", "p2", "p3"]
    days = st.dates(DAY - timedelta(days=40), DAY + timedelta(days=40)) | st.none()
    one = st.builds(
        Authorization, authorization_id=st.sampled_from(ids), brand_id=st.just("nike"), parent_id=st.sampled_from(["", *ids, "gone"]),
        licensor=st.sampled_from(["Owner", "Dealer", COMPANY]), licensor_role=st.sampled_from(["owner", "dealer", ""]),
        licensee=st.sampled_from(["Dealer", COMPANY]), may_sublicense=st.sampled_from(["yes", "no"]), online=st.sampled_from(["yes", "no", "silent"]),
        platforms=st.sampled_from([(), ("taobao",), ("amazon",)]), valid_from=days, valid_until=days, revoked_on=days,
    )  # fmt: skip
    return st.lists(one, max_size=4, unique_by=lambda paper: paper.authorization_id)


def cover_of(links: list[Authorization], on: date = DAY):  # type: ignore[no-untyped-def]
    screener = Screener.build(Registry(brands=BRANDS, authorizations=tuple(links), shops=SHOPS), on=on)
    (finding,) = screener(Listing(title="Nike shoes", platform="taobao", shop="s1", offer=Offer())).findings
    return finding.cover


@settings(max_examples=150)
@given(papers(), st.randoms(use_true_random=False))
def test_cover_does_not_depend_on_the_order_of_rows(links: list[Authorization], random: object) -> None:
    shuffled = list(links)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = cover_of(links), cover_of(shuffled)
    assert (one.status, one.gap, one.until) == (other.status, other.gap, other.until)


@settings(max_examples=150)
@given(papers())
def test_a_full_chain_is_enough(links: list[Authorization]) -> None:
    assert cover_of([*links, LINK]).status == "full"


@settings(max_examples=150)
@given(papers())
def test_cover_holds_until_its_last_day_and_not_the_day_after(links: list[Authorization]) -> None:
    found = cover_of(links)
    if found.status == "full" and found.until:
        assert cover_of(links, found.until).status == "full"
        assert cover_of(links, found.until + timedelta(days=1)).status == "broken"
    if found.status == "broken":
        assert found.gap and (found.link or found.gap == "licensee-mismatch")
