"""What does it mean? The table of rules: each looks at the facts and answers with its parameters, or None.

A rule's docstring is its sentence in the manual. Its weight stands in config/policy.toml under its code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from monitor.screening.cover import is_under_floor, last_day
from monitor.screening.seller import same_name
from monitor.screening.supply import dropship_without_source, source_proved, supplier_forbids_online, supplier_unproved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from decimal import Decimal

    from monitor.model.finding import Gap
    from monitor.model.registry import Authorization
    from monitor.screening.facts import Dossier, Facts, Params

Kind = Literal["main", "alone", "adding", "lowering"]
LATE: tuple[Gap, ...] = ("expired", "revoked", "not-yet-valid", "parent-expired")
CHAIN: tuple[Gap, ...] = ("parent-missing", "no-sublicense-right", "licensee-mismatch")


@dataclass(frozen=True, slots=True)
class Rule:
    """`kind`: main (only the strongest counts); alone (raises, and speaks without a main rule); adding
    (raises a main rule, nothing alone); lowering. `needs`: what the registry must say of a brand for the rule
    to apply at all; None: it is asked every time."""

    code: str
    kind: Kind
    test: Callable[[Facts], Params | None]
    needs: Callable[[Dossier], object] | None = None


def compiled(rules: Sequence[Rule], dossier: Dossier) -> tuple[Rule, ...]:
    """The rules that can apply to this brand."""
    return tuple(rule for rule in rules if rule.needs is None or rule.needs(dossier))


def counterfeit_words(facts: Facts) -> Params | None:
    """The listing uses words for copies (高仿, 复刻, 1:1, replica, AAA) together with the brand."""
    return _said(facts, "copy") if facts.meant else None


def altered_codes(facts: Facts) -> Params | None:
    """The listing says that codes or labels of the goods were removed (刮码, 剪标, 无码)."""
    return _said(facts, "altered") if facts.own else None


def unauthorized_use(facts: Facts) -> Params | None:
    """The brand restricts who may sell, and no paper on file names it."""
    return {"policy": facts.dossier.brand.policy} if facts.own and facts.restricted and facts.cover.status == "none" else None


def authorization_expired(facts: Facts) -> Params | None:
    """A paper in the chain is not valid on the day: it ended, was revoked, or has not begun."""
    return _broken(facts, lambda gap: gap in LATE)


def authorization_chain_broken(facts: Facts) -> Params | None:
    """The chain of papers does not reach from the brand's owner down to this company."""
    return _broken(facts, lambda gap: gap in CHAIN)


def authorization_out_of_scope(facts: Facts) -> Params | None:
    """A paper is there but does not cover this sale: platform, shop, territory, goods, online or price."""
    return _broken(facts, lambda gap: gap not in LATE and gap not in CHAIN)


def unbacked_claim(facts: Facts) -> Params | None:
    """The listing claims a standing (官方, 旗舰店, 授权, authorized dealer) that no full chain of papers backs."""
    return _said(facts, "claim") if facts.own and facts.cover.status != "full" else None


def lookalike_spelling(facts: Facts) -> Params | None:
    """The name is written so that it looks or sounds like the brand without being it (N1KE, 耐·克, 奈克)."""
    for hit in facts.hits:
        if hit.usage == "own" and hit.disguised:
            return {"text": hit.text, "alias": hit.alias}
    return None


def comparison_use(facts: Facts) -> Params | None:
    """The brand is named to compare (平替, 同款, 风格, dupe, inspired by, style of)."""
    return {"text": _first(facts, "comparison")} if facts.usage == "comparison" else None


def policy_unknown(facts: Facts) -> Params | None:
    """Nobody knows yet how this brand restricts its dealers, and no paper is on file."""
    return {} if facts.own and facts.dossier.brand.policy == "unknown" and facts.cover.status == "none" else None


def price_far_below_guide(facts: Facts) -> Params | None:
    """The net unit price is far below the guide price (under 70 % as shipped): what brands watch first."""
    return _below(facts, 0, facts.policy.far_below_percent)


def price_below_guide(facts: Facts) -> Params | None:
    """The net unit price is below the guide price (under 85 % as shipped)."""
    return _below(facts, facts.policy.far_below_percent, facts.policy.below_percent)


def price_below_floor(facts: Facts) -> Params | None:
    """The net unit price is under the floor that a paper in this company's hands sets, and no other paper covers the sale."""
    price, cover = facts.price, facts.cover
    if not facts.own or price is None or cover.status == "full":
        return None
    for paper in floors(facts):
        if _in_force(paper, facts.on) and is_under_floor(paper, price, facts.seller.platform):
            return {"floor": str(paper.price_floor), "currency": price.currency, "price": _amount(price.each), "paper": paper.authorization_id}
    return None


def _in_force(paper: Authorization, on: date) -> bool:
    last = last_day(paper)
    return not (paper.valid_from and on < paper.valid_from) and (last is None or on <= last)


def floors(facts: Facts) -> list[Authorization]:
    """The papers with a floor that bind this company: its own, and those above in its chain."""
    company, chain = same_name(facts.seller.company), facts.cover.chain
    return [
        paper for paper in facts.dossier.papers
        if company and paper.price_floor is not None and (paper.authorization_id in chain or same_name(paper.licensee) == company)
    ]  # fmt: skip


def authorization_expiring(facts: Facts) -> Params | None:
    """The papers cover the listing now and end within 30 days (as shipped)."""
    until = facts.cover.until
    if facts.own and facts.cover.status == "full" and until and until - facts.on <= timedelta(days=facts.policy.expiring_days):
        return {"until": until.isoformat(), "days": str((until - facts.on).days)}
    return None


def parallel_import(facts: Facts) -> Params | None:
    """The listing speaks of parallel import (平行进口, 水货, 港版, 海淘, grey import)."""
    return _said(facts, "parallel")


def sales_volume(facts: Facts) -> Params | None:
    """So many units were sold that the listing stands out (1,000 and more as shipped)."""
    sold = facts.listing.offer.sold
    return {"sold": str(sold)} if sold is not None and sold >= facts.policy.sales_volume else None


def earlier_letter(facts: Facts) -> Params | None:
    """This brand wrote to this shop within the last year."""
    names = facts.seller.shops
    for letter in facts.dossier.letters:
        received = letter.received_on
        if received is None or received > facts.on or (facts.on - received).days > facts.policy.letter_days:
            continue
        if not letter.shop or not names or same_name(letter.shop) in names:
            return {"day": received.isoformat()}
    return None


def enforcement_history(facts: Facts) -> Params | None:
    """The brand is known to send letters or to litigate."""
    how = facts.dossier.brand.enforcement
    return {"how": how} if how in ("letters", "litigates") else None


def mark_in_keywords(facts: Facts) -> Params | None:
    """The brand stands only in the search keywords, where buyers do not see it."""
    return {"text": facts.hits[0].text} if all(hit.field == "keywords" for hit in facts.hits) else None


def compatible_use(facts: Facts) -> Params | None:
    """The brand is named only to say what the goods fit."""
    return {"text": _first(facts, "compatible")} if facts.usage == "compatible" else None


def descriptive_word(facts: Facts) -> Params | None:
    """The word stands in its ordinary sense, or the listing says that the goods are not this brand's."""
    return {"text": facts.hits[0].text} if facts.usage in ("descriptive", "negated") else None


def other_class(facts: Facts) -> Params | None:
    """The goods' stated Nice class is none of the brand's."""
    stated, classes = facts.listing.nice_class, facts.dossier.brand.nice_classes
    return {"class": str(stated)} if stated is not None and classes and stated not in classes else None


def mark_lapsed(facts: Facts) -> Params | None:
    """Every mark of the brand that the registry lists has lapsed."""
    marks = facts.dossier.marks
    return {} if marks and all(mark.status == "lapsed" for mark in marks) else None


def _restricts(dossier: Dossier) -> bool:
    return dossier.brand.policy in ("no-online", "authorized-only")


def _restricts_by_papers(dossier: Dossier) -> bool:
    return bool(dossier.papers) and _restricts(dossier)


def _is_unknown(dossier: Dossier) -> bool:
    return dossier.brand.policy == "unknown"


def _enforces(dossier: Dossier) -> bool:
    return dossier.brand.enforcement in ("letters", "litigates")


RULES: tuple[Rule, ...] = (
    Rule("counterfeit-words", "main", counterfeit_words),
    Rule("altered-codes", "main", altered_codes),
    Rule("unauthorized-use", "main", unauthorized_use, _restricts),
    Rule("authorization-expired", "main", authorization_expired, _restricts_by_papers),
    Rule("authorization-chain-broken", "main", authorization_chain_broken, _restricts_by_papers),
    Rule("authorization-out-of-scope", "main", authorization_out_of_scope, _restricts_by_papers),
    Rule("unbacked-claim", "main", unbacked_claim),
    Rule("lookalike-spelling", "main", lookalike_spelling),
    Rule("comparison-use", "main", comparison_use),
    Rule("policy-unknown", "main", policy_unknown, _is_unknown),
    Rule("price-far-below-guide", "alone", price_far_below_guide, attrgetter("guides")),
    Rule("price-below-guide", "alone", price_below_guide, attrgetter("guides")),
    Rule("price-below-floor", "alone", price_below_floor, attrgetter("papers")),
    Rule("authorization-expiring", "alone", authorization_expiring, attrgetter("papers")),
    Rule("supplier-forbids-online", "adding", supplier_forbids_online),
    Rule("supplier-unproved", "adding", supplier_unproved),
    Rule("dropship-without-source", "adding", dropship_without_source),
    Rule("parallel-import", "adding", parallel_import),
    Rule("sales-volume", "adding", sales_volume),
    Rule("earlier-letter", "adding", earlier_letter, attrgetter("letters")),
    Rule("enforcement-history", "adding", enforcement_history, _enforces),
    Rule("mark-in-keywords", "adding", mark_in_keywords),
    Rule("compatible-use", "lowering", compatible_use),
    Rule("descriptive-word", "lowering", descriptive_word),
    Rule("other-class", "lowering", other_class, attrgetter("brand.nice_classes")),
    Rule("mark-lapsed", "lowering", mark_lapsed, attrgetter("marks")),
    Rule("source-proved", "lowering", source_proved, attrgetter("purchases")),
)
CAUSES = frozenset((
    "price-far-below-guide", "price-below-guide", "price-below-floor", "sales-volume", "earlier-letter", "enforcement-history",
    "supplier-forbids-online", "supplier-unproved", "dropship-without-source",
))  # fmt: skip
GROUNDS = frozenset(rule.code for rule in RULES if rule.kind == "main") | {"parallel-import", "mark-in-keywords"}


def _said(facts: Facts, kind: str) -> Params | None:
    word = facts.word(kind)
    return {"text": word} if word else None


def _first(facts: Facts, usage: str) -> str:
    return next(hit.text for hit in facts.hits if hit.usage == usage)


def _broken(facts: Facts, fits: Callable[[Gap], bool]) -> Params | None:
    gap = facts.cover.gap
    if facts.own and facts.restricted and facts.cover.status == "broken" and gap and fits(gap):
        return {"gap": gap, "link": facts.cover.link or ""}
    return None


def _below(facts: Facts, low: int, high: int) -> Params | None:
    """Is the net unit price at least `low` and under `high` per cent of the guide price, per unit?"""
    guide, price = facts.guide, facts.price
    if not facts.own or guide is None or price is None:
        return None
    if price.under(low, guide.amount, guide.pack_size) or not price.under(high, guide.amount, guide.pack_size):
        return None
    meant = guide.amount / guide.pack_size
    return {"price": _amount(price.each), "guide": _amount(meant), "currency": price.currency, "percent": f"{price.each / meant * 100:.0f}"}


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"
