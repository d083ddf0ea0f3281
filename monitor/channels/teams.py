"""Microsoft Teams through a Workflow ("Send webhook alerts to a channel"): the address is the secret.

https://support.microsoft.com/office/creating-a-workflow-from-a-channel-in-teams-242eb8f2-f328-45be-b81f-9817b51a5f0e ;
https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook : 28 kB, four
requests a second, 429 beyond. The older connector answered 200 and told of a failure in the body. Text runs of a
RichTextBlock hold no markup: https://adaptivecards.io/explorer/TextRun.html.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from monitor.channels.message import fitted
from monitor.channels.parcel import SENT, Outcome, Why, refused
from monitor.messages import say

if TYPE_CHECKING:
    from monitor.channels.message import Message
    from monitor.channels.parcel import Parcel
    from monitor.channels.wire import Wire
    from monitor.messages import Lang

LARGEST = 28_000  # bytes
FAILED = ("delivery failed", "returned HTTP error")  # the older connector's words inside a 200


def send(parcel: Parcel, wire: Wire) -> Outcome:
    """Success means a 2xx (a Workflow answers 202) whose body tells of no failure."""
    told = fitted(parcel.message, LARGEST, lambda one: len(json.dumps(body(one, parcel.lang))))
    reply = wire.post(parcel.url, json.dumps(body(told, parcel.lang)).encode(), {"content-type": "application/json"})
    outcome = refused(parcel, reply)
    if outcome is None and any(words in reply.text for words in FAILED):
        busy = "429" in reply.text
        why = Why(key="channels.said-no", params={"code": str(reply.status), "said": parcel.redacted(reply.text)})
        return Outcome(why=why, down=busy, after=60.0 if busy else None)
    return outcome or SENT


def body(told: Message, lang: Lang) -> dict[str, Any]:
    def block(*runs: dict[str, Any]) -> dict[str, Any]:
        return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run} for run in runs]}

    blocks = [block({"text": told.title, "weight": "Bolder", "size": "Large"})]
    blocks += [block({"text": f"{label}{say('cli.colon', lang)}", "weight": "Bolder"}, {"text": text or "-"}) for label, text in told.lines]
    if told.note:
        blocks.append(block({"text": told.note, "isSubtle": True, "size": "Small"}))
    card = {"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": blocks, "msteams": {"width": "Full"}}
    return {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}]}
