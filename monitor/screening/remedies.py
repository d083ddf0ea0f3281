"""What would help? Each change is made to the listing or to what the registry holds, the listing is screened again,
and what comes out is told.

A change stands for something the seller can do. Nothing here only hides a brand from the monitor. `changes` offers
them; here they are tried, alone and together.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING

from monitor.model.finding import LEVELS, Level, Remedy
from monitor.screening.changes import SOMEBODY, Case, Try, tries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.screening.facts import Facts, Help

# How little each asks of the seller, least first.
EFFORT = (
    "reword", "remove-claim", "remove-mark", "name-as-compatible", "raise-price", "get-invoice", "renew-paper", "move-shop",
    "move-platform", "change-source", "get-paper", "take-down",
)  # fmt: skip
# Where nothing else applies the listing has no part in what helps: tried once, remembered with the brand.
PLAIN = frozenset(("policy-unknown", "unauthorized-use", "enforcement-history"))
# The case screened again: its facts and level; None where the brand is not found any more.
Again = Callable[[Case], "tuple[Facts, Level] | None"]


def remedies(facts: Facts, codes: frozenset[str], level: Level, again: Again) -> Help:
    """Every single change that lowers the level, and the smallest set that reaches low where none does alone.

    Ordered by the level after, then by how little it asks.
    """
    if level == "clear":
        return (), ()
    dossier = facts.dossier
    if codes <= PLAIN and facts.cover.status == "none" and not facts.listing.supplier_id and not dossier.purchases:
        known = dossier.remembered.get(codes)
        if known is None:
            known = dossier.remembered[codes] = _tried(facts, codes, level, again)
        return known
    return _tried(facts, codes, level, again)


def _tried(facts: Facts, codes: frozenset[str], level: Level, again: Again) -> Help:
    offered = sorted(tries(facts, codes), key=lambda attempt: EFFORT.index(attempt.code))
    found = [(attempt, _after(facts, (attempt,), again)) for attempt in offered]
    helping = [Remedy(code=one.code, params=one.params, level_after=after) for one, after in found if _index(after) < _index(level)]
    helping.sort(key=lambda remedy: _index(remedy.level_after))
    if any(_index(remedy.level_after) <= 1 for remedy in helping) or level == "low":
        return tuple(helping), ()
    helping.append(Remedy(code="take-down", level_after="clear"))
    return tuple(helping), _together(facts, offered, again)


def _index(level: Level) -> int:
    return LEVELS.index(level)


def _after(facts: Facts, chosen: Sequence[Try], again: Again) -> Level:
    """The level after one change, or after several, each made to what the one before left; the highest for
    changes that only hide the brand."""
    now, level = facts, LEVELS[-1]
    for attempt in chosen:
        case = attempt.change(now)
        if not case.company and now.seller.company == SOMEBODY:
            case = case._replace(company=SOMEBODY)
        found = again(case)
        if found is None:
            return "clear" if attempt.unnames else LEVELS[-1]
        before, (now, level) = now, found
        if now.usage != before.usage and not attempt.unnames:
            return LEVELS[-1]
    return level


def _together(facts: Facts, offered: Sequence[Try], again: Again) -> tuple[Remedy, ...]:
    """The first smallest set of changes that reaches low."""
    for size in (2, 3, 4):
        for chosen in combinations(offered, size):
            if len({attempt.code for attempt in chosen}) < size:
                continue
            after = _after(facts, chosen, again)
            if _index(after) <= 1:
                return tuple(Remedy(code=attempt.code, params=attempt.params, level_after=after) for attempt in chosen)
    return ()
