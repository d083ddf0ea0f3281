"""What would help? Each change is tried: the finding is made again with it, and what comes out is told.

A change stands for something the seller can do. Nothing here only hides a brand from the monitor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from monitor.model.finding import LEVELS, Cover, Level, Remedy
from monitor.model.registry import Purchase
from monitor.screening.rules import good_dealer

if TYPE_CHECKING:
    from monitor.screening.facts import Facts

CENT = Decimal("0.01")
Change = Callable[["Facts"], "Facts"]


@dataclass(frozen=True, slots=True)
class Try:
    code: str
    change: Change
    params: Mapping[str, str]


def remedies(facts: Facts, codes: frozenset[str], level: Level, again: Callable[[Facts], Level]) -> tuple[Remedy, ...]:
    """Every single change that lowers the level; the smallest set that reaches low where none does alone.

    `again` gives the level of changed facts. Ordered by the level after, then by how little it asks.
    """
    if level == "clear":
        return ()
    tries = list(_tries(facts, codes))
    found = [(attempt, again(attempt.change(facts))) for attempt in tries]
    helping = [Remedy(code=attempt.code, params=attempt.params, level_after=after) for attempt, after in found if _index(after) < _index(level)]
    helping.sort(key=lambda remedy: (_index(remedy.level_after), EFFORT.index(remedy.code)))
    if all(_index(remedy.level_after) > 1 for remedy in helping) and _index(level) > 1 and "counterfeit-words" not in codes:
        helping += _together(facts, tries, again)
    if all(_index(remedy.level_after) > 1 for remedy in helping):
        helping.append(Remedy(code="take-down", level_after="clear"))
    return tuple(helping)


EFFORT = (
    "reword", "remove-claim", "remove-mark", "name-as-compatible", "raise-price", "get-invoice", "renew-paper", "move-shop",
    "move-platform", "change-source", "get-paper", "take-down",
)  # fmt: skip


def _index(level: Level) -> int:
    return LEVELS.index(level)


def _together(facts: Facts, tries: list[Try], again: Callable[[Facts], Level]) -> list[Remedy]:
    """The first smallest set of changes that reaches low."""
    tries = sorted(tries, key=lambda attempt: EFFORT.index(attempt.code))
    for size in (2, 3, 4):
        for chosen in combinations(tries, size):
            if len({attempt.code for attempt in chosen}) < size:
                continue
            changed = facts
            for attempt in chosen:
                changed = attempt.change(changed)
            after = again(changed)
            if _index(after) <= 1:
                all_codes = tuple(attempt.code for attempt in chosen)
                return [
                    Remedy(code=attempt.code, params=attempt.params, level_after=after, together=tuple(code for code in all_codes if code != attempt.code))
                    for attempt in chosen
                ]
    return []


def _tries(facts: Facts, codes: frozenset[str]) -> Iterator[Try]:
    """What this seller could change, as far as the facts offer it."""
    if "counterfeit-words" in codes:
        return
    if codes & {"price-far-below-guide", "price-below-guide", "price-below-floor"}:
        yield from _raise_price(facts)
    if "unbacked-claim" in codes:
        yield Try("remove-claim", lambda now: replace(now, said=[one for one in now.said if one.kind != "claim"]), {"text": facts.word("claim")})
    if "lookalike-spelling" in codes:
        written = next((hit for hit in facts.hits if hit.disguised and hit.usage == "own"), facts.hits[0])
        yield Try("reword", _reworded, {"text": written.text, "alias": written.alias})
    if "comparison-use" in codes:
        yield Try("remove-mark", _without_mark, {"text": facts.hits[0].text})
    if "mark-in-keywords" in codes and "comparison-use" not in codes:
        yield Try("remove-mark", _without_mark, {"text": facts.hits[0].text})
    yield from _papers(facts, codes)
    yield from _sources(facts, codes)


def _raise_price(facts: Facts) -> Iterator[Try]:
    """To the share of the guide price from which nobody asks, and to the floor of the paper."""
    price = facts.price
    if price is None:
        return
    wanted = Decimal(0)
    if facts.guide is not None:
        wanted = facts.guide.amount / facts.guide.pack_size * facts.policy.below_percent / 100
    for paper in facts.dossier.papers:
        if paper.price_floor is not None and (paper.currency or price.currency) == price.currency:
            wanted = max(wanted, paper.price_floor)
    net = (wanted * price.units).quantize(CENT, ROUND_CEILING)
    sticker = net + (facts.listing.offer.coupon or 0)

    def raised(now: Facts) -> Facts:
        full = Cover(status="full", chain=now.cover.chain) if now.cover.gap == "price-floor" else now.cover
        return replace(now, price=replace(price, net=net), cover=full)

    yield Try("raise-price", raised, {"to": str(sticker), "currency": price.currency})


def _reworded(now: Facts) -> Facts:
    hits = [replace(hit, text=hit.alias, method="exact", similarity=1.0, disguised=False) if hit.disguised else hit for hit in now.hits]
    return replace(now, hits=hits)


def _without_mark(now: Facts) -> Facts:
    """The name taken out where it is not the goods' own: comparisons and keywords go."""
    kept = [hit for hit in now.hits if hit.usage == "own" and hit.field != "keywords"]
    return replace(now, hits=kept)


def _papers(facts: Facts, codes: frozenset[str]) -> Iterator[Try]:
    cover, brand = facts.cover, facts.dossier.brand
    day = (facts.on + timedelta(days=365)).isoformat()
    if cover.status == "none" and codes & {"unauthorized-use", "policy-unknown", "unbacked-claim"} and facts.own and brand.policy != "open":
        yield Try("get-paper", lambda now: replace(now, cover=Cover(status="full")), {"brand": brand.name})
    if cover.status == "broken":
        if cover.gap in ("expired", "revoked", "parent-expired", "not-yet-valid"):
            yield Try("renew-paper", lambda now: replace(now, cover=Cover(status="full")), {"paper": cover.link or "", "until": day})
        elif cover.gap == "platform":
            yield from _move_platform(facts)
        elif cover.gap == "shop":
            yield from _move_shop(facts)
        else:
            yield Try("get-paper", lambda now: replace(now, cover=Cover(status="full")), {"brand": brand.name})
    if "authorization-expiring" in codes:
        paper = facts.cover.chain[0] if facts.cover.chain else ""
        yield Try("renew-paper", lambda now: replace(now, cover=replace(now.cover, until=None)), {"paper": paper, "until": day})


def _move_platform(facts: Facts) -> Iterator[Try]:
    papers = {paper.authorization_id: paper for paper in facts.dossier.papers}
    paper = papers.get(facts.cover.link or "")
    if paper:
        yield Try("move-platform", lambda now: replace(now, cover=Cover(status="full")), {"platforms": ", ".join(paper.platforms), "paper": paper.authorization_id})


def _move_shop(facts: Facts) -> Iterator[Try]:
    papers = {paper.authorization_id: paper for paper in facts.dossier.papers}
    paper = papers.get(facts.cover.link or "")
    if paper:
        yield Try("move-shop", lambda now: replace(now, cover=Cover(status="full")), {"shops": ", ".join(paper.shops), "paper": paper.authorization_id})


def _sources(facts: Facts, codes: frozenset[str]) -> Iterator[Try]:
    listing = facts.listing
    if listing.sku and "source-proved" not in codes:
        unproved = next((one for one in facts.dossier.purchases if one.sku == listing.sku and one.supplier_id and (one.bought_on is None or one.bought_on <= facts.on)), None)
        supplier = unproved.supplier_id if unproved else listing.supplier_id
        if supplier and (unproved or "dropship-without-source" in codes or good_dealer(facts, supplier)):
            purchase = Purchase(
                purchase_id="-", supplier_id=supplier, brand_id=facts.dossier.brand.brand_id, sku=listing.sku, bought_on=facts.on, proof="invoice", paid="yes"
            )  # fmt: skip
            known = facts.suppliers.get(supplier)
            yield Try("get-invoice", lambda now: _with_purchase(now, purchase), {"supplier": (known.name or supplier) if known else supplier, "sku": listing.sku})
    if codes & {"supplier-forbids-online", "supplier-unproved", "dropship-without-source"}:
        yield Try("change-source", lambda now: replace(now, listing=replace(now.listing, supplier_id="", fulfilment="own")), {"supplier": listing.supplier_id})


def _with_purchase(now: Facts, purchase: Purchase) -> Facts:
    dossier = replace(now.dossier, purchases=[*now.dossier.purchases, purchase])
    return replace(now, dossier=dossier)
