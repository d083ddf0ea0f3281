"""Everything the registry holds about one brand, compiled once; and everything known about one finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import quote

from monitor.model.finding import USAGES, Cover, Hit, Remedy, Usage
from monitor.screening.cover import Papers
from monitor.screening.pricing import Guides, Price
from monitor.screening.seller import same_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from monitor.model.listing import Listing
    from monitor.model.policy import ScreeningPolicy
    from monitor.model.registry import Authorization, Brand, GuidePrice, Letter, Mark, Purchase, Registry, Supplier
    from monitor.screening.claims import Said
    from monitor.screening.rules import Rule
    from monitor.screening.seller import Seller

Params = Mapping[str, str]
Help = tuple[tuple[Remedy, ...], tuple[Remedy, ...]]  # single remedies, the set that helps together
Row = TypeVar("Row", "Mark", "GuidePrice", "Authorization", "Purchase", "Letter")
_KEPT = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in "/%")


@dataclass(slots=True)
class Dossier:
    """One brand with its marks, guide prices, papers, purchases and letters, and what follows from them alone."""

    brand: Brand
    guides: Guides
    marks: Sequence[Mark] = ()
    papers: Sequence[Authorization] = ()
    purchases: Sequence[Purchase] = ()
    letters: Sequence[Letter] = ()
    chains: Papers = field(init=False)
    titled: bool = field(init=False)  # what comes out may depend on the title's words or the SKU
    priced: bool = field(init=False)  # or on the price
    alike: tuple[object, ...] = field(init=False)  # brands with an equal one fare alike, as long as no supplier is named
    rules: tuple[Rule, ...] = ()  # those that can apply to this brand at all; filled when first asked for
    remembered: dict[frozenset[str], Help] = field(default_factory=dict)
    _names: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        papers, brand = self.papers, self.brand
        self.chains = Papers(papers) if papers else NO_PAPERS
        self.titled = bool(self.purchases) or any(paper.products for paper in papers)
        self.priced = bool(self.guides) or any(paper.price_floor is not None for paper in papers)
        bare = not (papers or self.marks or self.letters)
        self.alike = (brand.policy, brand.enforcement, brand.nice_classes) if bare else ()

    @property
    def names(self) -> frozenset[str]:
        """Id, name and aliases as they are compared with a supplier's list."""
        if not self._names:
            self._names = frozenset(map(same_name, (self.brand.brand_id, *self.brand.names)))
        return self._names


NO_PAPERS = Papers(())


def dossiers(registry: Registry, on: date) -> dict[str, Dossier]:
    """One dossier per brand id. Rows of unknown brands belong to none."""
    guides, marks = _by_brand(registry.guide_prices), _by_brand(registry.marks)
    papers, purchases, letters = _by_brand(registry.authorizations), _by_brand(registry.purchases), _by_brand(registry.letters)
    none = Guides((), on)
    made: dict[str, Dossier] = {}
    for brand in registry.brands:
        one = brand.brand_id
        priced = Guides(guides[one], on) if one in guides else none
        made[one] = Dossier(brand, priced, marks.get(one, ()), papers.get(one, ()), purchases.get(one, ()), letters.get(one, ()))
    return made


def _by_brand(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.brand_id, []).append(row)
    return found


class Facts(NamedTuple):
    """What the rules read of one listing x brand on one day. `bought`: every purchase of the listing's SKU,
    whatever the brand. `usage`: the strongest of the hits."""

    listing: Listing
    dossier: Dossier
    suppliers: Mapping[str, Supplier]
    bought: Sequence[Purchase]
    seller: Seller
    hits: Sequence[Hit]
    said: Sequence[Said]
    cover: Cover
    price: Price | None
    guide: GuidePrice | None
    policy: ScreeningPolicy
    on: date
    usage: Usage

    @property
    def own(self) -> bool:
        return self.usage == "own"

    @property
    def meant(self) -> bool:
        """Own or comparison use: the goods are shown in the brand's light."""
        return self.usage in ("own", "comparison")

    @property
    def restricted(self) -> bool:
        return self.dossier.brand.policy in ("no-online", "authorized-only")

    def word(self, kind: str) -> str:
        """The first word of that kind that the listing says, "" for none."""
        return next((said.text for said in self.said if said.kind == kind), "")


def strongest(hits: Sequence[Hit]) -> Usage:
    """The usage that decides: own, then comparison, compatible, negated, descriptive."""
    if len(hits) == 1:
        return hits[0].usage
    return min((hit.usage for hit in hits), key=USAGES.index, default="descriptive")


def escaped(part: str) -> str:
    """A part of a finding's key: `/` and `%` percent-encoded."""
    return quote(part, safe=_KEPT, errors="surrogatepass") if "/" in part or "%" in part else part or "-"
