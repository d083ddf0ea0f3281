"""Names of rooms, and what start-up costs: heavy packages stay in the rooms that use them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BANNED = {"utils", "helpers", "common", "core", "base", "manager", "service"}
HEAVY = ("sqlalchemy", "scrapy", "numpy", "jinja2", "python_calamine", "yaml", "lxml", "rapidfuzz", "xlsxwriter")


def test_rooms_are_named_by_a_noun() -> None:
    names = {path.stem for folder in ("monitor", "spiders") for path in (ROOT / folder).rglob("*.py")}
    assert not names & BANNED


@pytest.mark.parametrize("code", ["import monitor", "import monitor.cli", "from monitor.cli import group; group.get_help(__import__('click').Context(group))"])
def test_help_pays_for_nothing_heavy(code: str) -> None:
    assert loaded(code, HEAVY) == []


def test_an_audit_never_loads_a_crawler_or_a_database() -> None:
    assert loaded("import monitor.cli.audit, monitor.screening, spiders.recognise, monitor.registry_files", ("scrapy", "sqlalchemy", "numba", "twisted")) == []


def loaded(code: str, modules: tuple[str, ...]) -> list[str]:
    """Which of the modules a fresh interpreter has loaded after the code."""
    probe = f"{code}\nimport sys\nprint(*[name for name in {modules!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return ran.stdout.split()
