"""Rules that apply -> score, level, standing: the strongest main rule, then the qualifiers.

Words of the contract ("What a finding means"): only the strongest main rule counts; raising rules add to it,
some speak alone; lowering rules take a level, never below low; enforcement history never lifts a level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.model.finding import LEVELS, Level, Reason, Standing
from monitor.screening.rules import RULES, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.model.policy import ScreeningPolicy
    from monitor.screening.facts import Facts

SOFTENED = frozenset(("unauthorized-use", "authorization-expired", "authorization-chain-broken", "authorization-out-of-scope", "policy-unknown"))
A_HAIR = 0.01


@dataclass(frozen=True, slots=True)
class Score:
    rank: float
    level: Level
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        return min(100.0, max(0.0, self.rank))


def score(facts: Facts, rules: Sequence[Rule] = RULES) -> Score:
    """Every rule that applies, what it adds, and the level that comes out."""
    applied = [(rule, params) for rule in rules if (params := rule.test(facts)) is not None]
    policy = facts.policy
    mains = [(rule.code, policy.weight(rule.code)) for rule, _ in applied if rule.kind == "main"]
    codes = {rule.code: params for rule, params in applied}
    if not facts.meant:
        return _referential(codes, policy)
    kinds = {rule.code: rule.kind for rule, _ in applied}
    alone = sum(policy.weight(code) for code, kind in kinds.items() if kind == "alone")
    adding = sum(policy.weight(code) for code, kind in kinds.items() if kind == "adding" and code != "enforcement-history")
    history = policy.weight("enforcement-history") if "enforcement-history" in codes else 0.0
    if not mains and not alone:
        # Nothing speaks: the qualifiers say nothing of their own.
        return Score(0.0, "clear", ())
    raised = alone + (adding if mains else 0.0)
    softens = codes.get("source-proved", {}).get("dealer") == "yes"
    strongest = max((_effective(code, weight, policy, softens=softens) for code, weight in mains), default=0.0)
    lowered = sum(code in codes for code in ("other-class", "mark-lapsed")) if mains else 0
    rank = strongest + raised
    if "source-proved" in codes and mains:
        rank = _within(rank + policy.weight("source-proved"), policy.level(rank), policy)
    for _ in range(lowered):
        rank = _one_lower(rank, policy)
    if mains:
        rank = _within(rank + history, policy.level(rank), policy)
    dropped = {"adding"} if not mains else set()
    weights = _weights(codes, mains, rank, strongest, policy)
    reasons = [
        Reason(code=rule.code, weight=weights.get(rule.code, policy.weight(rule.code)), main=rule.kind == "main", params=params)
        for rule, params in applied
        if rule.kind not in dropped and not (rule.kind == "lowering" and not mains)
    ]
    return Score(rank, policy.level(rank), tuple(reasons))


def _referential(codes: Mapping[str, Mapping[str, str]], policy: ScreeningPolicy) -> Score:
    """Compatible use is low, whatever else applies; a denied or ordinary word is clear."""
    shown = [code for code in ("compatible-use", "descriptive-word", "mark-in-keywords") if code in codes]
    rank = policy.weight("compatible-use") if "compatible-use" in codes else 0.0
    weights = {"mark-in-keywords": 0.0}
    reasons = tuple(Reason(code=code, weight=weights.get(code, policy.weight(code)), main=False, params=codes[code]) for code in shown)
    return Score(rank, policy.level(rank), reasons)


def _effective(code: str, weight: float, policy: ScreeningPolicy, *, softens: bool) -> float:
    """A main rule's weight; one level less where goods from an authorized dealer take its edge off."""
    return _one_lower(weight, policy) if softens and code in SOFTENED else weight


def _one_lower(rank: float, policy: ScreeningPolicy) -> float:
    """The same place one level down, not below low."""
    at = LEVELS.index(policy.level(rank))
    if at <= 1:
        return rank
    lower, upper = policy.bounds[LEVELS[at - 1]], policy.bounds[LEVELS[at]]
    return min(lower + (rank - upper), upper - A_HAIR)


def _within(rank: float, level: Level, policy: ScreeningPolicy) -> float:
    """`rank` held inside `level`: a few points never change it."""
    at = LEVELS.index(level)
    lowest = policy.bounds[level] if at else 0.0
    highest = policy.bounds[LEVELS[at + 1]] - A_HAIR if at + 1 < len(LEVELS) else float("inf")
    return min(max(rank, lowest), highest)


def _weights(codes: Mapping[str, object], mains: Sequence[tuple[str, float]], rank: float, strongest: float, policy: ScreeningPolicy) -> dict[str, float]:
    """What the lowering rules took: the difference that is left when the others are added up."""
    lowering = [code for code in ("source-proved", "other-class", "mark-lapsed") if code in codes]
    if not lowering or not mains:
        return {}
    raising = sum(policy.weight(code) for code in codes if code in _RAISING)
    taken = round(rank - max(weight for _, weight in mains) - raising, 2)
    return dict.fromkeys(lowering, 0.0) | {lowering[-1]: taken}


_RAISING = frozenset(rule.code for rule in RULES if rule.kind in ("alone", "adding"))


def standing(facts: Facts, codes: frozenset[str]) -> Standing:
    """Suspected copies first, then mentions that do not name the goods, then what papers and policy say."""
    if "counterfeit-words" in codes:
        return "suspected-counterfeit"
    if not facts.own:
        return "referential"
    if facts.cover.status == "full":
        return "authorized"
    return "unrestricted" if facts.dossier.brand.policy == "open" else "unauthorized"


__all__ = ["Score", "score", "standing"]
