"""Secrets from the environment or from a file that it names; never from monitor.toml, never into a log."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.channels.parcel import Unreachable, Why

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.model.settings import Channel

ENV = "env:"  # url = "env:NAME": the whole address is the secret (WeCom, Slack, Discord, Teams)


def address(channel: Channel, environ: Mapping[str, str]) -> str:
    """The channel's address. Unreachable where it is missing or its variable is not set."""
    url = secret(channel.url.removeprefix(ENV).strip(), environ) if channel.url.startswith(ENV) else channel.url
    if not url:
        raise Unreachable(Why(key="channels.no-url"))
    return url


def secrets(channel: Channel, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The channel's secrets, separated by white space or commas: the new and the old one while they are changed. A
    password (kind `email`) is one secret whatever it holds."""
    if not channel.secret_env:
        return ()
    value = secret(channel.secret_env, environ)
    return (value,) if channel.kind == "email" else tuple(re.split(r"[\s,]+", value))


def secret(name: str, environ: Mapping[str, str]) -> str:
    """The variable `name`, or what the file says that `name_FILE` names (as container secrets do)."""
    value = environ.get(name, "").strip()
    if value:
        return value
    file = environ.get(f"{name}_FILE", "").strip()
    if not file:
        raise Unreachable(Why(key="channels.no-secret", params={"name": name}))
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise Unreachable(Why(key="channels.secret-file", params={"name": name})) from error
    if not value:
        raise Unreachable(Why(key="channels.no-secret", params={"name": name}))
    return value
