"""Slack incoming webhooks: the address is the secret.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks : 200 and `ok`, else a word such as
`no_service`, `channel_is_archived` (410) or `invalid_payload`. https://docs.slack.dev/apis/web-api/rate-limits : about
one message a second, 429 with Retry-After. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block : text
elements of a rich-text block are shown as they are; `<!channel>` and `*` mean nothing in them. 50 blocks, 150
characters of header.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from monitor.channels.message import fitted, part
from monitor.channels.parcel import SENT, Outcome, Why, refused
from monitor.messages import say

if TYPE_CHECKING:
    from monitor.channels.message import Message
    from monitor.channels.parcel import Parcel
    from monitor.channels.wire import Wire
    from monitor.messages import Lang

LARGEST = 30_000  # bytes of the body
HEADER = 150


def send(parcel: Parcel, wire: Wire) -> Outcome:
    """Success means 200 and the word `ok`."""
    told = fitted(parcel.message, LARGEST, lambda one: len(json.dumps(body(one, parcel.lang))))
    reply = wire.post(parcel.url, json.dumps(body(told, parcel.lang)).encode(), {"content-type": "application/json"})
    outcome = refused(parcel, reply)
    if outcome is not None or reply.text.strip() == "ok":
        return outcome or SENT
    return Outcome(why=Why(key="channels.said-no", params={"code": str(reply.status), "said": parcel.redacted(reply.text)}))


def body(told: Message, lang: Lang) -> dict[str, Any]:
    sections = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": f"{label}{say('cli.colon', lang)}", "style": {"bold": True}}, {"type": "text", "text": text or "-"}]}
        for label, text in told.lines
    ]
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": part(told.title, HEADER), "emoji": False}}]
    blocks += [{"type": "rich_text", "elements": [section]} for section in sections]
    if told.note:
        blocks.append({"type": "context", "elements": [{"type": "plain_text", "text": told.note, "emoji": False}]})
    return {"text": escaped(told.title), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def escaped(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text#escaping : these three and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
