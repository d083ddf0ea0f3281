"""THE HEART: a listing becomes a screening. `Screener` is the only door.

Pure: (registry, policy, day) + listing -> screening. Candidates come first, cheap and generous (index);
judgement second, exact and explainable (usage, cover, rules, score, remedies).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote

from monitor.model.finding import Finding, Hit, Level, Screening
from monitor.model.listing import SEARCHED_FIELDS, Listing
from monitor.model.policy import ScreeningPolicy
from monitor.model.problem import Problem
from monitor.screening.claims import said
from monitor.screening.cover import Asked
from monitor.screening.facts import Dossier, Facts, dossiers
from monitor.screening.index import Finder
from monitor.screening.plain import fold, tokens
from monitor.screening.pricing import net_price
from monitor.screening.remedies import remedies
from monitor.screening.rules import CAUSES, GROUNDS, RULES, Rule
from monitor.screening.score import score, standing
from monitor.screening.seller import Sellers
from monitor.screening.text import SKELETON, plain
from monitor.screening.usage import Judged, UsageJudge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from monitor.model.registry import Registry, Supplier

VERSION = "1"  # part of every fingerprint: raise it when the same facts would come out otherwise
BATCH = 500  # listings that are searched together


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`folded`: (field, plain form, skeleton). `judged` holds also what was dropped, with why."""

    folded: tuple[tuple[str, str, str], ...]
    judged: tuple[Judged, ...]
    screening: Screening


@dataclass(frozen=True, slots=True, kw_only=True)
class Screener:
    """A frozen, picklable callable: `screener(listing) -> Screening`. Build it with `Screener.build`."""

    on: date
    policy: ScreeningPolicy
    fingerprint: str
    finder: Finder
    judge: UsageJudge
    sellers: Sellers
    dossiers: dict[str, Dossier]
    suppliers: dict[str, Supplier]
    rules: tuple[Rule, ...] = RULES

    @classmethod
    def build(cls, registry: Registry, *, on: date, policy: ScreeningPolicy | None = None, company: str = "", rules: Sequence[Rule] = ()) -> Screener:
        """Compile a registry for one day. `company`: whose papers count where no shop tells it.

        `rules` come from plug-ins and stand beside the shipped ones.
        """
        policy = policy or ScreeningPolicy()
        told = (VERSION, registry.fingerprint or repr(registry), repr(policy), on.isoformat(), company, [rule.code for rule in rules])
        return cls(
            on=on, policy=policy, fingerprint=hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest(),
            finder=Finder.build(registry.brands), judge=UsageJudge.build(registry.brands), sellers=Sellers(registry.shops, company),
            dossiers=dossiers(registry, on), suppliers={one.supplier_id: one for one in registry.suppliers}, rules=(*RULES, *rules),
        )  # fmt: skip

    def __call__(self, listing: Listing) -> Screening:
        """Every finding of one listing, level clear included, ordered by brand id."""
        matches = self.finder.find([(name, raw) for name in SEARCHED_FIELDS if (raw := getattr(listing, name))])
        if not matches:
            return Screening(listing=listing, fingerprint=self.fingerprint)
        return self._judged(listing, self.judge(listing, matches))

    def screen(self, listings: Iterable[Listing], workers: int = 1) -> Iterator[Screening]:
        """The same for any iterable, in order, streaming; `workers` processes side by side."""
        if workers <= 1:
            yield from map(self, listings)
            return
        from monitor.screening.parallel import processes

        yield from processes(self, listings, workers)

    def many(self, listings: Sequence[Listing]) -> list[Screening]:
        """A batch at once."""
        return [self(listing) for listing in listings]

    def explain(self, listing: Listing) -> Explanation:
        """Every step for one listing: folded forms, every match with what it was taken for, the screening."""
        fields = [(name, raw) for name in SEARCHED_FIELDS if (raw := getattr(listing, name))]
        judged = self.judge(listing, self.finder.find(fields))
        folded = tuple((name, text := plain(raw), text.translate(SKELETON)) for name, raw in fields)
        return Explanation(folded=folded, judged=judged, screening=self._judged(listing, judged))

    def _judged(self, listing: Listing, judged: Sequence[Judged]) -> Screening:
        mentions: dict[str, list[Hit]] = {}
        for one in judged:
            if one.usage is not None:
                match = one.match
                mentions.setdefault(one.brand_id, []).append(
                    Hit(field=match.field, start=match.start, end=match.end, text=match.text, alias=match.alias, method=match.method,
                        similarity=match.similarity, usage=one.usage, disguised=match.disguised)
                )  # fmt: skip
        if not mentions:
            return Screening(listing=listing, fingerprint=self.fingerprint)
        findings = tuple(self._finding(listing, brand_id, mentions[brand_id]) for brand_id in sorted(mentions))
        return Screening(listing=listing, findings=findings, fingerprint=self.fingerprint, problems=self._problems(listing, mentions))

    def _finding(self, listing: Listing, brand_id: str, hits: Sequence[Hit]) -> Finding:
        facts = self._facts(listing, self.dossiers[brand_id], hits)
        scored = score(facts, self.rules)
        codes = frozenset(reason.code for reason in scored.reasons)
        single, together = remedies(facts, codes, scored.level, self._again)
        return Finding(
            brand_id=brand_id, brand_name=facts.dossier.brand.name, key=key(listing, brand_id), level=scored.level, score=scored.score,
            rank=scored.rank, standing=standing(facts, codes), hits=tuple(hits), cover=facts.cover, reasons=scored.reasons,
            remedies=single, remedy_set=together,
            cause=tuple(reason.code for reason in scored.reasons if reason.code in CAUSES),
            ground=tuple(reason.code for reason in scored.reasons if reason.code in GROUNDS),
        )  # fmt: skip

    def _again(self, facts: Facts) -> Level:
        """The level of facts that a remedy changed; a mention that is gone is clear."""
        return score(facts, self.rules).level if facts.hits else "clear"

    def _facts(self, listing: Listing, dossier: Dossier, hits: Sequence[Hit]) -> Facts:
        seller = self.sellers.of(listing)
        # Only a guide price or a paper's floor asks what one unit costs.
        price = net_price(listing, seller.platform) if dossier.guides or dossier.papers else None
        title = fold(listing.title)
        asked = Asked(
            company=seller.company, platform=seller.platform, shops=seller.shops, territory=seller.territory, nice_class=listing.nice_class,
            title=title, tokens=tokens(title), price=price, no_online=dossier.brand.policy == "no-online",
        )  # fmt: skip
        return Facts(
            listing=listing, dossier=dossier, suppliers=self.suppliers, seller=seller, hits=hits, said=said(listing),
            asked=asked, cover=dossier.chains.cover(asked, self.on), price=price,
            guide=dossier.guides.find(listing, price, seller.platform) if price else None, policy=self.policy, on=self.on,
        )  # fmt: skip

    def _problems(self, listing: Listing, mentions: dict[str, list[Hit]]) -> tuple[Problem, ...]:
        """Papers are there, but nobody said whose they are: said once for each listing that it matters to."""
        if self.sellers.of(listing).company or not any(self.dossiers[brand_id].papers for brand_id in mentions):
            return ()
        return (Problem(code="screening.no-company", source=listing.source, row=listing.row, loss=""),)


def key(listing: Listing, brand_id: str) -> str:
    """platform/shop/listing/brand, stable from scan to scan: the SKU where the id lacks, else the title's hash."""
    named = listing.listing_id or listing.sku
    if not named:
        named = hashlib.sha256(plain(listing.title).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return "/".join(quote(part, safe=_KEPT) if "/" in part or "%" in part else part or "-" for part in (listing.platform, listing.shop, named, brand_id))


_KEPT = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in "/%")


def batches(listings: Iterable[Listing], size: int = BATCH) -> Iterator[list[Listing]]:
    """Lists of up to `size` listings, in order."""
    stream = iter(listings)
    while batch := list(islice(stream, size)):
        yield batch


__all__ = ["Explanation", "Screener", "batches", "key"]
