"""A TOML file of the user's: read, its keys held against the known ones, a misspelt one named with the nearest."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from monitor.errors import ConfigError
from monitor.messages import failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# Sections of monitor.toml and their keys (the public contract, and what was added to it).
KEYS: Mapping[str, tuple[str, ...]] = {
    "registry": ("path",), "store": ("url", "keep_days", "incomplete_below"), "shops": ("id", "platform", "name", "company", "territory"),
    "sources": ("name", "kind", "path", "url", "shop"),
    "channels": ("name", "kind", "url", "secret_env", "events", "min_level", "shops", "brands", "lang"),
    "schedule": ("name", "cron", "zone", "command", "jitter"),
    "alerts": ("quiet_hours", "zone", "digest_over", "heartbeat", "expiring_days", "allow_networks"), "policy": ("path",),
}  # fmt: skip
ESCAPE = re.compile(r"(?:hex value|Unescaped).*line (\d+)")  # how tomllib calls an escape that is none
LISTS = ("shops", "sources", "channels", "schedule")  # written [[shops]]


def read_toml(path: Path) -> dict[str, Any]:
    """The file as values. ConfigError where it cannot be read or is no TOML."""
    try:
        raw = path.read_bytes()
        return tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise failure(ConfigError, "config.unreadable", file=path, why=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise failure(ConfigError, "config.no-utf8", file=path, line=raw.count(b"\n", 0, error.start) + 1) from error
    except tomllib.TOMLDecodeError as error:
        if (place := ESCAPE.search(str(error))) is not None:  # "C:\Users\me", the first thing that a Windows user writes
            raise failure(ConfigError, "config.backslash", file=path, line=place[1]) from error
        raise failure(ConfigError, "config.no-toml", file=path, why=error) from error


def checked(section: str, entries: Any, path: Path) -> None:
    """Known section, known keys."""
    if section not in KEYS:
        raise failure(ConfigError, "config.unknown-section", file=path, section=section, near=nearest(section, KEYS))
    if (section in LISTS) != isinstance(entries, list):
        raise failure(ConfigError, "config.list-or-table", file=path, section=section, written=f"[[{section}]]" if section in LISTS else f"[{section}]")
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict):
            raise failure(ConfigError, "config.no-table", file=path, section=section)
        for key in entry:
            if key not in KEYS[section]:
                raise failure(ConfigError, "config.unknown-key", file=path, section=section, key=key, near=nearest(key, KEYS[section]))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant."""
    return next(iter(get_close_matches(word, list(known), 1, 0)), "")
