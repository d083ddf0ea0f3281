"""Rules that apply -> score, level, standing: the strongest main rule, then the qualifiers.

Words of the contract ("What a finding means"): only the strongest main rule counts; raising rules add to it,
some speak alone; lowering rules take a level, never below low; enforcement history never lifts a level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from monitor.model.finding import LEVELS, Level, Reason, Standing
from monitor.screening.rules import CAUSES, GROUNDS, RULES, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.model.finding import Cover
    from monitor.model.policy import ScreeningPolicy
    from monitor.screening.facts import Facts, Params

    Applied = Sequence[tuple[Rule, Params]]

SOFTENED = frozenset(("unauthorized-use", "authorization-expired", "authorization-chain-broken", "authorization-out-of-scope", "policy-unknown"))
ONE_LESS = frozenset(("other-class", "mark-lapsed"))
A_HAIR = 0.01


class Score(NamedTuple):
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
    if not facts.meant:
        return _referential(applied, policy)
    sum_ = _Sum()
    for rule, params in applied:
        sum_.take(rule, policy.weight(rule.code), params)
    raised = sum_.alone + (sum_.adding if sum_.speaks else 0.0)
    plain = max(sum_.firm, sum_.soft) + raised
    rank = plain
    if sum_.dealer and sum_.soft:
        # Goods from an authorized dealer take one level off what the missing paper alone makes of it.
        rank = max(_one_lower(sum_.soft + raised, policy), sum_.firm + raised if sum_.firm else 0.0)
    if sum_.proved and sum_.speaks:
        rank = _within(rank + sum_.proved, policy.level(rank), policy)
    for _ in range(sum_.lower):
        rank = _one_lower(rank, policy)
    taken = round(rank - plain, 2)
    if sum_.history and sum_.speaks:
        before, rank = rank, _within(rank + sum_.history, policy.level(rank), policy)
        sum_.history = round(rank - before, 2)
    return Score(rank, policy.level(rank), _shown(applied, policy, taken, sum_))


@dataclass(slots=True)
class _Sum:
    """What the rules bring, by what it is for. `soft`: the strongest main rule that a proved source softens;
    `firm`: the strongest other one."""

    firm: float = 0.0
    soft: float = 0.0
    alone: float = 0.0
    adding: float = 0.0
    history: float = 0.0
    proved: float = 0.0
    lower: int = 0
    dealer: bool = False

    @property
    def speaks(self) -> bool:
        """Is there a main rule, to which the others add?"""
        return self.firm > 0 or self.soft > 0

    def take(self, rule: Rule, weight: float, params: Params) -> None:
        code, kind = rule.code, rule.kind
        if kind == "main" and code in SOFTENED:
            self.soft = max(self.soft, weight)
        elif kind == "main":
            self.firm = max(self.firm, weight)
        elif kind == "alone":
            self.alone += weight
        elif code == "enforcement-history":
            self.history = weight
        elif kind == "adding":
            self.adding += weight
        elif code == "source-proved":
            self.proved, self.dealer = weight, params["dealer"] == "yes"
        elif code in ONE_LESS:
            self.lower += 1


def _shown(applied: Applied, policy: ScreeningPolicy, taken: float, sum_: _Sum) -> tuple[Reason, ...]:
    """The rules that applied with what each adds, so that the weights make up the rank: what only adds to a main rule adds
    nothing without one, a history no more than its level has room for, and the last of the lowering rules tells the
    difference that they made together."""
    lowering = [rule.code for rule, _ in applied if rule.kind == "lowering"]
    reasons = []
    for rule, params in applied:
        if rule.kind == "lowering":
            weight = taken if rule.code == lowering[-1] else 0.0
        elif rule.kind == "adding" and not sum_.speaks:
            weight = 0.0
        elif rule.code == "enforcement-history":
            weight = sum_.history
        else:
            weight = policy.weight(rule.code)
        reasons.append(Reason(rule.code, weight, rule.kind == "main", params))
    return tuple(reasons)


def _referential(applied: Applied, policy: ScreeningPolicy) -> Score:
    """Compatible use is low, whatever else applies; a denied or ordinary word is clear."""
    rank, reasons = 0.0, []
    for rule, params in applied:
        weight = policy.weight(rule.code) if rule.code == "compatible-use" else 0.0
        rank += weight
        reasons.append(Reason(rule.code, weight, False, params))
    return Score(rank, policy.level(rank), tuple(reasons))


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


class Outcome(NamedTuple):
    """What is said of one listing x brand, in the order in which a finding takes it."""

    level: Level
    score: float
    rank: float
    standing: Standing
    cover: Cover
    reasons: tuple[Reason, ...]
    cause: tuple[str, ...]
    ground: tuple[str, ...]


def outcome(facts: Facts, rules: Sequence[Rule]) -> Outcome:
    """The score of the facts with standing, cause and ground."""
    scored = score(facts, rules)
    codes = [reason.code for reason in scored.reasons]
    return Outcome(
        scored.level, scored.score, scored.rank, standing(facts, codes), facts.cover, scored.reasons,
        tuple([code for code in codes if code in CAUSES]), tuple([code for code in codes if code in GROUNDS]),
    )  # fmt: skip


def standing(facts: Facts, codes: Sequence[str]) -> Standing:
    """Suspected copies first, then mentions that do not name the goods, then what papers and policy say."""
    if "counterfeit-words" in codes:
        return "suspected-counterfeit"
    if not facts.own:
        return "referential"
    if facts.cover.status == "full":
        return "authorized"
    return "unrestricted" if facts.dossier.brand.policy == "open" else "unauthorized"


__all__ = ["Outcome", "Score", "outcome", "score", "standing"]
