"""Services on this machine, modelled after what their vendors document, and receivers that misbehave on order.

A service answers with the vendor's own words: limits, signatures and error codes stand in the documentation that the
sender's module cites.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SECRET = {"webhook": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "dingtalk": "SECdemo", "feishu": "demo"}


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """`drip`: seconds between two bytes; `wait`: seconds before anything."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0


Service = Callable[[Asked], Answer]


def said(value: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"content-type": "application/json", **headers})


def near(stamp: float, seconds: float) -> bool:
    return abs(time.time() - stamp) < seconds


def webhook(asked: Asked) -> Answer:
    """Verified with the published library, as a careful receiver does."""
    from standardwebhooks import Webhook
    from standardwebhooks.webhooks import WebhookVerificationError

    try:
        Webhook(SECRET["webhook"]).verify(asked.body, {name.lower(): value for name, value in asked.headers.items()})
    except WebhookVerificationError:
        return Answer(400, b"no matching signature")
    return Answer(413, b"too large") if len(asked.body) >= 20_000 else Answer(204)


def dingtalk(asked: Asked) -> Answer:
    stamp, sign = asked.query.get("timestamp", "0"), asked.query.get("sign", "")
    wanted = base64.b64encode(hmac.new(b"SECdemo", f"{stamp}\nSECdemo".encode(), hashlib.sha256).digest()).decode()
    if not near(int(stamp) / 1000, 3600):
        return said({"errcode": 310000, "errmsg": "invalid timestamp"})
    if sign != wanted:
        return said({"errcode": 310000, "errmsg": "sign not match"})
    body = asked.json()
    if body["msgtype"] != "markdown" or not body["markdown"]["title"] or not body["markdown"]["text"]:
        return said({"errcode": 400101, "errmsg": "missing content"})
    if len(asked.body) > 20_000:
        return said({"errcode": 460101, "errmsg": "message too long"})
    assert body["at"] == {"atMobiles": [], "isAtAll": False}
    return said({"errcode": 0, "errmsg": "ok"})


def feishu(asked: Asked) -> Answer:
    body = asked.json()
    stamp = body.get("timestamp", "0")
    wanted = base64.b64encode(hmac.new(f"{stamp}\ndemo".encode(), b"", hashlib.sha256).digest()).decode()
    if not isinstance(stamp, str) or not near(int(stamp), 3600) or body.get("sign") != wanted:
        return said({"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"})
    if len(asked.body) > 20_000:
        return said({"code": 9499, "msg": "Bad Request", "data": {}})
    tags = [element["text"]["tag"] for element in body["card"]["elements"] if element["tag"] == "div"]
    assert tags and set(tags) == {"plain_text"}
    return said({"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"})


def wecom(asked: Asked) -> Answer:
    if asked.query.get("key") != "a-key-that-nobody-may-read":
        return said({"errcode": 93000, "errmsg": "invalid webhook url, hint: [1690] more info at https://open.work.weixin.qq.com"})
    content = asked.json()["markdown"]["content"]
    if len(content.encode()) > 4096:
        return said({"errcode": 40058, "errmsg": "markdown.content exceed max length 4096. invalid Request Parameter"})
    assert "<@" not in content
    return said({"errcode": 0, "errmsg": "ok"})


def slack(asked: Asked) -> Answer:
    body = asked.json()
    header = body["blocks"][0]["text"]
    if len(body["blocks"]) > 50 or header["type"] != "plain_text" or len(header["text"]) > 150 or "<!" in body["text"]:
        return Answer(400, b"invalid_blocks")
    return Answer(200, b"ok")


def discord(asked: Asked) -> Answer:
    body = asked.json()
    if len(body["content"]) > 2000 or not body["content"]:
        return said({"code": 50035, "errors": {"content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH"}]}}, "message": "Invalid Form Body"}, 400)
    assert body["allowed_mentions"] == {"parse": []}
    return Answer(204)


def teams(asked: Asked) -> Answer:
    if len(asked.body) > 28 * 1024:
        return Answer(413, b"Request Entity Too Large")
    (attachment,) = asked.json()["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert {block["type"] for block in attachment["content"]["body"]} == {"RichTextBlock"}
    return Answer(202)


SERVICES: dict[str, Service] = {
    "webhook": webhook, "dingtalk": dingtalk, "feishu": feishu, "wecom": wecom, "slack": slack, "discord": discord, "teams": teams,
}  # fmt: skip
PATHS = {
    "webhook": "/hook/a-key-that-nobody-may-read", "dingtalk": "/robot/send?access_token=a-key-that-nobody-may-read",
    "feishu": "/open-apis/bot/v2/hook/a-key-that-nobody-may-read", "wecom": "/cgi-bin/webhook/send?key=a-key-that-nobody-may-read",
    "slack": "/services/T0/B0/a-key-that-nobody-may-read", "discord": "/api/webhooks/1/a-key-that-nobody-may-read",
    "teams": "/workflows/a-key-that-nobody-may-read/triggers/manual/paths/invoke?sig=a-key-that-nobody-may-read",
}  # fmt: skip
# What each service says in a 200 when it does not take a message ("no" stands in the status where it has no such habit).
NOES = {
    "webhook": Answer(400, b"no"), "dingtalk": said({"errcode": 310000, "errmsg": "keywords not in content"}),
    "feishu": said({"code": 19024, "msg": "Key Words Not Found"}), "wecom": said({"errcode": 93000, "errmsg": "invalid webhook url"}),
    "slack": Answer(200, b"no_text"), "discord": said({"message": "Unknown Webhook", "code": 10015}, 404),
    "teams": Answer(200, b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 400"),
}  # fmt: skip
# Too fast, in each service's words.
BUSY = {
    "webhook": Answer(429, b"", {"Retry-After": "7"}), "dingtalk": said({"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}),
    "feishu": said({"code": 11232, "msg": "create message service trigger rate limit"}), "wecom": said({"errcode": 45009, "errmsg": "api freq out of limit"}),
    "slack": Answer(429, b"rate_limited", {"Retry-After": "7"}), "discord": said({"message": "You are being rate limited.", "retry_after": 0.65, "global": False}, 429),
    "teams": Answer(200, b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId MS-CV=x"),
}  # fmt: skip


@dataclass
class Receiver:
    """A running server. `orders` are answered first, one each; then the service speaks."""

    service: Service
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    orders: list[Answer] = field(default_factory=list)


@contextmanager
def serving(service: Service, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver, lock = Receiver(service), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = Asked(self.path, dict(self.headers.items()), self.rfile.read(int(self.headers["content-length"])))
            with lock:
                receiver.asked.append(asked)
                answer = receiver.orders.pop(0) if receiver.orders else None
            self.answer(answer or receiver.service(asked))

        def answer(self, answer: Answer) -> None:
            time.sleep(answer.wait)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            try:
                for at in range(0, len(answer.body), 1 if answer.drip else max(1, len(answer.body))):
                    self.wfile.write(answer.body[at:] if not answer.drip else answer.body[at : at + 1])
                    time.sleep(answer.drip)
            except OSError:
                self.close_connection = True  # the sender had enough

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context and a client's that trusts it, made for the test."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    alternative = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    cert = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / f"{name}.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(cert.public_bytes(serialization.Encoding.PEM) + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))


def path_of(kind: str) -> str:
    return unquote(PATHS[kind])
