"""WeCom group robots (企业微信群机器人): the key stands in the address, so the whole address is a secret.

https://developer.work.weixin.qq.com/document/path/91770 : markdown up to 4096 bytes of UTF-8, 20 messages a minute
(errcode 45009); `<@userid>` inside markdown mentions a person, so no `<` of a title may survive.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from monitor.channels.markup import fullwidth
from monitor.channels.message import fitted
from monitor.channels.parcel import answered

if TYPE_CHECKING:
    from monitor.channels.message import Message
    from monitor.channels.parcel import Outcome, Parcel
    from monitor.channels.wire import Wire

LARGEST = 4096  # bytes
BUSY = {45009: 60.0, -1: 60.0}  # too fast; system busy


def send(parcel: Parcel, wire: Wire) -> Outcome:
    """Success means `errcode` 0."""
    told = fitted(parcel.message, LARGEST, lambda one: len(markdown(one).encode("utf-8", "replace")))
    body = {"msgtype": "markdown", "markdown": {"content": markdown(told)}}
    reply = wire.post(parcel.url, json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), {"content-type": "application/json; charset=utf-8"})
    return answered(parcel, reply, "errcode", BUSY, "errmsg")


def markdown(told: Message) -> str:
    lines = [f"> **{label}**：{fullwidth(text)}" for label, text in told.lines]
    return "\n".join([f"## {fullwidth(told.title)}", *lines, *([f"\n{told.note}"] if told.note else [])])
