"""Which brands could be meant here? Every spelling of the registry, prepared for looking up.

The public door is `Finder`: build it once from the brands, ask it for the matches of a listing's fields, or of many
listings at once. What counts as the same is written down in docs/matching.md.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, chain, repeat
from typing import TYPE_CHECKING

import numpy as np

from monitor.screening.arrays import Arrays
from monitor.screening.company import Company
from monitor.screening.han import Hearing, beside, disguised
from monitor.screening.lookup import Lookup
from monitor.screening.masks import masked, masks, starred
from monitor.screening.matches import SELF_TOLD, Match, Passage, resolved
from monitor.screening.memory import Memory
from monitor.screening.names import Name, spellings
from monitor.screening.places import HEARD, RUN, SEVERAL, SPELT, VEILED, WHOLE, Engine, chosen
from monitor.screening.runs import run, runs
from monitor.screening.spelt import anchored, plainly, several, spelt, written
from monitor.screening.text import HAN, read
from monitor.screening.veiled import MIXED, SIGN_IN_WORD, signs, veiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from monitor.model.registry import Brand
    from monitor.screening.places import Place, Rows
    from monitor.screening.runs import Resembles
    from monitor.screening.text import Text

    Columns = Sequence[tuple[str, Sequence[str]]]  # (field, its texts in all listings)



class Finder:
    """The prepared registry. Picklable; the same for every field and listing.

    `find_batch` asks an engine first where something could stand, and the rooms of the plain search what it is: so
    every engine gives the same matches. `engine` forces one; "auto" begins plain and grows with the work.
    """

    def __init__(self, arrays: Arrays, engine: Engine = "auto", asked: int = 0) -> None:
        self.arrays = arrays
        self.engine = engine
        self._asked = asked
        self._lookup = Lookup(arrays)
        self._company = Company(self._lookup)
        self._plain: Memory[tuple[int, str], Match] = Memory()
        self._runs: Memory[str, tuple[Resembles, ...]] = Memory()
        self._hearing = Hearing(self._lookup)

    def __reduce__(self) -> tuple[type[Finder], tuple[Arrays, Engine, int]]:
        return Finder, (self.arrays, self.engine, self._asked)

    def expect(self, texts: int) -> None:
        """About so many texts will come: "auto" need not begin plain to find that out."""
        self._asked += texts

    @classmethod
    def build(cls, brands: Iterable[Brand], engine: Engine = "auto") -> Finder:
        """Prepare every spelling of `brands`. One that folds to nothing is left out."""
        return cls(Arrays.build(spellings(brands)), engine)

    def find(self, fields: Sequence[tuple[str, str]]) -> tuple[Match, ...]:
        """Every match of a listing's (field name, raw text) pairs, by field and place, overlaps resolved."""
        return self._accompanied(fields, [match for name, raw in fields if raw for match in self.places(name, raw)])

    def find_batch(self, batch: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[Match, ...]]:
        """The same for many listings at once: one entry for each, in order; equal to `find` one by one, but that of a text that holds
        nothing but names torn out of other words, these may be left out."""
        ends = list(accumulate(map(len, batch)))  # the texts of each listing and of those before it
        rows = self._rows(ends[-1] if ends else 0)
        if rows is None:
            return [self.find(fields) for fields in batch]
        texts = list(chain.from_iterable(batch))
        pointed: dict[int, list[Match]] = {}
        keeping = np.fromiter((name in SELF_TOLD for name, _ in texts), dtype=bool, count=len(texts))
        for at, places, star in self._marked(rows, [raw for _, raw in texts], keeping):
            pointed.setdefault(bisect_right(ends, at), []).extend(self._pointed(*texts[at], places, masked=star))
        found: list[tuple[Match, ...]] = [()] * len(batch)
        for at, some in pointed.items():
            found[at] = self._accompanied(batch[at], some)
        return found

    def find_columns(self, columns: Columns, count: int) -> list[tuple[int, tuple[Match, ...]]]:
        """The same for `count` listings whose fields are given by column: (number of the listing, matches) of those with any, in order."""
        rows = self._rows(len(columns) * count)
        if rows is None:
            every = zip(*(zip(repeat(name), column) for name, column in columns), strict=True)
            return [(at, some) for at, fields in enumerate(every) if (some := self.find(fields))]
        raws = columns[0][1] if len(columns) == 1 else list(chain.from_iterable(column for _, column in columns))
        pointed: dict[int, list[Match]] = {}
        keeping = np.repeat([name in SELF_TOLD for name, _ in columns], count)
        for at, places, star in self._marked(rows, raws, keeping):
            matches = self._pointed(columns[at // count][0], raws[at], places, masked=star)
            if matches:
                pointed.setdefault(at % count, []).extend(matches)
        order = pointed if len(columns) == 1 else sorted(pointed)
        return [(at, self._accompanied([(name, column[at]) for name, column in columns], pointed[at])) for at in order]

    def _marked(self, rows: Rows, raws: Sequence[str], keeping: npt.NDArray[np.bool_]) -> Iterator[tuple[int, Sequence[Place], bool]]:
        """The texts in which something could stand, in order: number, places, and whether masks are to be looked for."""
        # No engine knows masks: texts with a star are asked for them, whether something else was seen there or not.
        stars = frozenset(starred(raws))
        if stars:
            keeping[list(stars)] = True
        places = dict(rows(raws, self.arrays, keeping))
        for at in sorted(stars.union(places)) if stars else places:
            yield at, places.get(at, ()), at in stars

    def _accompanied(self, fields: Sequence[tuple[str, str]], found: list[Match]) -> tuple[Match, ...]:
        """What was found, and what its company gives away, by field and place."""
        further = self._company.further(fields, found) if found else ()
        if not further:
            return tuple(found)
        order = {name: at for at, (name, _) in enumerate(fields)}
        return tuple(sorted([*found, *resolved(list(further))], key=lambda match: (order[match.field], match.start, match.end, match.alias)))

    def _rows(self, texts: int) -> Rows | None:
        """The engine for so many texts, loaded when it is first needed; None: the plain search."""
        self._asked += texts
        engine = chosen(self.engine, self._asked, texts)
        if engine == "compiled":
            from monitor.screening.compiled import rows

            return rows
        if engine == "portable":
            from monitor.screening.portable import rows

            return rows
        return None

    def places(self, name: str, raw: str) -> list[Match]:
        """The matches of one field by itself: the plain search, which every engine ends with."""
        passage = Passage(name, read(raw))
        found = [
            *spelt(passage, self._lookup), *several(passage, self._lookup),
            *runs(passage, self._lookup, self._runs), *disguised(passage, self._hearing),
        ]  # fmt: skip
        if masked(raw):
            found += masks(passage, self._lookup)
        if MIXED.search(passage.text.plain):
            found += veiled(passage, self._lookup)
        if SIGN_IN_WORD.search(passage.text.plain):
            found += signs(passage, self._lookup)
        return resolved(found)

    def _pointed(self, name: str, raw: str, places: Sequence[Place], *, masked: bool) -> list[Match]:
        """The matches of one field where an engine said where to look."""
        found: list[Match] = []
        text: Text | None = None
        for kind, start, end, number in places:
            some: Iterable[Match] | None = None
            if kind == SPELT:
                match = plainly(name, raw, start, end, number, self._lookup, self._plain)
                if match:
                    found.append(match)
                    continue
            elif kind == RUN:
                some = run(name, raw, start, end, self._lookup, self._runs)
            elif kind != WHOLE:
                text = text or read(raw)
                some = self._there(Passage.among(name, text, start, end), kind, number)
            if some is None:
                return self.places(name, raw)
            found += some
        if masked:
            found += masks(Passage(name, text or read(raw)), self._lookup)
        return resolved(found)

    def _there(self, passage: Passage | None, kind: int, number: int) -> Iterable[Match] | None:
        """The matches of one place, read with what stands around it; None where the whole text must tell."""
        if passage is None:
            return None
        if kind == SEVERAL:
            return anchored(passage, number, self._lookup)
        if kind == VEILED:
            return veiled(passage, self._lookup)
        if kind == HEARD:
            return beside(passage, number, self._hearing)
        return written(passage, self._lookup.name(number))


__all__ = ["HAN", "Engine", "Finder", "Match", "Name"]
