"""What a channel is handed, and what it hands back.

A channel kind is `send(parcel, wire) -> Outcome`: it turns the parcel into its service's form, sends it through the
wire (the only way out: checked addresses, bounded answers) and says what the *service* answered. It raises nothing but
`Unreachable`, which the wire raises for it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.messages import printable, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.channels.message import Message
    from monitor.channels.wire import Wire
    from monitor.messages import Lang

    Send = Callable[["Parcel", "Wire"], "Outcome"]

LONGEST_WAIT = 86_400.0  # seconds of Retry-After that are believed
SAID = 200  # characters of a service's answer that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why something did not arrive: a key of the room `channels` and what fills its sentence. Holds no secret."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict)

    def say(self, lang: Lang) -> str:
        return say(self.key, lang, **self.params)

    def text(self) -> str:
        """As it is kept in the outbox."""
        return json.dumps([self.key, dict(self.params)], ensure_ascii=False)

    @staticmethod
    def read(text: str, lang: Lang) -> str:
        """The sentence of a kept reason; text of another hand as it is."""
        try:
            key, params = json.loads(text)
            return say(key, lang, **params)
        except (ValueError, TypeError, KeyError):
            return printable(text)


class Unreachable(Exception):
    """The service was not reached, or did not answer in time. `why` holds no address beyond its host."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.text())
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer; `headers` by lower-case name; `text` is cut at `monitor.channels.wire.LARGEST`."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    def json(self) -> Mapping[str, Any]:
        """The body as an object; empty where it is none."""
        try:
            value = json.loads(self.text)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a parcel. `after`: seconds that the service asks us to wait. `gone`: it wants nothing any more.
    `down`: the service itself failed or asked for quiet, so that the next parcel would fare no better."""

    ok: bool = False
    why: Why | None = None
    after: float | None = None
    gone: bool = False
    down: bool = False

    @property
    def fault(self) -> bool:
        return self.why is not None and self.why.key in FAULTS


SENT = Outcome(ok=True)

# A setting is wrong: no try counts against the message, it waits until the setting is mended.
FAULTS = frozenset({
    "channels.bad-address", "channels.bad-mail-address", "channels.bad-secret", "channels.refused-address", "channels.unencrypted", "channels.mail-no-tls",
    "channels.no-secret", "channels.secret-file", "channels.no-url", "channels.unknown-kind",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message for one channel. `message_id` is stable over retries; `at` is the time of this try (aware, UTC);
    `body` is the public JSON of the event; several `secrets` while one is being replaced by the next."""

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    message_id: str
    at: datetime
    message: Message
    body: Mapping[str, Any]
    lang: Lang = "en"
    secret_env: str = ""  # the name under which the secrets were found, for a sentence

    def redacted(self, text: str) -> str:
        """A service's words on one short line, with our secrets struck out, should it echo them."""
        parts = urlsplit(self.url)  # it was sound enough to be sent to
        hidden = [self.url, *self.secrets, parts.query, parts.path, *parts.path.split("/"), *(value for _, _, value in (item.partition("=") for item in parts.query.split("&")))]
        for secret in sorted({one for one in hidden if len(one) >= 8}, key=len, reverse=True):
            text = text.replace(secret, "***")
        return " ".join(printable(text).split())[:SAID]


def refused(parcel: Parcel, reply: Reply) -> Outcome | None:
    """The outcome that the HTTP status alone decides; None for a 2xx, whose body is the service's to judge.

    Redirects are failures and 410 ends the channel, as Standard Webhooks says under "Delivery success and failure"
    (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
    """
    if 200 <= reply.status < 300:
        return None
    said = parcel.redacted(reply.text)
    if 300 <= reply.status < 400:
        return Outcome(why=Why(key="channels.redirect", params={"status": str(reply.status)}))
    if reply.status == 410:
        return Outcome(why=Why(key="channels.gone", params={"said": said}), gone=True)
    why = Why(key="channels.status", params={"status": str(reply.status), "said": said})
    after = retry_after(reply, parcel.at)
    return Outcome(why=why, after=after, down=reply.status == 429 or reply.status >= 500)


def answered(parcel: Parcel, reply: Reply, code: str, busy: Mapping[int, float], words: str) -> Outcome:
    """The outcome of a service that answers 200 and tells the truth in a JSON code, 0 for good. `busy`: codes for "too
    fast", with the seconds to wait; `words`: the field with the service's own words."""
    by_status = refused(parcel, reply)
    if by_status is not None:
        return by_status
    told = reply.json()
    value = told.get(code)
    if value == 0 and not isinstance(value, bool):
        return SENT
    said = parcel.redacted(str(told.get(words) or reply.text))
    why = Why(key="channels.said-no", params={"code": "-" if value is None else str(value)[:20], "said": said})
    wait = busy.get(value) if isinstance(value, int) else None
    return Outcome(why=why, after=wait, down=wait is not None)


def retry_after(reply: Reply, now: datetime) -> float | None:
    """Seconds of a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3); None without a sound one."""
    value = reply.headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            day = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = ((day if day.tzinfo else day.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT) if seconds == seconds else None


def shown_address(url: str) -> str:
    """Scheme and host of an address: all of it that may be shown, since the rest is often the secret itself."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname or ''}" if parts.scheme else ""
    except ValueError:
        return ""


