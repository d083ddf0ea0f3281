"""The outbox: in order for each subject, claimed once, nothing forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from monitor.model.event import Event
from monitor.store import outbox

NOW = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
LEASE = timedelta(minutes=1)


def event(name: str, subject: str = "") -> Event:
    return Event(event_id=name, type="finding.opened", at=NOW, subject=subject or name, data={"标题": "耐克\x00\ud800"})


def put(engine: Engine, *messages: tuple[Event, list[str]]) -> int:
    with engine.begin() as connection:
        return outbox.put(connection, messages)


def claim(engine: Engine, channel: str = "a", now: datetime = NOW, limit: int = 10) -> list[str]:
    return [one.event.event_id for one in outbox.due(engine, channel, now, limit, LEASE)]


def test_what_was_put_comes_out_as_it_was(engine: Engine) -> None:
    assert put(engine, (event("e1"), ["a", "b"]), (event("unwanted"), [])) == 2
    (delivery,) = outbox.due(engine, "a", NOW, 10, LEASE)
    assert delivery.event == event("e1") and delivery.attempts == 0
    assert [row.event_id for row in outbox.listing(engine)] == ["e1", "e1"]


def test_the_same_id_twice_is_one_event(engine: Engine) -> None:
    put(engine, (event("e1"), ["a"]))
    assert put(engine, (event("e1"), ["a"]), (event("e2"), ["a"])) == 1


def test_one_subject_leaves_in_order_and_a_dead_letter_lets_the_next_pass(engine: Engine) -> None:
    put(engine, (event("e1", "k"), ["a"]), (event("e2", "k"), ["a"]), (event("e3"), ["a"]))
    assert claim(engine) == ["e1", "e3"]
    assert claim(engine) == []  # claimed by somebody
    (one, _) = [row.delivery_id for row in outbox.listing(engine) if row.event_id in ("e1", "e3")][::-1]
    outbox.failed(engine, [one], NOW, "410", None)
    assert claim(engine) == ["e2"]
    assert outbox.resend(engine, [one], NOW) == 1
    assert claim(engine) == ["e1"]


def test_a_claim_ends_with_its_lease_and_a_retry_waits(engine: Engine) -> None:
    put(engine, (event("e1"), ["a"]))
    assert claim(engine) == ["e1"]
    assert claim(engine, now=NOW + LEASE) == ["e1"]
    (row,) = outbox.listing(engine)
    outbox.failed(engine, [row.delivery_id], NOW, "503", NOW + timedelta(minutes=5))
    assert claim(engine, now=NOW + timedelta(minutes=4)) == []
    (delivery,) = outbox.due(engine, "a", NOW + timedelta(minutes=5), 10, LEASE)
    assert delivery.attempts == 1
    outbox.sent(engine, [delivery.delivery_id], NOW)
    (row,) = outbox.listing(engine, "sent")
    assert row.sent_at == NOW and row.attempts == 2


def test_a_transaction_that_fails_leaves_no_alert(engine: Engine) -> None:
    try:
        with engine.begin() as connection:
            outbox.put(connection, [(event("e1"), ["a"])])
            raise RuntimeError
    except RuntimeError:
        pass
    assert outbox.listing(engine) == []
