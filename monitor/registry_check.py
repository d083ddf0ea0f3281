"""What is wrong between the rows of a registry: chains, dates, shared spellings, unknown names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.model.problem import Problem
from monitor.screening.names import LONGEST
from monitor.screening.seller import same_name
from monitor.screening.text import TOKEN, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from monitor.model.registry import Authorization, Registry


def check(registry: Registry, on: date) -> tuple[Problem, ...]:
    """Every fault: those found while reading, then broken chains, expired papers, shared spellings and the rest.

    All of it stays in use; this only tells. `on` is the day for what has ended.
    """
    found = (*_spellings(registry), *_papers(registry, on), *_dates(registry), *_sources(registry, on))
    places = {(table, name): place for table in registry.places for name, place in zip(_names(registry, table), registry.places[table], strict=True)}
    return (*registry.problems, *(_placed(fault, places) for fault in found))


def _names(registry: Registry, table: str) -> Iterator[str]:
    """What the faults call the rows of a table."""
    if table == "guide_prices":
        return (f"{one.brand_id} {one.pattern}" for one in registry.guide_prices)
    identity = {"brands": "brand_id", "authorizations": "authorization_id"}.get(table, f"{table[:-1]}_id")
    return (getattr(row, identity) for row in getattr(registry, table))


def _placed(fault: Problem, places: Mapping[tuple[str, str], tuple[str, int]]) -> Problem:
    """The fault with file and row where the registry came from files; the table's name where it did not."""
    source, row = places.get((fault.source, fault.found), (fault.source, None))
    return replace(fault, source=source, row=row)


def _fault(code: str, table: str, row: str, column: str = "", **params: str) -> Problem:
    return Problem(code=f"check.{code}", source=table, column=column, found=row, params=params, loss="")


def _spellings(registry: Registry) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for brand in registry.brands:
        for name in dict.fromkeys(brand.names):
            squeezed = "".join(TOKEN.findall(plain(name)))
            if not squeezed:
                yield _fault("empty-spelling", "brands", brand.brand_id, "aliases", alias=name)
            elif len(squeezed) > LONGEST:
                yield _fault("long-spelling", "brands", brand.brand_id, "aliases", alias=f"{name[:40]}…", longest=str(LONGEST))
            elif len(squeezed) == 1:
                yield _fault("one-letter", "brands", brand.brand_id, "aliases", alias=name)
            elif owners.setdefault(squeezed, brand.brand_id) != brand.brand_id:
                yield _fault("shared-spelling", "brands", brand.brand_id, "aliases", alias=name, other=owners[squeezed])


def _papers(registry: Registry, on: date) -> Iterator[Problem]:
    papers = {paper.authorization_id: paper for paper in registry.authorizations}
    for paper in registry.authorizations:
        name, parent = paper.authorization_id, papers.get(paper.parent_id)
        if paper.valid_until and paper.valid_until < on:
            yield _fault("expired", "authorizations", name, "valid_until", day=paper.valid_until.isoformat())
        if paper.revoked_on and paper.revoked_on <= on:
            yield _fault("revoked", "authorizations", name, "revoked_on", day=paper.revoked_on.isoformat())
        if paper.licensor_role == "owner":
            continue
        if _in_circle(paper, papers):
            yield _fault("circle", "authorizations", name, "parent_id")
        elif not paper.parent_id:
            yield _fault("no-owner", "authorizations", name, "licensor_role")
        elif parent is None:
            yield _fault("no-parent", "authorizations", name, "parent_id", parent=paper.parent_id)
        else:
            yield from _link(paper, parent)


def _link(paper: Authorization, parent: Authorization) -> Iterator[Problem]:
    """What is wrong between a paper and the one above it."""
    name, above = paper.authorization_id, parent.authorization_id
    if parent.brand_id != paper.brand_id:
        yield _fault("other-brand", "authorizations", name, "parent_id", parent=above)
    if same_name(parent.licensee) != same_name(paper.licensor):
        yield _fault("other-licensor", "authorizations", name, "licensor", parent=above, licensee=parent.licensee)
    if parent.may_sublicense != "yes":
        yield _fault("no-sublicense", "authorizations", name, "parent_id", parent=above)
    if parent.valid_until and (paper.valid_until is None or paper.valid_until > parent.valid_until):
        yield _fault("outlives", "authorizations", name, "valid_until", parent=above, day=parent.valid_until.isoformat())


def _in_circle(paper: Authorization, papers: dict[str, Authorization]) -> bool:
    seen = {paper.authorization_id}
    link = papers.get(paper.parent_id)
    while link is not None and link.licensor_role != "owner":
        if link.authorization_id in seen:
            return True
        seen.add(link.authorization_id)
        link = papers.get(link.parent_id)
    return False


def _dates(registry: Registry) -> Iterator[Problem]:
    spans = [("authorizations", one.authorization_id, one.valid_from, one.valid_until) for one in registry.authorizations]
    spans += [("guide_prices", f"{one.brand_id} {one.pattern}", one.valid_from, one.valid_until) for one in registry.guide_prices]
    spans += [("marks", one.mark_id, one.registered_on, one.expires_on) for one in registry.marks]
    for table, row, since, until in spans:
        if since and until and until < since:
            yield _fault("ends-before", table, row, "valid_until", since=since.isoformat(), until=until.isoformat())


def _sources(registry: Registry, on: date) -> Iterator[Problem]:
    suppliers = {supplier.supplier_id for supplier in registry.suppliers}
    shops = {same_name(name) for shop in registry.shops for name in (shop.shop_id, shop.name)}
    for guide in registry.guide_prices:
        if not guide.currency:
            yield _fault("no-currency", "guide_prices", f"{guide.brand_id} {guide.pattern}", "currency")
    for purchase in registry.purchases:
        if purchase.supplier_id and purchase.supplier_id not in suppliers:
            yield _fault("unknown-supplier", "purchases", purchase.purchase_id, "supplier_id", supplier=purchase.supplier_id)
    for supplier in registry.suppliers:
        if supplier.licence_until and supplier.licence_until < on:
            yield _fault("licence-ended", "suppliers", supplier.supplier_id, "licence_until", day=supplier.licence_until.isoformat())
    for letter in registry.letters:
        if letter.shop and same_name(letter.shop) not in shops:
            yield _fault("unknown-shop", "letters", letter.letter_id, "shop", shop=letter.shop)
