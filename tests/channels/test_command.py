"""`listing-monitor alerts`: the real command over a real database and real receivers; no secret is ever shown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model.event import Event
from monitor.store import open_store, outbox
from tests.channels.conftest import make_event
from tests.channels.receivers import PATHS, SECRET, SERVICES, Answer, Receiver, serving
from tests.cli.conftest import Command, command

__all__ = ["command"]  # the fixture
KEY = "a-key-that-nobody-may-read"


@pytest.fixture
def chat() -> Iterator[Receiver]:
    with serving(SERVICES["wecom"]) as receiver:
        yield receiver


@pytest.fixture
def settings(tmp_path: Path, chat: Receiver, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WECOM_ADDRESS", chat.url + PATHS["wecom"])
    path = tmp_path / "monitor.toml"
    path.write_text('[[channels]]\nname = "chat"\nkind = "wecom"\nurl = "env:WECOM_ADDRESS"\nlang = "zh"\n[alerts]\nallow_networks = ["127.0.0.0/8"]\n', encoding="utf-8")
    return path


def put(settings: Path, *events: Event) -> None:
    engine = open_store(f"sqlite:///{settings.parent / 'listing-monitor.sqlite3'}")
    with engine.begin() as connection:
        outbox.put(connection, [(event, ["chat"]) for event in events])
    engine.dispose()


def test_a_test_message(command: Command, settings: Path, chat: Receiver) -> None:
    ran = command("alerts", "test", "--config", settings)
    assert (ran.code, ran.out) == (0, "ok    chat (wecom): the service took the message\n")
    assert chat.asked[0].json()["markdown"]["content"].startswith("## 测试消息")
    chat.orders.append(Answer(200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}'))
    ran = command("alerts", "test", "chat", "--config", settings, "--lang", "zh")
    assert ran.code == 4 and "93000" in ran.out and KEY not in ran.out + ran.err
    ran = command("alerts", "test", "other", "--config", settings)
    assert ran.code == 2 and "chat" in ran.err


def test_nothing_to_test(command: Command, tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text("", encoding="utf-8")
    ran = command("alerts", "test", "--config", tmp_path / "monitor.toml")
    assert ran.code == 2 and "[[channels]]" in ran.err


def test_send_list_and_resend(command: Command, settings: Path, chat: Receiver) -> None:
    put(settings, make_event(at=datetime.now(UTC)), make_event(event_id="msg_2", subject="x", at=datetime.now(UTC)))
    chat.orders += [Answer(410, b"gone")]
    ran = command("alerts", "send", "--config", settings)
    assert ran.code == 4 and "dead letters" in ran.err and "alerts resend --dead" in ran.err and KEY not in ran.err
    ran = command("alerts", "list", "--config", settings, "--state", "dead")
    assert ran.code == 0 and ran.out.count("dead after") == 2 and "N1KE running shoes" in ran.out and "410" in ran.out and "0 waiting, 0 sent, 2 dead" in ran.err
    rows = [json.loads(line) for line in command("alerts", "list", "--config", settings, "--format", "jsonl").out.splitlines()]
    assert {row["webhook_id"] for row in rows} == {"msg_1", "msg_2"} and all(row["state"] == "dead" for row in rows)
    ran = command("alerts", "resend", rows[0]["id"], "--config", settings)
    assert ran.code == 0 and "1 alert waits again" in ran.err and "1 alert sent in 1 message" in ran.err
    ran = command("alerts", "resend", "--dead", "--channel", "elsewhere", "--config", settings)
    assert ran.code == 0 and "0 alerts wait again" in ran.err
    ran = command("alerts", "resend", "--dead", "--config", settings)
    assert ran.code == 0 and len(chat.asked) == 3
    assert command("alerts", "resend", "--config", settings).code == 2


def test_no_secret_in_the_database(command: Command, settings: Path, chat: Receiver) -> None:
    """Not even when the service echoes it in what it answers."""
    put(settings, make_event(at=datetime.now(UTC)))
    chat.orders += [Answer(403, f"no {chat.url}{PATHS['wecom']}".encode())]
    assert command("alerts", "send", "--config", settings).code in (0, 4)
    dump = "".join(sqlite3.connect(settings.parent / "listing-monitor.sqlite3").iterdump())
    assert "msg_1" in dump and KEY not in dump


def test_a_secret_from_a_file(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(SERVICES["webhook"]) as receiver:
        (tmp_path / "secret").write_text(f"whsec_b2xkIHNlY3JldCBvbGQgc2VjcmV0\n{SECRET['webhook']}\n", encoding="utf-8")
        text = f'[[channels]]\nname = "desk"\nkind = "webhook"\nurl = "{receiver.url}/x"\nsecret_env = "DESK_SECRET"\n[alerts]\nallow_networks = ["127.0.0.1/32"]\n'
        (tmp_path / "monitor.toml").write_text(text, encoding="utf-8")
        ran = command("alerts", "test", "--config", tmp_path / "monitor.toml")
        assert ran.code == 4 and "DESK_SECRET" in ran.out
        monkeypatch.setenv("DESK_SECRET_FILE", str(tmp_path / "secret"))
        ran = command("alerts", "test", "--config", tmp_path / "monitor.toml")
        assert ran.code == 0 and len(receiver.asked[0].headers["webhook-signature"].split()) == 2  # the old and the new
        monkeypatch.setenv("DESK_SECRET", "not base64!")
        ran = command("alerts", "test", "--config", tmp_path / "monitor.toml")
        assert ran.code == 4 and "whsec_" in ran.out and "not base64!" not in ran.out + ran.err


def test_a_sign_of_life_comes_once_for_each_time(command: Command, settings: Path, chat: Receiver) -> None:
    with settings.open("a", encoding="utf-8") as file:
        file.write('heartbeat = "* * * * *"\n')
    for _ in range(2):
        assert command("alerts", "send", "--config", settings).code == 0
    told = [asked.json()["markdown"]["content"] for asked in chat.asked]
    assert told and all(one.startswith("## 监控运行正常") for one in told) and len(told) <= 2  # two when a minute began in between
