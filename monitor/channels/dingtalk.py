"""DingTalk custom robots (钉钉自定义机器人).

https://open.dingtalk.com/document/robots/custom-robot-access : 20 messages a minute, then ten minutes of nothing
(errcode 130101); the query bears `timestamp` in milliseconds and `sign`; errcode 310000 when keyword, signature or IP
list do not fit. https://open.dingtalk.com/document/orgapp/custom-bot-send-message-type : the markdown message; who is
mentioned stands in `at`, which we leave empty.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from monitor.channels.markup import fullwidth
from monitor.channels.message import fitted
from monitor.channels.parcel import answered

if TYPE_CHECKING:
    from monitor.channels.message import Message
    from monitor.channels.parcel import Outcome, Parcel
    from monitor.channels.wire import Wire

LARGEST = 18_000  # bytes; the service takes 20 000
BUSY = {130101: 600.0, 410100: 60.0, -1: 60.0}  # too fast; too fast; system busy


def send(parcel: Parcel, wire: Wire) -> Outcome:
    """Success means `errcode` 0."""
    url = parcel.url
    if parcel.secrets:
        stamp = int(parcel.at.timestamp() * 1000)
        url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={quote_plus(sign(parcel.secrets[0], stamp))}"
    told = fitted(parcel.message, LARGEST, lambda one: len(markdown(one).encode()))
    body = {"msgtype": "markdown", "markdown": {"title": told.title, "text": markdown(told)}, "at": {"atMobiles": [], "isAtAll": False}}
    reply = wire.post(url, json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), {"content-type": "application/json; charset=utf-8"})
    return answered(parcel, reply, "errcode", BUSY, "errmsg")


def sign(secret: str, milliseconds: int) -> str:
    """Base64 of HMAC-SHA256(secret, "timestamp\\nsecret"); the query encodes it once."""
    return base64.b64encode(hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()).decode()


def markdown(told: Message) -> str:
    lines = [f"**{label}**：{fullwidth(text)}" for label, text in told.lines]
    return "\n\n".join([f"### {fullwidth(told.title)}", *lines, *([f"> {told.note}"] if told.note else [])])
