"""How to keep the daily scan running without a person: recipes for this machine, with its own paths filled in.

Formats: systemd.unit(5) and systemd.service(5), crontab(5), the Task Scheduler schema of Windows (schtasks /XML), and a
Containerfile. Each runs the same command: `schedule`, or for cron and the task one scan a morning.
"""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("systemd", "cron", "windows", "container")


def recipe(kind: str, folder: Path) -> str:
    """The text to save, for settings in `folder`; its first lines, comments, say where it goes."""
    return {"systemd": _systemd, "cron": _cron, "windows": _windows, "container": _container}[kind](folder.absolute())


def _command(*words: str) -> str:
    return shlex.join([sys.executable, "-P", "-m", "monitor", *words])


def _systemd(folder: Path) -> str:
    quoted = str(folder).replace("%", "%%")
    return f"""\
# ~/.config/systemd/user/listing-monitor.service, then:
#   systemctl --user enable --now listing-monitor; loginctl enable-linger
[Unit]
Description=listing-monitor: the daily scan
After=network-online.target

[Service]
WorkingDirectory={quoted}
ExecStart={_command("schedule").replace("%", "%%")}
Restart=on-failure
RestartSec=30
TimeoutStopSec=60
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def _cron(folder: Path) -> str:
    line = f"cd {shlex.quote(str(folder))} && {_command('scan')}".replace("%", r"\%")
    return f"# crontab -e; every morning at 7:30 of this machine's clock\n30 7 * * * {line}\n"


def _windows(folder: Path) -> str:
    return f"""\
<?xml version="1.0" encoding="UTF-16"?>
<!-- Save as listing-monitor.xml (UTF-16), then: schtasks /Create /TN listing-monitor /XML listing-monitor.xml -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T07:30:00</StartBoundary>
      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <StartWhenAvailable>true</StartWhenAvailable>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
  </Settings>
  <Actions>
    <Exec>
      <Command>{escape(sys.executable)}</Command>
      <Arguments>-P -m monitor scan</Arguments>
      <WorkingDirectory>{escape(str(folder))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def _container(folder: Path) -> str:
    return f"""\
# Containerfile; podman or docker build -t listing-monitor . and then
#   run -d --restart unless-stopped -v {shlex.quote(str(folder))}:/shop -e TZ=Asia/Shanghai listing-monitor
FROM python:3.13-slim
RUN pip install --no-cache-dir "listing-monitor[postgres]" && useradd --create-home seller
USER seller
WORKDIR /shop
STOPSIGNAL SIGTERM
CMD ["listing-monitor", "schedule"]
"""
