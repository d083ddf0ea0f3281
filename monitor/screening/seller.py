"""Who sells: the shop of a listing, its company and its territory, out of the registry."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.model.platforms import platform_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.model.listing import Listing
    from monitor.model.registry import Shop

@lru_cache(maxsize=4096)
def same_name(text: str) -> str:
    """A company or shop name as it is compared: width, case, spaces and full stops do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if not char.isspace() and char not in ".,·")


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells one listing. "" where nothing says it; `shops` are all names of the shop, folded; `shop_id` its
    id where the registry knows it."""

    company: str = ""
    territory: str = ""
    platform: str = ""
    shops: frozenset[str] = frozenset()
    shop_id: str = ""


class Sellers:
    """Shops by id and name, compiled once."""

    def __init__(self, shops: Iterable[Shop], company: str = "") -> None:
        self._by_id: dict[str, Shop] = {}
        self._by_name: dict[tuple[str, str], Shop] = {}
        self._named: dict[str, list[Shop]] = {}
        companies: dict[str, str] = {}
        for shop in shops:
            self._by_id.setdefault(same_name(shop.shop_id), shop)
            if shop.name:
                self._by_name.setdefault((platform_id(shop.platform), same_name(shop.name)), shop)
                self._named.setdefault(same_name(shop.name), []).append(shop)
            if shop.company:
                companies.setdefault(same_name(shop.company), shop.company)
        only = next(iter(companies.values())) if len(companies) == 1 else ""
        self.company = company or only
        self._seen: dict[tuple[str, str], Seller] = {}

    def find(self, platform: str, name: str) -> Shop | None:
        """The shop with this id, else the one with this name on that platform."""
        folded = same_name(name)
        if not folded:
            return None
        found = self._by_id.get(folded) or self._by_name.get((platform_id(platform), folded))
        if found is None and (named := self._named.get(folded)):
            # A listing or a row of `shops` that names no platform can mean only the one shop of that name.
            open_ones = [shop for shop in named if not platform or not shop.platform]
            found = open_ones[0] if len(open_ones) == 1 else None
        return found

    def of(self, listing: Listing) -> Seller:
        """The seller of a listing. Without a shop, or where its shop tells none, the one known company."""
        key = (listing.platform, listing.shop)
        seller = self._seen.get(key)
        if seller is None:
            seller = self._resolve(*key)
            if len(self._seen) < 10_000:  # bounded: a listing's shop is the user's text
                self._seen[key] = seller
        return seller

    def _resolve(self, platform: str, name: str) -> Seller:
        shop = self.find(platform, name)
        if shop is None:
            shops = frozenset({same_name(name)}) if name.strip() else frozenset()
            return Seller(self.company, "", platform_id(platform), shops)
        names = frozenset({same_name(name), same_name(shop.shop_id), same_name(shop.name)} - {""})
        return Seller(shop.company or self.company, shop.territory, platform_id(platform or shop.platform), names, shop.shop_id)
