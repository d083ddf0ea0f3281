"""One test for each labelled case; and that the cases reach every code of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.model.finding import GAPS, LEVELS, USAGES
from monitor.screening.remedies import EFFORT
from monitor.screening.rules import RULES
from tests.screening.labelled import Case, cases, faults, listing, screener

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case, tmp_path: Path) -> None:
    assert list(faults(case, screener(case, tmp_path)(listing(case.value["listing"])))) == []


def stated(*path: str) -> set[str]:
    """Every value that some case states at `findings/*/path`."""
    found: set[str] = set()
    for case in cases():
        for finding in (case.value["expect"].get("findings") or {}).values():
            values = [finding]
            for step in path:
                values = [inner for value in values for inner in _inner(value, step)]
            found.update(map(str, values))
    return found


def _inner(value: object, step: str) -> list[object]:
    inner = value.get(step) if isinstance(value, dict) else None
    return inner if isinstance(inner, list) else [] if inner is None else [inner]


def test_the_cases_reach_every_code() -> None:
    assert stated("cover", "gap") >= set(GAPS)
    assert stated("reasons") | stated("reasons_include") >= {rule.code for rule in RULES} - {"descriptive-word"}
    assert stated("hits", "usage") >= set(USAGES) - {"descriptive"}
    assert stated("hits", "method") >= {"exact", "joined", "lookalike", "typo", "homophone"}
    assert stated("remedies_include", "code") >= set(EFFORT) - {"name-as-compatible"}
    assert stated("level") == set(LEVELS)
    assert len(cases()) >= 250


def test_names_are_unique() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names))
