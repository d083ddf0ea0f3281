"""Feishu and Lark custom bots (飞书自定义机器人).

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot : bodies up to 20 kB, 100 messages a minute and 5 a
second (code 11232); `timestamp` in seconds and `sign` stand in the body; code 19021 for a wrong signature, 19022 for
the IP list, 19024 for a missing keyword; whole and half hours are crowded. Every part of the card is `plain_text`, in
which neither markup nor `<at>` means anything.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from monitor.channels.message import fitted
from monitor.channels.parcel import answered
from monitor.messages import say

if TYPE_CHECKING:
    from monitor.channels.message import Message
    from monitor.channels.parcel import Outcome, Parcel
    from monitor.channels.wire import Wire
    from monitor.messages import Lang
    from monitor.model.finding import Level

LARGEST = 20_000  # bytes of the whole body
BUSY = {11232: 60.0, 9499: 60.0, 99991400: 60.0}  # too fast, in three generations of the service
COLOURS: dict[Level, str] = {"critical": "carmine", "high": "red", "medium": "orange", "low": "blue", "clear": "green"}


def send(parcel: Parcel, wire: Wire) -> Outcome:
    """Success means `code` 0; the answer's old form has `StatusCode` instead."""
    signed: dict[str, Any] = {}
    if parcel.secrets:
        stamp = int(parcel.at.timestamp())
        signed = {"timestamp": str(stamp), "sign": sign(parcel.secrets[0], stamp)}

    def body(told: Message) -> bytes:
        return json.dumps({**signed, "msg_type": "interactive", "card": card(told, parcel.lang)}, ensure_ascii=False).encode("utf-8", "replace")

    told = fitted(parcel.message, LARGEST, lambda one: len(body(one)))
    reply = wire.post(parcel.url, body(told), {"content-type": "application/json; charset=utf-8"})
    code = "code" if "code" in reply.json() else "StatusCode"
    return answered(parcel, reply, code, BUSY, "msg" if code == "code" else "StatusMessage")


def sign(secret: str, seconds: int) -> str:
    """Base64 of HMAC-SHA256 whose *key* is "timestamp\\nsecret" and whose message is empty."""
    return base64.b64encode(hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def card(told: Message, lang: Lang) -> dict[str, Any]:
    def plain(text: str) -> dict[str, str]:
        return {"tag": "plain_text", "content": text}

    elements: list[dict[str, Any]] = [{"tag": "div", "text": plain(f"{label}{say('cli.colon', lang)}{text}")} for label, text in told.lines]
    if told.note:
        elements.append({"tag": "note", "elements": [plain(told.note)]})
    return {"config": {"wide_screen_mode": True}, "header": {"template": COLOURS[told.level], "title": plain(told.title)}, "elements": elements}
