"""The labelled cases of fixtures/screening: read, screened, compared on the keys that a case states."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from monitor.model.listing import Listing, Offer
from monitor.registry_files import load_registry
from monitor.screening import Screener

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.model.finding import Finding, Screening
    from monitor.model.registry import Registry

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "screening"


@dataclass(frozen=True)
class Case:
    group: str
    value: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.value["id"])

    @property
    def category(self) -> str:
        return str(self.value["category"])


@cache
def cases() -> tuple[Case, ...]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        found += [Case(path.stem, value) for value in values]
    return tuple(found)


def registry(case: Case, folder: Path) -> Registry:
    """The case's tables, read as a user's YAML file would be."""
    path = folder / f"{case.name}.yaml"
    path.write_text(yaml.safe_dump(case.value["registry"], allow_unicode=True), encoding="utf-8")
    return load_registry(path)


def listing(values: dict[str, Any]) -> Listing:
    cells = {name: str(value) for name, value in values.items()}
    amounts = {name: Decimal(cells[name]) for name in ("price", "coupon", "list_price") if cells.get(name)}
    counts = {name: int(cells[name]) for name in ("pack_size", "quantity", "sold") if cells.get(name)}
    offer = Offer(currency=cells.get("currency", ""), **amounts, **counts)
    plain = {name: value for name, value in cells.items() if name in Listing.__slots__ and name not in ("offer", "row", "nice_class")}
    return Listing(**plain, offer=offer, nice_class=int(cells["nice_class"]) if cells.get("nice_class") else None)  # type: ignore[arg-type]


def screener(case: Case, folder: Path) -> Screener:
    day = case.value.get("on", case.value.get(True))
    return Screener.build(registry(case, folder), on=day, company=str(case.value.get("company", "")))


def faults(case: Case, screening: Screening) -> Iterator[str]:
    """Everything in which the screening differs from what the case states."""
    expect = case.value["expect"]
    got = {finding.brand_id: finding for finding in screening.findings}
    if "verdict" in expect and screening.verdict != expect["verdict"]:
        yield f"verdict {screening.verdict}, not {expect['verdict']}"
    for brand in expect.get("silent", ()):
        if brand in got and got[brand].level != "clear":
            yield f"{brand} is {got[brand].level}, not silent: {[(hit.text, hit.method, hit.usage) for hit in got[brand].hits]}"
    for brand, stated in (expect.get("findings") or {}).items():
        if brand not in got:
            yield f"{brand} was not found"
        else:
            yield from (f"{brand}: {fault}" for fault in _differences(got[brand], stated))


def _differences(finding: Finding, stated: dict[str, Any]) -> Iterator[str]:
    for name in ("level", "standing"):
        if name in stated and getattr(finding, name) != stated[name]:
            yield f"{name} {getattr(finding, name)}, not {stated[name]}"
    for name, wanted in (stated.get("cover") or {}).items():
        value = getattr(finding.cover, name)
        if str(value or "") != str(wanted or ""):
            yield f"cover {name} {value}, not {wanted}"
    codes = {reason.code for reason in finding.reasons}
    if "reasons" in stated and codes != set(stated["reasons"]):
        yield f"reasons {sorted(codes)}, not {sorted(stated['reasons'])}"
    if lacking := set(stated.get("reasons_include", ())) - codes:
        yield f"lacks the reasons {sorted(lacking)}"
    if excess := set(stated.get("reasons_exclude", ())) & codes:
        yield f"has the reasons {sorted(excess)}"
    for name in ("cause", "ground"):
        if name in stated and set(getattr(finding, name)) != set(stated[name]):
            yield f"{name} {getattr(finding, name)}, not {stated[name]}"
    for hit in stated.get("hits", ()):
        if not any(all(getattr(one, name) == value for name, value in hit.items()) for one in finding.hits):
            yield f"no hit like {hit} among {[(one.text, one.start, one.method, one.usage) for one in finding.hits]}"
    yield from _remedies(finding, stated)


def _remedies(finding: Finding, stated: dict[str, Any]) -> Iterator[str]:
    offered = [(remedy.code, remedy.level_after) for remedy in finding.remedies]
    for wanted in stated.get("remedies_include", ()):
        if not any(code == wanted["code"] and after == wanted.get("level_after", after) for code, after in offered):
            yield f"no remedy like {wanted} among {offered}"
    if excess := set(stated.get("remedies_exclude", ())) & {code for code, _ in offered}:
        yield f"offers {sorted(excess)}"


