"""THE HEART: a listing becomes a screening. `Screener` is the only door.

Pure: (registry, policy, day) + listing -> screening. Candidates come first, cheap and generous (index);
judgement second, exact and explainable (usage, cover, rules, score, remedies).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import chain, islice, repeat
from operator import attrgetter
from typing import TYPE_CHECKING

from monitor.model.finding import Finding, Screening
from monitor.model.listing import SEARCHED_FIELDS, Listing
from monitor.model.policy import ScreeningPolicy
from monitor.model.problem import Problem
from monitor.screening.facts import Dossier, dossiers
from monitor.screening.findings import Assessor, Mentions, key, mentions, searched
from monitor.screening.index import Finder
from monitor.screening.rules import RULES, Rule
from monitor.screening.seller import Sellers
from monitor.screening.text import SKELETON, plain
from monitor.screening.usage import Judged, UsageJudge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from monitor.model.registry import Purchase, Registry
    from monitor.screening.index import Columns, Engine

VERSION = "1"  # part of every fingerprint: raise it when the same facts would come out otherwise
FIRST, BATCH = 64, 4096  # listings that are searched together: few at first, so that something comes at once
NOTHING: tuple[Finding, ...] = ()
NO_PROBLEMS: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`folded`: (field, plain form, skeleton). `judged` holds also what was dropped, with why."""

    folded: tuple[tuple[str, str, str], ...]
    judged: tuple[Judged, ...]
    screening: Screening


@dataclass(frozen=True, slots=True, kw_only=True)
class Screener:
    """A frozen, picklable callable: `screener(listing) -> Screening`. Build it with `Screener.build`."""

    fingerprint: str
    assessor: Assessor

    @classmethod
    def build(cls, registry: Registry, *, on: date, policy: ScreeningPolicy | None = None, company: str = "", rules: Sequence[Rule] = (), engine: Engine = "auto", finder: Finder | None = None) -> Screener:
        """Compile a registry for one day. `company`: whose papers count where no shop tells it.

        `rules` come from plug-ins and stand beside the shipped ones. `engine` forces how names are searched: all find
        the same, "auto" takes what is quickest for so many listings. `finder`: that of these brands, where it is at hand.
        """
        policy = policy or ScreeningPolicy()
        told = (VERSION, registry.fingerprint or repr(registry), repr(policy), on.isoformat(), company, [rule.code for rule in rules])
        bought: dict[str, list[Purchase]] = {}
        for purchase in registry.purchases:
            bought.setdefault(purchase.sku, []).append(purchase)
        assessor = Assessor(
            on=on, policy=policy, finder=finder or Finder.build(registry.brands, engine), judge=UsageJudge.build(registry.brands),
            sellers=Sellers(registry.shops, company), dossiers=dossiers(registry, on), papered=frozenset(paper.brand_id for paper in registry.authorizations),
            suppliers={one.supplier_id: one for one in registry.suppliers}, purchases=bought, rules=(*RULES, *rules),
        )  # fmt: skip
        return cls(fingerprint=hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest(), assessor=assessor)

    @property
    def on(self) -> date:
        return self.assessor.on

    @property
    def policy(self) -> ScreeningPolicy:
        return self.assessor.policy

    @property
    def finder(self) -> Finder:
        return self.assessor.finder

    @property
    def dossiers(self) -> Mapping[str, Dossier]:
        return self.assessor.dossiers

    def __call__(self, listing: Listing) -> Screening:
        """Every finding of one listing, level clear included, ordered by brand id."""
        return self.many((listing,))[0]

    def screen(self, listings: Iterable[Listing], workers: int = 1) -> Iterator[Screening]:
        """The same for any iterable, in order, streaming; `workers` processes side by side, this one included."""
        if workers <= 1:
            return chain.from_iterable(map(self.many, batches(listings)))
        from monitor.screening.parallel import processes

        return processes(self, listings, workers)

    def many(self, listings: Sequence[Listing]) -> list[Screening]:
        """A batch at once; the same as one by one."""
        return self.told(listings, self.assessor.mentioned(fields(listings), len(listings), listings.__getitem__))

    def told(self, listings: Sequence[Listing], found: Iterable[tuple[int, Mentions]]) -> list[Screening]:
        """The screenings of a batch, when it is known which of its listings mention what."""
        assessor, findings, problems = self.assessor, [NOTHING] * len(listings), [NO_PROBLEMS] * len(listings)
        for at, them in found:
            findings[at] = assessor.findings(listings[at], them)
            if not assessor.papered.isdisjoint(them):
                problems[at] = self._problems(listings[at])
        return list(map(tuple.__new__, repeat(Screening), zip(listings, findings, repeat(self.fingerprint), problems, repeat(None))))

    def explain(self, listing: Listing) -> Explanation:
        """Every step for one listing: folded forms, every match with what it was taken for, the screening."""
        texts = searched(listing)
        judged = self.assessor.judge(listing, self.finder.find(texts))
        found = mentions(judged)
        folded = tuple((name, text := plain(raw), text.translate(SKELETON)) for name, raw in texts)
        return Explanation(folded=folded, judged=judged, screening=self.told((listing,), [(0, found)] if found else ())[0])

    def _problems(self, listing: Listing) -> tuple[Problem, ...]:
        """Papers are there, but nobody said whose they are: said once for each listing that it matters to."""
        if self.assessor.sellers.of(listing).company:
            return NO_PROBLEMS
        return (Problem(code="screening.no-company", source=listing.source, row=listing.row, loss=""),)


_TEXTS = {name: attrgetter(name) for name in SEARCHED_FIELDS}


def fields(listings: Sequence[Listing]) -> Columns:
    """The searched fields of all listings, by column, without those that all leave empty: most exports fill one or two."""
    columns = ((name, list(map(get, listings))) for name, get in _TEXTS.items())
    return [(name, column) for name, column in columns if any(column)]


def batches(listings: Iterable[Listing], first: int = FIRST, size: int = BATCH) -> Iterator[list[Listing]]:
    """Lists of listings in order, of `first`, then of ever more up to `size`. What came before an error of the
    source comes out before it."""
    stream = iter(listings)
    while True:
        batch: list[Listing] = []
        try:
            batch.extend(islice(stream, first))
        except BaseException:
            if batch:
                yield batch
            raise
        if batch:
            yield batch
        if len(batch) < first:
            return
        first = min(first * 2, size)


__all__ = ["Explanation", "Screener", "batches", "fields", "key"]
