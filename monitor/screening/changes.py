"""What a seller could change about a listing, its papers or its source, as far as the facts offer it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, NamedTuple

from monitor.model.registry import Authorization, Purchase
from monitor.screening.rules import floors
from monitor.screening.supply import good_dealer
from monitor.screening.vocabulary import accessories

if TYPE_CHECKING:
    from datetime import date

    from monitor.model.finding import Hit
    from monitor.model.listing import Listing
    from monitor.screening.facts import Dossier, Facts

CENT = Decimal("0.01")
YEAR = timedelta(days=365)
PRICES = frozenset(("price-far-below-guide", "price-below-guide", "price-below-floor"))
SOURCES = frozenset(("supplier-forbids-online", "supplier-unproved", "dropship-without-source"))
ENDED = ("expired", "revoked", "parent-expired", "not-yet-valid")
SOMEBODY = "-"  # the company that gets a paper where nobody said whose listing it is
HAN = re.compile("[\u4e00-\u9fff]")


class Case(NamedTuple):
    """What is screened again. `company`: who sells, where it is not what the listing and the registry say."""

    listing: Listing
    dossier: Dossier
    company: str = ""


Change = Callable[["Facts"], Case]


@dataclass(frozen=True, slots=True)
class Try:
    """`unnames`: the change is meant to take the name away, or its meaning. Any other change after which the
    brand is no longer seen has only hidden it, and helps nobody."""

    code: str
    change: Change
    params: Mapping[str, str]
    unnames: bool = False


def tries(facts: Facts, codes: frozenset[str]) -> Iterator[Try]:
    """Every change that might help."""
    if "counterfeit-words" in codes:
        return
    if codes & PRICES:
        yield from _raise_price(facts)
    yield from _wording(facts, codes)
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
    for paper in floors(facts):
        if (paper.currency or price.currency) == price.currency:
            wanted = max(wanted, paper.price_floor or wanted)
    net = (wanted * price.units).quantize(CENT, ROUND_CEILING)
    sticker = net + (facts.listing.offer.coupon or 0)
    yield Try("raise-price", lambda now: _offered(now, replace(now.listing.offer, price=sticker)), {"to": str(sticker), "currency": price.currency})


def _offered(now: Facts, offer: object) -> Case:
    return Case(replace(now.listing, offer=offer), now.dossier)  # type: ignore[arg-type]


def _wording(facts: Facts, codes: frozenset[str]) -> Iterator[Try]:
    if "unbacked-claim" in codes:
        yield Try("remove-claim", _without_claim, {"text": facts.word("claim")})
    if "lookalike-spelling" in codes:
        written = next(hit for hit in facts.hits if hit.disguised and hit.usage == "own")
        yield Try("reword", _reworded, {"text": written.text, "alias": written.alias})
    if "comparison-use" in codes or "mark-in-keywords" in codes:
        yield Try("remove-mark", _without_mark, {"text": facts.hits[0].text}, unnames=True)
    if facts.own and (name := next((hit for hit in facts.hits if hit.field == "title" and hit.usage == "own"), None)):
        title = facts.listing.title
        # Only goods that belong to other goods: nobody is told to call a shoe "for Nike".
        if accessories().search(title.lower()):
            yield Try("name-as-compatible", _as_compatible, {"text": name.text, "brand": facts.dossier.brand.name}, unnames=True)


def _cut(listing: Listing, spans: Sequence[tuple[str, int, int]], put: Callable[[int], str] = lambda _: "") -> Listing:
    """The listing with (field, start, end) replaced by `put(number of the span)`."""
    texts: dict[str, str] = {}
    for number, (name, start, end) in sorted(enumerate(spans), key=lambda one: -one[1][1]):
        raw = texts.get(name, getattr(listing, name))
        texts[name] = raw[:start] + put(number) + raw[end:]
    return replace(listing, **texts)  # type: ignore[arg-type]


def _without_claim(now: Facts) -> Case:
    return Case(_cut(now.listing, [(one.field, one.start, one.end) for one in now.said if one.kind == "claim"]), now.dossier)


def _reworded(now: Facts) -> Case:
    """Every disguised spelling written as registered."""
    hits = _apart([hit for hit in now.hits if hit.disguised])
    return Case(_cut(now.listing, [(hit.field, hit.start, hit.end) for hit in hits], lambda at: hits[at].alias), now.dossier)


def _without_mark(now: Facts) -> Case:
    """The name taken out where it is not the goods' own: comparisons and keywords go."""
    hits = _apart([hit for hit in now.hits if hit.usage != "own" or hit.field == "keywords"])
    return Case(_cut(now.listing, [(hit.field, hit.start, hit.end) for hit in hits]), now.dossier)


def _as_compatible(now: Facts) -> Case:
    """The title says that the goods are for the brand's: 适用X…, or … for X."""
    title = now.listing.title
    hits = _apart([hit for hit in now.hits if hit.field == "title" and hit.usage == "own"])
    if not hits:
        return Case(now.listing, now.dossier)
    if HAN.search(title):
        return Case(_cut(now.listing, [("title", hit.start, hit.end) for hit in hits], lambda at: f" 适用{hits[at].text} "), now.dossier)
    rest = _cut(now.listing, [("title", hit.start, hit.end) for hit in hits])
    return Case(replace(rest, title=f"{' '.join(rest.title.split())} for {hits[0].text}"), now.dossier)


def _apart(hits: Sequence[Hit]) -> list[Hit]:
    """Without places that overlap one before."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.field, one.start, -one.end)):
        if not kept or kept[-1].field != hit.field or kept[-1].end <= hit.start:
            kept.append(hit)
    return kept


def _papers(facts: Facts, codes: frozenset[str]) -> Iterator[Try]:
    cover, brand = facts.cover, facts.dossier.brand
    papers = {paper.authorization_id: paper for paper in facts.dossier.papers}
    at_fault = papers.get(cover.link or "")
    if "authorization-expiring" in codes or (cover.status == "broken" and cover.gap in ENDED):
        yield from _renew(facts)
    if at_fault and cover.gap == "platform":
        for platform in at_fault.platforms:
            yield Try("move-platform", lambda now, there=platform: _moved(now, platform=there), {"platforms": platform, "paper": at_fault.authorization_id})  # type: ignore[misc]
    if at_fault and cover.gap == "shop":
        for shop in at_fault.shops:
            yield Try("move-shop", lambda now, there=shop: _moved(now, shop=there), {"shops": shop, "paper": at_fault.authorization_id})  # type: ignore[misc]
    if cover.status != "full" and facts.own and brand.policy != "open":
        yield Try("get-paper", _new_paper, {"brand": brand.name})


def _moved(now: Facts, *, platform: str = "", shop: str = "") -> Case:
    """Put up elsewhere: the price keeps its currency, the seller's shop is named by its id on another platform."""
    listing, price = now.listing, now.price
    offer = replace(listing.offer, currency=price.currency) if price and not listing.offer.currency else listing.offer
    moved = replace(listing, platform=platform or listing.platform, shop=shop or now.seller.shop_id or listing.shop, offer=offer)
    return Case(moved, now.dossier)


def _with_papers(dossier: Dossier, papers: Sequence[Authorization]) -> Dossier:
    return replace(dossier, papers=papers, rules=())


def _renew(facts: Facts) -> Iterator[Try]:
    """Every paper of the chain that has ended, or will within the month, with a year more."""
    until, soon = facts.on + YEAR, facts.on + timedelta(days=facts.policy.expiring_days)
    chain = {*facts.cover.chain, facts.cover.link}
    ids = {paper.authorization_id for paper in facts.dossier.papers if paper.authorization_id in chain and _ends(paper, facts.on, soon)}
    if not ids:
        return

    def renewed(now: Facts) -> Case:
        papers = [
            replace(paper, valid_from=min(paper.valid_from or now.on, now.on), valid_until=until, revoked_on=None) if paper.authorization_id in ids else paper
            for paper in now.dossier.papers
        ]  # fmt: skip
        return Case(now.listing, _with_papers(now.dossier, papers))

    yield Try("renew-paper", renewed, {"paper": ", ".join(sorted(ids)), "until": until.isoformat()})


def _ends(paper: Authorization, on: date, soon: date) -> bool:
    ended = paper.valid_until is not None and paper.valid_until <= soon
    return ended or paper.revoked_on is not None or bool(paper.valid_from and paper.valid_from > on)


def _new_paper(now: Facts) -> Case:
    """A paper straight from the owner that allows this sale."""
    company = now.seller.company or SOMEBODY
    paper = Authorization(authorization_id="new", brand_id=now.dossier.brand.brand_id, licensor_role="owner", licensee=company, online="yes")
    return Case(now.listing, _with_papers(now.dossier, [*now.dossier.papers, paper]), company)


def _sources(facts: Facts, codes: frozenset[str]) -> Iterator[Try]:
    listing = facts.listing
    if listing.sku and "source-proved" not in codes:
        unproved = next((one for one in facts.dossier.purchases if one.sku == listing.sku and one.supplier_id and (one.bought_on is None or one.bought_on <= facts.on)), None)
        supplier = unproved.supplier_id if unproved else listing.supplier_id
        if supplier and (unproved or "dropship-without-source" in codes or good_dealer(facts, supplier)):
            purchase = Purchase(
                purchase_id="-", supplier_id=supplier, brand_id=facts.dossier.brand.brand_id, sku=listing.sku, bought_on=facts.on, proof="invoice", paid="yes"
            )  # fmt: skip
            yield Try("get-invoice", lambda now: _with_purchase(now, purchase), {"supplier": _named(facts, supplier), "sku": listing.sku})
    if codes & SOURCES:
        yield Try("change-source", lambda now: Case(replace(now.listing, supplier_id="", fulfilment="own"), now.dossier), {"supplier": _named(facts, listing.supplier_id)})


def _named(facts: Facts, supplier_id: str) -> str:
    """The supplier as the seller knows it; the id where the registry has no name."""
    known = facts.suppliers.get(supplier_id)
    return (known.name if known else "") or supplier_id


def _with_purchase(now: Facts, purchase: Purchase) -> Case:
    return Case(now.listing, replace(now.dossier, purchases=[*now.dossier.purchases, purchase], rules=()))
