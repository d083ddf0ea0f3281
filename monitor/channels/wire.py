"""The only way out of the machine: checked addresses, no redirects, no proxies from the environment, TLS verified,
answers bounded in size and time."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpcore2

from monitor.channels.addresses import Guard, Refused, Unencrypted
from monitor.channels.parcel import Reply, Unreachable, Why, shown_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LARGEST = 65_536  # bytes of an answer that are read
SECONDS = 20.0  # one exchange, from the look-up of the name to the last byte; Standard Webhooks asks for 15 to 30
CONNECT = 8.0


class Wire:
    """Sends for one channel, one exchange at a time; connections are kept and used again. Not for several threads."""

    def __init__(self, guard: Guard, *, tls: ssl.SSLContext | None = None, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.tls = tls or _trusted()
        self.backend = _CheckedBackend(guard)
        self.pool = httpcore2.ConnectionPool(ssl_context=self.tls, network_backend=self.backend, max_connections=1, keepalive_expiry=30)

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Reply:
        """One POST; whatever the status, it is the caller's to judge. Unreachable when there was no whole answer."""
        self.backend.begin(self.seconds, plain=_scheme(url) == "http")
        sent = [("user-agent", "listing-monitor"), ("accept", "application/json, */*"), ("accept-encoding", "identity"), *headers.items()]
        with reached(url):
            timeout = {"connect": CONNECT, "read": self.seconds, "write": self.seconds, "pool": self.seconds}
            with self.pool.stream("POST", url, headers=sent, content=content, extensions={"timeout": timeout}) as response:
                body = _bounded(response.iter_stream())
            return Reply(
                status=response.status, text=body.decode("utf-8", "replace"),
                headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers},
            )  # fmt: skip

    @contextmanager
    def mail(self, host: str, port: int, *, mode: str) -> Iterator[smtplib.SMTP]:
        """A greeted SMTP connection. `mode`: `tls` from the first byte, `starttls`, or `none` (own networks only)."""
        self.backend.begin(self.seconds, plain=mode == "none")
        with reached(f"smtp://{host}"):
            client = _Mail(self, host, mode)
            # smtplib waits anew for each line: a server that drips would hold us for ever without this.
            watch = threading.Timer(self.seconds, client.cut)
            watch.daemon = True
            watch.start()
            try:
                client.greet(port)
                yield client
                client.quit()
            except (OSError, smtplib.SMTPException) as error:
                if client.is_cut:
                    raise TimeoutError from error
                raise
            finally:
                watch.cancel()
                client.close()

    def close(self) -> None:
        self.pool.close()


@cache
def _trusted() -> ssl.SSLContext:
    """The machine's own authorities, read once."""
    return httpcore2.default_ssl_context()


@contextmanager
def reached(url: str) -> Iterator[None]:
    """Every way in which an exchange fails becomes Unreachable, which names the host and nothing else of the address."""
    where = {"address": shown_address(url)}
    try:
        yield
    except smtplib.SMTPServerDisconnected as error:
        raise Unreachable(Why(key="channels.no-connection", params=where)) from error
    except smtplib.SMTPException:  # an answer, and the caller's to judge, though it is an OSError
        raise
    except Unencrypted as error:
        raise Unreachable(Why(key="channels.unencrypted", params=where)) from error
    except Refused as error:
        raise Unreachable(Why(key="channels.refused-address", params=where)) from error
    except (httpcore2.TimeoutException, TimeoutError) as error:
        raise Unreachable(Why(key="channels.no-answer", params=where)) from error
    except socket.gaierror as error:
        raise Unreachable(Why(key="channels.unknown-host", params=where)) from error
    except ssl.SSLError as error:
        raise Unreachable(_broken_tls(error, where)) from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, OSError) as error:
        tls = next((cause for cause in (error.__cause__, error.__context__) if isinstance(cause, ssl.SSLError)), None)
        raise Unreachable(_broken_tls(tls, where) if tls else Why(key="channels.no-connection", params=where)) from error
    except ValueError as error:
        raise Unreachable(Why(key="channels.no-connection", params=where)) from error


def _scheme(url: str) -> str:
    """`https` or `http`; Unreachable for what is no such address."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0 and url.isascii()
    except ValueError:  # a bracket too few, a port too high
        sound = False
    if not sound:
        raise Unreachable(Why(key="channels.bad-address", params={"address": shown_address(url)}))
    return parts.scheme


def _broken_tls(error: ssl.SSLError, where: Mapping[str, str]) -> Why:
    reason = getattr(error, "verify_message", "") or error.reason or ""
    return Why(key="channels.tls", params={**where, "reason": str(reason).lower().replace("_", " ")[:120]})


def _bounded(chunks: Iterable[bytes]) -> bytes:
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) >= LARGEST:
            break
    return body[:LARGEST]


class _CheckedBackend(httpcore2.NetworkBackend):
    """Connects to the address that was checked, and holds the whole exchange to one deadline."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.below = httpcore2.SyncBackend()
        self.until = 0.0
        self.plain = False

    def begin(self, seconds: float, *, plain: bool) -> None:
        """A new exchange. `plain`: without TLS, which only the user's own networks may have."""
        self.until, self.plain = time.monotonic() + seconds, plain

    def left(self, asked: float | None = None) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("deadline")
        return left if asked is None else min(left, asked)

    def addresses(self, host: str, port: int) -> list[str]:
        return self.guard.own(host, port) if self.plain else self.guard.addresses(host, port)

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Any = None) -> httpcore2.NetworkStream:
        last: Exception = Refused("refused address")
        for address in self.addresses(host, port):
            try:
                return _Stream(self.below.connect_tcp(address, port, self.left(timeout), local_address, socket_options), self)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        raise last


class _Stream(httpcore2.NetworkStream):
    """A stream whose every wait ends at the exchange's deadline: a byte now and then does not hold us."""

    def __init__(self, below: httpcore2.NetworkStream, backend: _CheckedBackend) -> None:
        self.below, self.backend = below, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.below.read(max_bytes, self.backend.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.below.write(buffer, self.backend.left(timeout))

    def close(self) -> None:
        self.below.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> httpcore2.NetworkStream:
        return _Stream(self.below.start_tls(ssl_context, server_hostname, self.backend.left(timeout)), self.backend)

    def get_extra_info(self, info: str) -> Any:
        return self.below.get_extra_info(info)


class _Mail(smtplib.SMTP):
    """smtplib over a checked connection."""

    def __init__(self, wire: Wire, host: str, mode: str) -> None:
        self.wire, self.mode, self.is_cut = wire, mode, False
        super().__init__(local_hostname="[127.0.0.1]", timeout=wire.seconds)  # the machine's name is nobody's business
        self._host = host  # the name that the certificate must bear

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        last: OSError = Refused("refused address")
        for address in self.wire.backend.addresses(host, port):
            try:
                raw = socket.create_connection((address, port), CONNECT)
            except OSError as error:
                last = error
                continue
            raw.settimeout(timeout)
            if self.mode != "tls":
                return raw
            with raw:  # closed here when TLS fails; wrapped, the socket has left `raw`
                return self.wire.tls.wrap_socket(raw, server_hostname=host)
        raise last

    def greet(self, port: int) -> None:
        code, said = self.connect(self._host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        self.ehlo_or_helo_if_needed()
        if self.mode == "starttls":
            self.starttls(context=self.wire.tls)
            self.ehlo()

    def cut(self) -> None:
        """Break whatever waits: called when the time is over."""
        self.is_cut = True
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
