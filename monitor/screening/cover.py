"""Does a chain of authorizations cover this listing on this day, and what breaks first?

The walk goes from a paper of the seller's company up to a paper of an owner. One full chain is enough. Of
broken chains the one that fails furthest along is told, since it is the nearest to being mended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from monitor.model.finding import GAPS, NO_COVER, Cover, Gap
from monitor.screening.plain import fold, stands_in, tokens, words
from monitor.screening.pricing import Price
from monitor.screening.seller import Seller, platform_id, same_name

if TYPE_CHECKING:
    from monitor.model.registry import Authorization, BrandPolicy

DEPTH = 32  # links of one chain; a longer one is taken for a circle
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Goods:
    """What is sold: what a paper's conditions are compared with."""

    title: str
    nice_class: int | None = None
    price: Price | None = None

    @property
    def unit_price(self) -> Decimal | None:
        return self.price.each if self.price else None

    @property
    def currency(self) -> str:
        return self.price.currency if self.price else ""


@dataclass(frozen=True, slots=True)
class _Walk:
    """One chain as far as it could be walked. `depth` is the number of links that held before the fault."""

    depth: int
    gap: Gap | None
    link: str
    chain: tuple[str, ...]
    until: date | None


def cover(papers: Sequence[Authorization], seller: Seller, goods: Goods, policy: BrandPolicy, on: date) -> Cover:
    """The cover that `papers`, all of one brand, give the seller's listing on the day.

    `none` without papers; `broken` with the gap `licensee-mismatch` where none names the company.
    """
    if not papers:
        return NO_COVER
    company = same_name(seller.company)
    by_id = {paper.authorization_id: paper for paper in papers}
    own = [paper for paper in papers if company and same_name(paper.licensee) == company]
    if not own:
        # Without a company nobody can tell whose the papers are: nothing is claimed about any link.
        if not company:
            return NO_COVER
        return Cover(status="broken", gap="licensee-mismatch", link=papers[0].authorization_id)
    walks = [_walk(paper, by_id, seller, goods, policy, on) for paper in own]
    full = [walk for walk in walks if walk.gap is None]
    if full:
        best = max(full, key=lambda walk: (walk.until is None, walk.until or date.min))
        return Cover(status="full", until=best.until, chain=best.chain)
    worst = max(walks, key=lambda walk: (walk.depth, -GAPS.index(walk.gap or "price-floor")))
    return Cover(status="broken", gap=worst.gap, link=worst.link, chain=worst.chain)


def _walk(paper: Authorization, by_id: Mapping[str, Authorization], seller: Seller, goods: Goods, policy: BrandPolicy, on: date) -> _Walk:
    """From the company's paper upward; stops at the first link that fails."""
    chain: list[str] = []
    until: date | None = None
    child: Authorization | None = None
    link = paper
    while True:
        parent = None if link.licensor_role == "owner" else by_id.get(link.parent_id)
        if parent is not None and (parent.authorization_id in chain or parent is link or len(chain) >= DEPTH):
            parent = None  # a circle never reaches an owner
        held = len(chain)
        chain.append(link.authorization_id)
        gaps = list(_gaps(link, child, seller, goods, policy, on))
        if parent is None and link.licensor_role != "owner":
            gaps.append("parent-missing")
        if gaps:
            return _Walk(held, min(gaps, key=GAPS.index), link.authorization_id, tuple(chain), None)
        until = _earlier(until, _last_day(link))
        if parent is None:
            return _Walk(len(chain), None, "", tuple(chain), until)
        child, link = link, parent


def _gaps(link: Authorization, child: Authorization | None, seller: Seller, goods: Goods, policy: BrandPolicy, on: date) -> Iterator[Gap]:
    """Everything on this one paper that fails. `child` is the paper below it, None for the company's own."""
    if link.valid_from and on < link.valid_from:
        yield "not-yet-valid"
    if link.valid_until and on > link.valid_until:
        yield "expired" if child is None else "parent-expired"
    if link.revoked_on and on >= link.revoked_on:
        yield "revoked"
    if child is not None and same_name(link.licensee) != same_name(child.licensor):
        yield "licensee-mismatch"
    if child is not None and link.may_sublicense != "yes":
        yield "no-sublicense-right"
    if _outside({platform_id(one) for one in link.platforms}, {seller.platform}):
        yield "platform"
    if _outside({same_name(one) for one in link.shops}, seller.shops):
        yield "shop"
    if _outside({same_name(one) for one in link.territories}, {same_name(seller.territory)}):
        yield "territory"
    if link.nice_classes and goods.nice_class is not None and goods.nice_class not in link.nice_classes:
        yield "class"
    if link.products and not _names_product(link, goods.title):
        yield "product"
    if link.online == "no" or (link.online == "silent" and policy == "no-online"):
        yield "online-forbidden"
    if below_floor(link, goods):
        yield "price-floor"


def _outside(allowed: set[str], given: Collection[str]) -> bool:
    """Does the paper name what it allows, and the seller something else? Silence on either side does not fail."""
    said = {one for one in given if one}
    return bool(allowed and said and not said & allowed)


def _names_product(link: Authorization, title: str) -> bool:
    """Does one of the paper's product words stand in the title?"""
    folded = fold(title)
    whole = tokens(folded)
    return any(all(stands_in(word, folded, whole) for word in words(product)) for product in link.products)


def below_floor(link: Authorization, goods: Goods) -> bool:
    """Is the net unit price under the paper's floor? Different or unknown currencies are never compared."""
    if link.price_floor is None or goods.unit_price is None or not goods.currency:
        return False
    return (link.currency or goods.currency) == goods.currency and goods.unit_price < link.price_floor


def _last_day(link: Authorization) -> date | None:
    """The last day on which the paper itself is good."""
    return _earlier(link.valid_until, link.revoked_on - ONE_DAY if link.revoked_on else None)


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
