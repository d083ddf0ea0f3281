"""Brands and what binds them: marks, guide prices, papers, shops, suppliers, purchases, letters.

The columns and their values are those of docs/registry (the public contract, "Registry tables").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from monitor.model.problem import Problem

BrandPolicy = Literal["open", "authorized-only", "no-online", "unknown"]
Enforcement = Literal["unknown", "none", "notices", "letters", "litigates"]
ProofLevel = Literal["unverified", "reported", "documented"]
YesNoUnknown = Literal["yes", "no", "unknown"]
Online = Literal["yes", "no", "silent"]
LicensorRole = Literal["owner", "distributor", "dealer", ""]
SupplierRole = Literal["authorized-dealer", "dealer", "wholesaler", "dropship", "unknown"]
MarkStatus = Literal["registered", "pending", "lapsed", "unknown"]
PurchaseProof = Literal["invoice", "contract", "delivery-list", "none"]
LetterKind = Literal["notice", "complaint", "letter", "lawsuit", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """A commercial name with its aliases. `aliases` does not repeat `name`."""

    brand_id: str
    name: str
    aliases: tuple[str, ...] = ()
    rights_holder: str = ""
    nice_classes: frozenset[int] = frozenset()
    categories: tuple[str, ...] = ()
    policy: BrandPolicy = "unknown"
    common_word: bool | None = None  # None: decide from the text
    enforcement: Enforcement = "unknown"
    proof: ProofLevel = "unverified"
    source: str = ""
    checked_on: date | None = None
    note: str = ""
    origin: Literal["user", "starter", "both"] = "user"  # whose registry it came from

    @property
    def names(self) -> tuple[str, ...]:
        """The name and every alias, as written."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    mark_id: str = ""  # nothing else names a mark, and no rule asks for it
    brand_id: str
    text: str = ""
    office: str = ""
    registration_no: str = ""
    nice_classes: frozenset[int] = frozenset()
    status: MarkStatus = "unknown"
    registered_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePrice:
    """`amount` is for `pack_size` units. `pattern`: words that all stand in the title, or sku:..., gtin:..."""

    brand_id: str
    pattern: str
    amount: Decimal
    currency: str = ""
    pack_size: int = 1
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """One link of a chain that lets `licensee` sell a brand. An empty tuple or set means unlimited."""

    authorization_id: str
    brand_id: str
    parent_id: str = ""
    licensor: str = ""
    licensor_role: LicensorRole = ""
    licensee: str = ""
    may_sublicense: YesNoUnknown = "unknown"
    online: Online = "silent"
    platforms: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    nice_classes: frozenset[int] = frozenset()
    products: tuple[str, ...] = ()
    price_floor: Decimal | None = None
    currency: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    document: str = ""
    document_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    shop_id: str
    platform: str = ""
    name: str = ""
    company: str = ""
    territory: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    supplier_id: str
    name: str = ""
    role: SupplierRole = "unknown"
    brands: tuple[str, ...] = ()
    forbids_online: YesNoUnknown = "unknown"
    licence_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    purchase_id: str
    supplier_id: str = ""
    brand_id: str = ""
    sku: str = ""
    quantity: int | None = None
    unit_cost: Decimal | None = None
    currency: str = ""
    bought_on: date | None = None
    proof: PurchaseProof = "none"
    paid: YesNoUnknown = "unknown"
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    letter_id: str
    brand_id: str = ""
    received_on: date | None = None
    kind: LetterKind = ""
    sender: str = ""
    shop: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Everything known about brands, papers and sources, as one frozen snapshot.

    `problems` lists the faults found while it was read; a faulty value is read as unknown or blank.
    """

    brands: tuple[Brand, ...] = ()
    marks: tuple[Mark, ...] = ()
    guide_prices: tuple[GuidePrice, ...] = ()
    authorizations: tuple[Authorization, ...] = ()
    shops: tuple[Shop, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    letters: tuple[Letter, ...] = ()
    problems: tuple[Problem, ...] = ()
    fingerprint: str = ""  # sha256 of the content, hex; "" for a registry built in memory
    # table -> (file, row) of each of its rows, in their order; empty for a registry that came from no file
    places: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict, compare=False, repr=False)
