"""Which chain of papers covers a listing on a day, and what breaks first where none does.

A paper names its parent, so each paper of the company begins exactly one chain. A chain is walked once,
up to the owner's paper; a circle ends the walk like a missing parent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from monitor.model.finding import GAPS, NO_COVER, Cover, Gap
from monitor.model.platforms import platform_id
from monitor.screening.plain import stands_in, words
from monitor.screening.pricing import Price, same_currency
from monitor.screening.seller import same_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.model.registry import Authorization

_ORDER: Mapping[Gap, int] = {gap: place for place, gap in enumerate(GAPS)}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a chain must cover: one listing of one company. "" and None: the listing is silent about it."""

    company: str
    platform: str = ""  # as `platform_id` names it
    shops: frozenset[str] = frozenset()  # every name of the shop, folded
    territory: str = ""
    nice_class: int | None = None
    title: str = ""  # folded
    tokens: frozenset[str] = frozenset()
    price: Price | None = None
    no_online: bool = False  # the brand forbids online sale unless a paper allows it


@dataclass(frozen=True, slots=True)
class _Paper:
    """One authorization with everything folded for comparison."""

    paper: Authorization
    licensor: str
    licensee: str
    platforms: frozenset[str]
    shops: frozenset[str]
    territories: frozenset[str]
    products: tuple[tuple[str, ...], ...]


class Papers:
    """The authorizations of one brand, compiled once."""

    def __init__(self, papers: Iterable[Authorization]) -> None:
        self._by_id: dict[str, _Paper] = {}
        self._of: dict[str, list[_Paper]] = {}
        for paper in papers:
            one = _compiled(paper)
            self._by_id.setdefault(paper.authorization_id, one)
            self._of.setdefault(one.licensee, []).append(one)
        self._first = min(self._by_id, default="")

    def __bool__(self) -> bool:
        return bool(self._by_id)

    def cover(self, asked: Asked, on: date) -> Cover:
        """The cover of `asked` on `on`: one full chain is enough, else the chain that fails furthest along."""
        if not self._by_id or not asked.company:
            return NO_COVER
        mine = self._of.get(same_name(asked.company))
        if not mine:
            return Cover(status="broken", gap="licensee-mismatch", link=self._first)
        walks = [self._walk(paper, asked, on) for paper in mine]
        full = [walk for walk in walks if walk.gap is None]
        if full:
            return self._full(full, mine, asked)
        worst = max(walks, key=lambda walk: (walk.depth, _ORDER[walk.gap or GAPS[0]], _latest(walk), walk.link))
        return Cover(status="broken", gap=worst.gap, link=worst.link, chain=worst.chain)

    def _full(self, full: list[_Walk], mine: list[_Paper], asked: Asked) -> Cover:
        """Full until the last day that is covered without a break: a renewed paper takes over from the old one."""
        best = max(full, key=lambda walk: (walk.until or date.max, walk.chain))
        until = best.until
        for _ in mine:
            if until is None or until == date.max:
                break
            after = [walk for paper in mine if (walk := self._walk(paper, asked, until + _DAY)).gap is None]
            if not after:
                break
            until = None if any(walk.until is None for walk in after) else max(walk.until for walk in after if walk.until)
        return Cover(status="full", until=until, chain=best.chain)

    def _walk(self, start: _Paper, asked: Asked, on: date) -> _Walk:
        """One chain from the company's paper upwards, as far as it holds."""
        chain: list[str] = []
        until: date | None = None
        child: _Paper | None = None
        link = start
        while True:
            paper = link.paper
            chain.append(paper.authorization_id)
            above = None
            if paper.licensor_role != "owner":
                above = self._by_id.get(paper.parent_id) if paper.parent_id else None
                if above is not None and above.paper.authorization_id in chain:
                    above = None  # a circle never reaches an owner
            gap = _gap(link, child, asked, on, topless=above is None and paper.licensor_role != "owner")
            if gap is not None:
                return _Walk(gap, paper.authorization_id, len(chain) - 1, tuple(chain), None, paper.valid_until)
            until = _sooner(until, last_day(paper))
            if above is None:
                return _Walk(None, "", len(chain), tuple(chain), until, None)
            child, link = link, above


@dataclass(frozen=True, slots=True)
class _Walk:
    gap: Gap | None
    link: str
    depth: int  # links that hold
    chain: tuple[str, ...]
    until: date | None
    ends: date | None  # of the link at fault


def _latest(walk: _Walk) -> date:
    return walk.ends or date.max


def _compiled(paper: Authorization) -> _Paper:
    return _Paper(
        paper, same_name(paper.licensor), same_name(paper.licensee),
        frozenset(map(platform_id, paper.platforms)), frozenset(map(same_name, paper.shops)),
        frozenset(map(same_name, paper.territories)), tuple(words(product) for product in paper.products),
    )  # fmt: skip


def _gap(link: _Paper, child: _Paper | None, asked: Asked, on: date, *, topless: bool) -> Gap | None:
    """The first gap of one link in the order of the list; `child` is the link below it."""
    paper = link.paper
    if paper.valid_from and on < paper.valid_from:
        return "not-yet-valid"
    ended = paper.valid_until is not None and on > paper.valid_until
    if ended and child is None:
        return "expired"
    if paper.revoked_on and on >= paper.revoked_on:
        return "revoked"
    if child is not None and link.licensee != child.licensor:
        return "licensee-mismatch"
    if (scope := _scope_gap(link, asked)) is not None:
        return scope
    if paper.online == "no" or (paper.online == "silent" and asked.no_online):
        return "online-forbidden"
    if child is not None and paper.may_sublicense != "yes":
        return "no-sublicense-right"
    if topless:
        return "parent-missing"
    if ended:  # the child still holds, so it outlived this one
        return "parent-expired"
    if is_under_floor(paper, asked.price, asked.platform):
        return "price-floor"
    return None


def _scope_gap(link: _Paper, asked: Asked) -> Gap | None:
    """Platform, shop, territory, class, product. What the listing does not state does not fail."""
    if link.platforms and asked.platform and asked.platform not in link.platforms:
        return "platform"
    if link.shops and asked.shops and not link.shops & asked.shops:
        return "shop"
    if link.territories and asked.territory and same_name(asked.territory) not in link.territories:
        return "territory"
    classes = link.paper.nice_classes
    if classes and asked.nice_class is not None and asked.nice_class not in classes:
        return "class"
    if link.products and not any(_names(product, asked) for product in link.products):
        return "product"
    return None


def _names(product: tuple[str, ...], asked: Asked) -> bool:
    return all(stands_in(word, asked.title, asked.tokens) for word in product)


def is_under_floor(paper: Authorization, price: Price | None, platform: str) -> bool:
    """Is one unit cheaper than the paper allows? Different currencies are never compared."""
    if paper.price_floor is None or price is None or not same_currency(paper.currency, price, platform):
        return False
    return price.under(100, paper.price_floor)


def last_day(paper: Authorization) -> date | None:
    """The last day on which a paper holds: its end, or the day before it was revoked."""
    revoked = paper.revoked_on - _DAY if paper.revoked_on and paper.revoked_on > date.min else None
    return _sooner(paper.valid_until, revoked)


def _sooner(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
