"""What the finder hands out: the places of a listing that resemble a spelling."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from monitor.screening.text import TOKEN, read

if TYPE_CHECKING:
    from monitor.model.finding import Method
    from monitor.screening.names import Name
    from monitor.screening.text import Text

SELF_TOLD = ("brand", "attributes")  # fields that say themselves what a name does there
MOST = 300  # places of one field that are judged
METHODS = ("exact", "folded", "lookalike", "joined", "pinyin", "homophone", "typo")  # surest first
AS_IT_IS, HOLDING = ("exact", "folded"), ("typo", "homophone")
_RANK = {method: at for at, method in enumerate(METHODS)}


class Match(NamedTuple):
    """A place that resembles a spelling. `brand_ids`: all brands that own it. Offsets count the raw field's
    code points. `disguised`: the spelling hides the name. `needs_fit`: counts only where the goods fit."""

    brand_ids: tuple[str, ...]
    field: str
    start: int
    end: int
    text: str
    alias: str
    method: Method
    similarity: float
    disguised: bool = False
    needs_fit: bool = False


class Token(NamedTuple):
    text: str
    start: int  # in the plain form
    end: int


# From a tuple of all of their parts: several times quicker than by name, and there are many.
made = partial(tuple.__new__, Match)
_token = partial(tuple.__new__, Token)


class Passage:
    """A field that is searched, or a part of it: its text, and its tokens once somebody asks for them."""

    __slots__ = ("_first", "_last", "_texts", "_tokens", "field", "text")

    def __init__(self, field: str, text: Text, first: int = 0, last: int | None = None) -> None:
        self.field = field
        self.text = text
        self._first, self._last = first, len(text.plain) if last is None else last  # in the plain form
        self._texts: list[str] | None = None
        self._tokens: list[Token] | None = None

    @property
    def span(self) -> tuple[int, int]:
        """Where it begins and ends in the plain form."""
        return self._first, self._last

    @property
    def texts(self) -> list[str]:
        """The tokens as strings: all that most questions are about, for a fraction of the cost."""
        if self._texts is None:
            self._texts = TOKEN.findall(self.text.plain, self._first, self._last)
        return self._texts

    @property
    def tokens(self) -> list[Token]:
        if self._tokens is None:
            self._tokens, find, end = [], self.text.plain.find, self._first
            for text in self.texts:
                start = find(text, end)  # nothing between two tokens is of one: the next place is the token's
                end = start + len(text)
                self._tokens.append(_token((text, start, end)))
        return self._tokens

    @classmethod
    def among(cls, field: str, text: Text, start: int, end: int) -> Passage | None:
        """Only the tokens from a raw place to another; None where one is a character that folds to several."""
        offsets = text.offsets
        if isinstance(offsets, range):
            return cls(field, text, start, end)
        first, last = bisect_left(offsets, start), bisect_left(offsets, end)
        if offsets[first] != start or offsets[first + 1] == start or (last - first > 1 and offsets[last - 1] == offsets[last - 2]):
            return None
        return cls(field, text, first, last)

    @classmethod
    def of(cls, field: str, raw: str) -> Passage:
        return cls(field, read(raw))

    @classmethod
    def part(cls, field: str, raw: str, start: int, end: int) -> Passage:
        """Only the raw text from `start` to `end`; places count from the beginning of the field all the same."""
        text = read(raw[start:end])
        return cls(field, text._replace(raw=raw, offsets=[start + offset for offset in text.offsets]))

    def match(self, start: int, end: int, name: Name, method: Method, similarity: float, *, disguised: bool = True, needs_fit: bool = False) -> Match:
        """The match at `start` to `end` of the plain form."""
        text = self.text
        first, last = text.offsets[start], text.offsets[end - 1] + 1
        return made((name.brand_ids, self.field, first, last, text.raw[first:last], name.alias, method, similarity, disguised, needs_fit))


def resolved(found: list[Match]) -> list[Match]:
    """Longest first, then the surest method: an overlapping weaker match says nothing of its own. But a name as it is stays inside of a guess
    at a longer one, which the judgement may drop: HUAWEI MATEx9 is no Huawei Mate, but HUAWEI.

    The first MOST places of a field are kept: a name said a thousand times says no more.
    """
    end = 0
    for match in found:
        if match.start < end:
            return _ranked(found)[:MOST]
        end = match.end
    return found[:MOST]  # in order, and none overlaps another: as most


def _ranked(found: list[Match]) -> list[Match]:
    ranked = sorted(found, key=lambda match: (match.start - match.end, _RANK[match.method], -match.similarity))
    taken = bytearray(max(match.end for match in found))
    spans: dict[tuple[int, int], Method] = {}
    guesses: dict[int, Match] = {}  # by place
    kept: list[Match] = []
    seen: set[tuple[int, int, str]] = set()
    for match in ranked:
        span = (match.start, match.end)
        if (*span, match.alias) in seen:
            continue
        seen.add((*span, match.alias))
        if taken.find(1, *span) < 0:
            taken[match.start : match.end] = b"\1" * (match.end - match.start)
            spans[span] = match.method
            if match.method in HOLDING:
                guesses.update(dict.fromkeys(range(*span), match))
        elif spans.get(span) != match.method:
            guess = guesses.get(match.start)
            if match.method not in AS_IT_IS or guess is None or guesses.get(match.end - 1) is not guess:
                continue
            for at in range(*span):
                del guesses[at]
        kept.append(match)
    kept.sort(key=lambda match: (match.start, match.end, match.alias))
    return kept
