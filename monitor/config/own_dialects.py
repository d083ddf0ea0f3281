"""Dialects of the user: dropped beside his monitor.toml, or written by `sources map` into dialects/ there."""

from __future__ import annotations

import tomllib
from pathlib import Path


def own_dialects(base: Path = Path()) -> tuple[Path, ...]:
    """The TOML files of `base` and of its folder dialects/ that describe a table; others (monitor.toml, policy.toml) are none.

    A file that is no TOML but speaks of `identify` is given too: its reader says what is wrong in it.
    """
    beside = [path for path in sorted(base.glob("*.toml")) if _describes_a_table(path)]
    return (*beside, *sorted((base / "dialects").glob("*.toml")))


def _describes_a_table(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    try:
        return "identify" in tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return any(line.startswith("identify") for line in text.splitlines())
