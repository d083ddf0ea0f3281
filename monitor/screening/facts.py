"""Everything the registry holds about one brand, compiled once; and everything known about one finding."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.model.finding import USAGES, Cover, Hit, Remedy, Usage
from monitor.screening.cover import Asked, Papers
from monitor.screening.pricing import Guides, Price

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from monitor.model.listing import Listing
    from monitor.model.policy import ScreeningPolicy
    from monitor.model.registry import Authorization, Brand, GuidePrice, Letter, Mark, Purchase, Registry, Supplier
    from monitor.screening.claims import Said
    from monitor.screening.seller import Seller


@dataclass(slots=True)
class Dossier:
    """One brand with its marks, guide prices, papers, purchases and letters."""

    brand: Brand
    guides: Guides
    marks: list[Mark] = field(default_factory=list)
    papers: list[Authorization] = field(default_factory=list)
    chains: Papers = field(default_factory=lambda: Papers(()))
    remembered: dict[frozenset[str], tuple[tuple[Remedy, ...], tuple[Remedy, ...]]] = field(default_factory=dict)
    purchases: list[Purchase] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)


def dossiers(registry: Registry, on: date) -> dict[str, Dossier]:
    """One dossier per brand id. Rows of unknown brands belong to none."""
    guides: dict[str, list[GuidePrice]] = {}
    for guide in registry.guide_prices:
        guides.setdefault(guide.brand_id, []).append(guide)
    made = {brand.brand_id: Dossier(brand, Guides(guides.get(brand.brand_id, ()), on)) for brand in registry.brands}
    _file(made, registry.marks, "marks")
    _file(made, registry.authorizations, "papers")
    _file(made, registry.purchases, "purchases")
    _file(made, registry.letters, "letters")
    for dossier in made.values():
        if dossier.papers:
            dossier.chains = Papers(dossier.papers)
    return made


def _file(made: Mapping[str, Dossier], rows: Iterable[Mark | Authorization | Purchase | Letter], name: str) -> None:
    for row in rows:
        if row.brand_id in made:
            getattr(made[row.brand_id], name).append(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules read of one listing x brand on one day."""

    listing: Listing
    dossier: Dossier
    suppliers: Mapping[str, Supplier]
    seller: Seller
    hits: Sequence[Hit]
    said: Sequence[Said]
    asked: Asked
    cover: Cover
    price: Price | None
    guide: GuidePrice | None
    policy: ScreeningPolicy
    on: date

    usage: Usage = field(init=False)  # the strongest of the hits
    own: bool = field(init=False)

    def __post_init__(self) -> None:
        # Read by nearly every rule: worked out once.
        usage = min((hit.usage for hit in self.hits), key=USAGES.index, default="descriptive")
        object.__setattr__(self, "usage", usage)
        object.__setattr__(self, "own", usage == "own")

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
