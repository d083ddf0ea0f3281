"""The generic webhook for programs, after Standard Webhooks: signed with `v1` (HMAC-SHA256), one event each.

Specification: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md - secrets
`whsec_` + base64, several signatures while a secret is replaced, payloads under 20 kB, success is any 2xx and nothing
else, 410 ends the channel, redirects are failures.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from monitor.channels.parcel import SENT, Outcome, Why, refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.channels.parcel import Parcel
    from monitor.channels.wire import Wire

LARGEST = 20_000  # bytes
# Longest text and longest list that are kept, from generous to bare, until the body fits.
CUTS = ((2000, 40), (500, 12), (160, 5), (60, 2))


def send(parcel: Parcel, wire: Wire) -> Outcome:
    """Success means a 2xx."""
    content = encoded(parcel.body)
    stamp = int(parcel.at.timestamp())
    headers = {"content-type": "application/json", "webhook-id": parcel.message_id, "webhook-timestamp": str(stamp)}
    if parcel.secrets:
        try:
            headers["webhook-signature"] = " ".join(signature(secret, parcel.message_id, stamp, content) for secret in parcel.secrets)
        except ValueError:
            return Outcome(why=Why(key="channels.bad-secret", params={"name": parcel.secret_env, "wanted": "whsec_ + base64"}))
    return refused(parcel, wire.post(parcel.url, content, headers)) or SENT


def signature(secret: str, message_id: str, stamp: int, content: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. ValueError for a secret that is no base64."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    signed = f"{message_id}.{stamp}.".encode() + content
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def encoded(body: Mapping[str, Any]) -> bytes:
    """The body as JSON under 20 kB. What was shortened says so: texts end in an ellipsis, and `data.shortened` is true."""
    content = _json(body)
    for text, items in CUTS:
        if len(content) < LARGEST:
            return content
        content = _json({**body, "data": {**_cut(body["data"], text, items), "shortened": True}})
    if len(content) < LARGEST:
        return content
    return _json({**body, "data": {"shortened": True, **{name: value for name, value in body["data"].items() if isinstance(value, str | int) and len(str(value)) < 500}}})


def _json(body: Mapping[str, Any]) -> bytes:
    # A lone surrogate of a broken export has no UTF-8; its escape has.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _cut(value: Any, text: int, items: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= text else f"{value[: text - 1]}…"
    if isinstance(value, list | tuple):
        return [_cut(one, text, items) for one in value[:items]]
    if isinstance(value, dict):
        return {name: _cut(one, text, items) for name, one in value.items()}
    return value
