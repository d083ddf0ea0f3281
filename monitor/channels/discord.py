"""Discord webhooks: the address is the secret.

https://discord.com/developers/docs/resources/webhook#execute-webhook : `content` up to 2000 characters, 204 without
`wait`; `allowed_mentions` with an empty `parse` pings nobody. https://discord.com/developers/docs/topics/rate-limits :
429 with Retry-After (and `retry_after` in the body) in seconds.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.channels.markup import backslashed
from monitor.channels.message import fitted
from monitor.channels.parcel import SENT, Outcome, refused
from monitor.messages import say

if TYPE_CHECKING:
    from monitor.channels.message import Message
    from monitor.channels.parcel import Parcel
    from monitor.channels.wire import Wire
    from monitor.messages import Lang

LARGEST = 2000  # characters
NO_PREVIEWS = 4  # the flag SUPPRESS_EMBEDS


def send(parcel: Parcel, wire: Wire) -> Outcome:
    """Success means a 2xx."""
    told = fitted(parcel.message, LARGEST, lambda one: _characters(content(one, parcel.lang)))
    body = {"content": content(told, parcel.lang), "allowed_mentions": {"parse": []}, "flags": NO_PREVIEWS}
    reply = wire.post(parcel.url, json.dumps(body).encode(), {"content-type": "application/json"})
    outcome = refused(parcel, reply)
    asked = reply.json().get("retry_after")
    if outcome is not None and outcome.after is None and isinstance(asked, int | float):
        outcome = replace(outcome, after=float(asked))
    return outcome or SENT


def content(told: Message, lang: Lang) -> str:
    lines = [f"**{label}**{say('cli.colon', lang)}{backslashed(text)}" for label, text in told.lines]
    return "\n".join([f"**{backslashed(told.title)}**", *lines, *([f"-# {told.note}"] if told.note else [])])


def _characters(text: str) -> int:
    """Counted as JavaScript counts, which is never less: an emoji may be two."""
    return len(text.encode("utf-16-le", "replace")) // 2
