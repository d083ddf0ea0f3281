"""E-mail over SMTP (RFC 5321), as text and as HTML, always encrypted but to the user's own networks.

    smtps://user%40shop.example@smtp.shop.example:465/?to=you@shop.example&from=monitor@shop.example
    smtp://user@smtp.shop.example:587/?to=a@b.example&to=c@d.example      STARTTLS (RFC 3207), which must be offered
    smtp://127.0.0.1:25/?to=a@b.example&tls=none                          a relay of one's own, without a password

The password is the channel's secret.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from monitor.channels.message import plain
from monitor.channels.parcel import SENT, Outcome, Why
from monitor.messages import say

if TYPE_CHECKING:
    from monitor.channels.message import Message
    from monitor.channels.parcel import Parcel
    from monitor.channels.wire import Wire
    from monitor.messages import Lang
    from monitor.model.finding import Level

MOST = 50  # recipients
COLOURS: dict[Level, str] = {"critical": "#8f1d14", "high": "#b3261e", "medium": "#8a5a00", "low": "#1f5fa8", "clear": "#2b6e3f"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where to and how, read from the channel's url. `mode`: `tls`, `starttls` or `none`."""

    host: str
    port: int
    mode: str
    user: str
    sender: str
    to: tuple[str, ...]


def send(parcel: Parcel, wire: Wire) -> Outcome:
    """Success means that the server took the mail for *every* recipient: a mistyped one must not go unnoticed."""
    box = mailbox(parcel.url)
    if box is None or (box.mode == "none" and parcel.secrets):
        return Outcome(why=Why(key="channels.bad-mail-address"))
    mail = written(parcel, box)
    try:
        with wire.mail(box.host, box.port, mode=box.mode) as client:
            if parcel.secrets:
                client.login(box.user, parcel.secrets[0])
            answers = _to_all(client, box, mail.as_bytes(policy=SMTP))
    except smtplib.SMTPResponseException as error:
        answers = [(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode())]
    except smtplib.SMTPNotSupportedError:
        return Outcome(why=Why(key="channels.mail-no-tls"))
    except smtplib.SMTPException as error:
        answers = [(0, str(error).encode())]
    if not answers:
        return SENT
    code, said = answers[0]
    words = {"code": str(code), "said": parcel.redacted(bytes(said).decode("utf-8", "replace"))}
    return Outcome(why=Why(key="channels.mail-no", params=words), down=400 <= code < 500 and code != 450)


def mailbox(url: str) -> Mailbox | None:
    """None where the address names no server or nobody to write to."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    asked = parse_qs(parts.query)
    to = tuple(one.strip() for value in asked.get("to", ()) for one in value.split(",") if one.strip())
    # A password in the address would stand in monitor.toml for all to read, so it is refused.
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.password is not None or not 0 < len(to) <= MOST:
        return None
    user = unquote(parts.username or "")
    sender = asked.get("from", [user if "@" in user else to[0]])[0]
    if any("@" not in one or any(sign.isspace() or sign in "<>\0" for sign in one) for one in (*to, sender)):
        return None
    mode = "tls" if parts.scheme == "smtps" else "none" if asked.get("tls") == ["none"] else "starttls"
    return Mailbox(host=parts.hostname, port=port or (465 if mode == "tls" else 587), mode=mode, user=user, sender=sender, to=to)


def written(parcel: Parcel, box: Mailbox) -> EmailMessage:
    """The mail. Its Message-ID is the parcel's id, so that a mail sent twice is known as one."""
    mail = EmailMessage()
    mail["Subject"] = parcel.message.title
    mail["From"], mail["To"] = box.sender, ", ".join(box.to)
    mail["Date"] = format_datetime(parcel.at)
    mail["Message-ID"] = f"<{parcel.message_id}@listing-monitor>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    mail.set_content(plain(parcel.message, parcel.lang).encode("utf-8", "replace").decode())
    mail.add_alternative(page(parcel.message, parcel.lang).encode("utf-8", "replace").decode(), subtype="html")
    return mail


def page(told: Message, lang: Lang) -> str:
    rows = "".join(
        f'<tr><th style="text-align:left;vertical-align:top;padding:4px 12px 4px 0;white-space:nowrap">{escape(label)}</th>'
        f'<td style="padding:4px 0">{escape(text)}</td></tr>'
        for label, text in told.lines
    )
    return (
        f'<!doctype html><html lang="{lang}"><body style="font-family:sans-serif;font-size:15px;line-height:1.5">'
        f'<h2 style="font-size:18px;color:{COLOURS[told.level]}">{escape(told.title)}</h2><table>{rows}</table>'
        f'<p style="color:#555">{escape(told.note)}</p><p style="color:#555">{escape(say("alert.mail-foot", lang))}</p></body></html>'
    )


def _to_all(client: smtplib.SMTP, box: Mailbox, content: bytes) -> list[tuple[int, bytes]]:
    """To all or to none: a second try after a half success would reach the others twice. What the server refused with."""
    answers = [client.mail(box.sender), *(client.rcpt(one) for one in box.to)]
    refused = [answer for answer in answers if answer[0] not in (250, 251)]
    if refused:
        client.rset()
        return refused
    code, said = client.data(content)
    return [] if code == 250 else [(code, said)]
