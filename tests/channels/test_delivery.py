"""The outbox on its way: at least once, in order, every channel for itself; over real HTTP and a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.channels.kinds import SHIPPED, with_plugins
from monitor.channels.parcel import Outcome, Parcel
from monitor.channels.round import DELAYS
from monitor.channels.wire import Wire
from monitor.model.settings import Channel
from monitor.store import outbox
from tests.channels.conftest import Desk, make_event, make_parcel, many
from tests.channels.receivers import BUSY, PATHS, SECRET, SERVICES, Answer, Asked, closed_port, serving


def channel(kind: str, url: str, **values: object) -> Channel:
    return Channel(**{"name": kind, "kind": kind, "url": url + PATHS[kind], "secret_env": "KEY" if kind in SECRET else "", "min_level": "low", **values})  # type: ignore[arg-type]


def ids(receiver: object) -> list[str]:
    return [asked.headers["webhook-id"] for asked in receiver.asked]  # type: ignore[attr-defined]


def test_an_alert_arrives_once_under_its_id(desk: Desk) -> None:
    desk.environ["KEY"] = SECRET["webhook"]
    desk.clock.now = datetime.now(UTC)  # the library that verifies looks at the clock
    with serving(SERVICES["webhook"]) as receiver:
        desk.channels.append(channel("webhook", receiver.url, lang="zh"))
        desk.put(make_event(at=desk.clock.now))
        assert desk.deliver().sent == 1 and desk.deliver().sent == 0
    (asked,) = receiver.asked
    told = asked.json()
    assert asked.headers["webhook-id"] == "msg_1" and told["type"] == "finding.opened" and told["timestamp"].endswith("Z")
    assert told["data"]["change"] == "opened" and told["data"]["reasons"][0]["message"].startswith("“N1KE”形似")


def test_tries_follow_the_table_under_one_id_and_end_in_a_dead_letter(desk: Desk) -> None:
    with serving(lambda asked: Answer(500)) as receiver:
        desk.channels.append(channel("webhook", receiver.url, secret_env=""))
        desk.put(make_event())
        waits = []
        for _ in DELAYS:
            desk.deliver()
            (row,) = outbox.listing(desk.engine)
            if row.state == "waiting":
                waits.append((row.due_at - desk.clock()).total_seconds())
                desk.clock.now = row.due_at
        assert len(receiver.asked) == 10 and set(ids(receiver)) == {"msg_1"}
        assert all(least <= wait <= least * 1.2 for least, wait in zip(DELAYS[1:], waits, strict=True))
        result = desk.deliver()
        assert desk.states() == {"msg_1": "dead"} and result.sent == 0 and len(receiver.asked) == 10
        receiver.service = lambda asked: Answer(204)
        assert outbox.resend(desk.engine, [row.delivery_id], desk.clock()) == 1
        assert desk.deliver().sent == 1 and ids(receiver)[-1] == "msg_1"


def test_a_near_retry_is_waited_for(desk: Desk) -> None:
    desk.patience = timedelta(seconds=12)
    with serving(SERVICES["slack"]) as receiver:
        desk.channels.append(channel("slack", receiver.url))
        receiver.orders.append(Answer(503))
        desk.put(make_event())
        result = desk.deliver()
    assert result.sent == 1 and not result.faults and 5 <= desk.clock.slept <= 6


def test_retry_after_holds_the_whole_channel(desk: Desk) -> None:
    with serving(lambda asked: Answer(204)) as receiver:
        desk.channels.append(channel("webhook", receiver.url, secret_env=""))
        receiver.orders += [Answer(204), Answer(429, b"", {"Retry-After": "3600"})]
        desk.put(*many(5))
        result = desk.deliver()
        assert (result.sent, result.later) == (1, 4) and len(receiver.asked) == 2
        desk.clock.advance(minutes=59)
        assert desk.deliver().sent == 0 and len(receiver.asked) == 2
        desk.clock.advance(minutes=2)
        assert desk.deliver().sent == 4


def test_events_of_one_finding_keep_their_order(desk: Desk) -> None:
    """The first is refused; the others of this finding wait for it, those of another do not."""
    first, second = make_event(event_id="a1"), make_event(event_id="a2", type="finding.escalated")
    other = make_event(event_id="b1", subject="taobao/s1/9/nike")
    with serving(lambda asked: Answer(204)) as receiver:
        desk.channels.append(channel("webhook", receiver.url, secret_env=""))
        receiver.orders.append(Answer(400))
        desk.put(first, second, other)
        desk.deliver()
        assert ids(receiver) == ["a1", "b1"]
        desk.clock.advance(seconds=7)
        desk.deliver()
    assert ids(receiver) == ["a1", "b1", "a1", "a2"]


def test_one_channel_s_trouble_stops_no_other(desk: Desk) -> None:
    """A dead address, a missing secret, an unknown kind, a plug-in that breaks: the chat still gets its alert."""

    def broken(parcel: Parcel, wire: Wire) -> Outcome:
        raise RuntimeError(parcel.url)

    desk.kinds = with_plugins([("broken", broken)])
    with serving(SERVICES["slack"]) as receiver:
        desk.channels += [
            channel("webhook", f"http://127.0.0.1:{closed_port()}", secret_env=""), channel("dingtalk", receiver.url, secret_env="NOT_SET"),
            Channel(name="typo", kind="slak", url="x"), Channel(name="plug", kind="broken", url="secret"), Channel(name="env", kind="slack", url="env:NOT_SET"),
            channel("slack", receiver.url),
        ]  # fmt: skip
        desk.put(make_event())
        result = desk.deliver()
    assert result.sent == 1 and result.later == 5
    assert {fault.channel: fault.why.key for fault in result.faults} == {
        "webhook": "channels.no-connection", "dingtalk": "channels.no-secret", "typo": "channels.unknown-kind", "plug": "channels.broken", "env": "channels.no-secret",
    }  # fmt: skip
    assert "slack" in next(fault for fault in result.faults if fault.channel == "typo").why.say("en")


def test_a_wrong_setting_costs_no_try(desk: Desk) -> None:
    desk.alerts = replace(desk.alerts, allow_networks=())
    with serving(SERVICES["slack"]) as receiver:
        desk.channels.append(channel("slack", receiver.url))
        desk.put(make_event())
        for _ in range(12):
            assert desk.deliver().faults[0].why.key == "channels.refused-address"
            desk.clock.advance(minutes=6)
        assert outbox.listing(desk.engine)[0].attempts == 0 and not receiver.asked
        desk.alerts = replace(desk.alerts, allow_networks=("127.0.0.1/32",))
        assert desk.deliver().sent == 1


def test_many_alerts_become_one_message(desk: Desk) -> None:
    with serving(SERVICES["wecom"]) as receiver:
        desk.channels.append(channel("wecom", receiver.url))
        desk.put(*many(3000), make_event(event_id="worst", subject="x", level="critical", data={**make_event().data, "level": "critical"}))
        result = desk.deliver()
    assert (result.sent, result.messages, len(receiver.asked)) == (3001, 1, 1)
    content = receiver.asked[0].json()["markdown"]["content"]
    assert content.startswith("## 3001 alerts, the worst: critical") and "2991 more" in content
    assert set(desk.states().values()) == {"sent"}


def test_a_digest_that_fails_is_tried_again_whole(desk: Desk) -> None:
    with serving(SERVICES["dingtalk"]) as receiver:
        desk.environ["KEY"] = SECRET["dingtalk"]
        desk.clock.now = datetime.now(UTC)
        desk.channels.append(channel("dingtalk", receiver.url))
        receiver.orders.append(BUSY["dingtalk"])
        desk.put(*many(40, at=desk.clock.now))
        assert desk.deliver().later == 40
        desk.clock.advance(minutes=9)
        assert desk.deliver().sent == 0 and len(receiver.asked) == 1
        desk.clock.advance(minutes=2)
        result = desk.deliver()
    assert (result.sent, result.messages) == (40, 1)


def test_a_program_gets_every_event_by_itself(desk: Desk) -> None:
    with serving(lambda asked: Answer(204)) as receiver:
        desk.channels.append(channel("webhook", receiver.url, secret_env=""))
        desk.put(*many(250))
        assert desk.deliver().messages == 250
    assert sorted(ids(receiver)) == sorted(f"msg_{at}" for at in range(250))


@pytest.mark.parametrize(("kind", "pause"), [("slack", 1.0), ("discord", 0.5), ("teams", 0.25), ("feishu", 0.2)])
def test_the_pace_of_each_service_is_kept(desk: Desk, kind: str, pause: float) -> None:
    desk.environ["KEY"] = SECRET.get(kind, "")
    desk.clock.now = datetime.now(UTC)
    with serving(SERVICES[kind]) as receiver:
        desk.channels.append(channel(kind, receiver.url))
        desk.put(*many(8, at=desk.clock.now))
        assert desk.deliver().messages == 8
    assert desk.clock.slept >= 7 * pause - 0.001


def test_no_more_than_the_service_takes_in_a_minute(desk: Desk) -> None:
    """Twenty findings with three events each: one digest of the first events, then of the second: never 21 in a minute."""
    desk.alerts = replace(desk.alerts, digest_over=1000)
    events = [make_event(event_id=f"{round_}-{at}", subject=str(at)) for round_ in range(3) for at in range(15)]
    with serving(SERVICES["wecom"]) as receiver:
        desk.channels.append(channel("wecom", receiver.url))
        desk.put(*events)
        desk.deliver()
        assert len(receiver.asked) == 20
        desk.clock.advance(seconds=61)
        desk.deliver()
        assert len(receiver.asked) == 40
        desk.clock.advance(seconds=61)
        assert desk.deliver().later == 0 and len(receiver.asked) == 45


def test_rounds_that_follow_each_other_share_the_minute(desk: Desk) -> None:
    def slow(asked: Asked) -> Answer:
        desk.clock.advance(milliseconds=5)
        return SERVICES["wecom"](asked)

    with serving(slow) as receiver:
        desk.channels.append(channel("wecom", receiver.url))
        for round_ in range(5):
            desk.put(*[make_event(event_id=f"{round_}-{at}", subject=f"{round_}/{at}") for at in range(9)])
            desk.deliver()
            desk.clock.advance(seconds=1)
    assert len(receiver.asked) == 20


def test_two_passes_at_once_send_nothing_twice(desk: Desk) -> None:
    with serving(lambda asked: Answer(204)) as receiver:
        desk.channels.append(channel("webhook", receiver.url, secret_env=""))
        desk.put(*many(300))
        with ThreadPoolExecutor(3) as pool:
            results = [future.result() for future in [pool.submit(desk.deliver) for _ in range(3)]]
    assert sum(result.sent for result in results) == 300 and sorted(ids(receiver)) == sorted(f"msg_{at}" for at in range(300))


def test_no_secret_in_a_repr(desk: Desk) -> None:
    parcel = make_parcel("dingtalk", "https://x.example/a-key-that-nobody-may-read")
    one = Channel(name="a", kind="slack", url=parcel.url)
    assert "nobody-may-read" not in repr(parcel) + repr(one) and "SECdemo" not in repr(parcel)


def test_gone_gives_up_the_channel_and_keeps_the_letters(desk: Desk) -> None:
    with serving(lambda asked: Answer(410)) as receiver, serving(lambda asked: Answer(204)) as well:
        desk.channels += [channel("webhook", receiver.url, secret_env="", name="old"), channel("webhook", well.url, secret_env="", name="new")]
        desk.put(*many(30))
        result = desk.deliver()
        assert (result.sent, result.dead, len(receiver.asked)) == (30, 30, 1)
        assert result.faults[0].why.key == "channels.gone" and result.faults[0].dead == 30
        receiver.service = lambda asked: Answer(204)
        dead = [row.delivery_id for row in outbox.listing(desk.engine, "dead")]
        assert outbox.resend(desk.engine, dead, desk.clock()) == 30
        assert desk.deliver().sent == 30


def test_a_service_that_is_down_is_left_in_peace(desk: Desk) -> None:
    with serving(lambda asked: Answer(503)) as receiver:
        desk.channels.append(channel("webhook", receiver.url, secret_env=""))
        desk.put(*many(500))
        assert desk.deliver().later == 500 and len(receiver.asked) == 3
        desk.clock.advance(minutes=5, seconds=1)
        receiver.service = lambda asked: Answer(204)
        assert desk.deliver().sent == 500


def test_a_channel_that_was_renamed_is_told(desk: Desk) -> None:
    desk.put(make_event(), names=["old-name"])
    (fault,) = desk.deliver().faults
    assert fault.channel == "old-name" and "1" in fault.why.say("zh")


def test_quiet_hours_hold_all_but_the_critical(desk: Desk) -> None:
    """The critical goes at once, and with it what its finding had to say before; the rest comes in the morning."""
    desk.alerts = replace(desk.alerts, quiet_hours=(time(22), time(7, 30)), zone="Asia/Shanghai")
    desk.clock.now = datetime(2026, 3, 1, 15, tzinfo=UTC)  # 23:00 in Shanghai
    with serving(lambda asked: Answer(204)) as receiver:
        desk.channels.append(channel("webhook", receiver.url, secret_env=""))
        desk.put(make_event(event_id="a1", level="high", subject="a"), make_event(event_id="b1", level="high", subject="b"))
        result = desk.deliver()
        assert (result.sent, result.held) == (0, 2) and not receiver.asked
        desk.clock.advance(hours=2)
        desk.put(make_event(event_id="a2", level="critical", subject="a", type="finding.escalated"), make_event(event_id="c1", level="critical", subject="c"))
        desk.deliver()
        assert sorted(ids(receiver)) == ["a1", "a2", "c1"] and ids(receiver).index("a1") < ids(receiver).index("a2")
        desk.clock.now = datetime(2026, 3, 1, 23, 29, 59, tzinfo=UTC)
        assert desk.deliver().sent == 0
        desk.clock.advance(seconds=1)
        assert desk.deliver().sent == 1
    assert ids(receiver)[-1] == "b1"


def test_a_killed_pass_leaves_its_messages_to_the_next(desk: Desk) -> None:
    with serving(lambda asked: Answer(204)) as receiver:
        desk.channels.append(channel("webhook", receiver.url, secret_env=""))
        desk.put(*many(3))
        assert len(outbox.due(desk.engine, "webhook", desk.clock(), 10, timedelta(minutes=5))) == 3  # claimed, and then it died
        assert desk.deliver().sent == 0
        desk.clock.advance(minutes=5, seconds=1)
        assert desk.deliver().sent == 3


def test_kinds_of_a_plug_in(desk: Desk) -> None:
    told: list[str] = []

    def pager(parcel: Parcel, wire: Wire) -> Outcome:
        told.append(parcel.message.title)
        return Outcome(ok=True)

    pager.per_minute = 2  # type: ignore[attr-defined]
    desk.kinds = with_plugins([("pager", pager)])
    assert set(SHIPPED) < set(desk.kinds) and desk.kinds["pager"].per_minute == 2
    desk.channels.append(Channel(name="pager", kind="pager", url="x"))
    desk.put(*many(3))
    assert desk.deliver().messages == 1 and told == ["3 alerts, the worst: high"]
