"""What the screener says: hits, cover, reasons, remedies, finding, screening."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from monitor.model.listing import Listing
    from monitor.model.problem import Problem

Level = Literal["clear", "low", "medium", "high", "critical"]
LEVELS: tuple[Level, ...] = ("clear", "low", "medium", "high", "critical")
Usage = Literal["own", "comparison", "compatible", "negated", "descriptive"]
USAGES: tuple[Usage, ...] = ("own", "comparison", "compatible", "negated", "descriptive")  # strongest first
Method = Literal["exact", "folded", "joined", "lookalike", "typo", "pinyin", "homophone"]
Standing = Literal["suspected-counterfeit", "unauthorized", "authorized", "unrestricted", "referential"]
Verdict = Literal["list", "hold", "refuse"]
CoverStatus = Literal["full", "broken", "none"]
Gap = Literal[
    "not-yet-valid", "expired", "revoked", "licensee-mismatch", "platform", "shop", "territory", "class",
    "product", "online-forbidden", "no-sublicense-right", "parent-missing", "parent-expired", "price-floor",
]  # fmt: skip
GAPS: tuple[Gap, ...] = Gap.__args__  # type: ignore[attr-defined]  # in the order that decides on one link


# Hit, Reason and Screening are named tuples: they are made by the hundred thousand, and a frozen dataclass takes
# four times as long to make and ten times as long to send to another process.


class Hit(NamedTuple):
    """A place in a listing that resembles a brand. `start` and `end` count code points of the raw field."""

    field: str
    start: int
    end: int
    text: str  # raw[start:end]
    alias: str  # the spelling of the registry that it resembles
    method: Method
    similarity: float  # 0..1
    usage: Usage = "own"
    disguised: bool = False  # the spelling hides the name: the rule lookalike-spelling applies


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Does a chain of authorizations cover this listing on this day?

    `link` is the paper at fault. `until` is the last good day of full cover, None when unlimited or not
    full. `chain` holds the authorization ids from the company's paper up to the owner's, as far as walked.
    """

    status: CoverStatus = "none"
    gap: Gap | None = None
    link: str | None = None
    until: date | None = None
    chain: tuple[str, ...] = ()


NO_COVER = Cover()


NO_PARAMS: Mapping[str, str] = {}  # shared, never written to


class Reason(NamedTuple):
    """A rule that applied. `weight` is what it adds; its sentence is made by `monitor.messages`."""

    code: str
    weight: float
    main: bool
    params: Mapping[str, str] = NO_PARAMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change that was tried: the listing screened again with it came out at `level_after`."""

    code: str
    level_after: Level
    params: Mapping[str, str] = field(default_factory=dict)


class Helper(Protocol):
    def help(self, listing: Listing, finding: Finding) -> tuple[tuple[Remedy, ...], tuple[Remedy, ...]]:
        """Its remedies and its remedy_set; the same each time."""


class _Unread:
    """Lets the remedies of a finding wait until somebody reads them: most are never shown, and each is a
    screening of its own."""

    __slots__ = ("_helper", "_listing")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name not in ("remedies", "remedy_set"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            single, together = self._helper.help(self._listing, self)
            object.__setattr__(self, "remedies", single)
            object.__setattr__(self, "remedy_set", together)
            return single if name == "remedies" else together


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(_Unread):
    """One listing x one brand. `score` is `rank` clipped to 0..100."""

    brand_id: str
    brand_name: str
    key: str  # platform/shop/listing/brand_id, stable from scan to scan
    level: Level
    score: float
    rank: float
    standing: Standing
    hits: tuple[Hit, ...]
    cover: Cover = NO_COVER
    reasons: tuple[Reason, ...] = ()
    remedies: tuple[Remedy, ...] = ()  # each lowers the level alone
    remedy_set: tuple[Remedy, ...] = ()  # the smallest set that reaches `low`, where no single change does
    cause: tuple[str, ...] = ()
    ground: tuple[str, ...] = ()

    @classmethod
    def of(cls, brand_id: str, brand_name: str, key: str, hits: tuple[Hit, ...], outcome: tuple[Any, ...], helper: Helper, listing: Listing) -> Finding:
        """A finding of a listing. `outcome`: its level, score, rank, standing, cover, reasons, cause and ground. `helper` is
        asked for remedies and remedy_set when they are read; comparing, copying and pickling read them.
        """
        made: Any = _Open()
        made.brand_id, made.brand_name, made.key, made.hits = brand_id, brand_name, key, hits
        made.level, made.score, made.rank, made.standing, made.cover, made.reasons, made.cause, made.ground = outcome
        made._helper, made._listing = helper, listing
        made.__class__ = cls
        finding: Finding = made
        return finding


class _Open(_Unread):
    """A finding while it is filled: it lies in memory as a finding does, and becomes one. A frozen dataclass spends
    many times as long in its own __init__."""

    __slots__ = Finding.__slots__


class Screening(NamedTuple):
    """All findings of one listing, ordered by brand_id, level `clear` included. `_replace` gives a changed copy."""

    listing: Listing
    findings: tuple[Finding, ...] = ()
    fingerprint: str = ""  # of the screener: registry, policy, day, version
    problems: tuple[Problem, ...] = ()
    whole: Level | None = None  # the worst level where `findings` holds only those that changed

    @property
    def level(self) -> Level:
        """The worst level of its findings; `clear` without any."""
        worst: Level = max((finding.level for finding in self.findings), key=LEVELS.index, default="clear")
        return self.whole or worst

    @property
    def verdict(self) -> Verdict:
        """`list` up to low, `hold` for medium and high, `refuse` for critical."""
        return VERDICTS[self.level]


VERDICTS: Mapping[Level, Verdict] = {
    "clear": "list", "low": "list", "medium": "hold", "high": "hold", "critical": "refuse",
}  # fmt: skip
