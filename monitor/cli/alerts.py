"""`alerts`: what is on its way to your chats, a test message, and what to send again."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.face import Face, pass_face
from monitor.errors import ConfigError
from monitor.messages import failure

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from monitor.model.settings import ScanSettings

CONFIG = click.option("--config", "config", type=click.Path(path_type=Path, dir_okay=False), help="The settings (default: monitor.toml here).")


def now() -> datetime:
    return datetime.now(UTC)


@click.group()
def alerts() -> None:
    """What changed goes to the chats and mailboxes under [[channels]] of monitor.toml.

    Alerts wait in an outbox until the service itself has said yes; what fails is tried for three days and
    then kept as a dead letter. How to get an address in each service: docs/en/alerts.md.
    """


@alerts.command("list", short_help="What waits, what was sent, what is dead.")
@CONFIG
@click.option("--state", type=click.Choice(["waiting", "sent", "dead"]), help="Only these.")
@click.option("--limit", type=click.IntRange(1), metavar="N", default=50, show_default=True, help="The newest so many.")
@click.option("--format", "format_", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@pass_face
def list_(face: Face, config: Path | None, state: Any, limit: int, format_: str) -> int:
    """The outbox, newest first: what waits and until when, what was sent, what is dead and why."""
    from monitor.store import outbox

    engine, _ = _opened(config)
    for row in outbox.listing(engine, state, limit):
        click.echo(_json(row) if format_ == "jsonl" else _line(face, row))
    if format_ == "table":
        counts = outbox.states(engine)
        face.tell("alerts-command.counts", **{name: counts.get(name, 0) for name in ("waiting", "sent", "dead")})
    return 0


@alerts.command(short_help="A test message to every channel, or to one.")
@CONFIG
@click.argument("channel", required=False)
@pass_face
def test(face: Face, config: Path | None, channel: str | None) -> int:
    """Send a test message to every channel, or to CHANNEL, at once. Exit 4 where one does not arrive."""
    from monitor import wiring
    from monitor.channels.delivery import Outside, send_test
    from monitor.config import load_config

    settings = load_config(config).scanning
    names = [one.name for one in settings.channels]
    chosen = [one for one in settings.channels if channel in (None, one.name)]
    if not chosen:
        raise failure(ConfigError, "alerts-command.no-such-channel" if channel else "alerts-command.no-channels", channel=channel, known=", ".join(names) or "-")
    outside = Outside(environ=os.environ, kinds=wiring.channel_kinds())
    failed = 0
    for one in chosen:
        outcome = send_test(one, settings.alerts, now(), outside)
        failed += not outcome.ok
        why = outcome.why.say(face.lang) if outcome.why else ""
        click.echo(face.say("alerts-command.arrived" if outcome.ok else "alerts-command.did-not-arrive", channel=one.name, kind=one.kind, why=why))
    return 4 if failed else 0


@alerts.command(short_help="Once more: some, or all dead letters.")
@CONFIG
@click.argument("ids", type=int, nargs=-1, metavar="[ID]...")
@click.option("--dead", is_flag=True, help="All dead letters.")
@click.option("--channel", help="With --dead: only those of this channel.")
@pass_face
def resend(face: Face, config: Path | None, ids: tuple[int, ...], dead: bool, channel: str | None) -> int:
    """Send alerts once more, by the ID that `alerts list` shows, or all dead letters; one that waits is sent now. Their webhook-id stays."""
    from monitor.store import outbox

    if not ids and not dead:
        raise click.UsageError(face.say("alerts-command.name-some"))
    engine, settings = _opened(config)
    chosen = set(ids) | {row.delivery_id for row in (outbox.listing(engine, "dead") if dead else ()) if channel in (None, row.channel)}
    again = outbox.resend(engine, sorted(chosen), now())
    face.tell("alerts-command.wait-again", count=again)
    if again < len(chosen):
        click.echo(face.say("alerts-command.not-again", count=len(chosen) - again), err=True)
    return send_due(face, engine, settings)


@alerts.command(short_help="What is due now.")
@CONFIG
@pass_face
def send(face: Face, config: Path | None) -> int:
    """Send what is due now. `scan`, `rescreen` and `schedule` do this themselves; for a cron line of your own."""
    return send_due(face, *_opened(config, make=True))


def send_due(face: Face, engine: Engine, settings: ScanSettings) -> int:
    """One pass over the outbox, told on standard error. 4 where a channel failed; its alerts are kept."""
    from monitor import wiring
    from monitor.channels.delivery import ORPHAN, deliver

    result = deliver(engine, settings, now(), now, environ=os.environ, kinds=wiring.channel_kinds())
    if result.sent:
        face.tell("alerts-command.sent", count=result.sent, messages=result.messages)
    if result.held:
        face.tell("alerts-command.held", count=result.held)
    if result.later:
        face.tell("alerts-command.later", count=result.later)
    for fault in result.faults:
        click.echo(face.say("alerts-command.fault", channel=fault.channel, why=fault.why.say(face.lang)), err=True)
    if result.dead:
        click.echo(face.say("alerts-command.dead", count=result.dead), err=True)
    # Alerts of a channel that was taken out of monitor.toml are told of, but nothing failed.
    return 4 if any(fault.why.key != ORPHAN for fault in result.faults) else 0


def _opened(config: Path | None, *, make: bool = False) -> tuple[Engine, ScanSettings]:
    from monitor.cli.findings import opened
    from monitor.config import load_config
    from monitor.store import open_store

    if make:
        settings = load_config(config).scanning
        return open_store(settings.store.url), settings
    engine, whole = opened(config)
    return engine, whole.scanning


def _line(face: Face, row: Any) -> str:
    """One alert on one line: what a person needs to find it again and to know what becomes of it."""
    from monitor.channels.message import message, part
    from monitor.channels.parcel import Why
    from monitor.model.event import Event

    data = json.loads(row.data)
    event = Event(event_id=row.event_id, type=row.type, at=row.at, data=data, subject=row.subject, level=row.level, shop=row.shop, brand_id=row.brand_id)
    title = (data.get("listing") or {}).get("title")
    what = message(event, face.lang).title + (f" · {part(title, 60)}" if title else "")
    moment = row.sent_at if row.state == "sent" else row.due_at if row.state == "waiting" else row.at
    state = face.say(f"alerts-command.state-{row.state}", at=f"{moment:%Y-%m-%d %H:%M}", attempts=row.attempts)
    why = f" ({Why.read(row.why, face.lang)})" if row.why else ""
    return f"{row.delivery_id:>6}  {state}  {row.channel}  {row.type}  {what}{why}"


def _json(row: Any) -> str:
    from monitor.channels.parcel import Why

    times = {name: value.isoformat() if value else None for name, value in (("at", row.at), ("due_at", row.due_at), ("sent_at", row.sent_at))}
    value = {
        "id": row.delivery_id, "webhook_id": row.event_id, "channel": row.channel, "state": row.state, "attempts": row.attempts, **times,
        "why": Why.read(row.why, "en") if row.why else "", "type": row.type, "level": row.level, "shop": row.shop, "brand_id": row.brand_id,
        "subject": row.subject, "data": json.loads(row.data),
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False)
