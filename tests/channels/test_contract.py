"""One suite over all services that speak HTTP: what arrives, and what becomes of a message in every kind of trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.channels.kinds import SHIPPED
from monitor.channels.parcel import Outcome, Parcel
from monitor.channels.round import attempt
from monitor.channels.wire import Wire
from tests.channels.conftest import HOSTILE, make_event, make_parcel
from tests.channels.receivers import BUSY, NOES, PATHS, SERVICES, Answer, Receiver, certificate, closed_port, serving

KINDS = sorted(SERVICES)
Wires = Callable[..., Wire]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def receiver(kind: str) -> Iterator[Receiver]:
    with serving(SERVICES[kind]) as running:
        yield running


def sent(kind: str, wire: Wire, receiver: Receiver, parcel: Parcel | None = None) -> Outcome:
    outcome = attempt(SHIPPED[kind], parcel or make_parcel(kind, receiver.url + PATHS[kind]), wire)
    if outcome.why:
        assert "nobody-may-read" not in outcome.why.text() and outcome.why.say("en") and outcome.why.say("zh")
    return outcome


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_message_arrives(kind: str, wire: Wires, receiver: Receiver, lang: str) -> None:
    parcel = make_parcel(kind, receiver.url + PATHS[kind], lang=lang)
    assert sent(kind, wire(), receiver, parcel) == Outcome(ok=True)
    text = receiver.asked[0].body.decode().encode().decode("unicode_escape" if kind in ("slack", "teams", "discord") else "utf-8")
    assert "N1KE" in text and "Nike" in text


@pytest.mark.parametrize("title", [HOSTILE, "x" * 5000, "品" * 5000, "👟" * 3000, "bad \ud800 half"])
def test_no_title_breaks_or_mentions(kind: str, wire: Wires, receiver: Receiver, title: str) -> None:
    """The service's model refuses a body that is too long and asserts that nobody is mentioned."""
    assert sent(kind, wire(), receiver, make_parcel(kind, receiver.url + PATHS[kind], make_event(title))).ok


def test_a_no_inside_a_200_is_a_no(kind: str, wire: Wires, receiver: Receiver) -> None:
    receiver.orders.append(NOES[kind])
    outcome = sent(kind, wire(), receiver)
    assert not outcome.ok and outcome.why and not outcome.gone


def test_an_empty_200_is_no_yes_where_the_body_tells(kind: str, wire: Wires, receiver: Receiver) -> None:
    receiver.orders += [Answer(200, b""), Answer(200, b"<html>login</html>")]
    by_status = kind in ("webhook", "discord", "teams")
    assert [sent(kind, wire(), receiver).ok, sent(kind, wire(), receiver).ok] == [by_status, by_status]


def test_too_fast_makes_the_channel_wait(kind: str, wire: Wires, receiver: Receiver) -> None:
    receiver.orders.append(BUSY[kind])
    outcome = sent(kind, wire(), receiver)
    assert not outcome.ok and outcome.down and outcome.after and outcome.after > 0


def test_retry_after_in_seconds_and_as_a_date(kind: str, wire: Wires, receiver: Receiver) -> None:
    later = datetime.now(UTC) + timedelta(seconds=90)
    dates = [Answer(429, b"", {"Retry-After": "120"}), Answer(503, b"", {"Retry-After": later.strftime("%a, %d %b %Y %H:%M:%S GMT")}), Answer(429, b"", {"Retry-After": "soon"}),
             Answer(429, b"", {"Retry-After": "-5"}), Answer(429, b"", {"Retry-After": "9e99"})]  # fmt: skip
    receiver.orders += dates
    waits = [sent(kind, wire(), receiver).after for _ in dates]
    assert waits[0] == 120 and waits[1] and 80 < waits[1] <= 90 and waits[2:] == [None, 0, 86_400]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500, 502, 503])
def test_other_statuses_fail(kind: str, wire: Wires, receiver: Receiver, status: int) -> None:
    receiver.orders.append(Answer(status, b"no"))
    outcome = sent(kind, wire(), receiver)
    assert not outcome.ok and not outcome.gone and outcome.down == (status >= 500)


def test_gone_is_the_end(kind: str, wire: Wires, receiver: Receiver) -> None:
    receiver.orders.append(Answer(410, b"channel_is_archived"))
    assert sent(kind, wire(), receiver).gone


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(kind: str, wire: Wires, receiver: Receiver, status: int) -> None:
    receiver.orders.append(Answer(status, b"", {"Location": receiver.url + PATHS[kind]}))
    outcome = sent(kind, wire(), receiver)
    assert outcome.why and outcome.why.key == "channels.redirect" and len(receiver.asked) == 1


@pytest.mark.parametrize("answer", [Answer(200, b"ok", wait=3), Answer(200, b"o" * 60, drip=0.1)], ids=["silent", "dripping"])
def test_a_receiver_that_never_ends_is_left(kind: str, wire: Wires, receiver: Receiver, answer: Answer) -> None:
    receiver.orders.append(answer)
    began = datetime.now(UTC)
    outcome = sent(kind, wire(seconds=0.5), receiver)
    assert outcome.why and outcome.why.key == "channels.no-answer" and outcome.down
    assert datetime.now(UTC) - began < timedelta(seconds=2)


def test_a_huge_answer_is_cut(kind: str, wire: Wires, receiver: Receiver) -> None:
    receiver.orders.append(Answer(500, b"x" * 20_000_000))
    outcome = sent(kind, wire(), receiver)
    assert outcome.why and len(outcome.why.text()) < 500


def test_nobody_listens(kind: str, wire: Wires) -> None:
    outcome = attempt(SHIPPED[kind], make_parcel(kind, f"http://127.0.0.1:{closed_port()}{PATHS[kind]}"), wire())
    assert outcome.why and outcome.why.key == "channels.no-connection" and outcome.down and "nobody-may-read" not in outcome.why.text()


def test_tls_is_verified(kind: str, wire: Wires, tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path)
    with serving(SERVICES[kind], tls=server) as receiver:
        outcome = sent(kind, wire(), receiver)
        assert outcome.why and outcome.why.key == "channels.tls" and not receiver.asked
        assert sent(kind, wire(tls=trusting), receiver).ok
    other, trusting = certificate(tmp_path, "other.example")
    with serving(SERVICES[kind], tls=other) as receiver:
        outcome = sent(kind, wire(tls=trusting), receiver)
        assert outcome.why and outcome.why.key == "channels.tls" and not receiver.asked


def test_an_answer_that_echoes_the_secret_is_struck_out(kind: str, wire: Wires, receiver: Receiver) -> None:
    parcel = make_parcel(kind, receiver.url + PATHS[kind])
    receiver.orders.append(Answer(403, f"no access for {parcel.url} with {parcel.secrets}".encode()))
    outcome = sent(kind, wire(), receiver, parcel)
    assert outcome.why and not any(len(secret) >= 8 and secret in outcome.why.text() for secret in parcel.secrets)
