"""No address in a setting reaches into the machine, its neighbours or a cloud's metadata."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from monitor.channels.addresses import Guard, Refused, denied
from monitor.channels.kinds import SHIPPED
from monitor.channels.parcel import Unreachable
from monitor.channels.round import attempt
from monitor.channels.wire import Wire
from tests.channels.conftest import OWN, make_parcel
from tests.channels.receivers import Answer, serving

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
    "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1", "8000::1",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "203.119.1.1", "2606:4700::1111", "2400:3200::1", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", INSIDE)
def test_inside_is_denied(address: str) -> None:
    assert denied(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_outside_is_not(address: str) -> None:
    assert not denied(address)


def test_the_user_s_own_networks_win_and_nothing_else() -> None:
    assert not denied("10.1.2.3", ("10.1.0.0/16",)) and not denied("::ffff:10.1.2.3", ("10.1.0.0/16",)) and not denied("fd12::1", ("fd12::/16",))
    assert denied("10.2.0.1", ("10.1.0.0/16",)) and denied("127.0.0.1", ("10.0.0.0/8",))


def answering(*addresses: str) -> Callable[..., list[Any]]:
    """A resolver that answers with each of the addresses in turn, and then with the last for good."""
    left = list(addresses)

    def resolve(host: str, port: int, **_: object) -> list[Any]:
        address = left.pop(0) if len(left) > 1 else left[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    return resolve


def said(wire: Wire, url: str) -> str:
    with pytest.raises(Unreachable) as error:
        wire.post(url, b"{}", {})
    assert "secret" not in str(error.value)
    return error.value.why.key


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "169.254.169.254",
     "[64:ff9b::7f00:1]", "localhost.", "LOCALHOST"],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_no_spelling_of_this_machine_gets_through(wire: Callable[..., Wire], host: str, scheme: str) -> None:
    with serving(lambda asked: Answer(204)) as receiver:
        port = receiver.url.rpartition(":")[2]
        key = said(wire(guard=Guard()), f"{scheme}://{host}:{port}/secret")
        assert key in ("channels.refused-address", "channels.unknown-host") and not receiver.asked


def test_a_name_that_answers_differently_the_second_time(wire: Callable[..., Wire]) -> None:
    """DNS rebinding: the address that was checked is the one that is connected to; there is no second look-up."""
    asked: list[str] = []
    resolve = answering("127.0.0.1")

    def counting(host: str, port: int, **options: object) -> list[Any]:
        asked.append(host)
        return resolve(host, port, **options)

    with serving(lambda asked: Answer(204)) as receiver:
        port = receiver.url.rpartition(":")[2]
        # First a public address, then this machine: a sender that looks up twice would reach the receiver.
        rebinding = answering("192.0.2.7", "127.0.0.1")
        assert said(wire(guard=Guard(allowed=("192.0.2.0/24",), resolve=rebinding), seconds=0.4), f"http://shop.example:{port}/secret") in ("channels.no-answer", "channels.no-connection")
        assert not receiver.asked
        assert wire(guard=Guard(allowed=OWN, resolve=counting)).post(f"http://shop.example:{port}/x", b"{}", {}).status == 204
        assert asked == ["shop.example"] and receiver.asked[0].headers["Host"] == f"shop.example:{port}"


def test_of_several_addresses_only_the_good_are_tried() -> None:
    def resolve(host: str, port: int, **_: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("127.0.0.1", "1.1.1.1", "10.0.0.1", "1.1.1.1")]

    assert Guard(resolve=resolve).addresses("x.example", 443) == ["1.1.1.1"]
    with pytest.raises(Refused):
        Guard(resolve=answering("10.0.0.1")).addresses("x.example", 443)


def test_a_redirect_to_this_machine_is_not_followed(wire: Callable[..., Wire]) -> None:
    with serving(lambda asked: Answer(204)) as inner, serving(lambda asked: Answer(307, b"", {"Location": inner.url + "/admin"})) as outer:
        assert wire().post(outer.url, b"{}", {}).status == 307
        assert not inner.asked


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x.example/", "gopher://127.0.0.1/", "//x.example/secret", "secret", "", "https://", "https://名.example/secret", "https://[::1/secret", "https://x.example:99999/secret"])
def test_only_http_addresses_leave(wire: Callable[..., Wire], url: str) -> None:
    assert said(wire(), url) == "channels.bad-address"


def test_without_tls_only_the_user_s_own_networks(wire: Callable[..., Wire]) -> None:
    assert said(wire(guard=Guard(allowed=OWN, resolve=answering("1.1.1.1"))), "http://shop.example/secret") == "channels.unencrypted"


def test_no_proxy_from_the_environment(wire: Callable[..., Wire], monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda asked: Answer(204)) as receiver, serving(lambda asked: Answer(500)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert attempt(SHIPPED["webhook"], make_parcel("webhook", receiver.url), wire()).ok
        assert not proxy.asked


def test_one_connection_serves_many_messages(wire: Callable[..., Wire]) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, **options: object) -> list[Any]:
        asked.append(host)
        return answering("127.0.0.1")(host, port, **options)

    one = wire(guard=Guard(allowed=OWN, resolve=resolve))
    with serving(lambda asked: Answer(204)) as receiver:
        for _ in range(20):
            one.post(receiver.url, b"{}", {})
    assert len(asked) == 1
