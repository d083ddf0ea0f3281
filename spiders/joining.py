"""Files that tell parts of the same things are put together (Shopee's workbooks, Taobao's two order lists)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from monitor.model.problem import Problem
from monitor.model.source import Reading, Row
from spiders.markets import differ

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spiders.dialect import Dialect, Join

Named = tuple[str, Reading]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading(Reading):
    """A reading that knows which other files it belongs to, and what the file says of its country."""

    dialect: Dialect | None = None
    markets: frozenset[str] = frozenset()


ONCE = ("paid", "refunded")  # amounts of a whole order: they stand on its first line only
ENDED = ("closed", "refunded")


def join(readings: Sequence[Named]) -> list[Named]:
    """The readings, with those of one set put together: the `side` files vanish into the `main` ones.

    What a side file has and no main one is given too, after the last main file. A set without a main file
    takes its first side file for it.
    """
    readings = _told_apart(readings)
    sets: dict[str, list[int]] = {}
    for place, (_, reading) in enumerate(readings):
        if how := _how(reading):
            sets.setdefault(how.set, []).append(place)
    joined: dict[int, Named | None] = {}
    for places in sets.values():
        mains = [place for place in places if _join(readings[place]).role == "main"] or places[:1]
        sides = [place for place in places if place not in mains]
        if not sides:
            continue
        joint = Joint([(readings[place], _join(readings[place])) for place in sides])
        joined.update(dict.fromkeys(sides))
        for place in mains:
            name, reading = readings[place]
            rows = partial(joint.rows, reading, first=place == mains[0], last=place == mains[-1])
            joined[place] = name, replace(reading, rows=rows, apart=None, sheets=())
    every = [joined.get(place, named) for place, named in enumerate(readings)]
    return [named for named in every if named is not None]


def _how(reading: Reading) -> Join | None:
    return reading.dialect.join if isinstance(reading, FileReading) and reading.dialect else None


def _join(named: Named) -> Join:
    found = _how(named[1])
    assert found is not None
    return found


def _told_apart(readings: Sequence[Named]) -> list[Named]:
    """The readings; where files of one platform come from several countries, the first of them says so."""
    known = [(name, one) for name, one in readings if isinstance(one, FileReading)]
    files = [(name, one.dialect.platform or one.dialect.name, one.markets) for name, one in known if one.dialect]
    told = {problem.source: problem for problem in differ(files)}
    made = []
    for name, reading in readings:
        if problem := told.pop(name, None):
            identification = reading.identification
            reading = replace(reading, identification=replace(identification, problems=(*identification.problems, problem)))
        made.append((name, reading))
    return made


@dataclass(slots=True)
class Joint:
    """The side files of one set, read when the first main file is. Held in memory: one entry for each product
    or order."""

    sides: list[tuple[Named, Join]]
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    rests: dict[str, Row] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def rows(self, main: Reading, *, first: bool, last: bool) -> Iterator[Row | Problem]:
        """The rows of a main file with their blanks filled."""
        if first:
            self.known, self.rests, self.used = {}, {}, set()
            for (_, reading), how in self.sides:
                yield from self._read(reading, how)
        on = self.sides[0][1].on
        for row in main.rows():
            if isinstance(row, Problem) or not (key := row.values.get(on, "")) or key not in self.known:
                yield row
                continue
            yield row._replace(values=self._filled(dict(row.values), key))
            self.used.add(key)
        if last:
            yield from (row for key, row in self.rests.items() if key not in self.used)

    def _read(self, reading: Reading, how: Join) -> Iterator[Problem]:
        for row in reading.rows():
            if isinstance(row, Problem):
                yield row
                continue
            key = row.values.get(how.on, "")
            kept = {name: value for name, value in row.values.items() if value and (not how.fill or name in how.fill)}
            self.known[key] = kept | self.known.get(key, {})
            rest = self.rests.get(key)
            self.rests[key] = row._replace(values={**row.values, **rest.values}) if rest else row

    def _filled(self, values: dict[str, str], key: str) -> dict[str, str]:
        side = self.known[key]
        for name, value in side.items():
            if not values.get(name, "").strip() and not (name in ONCE and key in self.used):
                values[name] = value
        if side.get("status") in ENDED:
            values["status"] = side["status"]
        return values
