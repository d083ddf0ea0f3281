"""How much each rule weighs, and where the levels begin. The shipped values stand in config/policy.toml too."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.model.finding import LEVELS, Level

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the weights must give is public ("What a finding means"): each main rule alone reaches its level, one
# raising rule on top of a high one stays below critical, `policy-unknown` with any raising rule is medium
# (24 + 11 >= 35, 24 + 35 < 60), and no raising rule that speaks alone leaves its level with the other two.
WEIGHTS: Mapping[str, float] = MappingProxyType({
    "counterfeit-words": 95.0,
    "altered-codes": 70.0,
    "unauthorized-use": 70.0,
    "authorization-expired": 64.0,
    "authorization-chain-broken": 66.0,
    "authorization-out-of-scope": 65.0,
    "unbacked-claim": 67.0,
    "lookalike-spelling": 68.0,
    "comparison-use": 36.0,
    "policy-unknown": 24.0,
    "price-far-below-guide": 35.0,
    "price-below-guide": 14.0,
    "price-below-floor": 12.0,
    "authorization-expiring": 11.0,
    "supplier-forbids-online": 12.0,
    "supplier-unproved": 11.0,
    "dropship-without-source": 11.0,
    "parallel-import": 12.0,
    "sales-volume": 11.0,
    "earlier-letter": 13.0,
    "enforcement-history": 6.0,
    "mark-in-keywords": 11.0,
    "compatible-use": 10.0,
    "descriptive-word": 0.0,
    "other-class": 0.0,
    "mark-lapsed": 0.0,
    "source-proved": -5.0,
})  # fmt: skip
BOUNDS: Mapping[str, float] = MappingProxyType({"low": 1.0, "medium": 35.0, "high": 60.0, "critical": 85.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningPolicy:
    """Weights by rule code, and the score at which each level begins.

    A price under `far_below` x guide price is far below it, under `below` x it is below; both are exact
    per cents. `expiring_days`, `letter_days`: days; `sales_volume`: units sold.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    bounds: Mapping[str, float] = field(default_factory=lambda: dict(BOUNDS))
    far_below_percent: int = 70
    below_percent: int = 85
    expiring_days: int = 30
    letter_days: int = 365
    sales_volume: int = 1000

    def level(self, rank: float) -> Level:
        """The level of a score: the highest whose bound it reaches, `clear` below all."""
        bounds = self.bounds
        for level in reversed(LEVELS[1:]):
            if rank >= bounds[level]:
                return level
        return "clear"

    def weight(self, code: str, otherwise: float = 0.0) -> float:
        """The weight of a rule; `otherwise` for a rule that a plug-in brought and nobody weighed."""
        return self.weights.get(code, otherwise)
