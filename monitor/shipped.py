"""Where the files that ship with the house stand: beside the packages in a checkout, inside them in a wheel."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The path of a shipped file or folder, such as config/policy.toml. FileNotFoundError where it lacks."""
    for root in (HERE / "shipped", HERE.parent):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(name)
