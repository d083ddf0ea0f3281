"""What a scan came to, and what speaks against calling it complete."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from monitor.messages import say_problem
from monitor.model.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.messages import Lang

State = Literal["complete", "incomplete", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """`reasons`: why it is not complete. `alerts`: deliveries that were put into the outbox."""

    scan_id: int
    state: State
    listings: int
    reasons: tuple[Problem, ...] = ()
    changes: Counter[str] = field(default_factory=Counter)  # opened, escalated, eased, closed -> how many findings
    problems: Counter[str] = field(default_factory=Counter)  # code -> how many
    alerts: int = 0
    unfinished: tuple[Problem, ...] = ()  # earlier scans that a killed process had left running

    @property
    def complete(self) -> bool:
        return self.state == "complete"

    def why(self, lang: Lang = "en") -> str:
        """Why it is not complete, in words; "" where it is."""
        return " ".join(say_problem(one, lang) for one in self.reasons)


def shortfalls(sources: Sequence[str], counts: Mapping[str, int], before: Mapping[str, int], below: float, lost: int) -> Iterator[Problem]:
    """Nothing read, a source that shows nothing, far fewer listings than last time, rows that were lost."""
    if not sum(counts.values()):
        yield Problem(code="scan.nothing", params={"sources": ", ".join(sources)}, loss="rest")
        return
    for source in sources:
        count, last = counts.get(source, 0), before.get(source)
        if not count:
            yield Problem(code="scan.empty-source", params={"source": source}, loss="rest")
        elif last and count < below * last:
            yield Problem(code="scan.fewer", params={"source": source, "count": str(count), "before": str(last), "percent": f"{100 * below:g}"}, loss="rest")
    if lost:
        yield Problem(code="scan.rows-lost", params={"count": str(lost)}, loss="rest")
