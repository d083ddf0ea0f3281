"""Rules about where the goods come from: the supplier that the listing names, and what was bought from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.screening.seller import same_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.model.registry import Purchase
    from monitor.screening.facts import Facts, Params

PROOFS = ("invoice", "contract", "delivery-list")


def supplier_forbids_online(facts: Facts) -> Params | None:
    """The supplier of this listing forbids online sale of its goods."""
    supplier = facts.suppliers.get(facts.listing.supplier_id)
    return {"supplier": supplier.name or supplier.supplier_id} if supplier and supplier.forbids_online == "yes" else None


def supplier_unproved(facts: Facts) -> Params | None:
    """A supplier is named that is not on file, does not list this brand, or whose licence has ended."""
    named = facts.listing.supplier_id
    if not named:
        return None
    supplier = facts.suppliers.get(named)
    good = supplier and _lists(supplier.brands, facts) and not (supplier.licence_until and supplier.licence_until < facts.on)
    return None if good else {"supplier": supplier.name or named if supplier else named}


def dropship_without_source(facts: Facts) -> Params | None:
    """The goods are dropshipped and no proved purchase of this SKU from this supplier is on file."""
    supplier = facts.suppliers.get(facts.listing.supplier_id)
    if facts.listing.fulfilment != "dropship" and not (supplier and supplier.role == "dropship"):
        return None
    named = facts.listing.supplier_id
    proved = named and any(purchase.supplier_id == named for purchase in _proved((*facts.bought, *facts.dossier.purchases), facts))
    return None if proved else {"supplier": supplier.name or named if supplier else named}


def source_proved(facts: Facts) -> Params | None:
    """A paid purchase of this SKU and brand with invoice, contract or delivery list is on file."""
    proved = _proved(facts.dossier.purchases, facts)
    if not proved:
        return None
    purchase = next((one for one in proved if good_dealer(facts, one.supplier_id)), proved[0])
    return {"purchase": purchase.purchase_id, "dealer": "yes" if good_dealer(facts, purchase.supplier_id) else "no"}


def good_dealer(facts: Facts, supplier_id: str) -> bool:
    """An authorized dealer whose list names the brand, whose licence holds and who does not forbid online sale."""
    supplier = facts.suppliers.get(supplier_id)
    return bool(
        supplier and supplier.role == "authorized-dealer" and _lists(supplier.brands, facts) and supplier.forbids_online != "yes"
        and not (supplier.licence_until and supplier.licence_until < facts.on)
    )  # fmt: skip


def _lists(brands: Iterable[str], facts: Facts) -> bool:
    """Does a supplier's list name the brand, by its id or any spelling?"""
    return any(same_name(one) in facts.dossier.names for one in brands)


def _proved(purchases: Iterable[Purchase], facts: Facts) -> list[Purchase]:
    """Those of the listing's SKU that are paid and proved, bought on or before the day."""
    sku, on = facts.listing.sku, facts.on
    return [
        one for one in purchases
        if sku and one.sku == sku and one.paid == "yes" and one.proof in PROOFS and one.bought_on and one.bought_on <= on
    ]  # fmt: skip
