"""Mail over a real SMTP server: encryption, login, what the server says, and what a reader sees."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from monitor.channels.addresses import Guard
from monitor.channels.email import Mailbox, mailbox
from monitor.channels.kinds import SHIPPED
from monitor.channels.parcel import Outcome
from monitor.channels.round import attempt
from monitor.channels.wire import Wire
from tests.channels.conftest import HOSTILE, make_event, make_parcel
from tests.channels.receivers import certificate, closed_port

Wires = Callable[..., Wire]


class Handler:
    """Keeps the mails; `orders` overrule the answer to DATA, `unknown` names recipients that do not exist."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.orders: list[str] = []
        self.unknown: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        if address in self.unknown:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.orders:
            return self.orders.pop(0)
        self.mails.append(envelope)
        return "250 OK"


def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=isinstance(data, LoginPassword) and data.password == b"a password, with blanks", handled=False)


@contextmanager
def post_office(**options: Any) -> Iterator[tuple[Handler, int]]:
    handler = Handler()
    controller = Controller(handler, hostname="127.0.0.1", port=0, **options)
    controller.port = closed_port()
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()


def posted(url: str, wire: Wire, password: str = "", title: str = "N1KE running shoes", lang: str = "en") -> Outcome:
    parcel = make_parcel("email", url, make_event(title), lang=lang)
    outcome = attempt(SHIPPED["email"], replace(parcel, secrets=(password,) if password else ()), wire)
    assert not outcome.why or "a password" not in outcome.why.text()
    return outcome


def test_a_mail_over_starttls_with_a_login(wire: Wires, tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path)
    with post_office(tls_context=server, require_starttls=True, authenticator=login, auth_required=True) as (office, port):
        url = f"smtp://me%40shop.example@127.0.0.1:{port}/?to=a@b.example&from=monitor@shop.example"
        assert posted(url, wire(tls=trusting), "a password, with blanks", lang="zh").ok
        refused = posted(url, wire(tls=trusting), "a password, wrong")
        assert refused.why and refused.why.key == "channels.mail-no" and refused.why.params["code"] == "535"
    (envelope,) = office.mails
    mail = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
    assert (envelope.mail_from, envelope.rcpt_tos) == ("monitor@shop.example", ["a@b.example"])
    assert mail["Subject"] == "【高】Nike：需要查看" and mail["Message-ID"] == "<msg_1@listing-monitor>" and mail["Auto-Submitted"] == "auto-generated"
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text and page and "商品：N1KE running shoes" in text.get_content() and "N1KE running shoes" in page.get_content()


def test_a_mail_over_tls_from_the_first_byte(wire: Wires, tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path)
    with post_office(ssl_context=server) as (office, port):
        assert posted(f"smtps://127.0.0.1:{port}/?to=a@b.example,c@d.example&to=e@f.example", wire(tls=trusting)).ok
        untrusted = posted(f"smtps://127.0.0.1:{port}/?to=a@b.example", wire())
    assert office.mails[0].rcpt_tos == ["a@b.example", "c@d.example", "e@f.example"] and len(office.mails) == 1
    assert untrusted.why and untrusted.why.key == "channels.tls"


def test_nothing_leaves_unencrypted_unless_told(wire: Wires) -> None:
    with post_office() as (office, port):
        plain = posted(f"smtp://127.0.0.1:{port}/?to=a@b.example", wire())
        assert plain.why and plain.why.key == "channels.mail-no-tls" and not office.mails
        assert posted(f"smtp://127.0.0.1:{port}/?to=a@b.example&tls=none", wire()).ok
        secret = posted(f"smtp://me@127.0.0.1:{port}/?to=a@b.example&tls=none", wire(), "a password")
        assert secret.fault and len(office.mails) == 1


@pytest.mark.parametrize("title", [HOSTILE, "a\r\nBcc: x@y.example\r\n\r\nbody", "品" * 4000, "bad \ud800 half"])
def test_no_title_breaks_a_mail(wire: Wires, title: str) -> None:
    with post_office() as (office, port):
        assert posted(f"smtp://127.0.0.1:{port}/?to=a@b.example&tls=none", wire(), title=title).ok
    mail = message_from_bytes(office.mails[0].content, policy=policy.default)  # type: ignore[arg-type]
    page = mail.get_body(("html",))
    assert mail["Bcc"] is None and page and "<script>" not in page.get_content()


def test_what_the_server_says_counts(wire: Wires) -> None:
    with post_office() as (office, port):
        url = f"smtp://127.0.0.1:{port}/?to=a@b.example,c@d.example&tls=none"
        office.orders += ["451 try later", "554 spam"]
        first, second = posted(url, wire()), posted(url, wire())
        assert first.why and first.why.params["code"] == "451" and first.down
        assert second.why and second.why.params["code"] == "554" and not second.down
        office.unknown.add("c@d.example")
        third = posted(url, wire())
        assert third.why and third.why.params["code"] == "550" and not office.mails  # to all or to none
        alone = posted(f"smtp://127.0.0.1:{port}/?to=c@d.example&tls=none", wire())
        assert alone.why and alone.why.params["code"] == "550"


def test_a_server_that_drips_is_left(wire: Wires) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                for byte in b"220 a very slow greeting indeed":
                    try:
                        connection.send(bytes([byte]))
                    except OSError:
                        return
                    time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        outcome = posted(f"smtp://127.0.0.1:{listener.getsockname()[1]}/?to=a@b.example&tls=none", wire(seconds=0.5))
    assert outcome.why and outcome.down and time.monotonic() - began < 3


def test_mail_hosts_go_through_the_same_check(wire: Wires) -> None:
    for url in ("smtps://127.0.0.1:465/?to=a@b.example", "smtp://localhost/?to=a@b.example", "smtp://[::1]/?to=a@b.example&tls=none", "smtp://2130706433/?to=a@b.example"):
        outcome = posted(url, wire(guard=Guard()))
        assert outcome.why and outcome.why.key == "channels.refused-address", url
    outcome = posted(f"smtps://127.0.0.1:{closed_port()}/?to=a@b.example", wire())
    assert outcome.why and outcome.why.key == "channels.no-connection"


def test_addresses_of_mailboxes() -> None:
    assert mailbox("smtps://me%40shop.example@mail.shop.example/?to=a@b.example") == Mailbox(
        host="mail.shop.example", port=465, mode="tls", user="me@shop.example", sender="me@shop.example", to=("a@b.example",)
    )  # fmt: skip
    box = mailbox("smtp://mail.shop.example/?to=a@b.example, c@d.example&from=x@y.example")
    assert box and (box.port, box.mode, box.to, box.sender) == (587, "starttls", ("a@b.example", "c@d.example"), "x@y.example")
    for wrong in ("", "mail.shop.example", "https://x.example/?to=a@b.example", "smtps://x.example", "smtps://x.example/?to=nobody", "smtps://x.example/?to=a@b%0d%0aBcc:x", "smtps://x.example:port/?to=a@b.example", "smtps://me:password@x.example/?to=a@b.example"):
        assert mailbox(wrong) is None, wrong
