"""Mentions of brands become findings: what was worked out before is shared, remedies wait until somebody reads them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from monitor.model.finding import NO_COVER, Finding, Hit, Level
from monitor.model.listing import SEARCHED_FIELDS
from monitor.screening.claims import said
from monitor.screening.cover import Asked
from monitor.screening.facts import Dossier, Facts, Help, escaped, strongest
from monitor.screening.plain import fold, tokens
from monitor.screening.pricing import net_price
from monitor.screening.remedies import remedies
from monitor.screening.rules import RULES, Rule, compiled
from monitor.screening.score import outcome
from monitor.screening.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from monitor.model.listing import Listing
    from monitor.model.policy import ScreeningPolicy
    from monitor.model.registry import Purchase, Supplier
    from monitor.screening.changes import Case
    from monitor.screening.claims import Said
    from monitor.screening.index import Columns, Finder
    from monitor.screening.seller import Seller, Sellers
    from monitor.screening.usage import Judged, UsageJudge

MOST_OUTCOMES = 100_000  # remembered; a listing's shop is the user's text
Mentions = dict[str, tuple[Hit, ...]]  # by brand id
NO_PURCHASES: Sequence[Purchase] = ()


def mentions(judged: Sequence[Judged]) -> Mentions:
    """The hits of each brand, in the order of their places; without what was dropped."""
    found: Mentions = {}
    for one in judged:
        if one.usage is not None:
            match = one.match
            hit = Hit(match.field, match.start, match.end, match.text, match.alias, match.method, match.similarity, one.usage, match.disguised)
            found[one.brand_id] = (*found.get(one.brand_id, ()), hit)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessor:
    """What the registry, the policy and the day say of mentions."""

    on: date
    policy: ScreeningPolicy
    finder: Finder
    judge: UsageJudge
    sellers: Sellers
    dossiers: dict[str, Dossier]
    papered: frozenset[str]  # the brands that have papers
    suppliers: Mapping[str, Supplier]
    purchases: Mapping[str, Sequence[Purchase]]  # by SKU
    rules: tuple[Rule, ...] = RULES
    # The values of an `Outcome`, as an exact tuple: it is unpacked in a third of the time.
    outcomes: dict[object, tuple[Any, ...]] = field(default_factory=dict, compare=False, repr=False)

    def mentioned(self, columns: Columns, count: int, listing: Callable[[int], Listing]) -> list[tuple[int, Mentions]]:
        """Which of `count` listings mention which brands: (number of the listing, hits by brand).

        `columns` holds what is searched, a field at a time; `listing(number)` is asked for those with a match alone.
        """
        judged = ((at, mentions(self.judge(listing(at), found))) for at, found in self.finder.find_columns(columns, count))
        return [(at, them) for at, them in judged if them]

    def findings(self, listing: Listing, found: Mentions) -> tuple[Finding, ...]:
        """One finding for each brand, ordered by brand id."""
        words = said(listing)
        silent = not words and self._silent(listing)
        made = []
        for brand_id in sorted(found) if len(found) > 1 else found:
            dossier, hits = self.dossiers[brand_id], found[brand_id]
            told = self._told(listing, dossier, hits) if silent else None
            known = self.outcomes.get(told) if told else None
            if known is None:
                known = tuple(outcome(self._facts(listing, dossier, hits, words), self._rules(dossier)))
                if told and len(self.outcomes) < MOST_OUTCOMES:
                    self.outcomes[told] = known
            made.append(Finding.of(brand_id, dossier.brand.name, key(listing, brand_id), hits, known, self, listing))
        return tuple(made)

    def _silent(self, listing: Listing) -> bool:
        """Does the listing say nothing of its own but its title and price, that the shipped rules would ask for?"""
        sold = listing.offer.sold
        return not (
            listing.supplier_id or listing.fulfilment == "dropship" or (sold is not None and sold >= self.policy.sales_volume) or len(self.rules) > len(RULES)
        )  # fmt: skip

    def _told(self, listing: Listing, dossier: Dossier, hits: Sequence[Hit]) -> object:
        """Everything that the outcome of a silent listing depends on, where that is little; None where it is more.

        A shop's listings of one brand nearly all fare alike: the same papers, no words of their own.
        """
        if dossier.titled or (dossier.priced and listing.offer.price is not None):
            return None
        for hit in hits:
            if hit.disguised or hit.field == "keywords":
                return None
        usage, text = strongest(hits), ""
        if usage != "own":
            text = hits[0].text  # rules quote the first hit, or the first of this usage
            if hits[0].usage != usage:
                return None
        if dossier.alike:
            return dossier.alike, usage, text, listing.nice_class
        return dossier.brand.brand_id, usage, text, listing.nice_class, listing.platform, listing.shop

    def _rules(self, dossier: Dossier) -> tuple[Rule, ...]:
        if not dossier.rules:
            dossier.rules = compiled(self.rules, dossier)
        return dossier.rules

    def _facts(self, listing: Listing, dossier: Dossier, hits: Sequence[Hit], words: Sequence[Said], company: str = "") -> Facts:
        seller = self.sellers.of(listing)
        if company:
            seller = replace(seller, company=company)
        price = net_price(listing, seller.platform) if dossier.priced else None
        cover = dossier.chains.cover(self._asked(listing, dossier, seller), self.on) if dossier.papers else NO_COVER
        guide = dossier.guides.find(listing, price, seller.platform) if price else None
        bought = self.purchases.get(listing.sku, NO_PURCHASES) if listing.sku else NO_PURCHASES
        return Facts(listing, dossier, self.suppliers, bought, seller, hits, words, cover, price, guide, self.policy, self.on, strongest(hits))

    def _asked(self, listing: Listing, dossier: Dossier, seller: Seller) -> Asked:
        title = fold(listing.title) if dossier.titled else ""
        return Asked(
            company=seller.company, platform=seller.platform, shops=seller.shops, territory=seller.territory, nice_class=listing.nice_class,
            title=title, tokens=tokens(title), price=net_price(listing, seller.platform) if dossier.priced else None,
            no_online=dossier.brand.policy == "no-online",
        )  # fmt: skip

    def help(self, listing: Listing, finding: Finding) -> Help:
        """What would lower the level of this finding."""
        dossier = self.dossiers[finding.brand_id]
        facts = self._facts(listing, dossier, finding.hits, said(listing))
        return remedies(facts, frozenset(reason.code for reason in finding.reasons), finding.level, self._again)

    def _again(self, case: Case) -> tuple[Facts, Level] | None:
        """The case screened from its text on; None where the brand is not found any more."""
        listing, dossier, company = case
        matches = self.finder.find(searched(listing))
        hits = mentions(self.judge(listing, matches)).get(dossier.brand.brand_id)
        if not hits:
            return None
        facts = self._facts(listing, dossier, hits, said(listing), company)
        return facts, outcome(facts, self._rules(dossier)).level


def searched(listing: Listing) -> list[tuple[str, str]]:
    """(field, raw text) of the fields in which brands are looked for, without the empty ones."""
    return [(name, raw) for name in SEARCHED_FIELDS if (raw := getattr(listing, name))]


def key(listing: Listing, brand_id: str) -> str:
    """The key of a finding, platform/shop/listing/brand, stable from scan to scan: the SKU where the id lacks, else the
    title's hash."""
    named = listing.listing_id or listing.sku
    if not named:
        named = hashlib.sha256(plain(listing.title).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    made = f"{listing.platform or '-'}/{listing.shop or '-'}/{named}/{brand_id or '-'}"
    if made.count("/") == 3 and "%" not in made:
        return made
    return "/".join(map(escaped, (listing.platform, listing.shop, named, brand_id)))
