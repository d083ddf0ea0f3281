"""`schedule`: the lines of monitor.toml, kept by the clock, until it is told to stop."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.face import Face, pass_face
from monitor.errors import ConfigError, ServiceError
from monitor.messages import failure

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.model.settings import ScanSettings
    from monitor.schedule.keeper import Keeper

TICK, DELIVERY = 5, 30  # seconds between two looks at the clock, and at the outbox
JUMP = timedelta(seconds=30)  # a clock that moved this far by itself was set, or the machine slept


@click.command(short_help="Run the lines of monitor.toml at their time.")
@click.option("--config", "path", type=click.Path(path_type=Path, dir_okay=False), help="The settings (default: monitor.toml here).")
@click.option("--show", is_flag=True, help="Only show the lines, when each is due next and how its last run ended.")
@pass_face
def schedule(face: Face, path: Path | None, show: bool) -> int:
    """Run the [[schedule]] lines of monitor.toml, each as a child process of this same command, and send what waits in the outbox.

    Ends cleanly on Ctrl-C or SIGTERM. Two of them may run, on two machines too: one leads, the other waits.
    `doctor --autostart systemd` prints how to keep it running.

    \b
    [[schedule]]
    name = "morning"
    cron = "30 7 * * *"          minute hour day month weekday
    zone = "Asia/Shanghai"
    command = "scan"
    """
    from monitor.config import FILE, load_config
    from monitor.store import open_store
    from monitor.wiring import channel_kinds

    config = load_config(path)
    if not config.scanning.schedule:
        raise failure(ConfigError, "schedule.no-line", file=path or FILE)
    channel_kinds(config.scanning.channels)
    engine = open_store(config.scanning.store.url, make=not show)
    keeper = _keeper(face, config, (path or FILE).absolute(), engine)
    if show:
        return _show(face, keeper)
    return _keep(face, keeper, config.scanning)


def _keeper(face: Face, config: Config, path: Path, engine: Any) -> Keeper:
    from monitor.cli import COMMANDS
    from monitor.cron import Cron
    from monitor.schedule.children import spawn
    from monitor.schedule.keeper import Keeper

    for entry in config.scanning.schedule:
        try:
            Cron(entry.cron, entry.zone)
            words = shlex.split(entry.command)  # quotes that do not close are a ValueError too
        except ValueError as error:
            raise failure(ConfigError, "schedule.bad-line", file=path, name=entry.name, cron=entry.cron, why=error) from error
        if not set(words[:3]) & COMMANDS.keys():  # options may stand before it
            raise failure(ConfigError, "schedule.no-command", file=path, name=entry.name, command=entry.command, known=", ".join(COMMANDS))
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    return Keeper(
        engine=engine, entries=config.scanning.schedule, holder=holder, start=lambda entry: spawn(entry, path, face.lang),
        tell=lambda name, **params: face.tell(f"schedule.{name}", at=_clock(), **params),
    )  # fmt: skip


def _clock() -> str:
    return datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _show(face: Face, keeper: Keeper) -> int:
    from monitor.store import runs

    now = datetime.now(UTC)
    for entry in keeper.entries:
        slot = keeper.crons[entry.name].next(now)
        due = slot.at.astimezone(keeper.crons[entry.name].zone).strftime("%Y-%m-%d %H:%M %Z") if slot else face.say("schedule.never")
        ended = runs.last_run(keeper.engine, entry.name)
        outcome = face.say("schedule.no-run") if ended is None else face.say("schedule.last-run", slot=ended.slot, state=face.say(f"schedule.state-{ended.state}"), code=ended.exit_code if ended.exit_code is not None else "-")
        click.echo(face.say("schedule.line", name=entry.name, cron=entry.cron, command=entry.command, due=due, outcome=outcome))
    return 0


def _keep(face: Face, keeper: Keeper, settings: ScanSettings) -> int:
    """Tick until told to stop. A service that fails is told once and tried again at every tick."""
    from apscheduler.schedulers.background import BackgroundScheduler

    from monitor.schedule.children import stop

    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    now = datetime.now(UTC)
    scheduler.add_job(_steady(face, lambda: keeper.tick(datetime.now(UTC))), "interval", seconds=TICK, next_run_time=now)
    scheduler.add_job(_steady(face, lambda: _deliver(face, keeper, settings)), "interval", seconds=DELIVERY)
    scheduler.start()
    face.tell("schedule.begun", at=_clock(), lines=len(keeper.entries))
    _watch_the_clock(scheduler, stopping)
    face.tell("schedule.stopping", at=_clock())
    scheduler.shutdown(wait=True)
    stop([child for _, child in keeper.running.values()])  # type: ignore[misc]
    _steady(face, lambda: keeper.leave(datetime.now(UTC)))()
    return 0


def _watch_the_clock(scheduler: Any, stopping: threading.Event) -> None:
    """Until `stopping`. A clock that is set back would hold APScheduler's next tick up for as long: tick at once."""
    wall, steady = datetime.now(UTC), time.monotonic()
    while not stopping.wait(2):
        moved = datetime.now(UTC) - wall - timedelta(seconds=time.monotonic() - steady)
        if abs(moved) > JUMP:
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
            wall, steady = datetime.now(UTC), time.monotonic()


def _deliver(face: Face, keeper: Keeper, settings: ScanSettings) -> None:
    """What waits in the outbox goes out; the leader alone sends, so that the limits of a service are kept.

    A channel's trouble is a ServiceError here: `_steady` tells it once, not at every pass.
    """
    from monitor import wiring
    from monitor.channels.delivery import deliver

    if not keeper.leading:
        return
    result = deliver(keeper.engine, settings, datetime.now(UTC), lambda: datetime.now(UTC), environ=os.environ, kinds=wiring.channel_kinds())
    if result.sent:
        face.tell("schedule.sent", at=_clock(), count=result.sent)
    if result.faults:
        fault = result.faults[0]
        raise failure(ServiceError, "alerts-command.fault", channel=fault.channel, why=fault.why.say(face.lang))


def _steady(face: Face, work: Any) -> Any:
    """`work`, whose failure is told and does not end the schedule."""
    told: set[str] = set()

    def run() -> None:
        try:
            work()
            told.clear()
        except Exception as error:
            why = face.failure(error) if isinstance(error, ServiceError) else f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
            if why not in told:
                told.add(why)
                click.echo(face.say("schedule.trouble", at=_clock(), why=why), err=True)

    return run
