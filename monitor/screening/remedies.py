"""What would help? Each change is tried: the finding is made again with it, and what comes out is told.

A change stands for something the seller can do. Nothing here only hides a brand from the monitor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from monitor.model.finding import LEVELS, Level, Remedy
from monitor.model.registry import Authorization, Purchase
from monitor.screening.cover import Asked, Papers
from monitor.screening.rules import good_dealer
from monitor.screening.seller import platform_id, same_name

if TYPE_CHECKING:
    from datetime import date

    from monitor.screening.facts import Facts

CENT = Decimal("0.01")
Change = Callable[["Facts"], "Facts"]


@dataclass(frozen=True, slots=True)
class Try:
    code: str
    change: Change
    params: Mapping[str, str]


def remedies(
    facts: Facts, codes: frozenset[str], level: Level, again: Callable[[Facts], Level]
) -> tuple[tuple[Remedy, ...], tuple[Remedy, ...]]:
    """Every single change that lowers the level, and the smallest set that reaches low where none does alone.

    `again` gives the level of changed facts. Ordered by the level after, then by how little it asks.
    """
    if level == "clear":
        return (), ()
    if codes <= PLAIN and facts.cover.status == "none" and not facts.listing.supplier_id and not facts.dossier.purchases:
        # Nothing of the listing but the brand decides here: tried once, remembered with the brand.
        known = facts.dossier.remembered.get(codes)
        if known is None:
            known = facts.dossier.remembered[codes] = _tried(facts, codes, level, again)
        return known
    return _tried(facts, codes, level, again)


PLAIN = frozenset(("policy-unknown", "unauthorized-use", "enforcement-history"))


def _tried(
    facts: Facts, codes: frozenset[str], level: Level, again: Callable[[Facts], Level]
) -> tuple[tuple[Remedy, ...], tuple[Remedy, ...]]:
    tries = list(_tries(facts, codes))
    found = [(attempt, again(attempt.change(facts))) for attempt in tries]
    helping = [Remedy(code=attempt.code, params=attempt.params, level_after=after) for attempt, after in found if _index(after) < _index(level)]
    helping.sort(key=lambda remedy: (_index(remedy.level_after), EFFORT.index(remedy.code)))
    if any(_index(remedy.level_after) <= 1 for remedy in helping) or level == "low":
        return tuple(helping), ()
    helping.append(Remedy(code="take-down", level_after="clear"))
    return tuple(helping), tuple(_together(facts, tries, again))


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
                return [Remedy(code=attempt.code, params=attempt.params, level_after=after) for attempt in chosen]
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
        dearer = replace(price, net=net)
        return _covered(replace(now, price=dearer), replace(now.asked, price=dearer))

    yield Try("raise-price", raised, {"to": str(sticker), "currency": price.currency})


def _reworded(now: Facts) -> Facts:
    hits = [replace(hit, text=hit.alias, method="exact", similarity=1.0, disguised=False) if hit.disguised else hit for hit in now.hits]
    return replace(now, hits=hits)


def _without_mark(now: Facts) -> Facts:
    """The name taken out where it is not the goods' own: comparisons and keywords go."""
    kept = [hit for hit in now.hits if hit.usage == "own" and hit.field != "keywords"]
    return replace(now, hits=kept)


def _covered(now: Facts, asked: Asked) -> Facts:
    """The facts with another question to the papers, asked again."""
    return replace(now, asked=asked, cover=now.dossier.chains.cover(asked, now.on))


def _with_papers(now: Facts, papers: Sequence[Authorization]) -> Facts:
    dossier = replace(now.dossier, papers=list(papers), chains=Papers(papers))
    return _covered(replace(now, dossier=dossier), now.asked)


def _papers(facts: Facts, codes: frozenset[str]) -> Iterator[Try]:
    cover, brand = facts.cover, facts.dossier.brand
    papers = {paper.authorization_id: paper for paper in facts.dossier.papers}
    at_fault = papers.get(cover.link or "")
    if "authorization-expiring" in codes or (cover.status == "broken" and cover.gap in ENDED):
        yield from _renew(facts)
    if cover.status == "broken" and at_fault and cover.gap == "platform":
        for platform in at_fault.platforms:
            there = replace(facts.asked, platform=platform_id(platform))
            yield Try("move-platform", lambda now, there=there: _covered(now, there), {"platforms": platform, "paper": at_fault.authorization_id})  # type: ignore[misc]
    if cover.status == "broken" and at_fault and cover.gap == "shop":
        for shop in at_fault.shops:
            there = replace(facts.asked, shops=frozenset({same_name(shop)}))
            yield Try("move-shop", lambda now, there=there: _covered(now, there), {"shops": shop, "paper": at_fault.authorization_id})  # type: ignore[misc]
    if cover.status != "full" and facts.own and brand.policy != "open":
        yield Try("get-paper", _new_paper, {"brand": brand.name})


ENDED = ("expired", "revoked", "parent-expired", "not-yet-valid")


def _renew(facts: Facts) -> Iterator[Try]:
    """Every paper of the chain that has ended, or will within the month, with a year more."""
    until = facts.on + timedelta(days=365)
    soon = facts.on + timedelta(days=facts.policy.expiring_days)
    chain = {*facts.cover.chain, facts.cover.link}
    ending = [paper for paper in facts.dossier.papers if paper.authorization_id in chain and _ends(paper, facts.on, soon)]
    if ending:
        ids = {paper.authorization_id for paper in ending}

        def renewed(now: Facts) -> Facts:
            return _with_papers(now, [
                replace(paper, valid_from=min(paper.valid_from or now.on, now.on), valid_until=until, revoked_on=None) if paper.authorization_id in ids else paper
                for paper in now.dossier.papers
            ])  # fmt: skip

        yield Try("renew-paper", renewed, {"paper": ", ".join(sorted(ids)), "until": until.isoformat()})


def _ends(paper: Authorization, on: date, soon: date) -> bool:
    ended = paper.valid_until is not None and paper.valid_until <= soon
    return ended or paper.revoked_on is not None or bool(paper.valid_from and paper.valid_from > on)


def _new_paper(now: Facts) -> Facts:
    """A paper straight from the owner that allows this sale."""
    company = now.asked.company or "-"
    paper = Authorization(authorization_id="new", brand_id=now.dossier.brand.brand_id, licensor_role="owner", licensee=company, online="yes")
    asked = replace(now.asked, company=company)
    return _covered(_with_papers(now, [*now.dossier.papers, paper]), asked)


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
