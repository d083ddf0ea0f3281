"""How to keep the daily scan running without a person: recipes for this machine, with its own paths filled in.

Formats: systemd.unit(5) and systemd.service(5), crontab(5), the Task Scheduler schema of Windows (schtasks /XML), and a
Containerfile. Each runs the same command: `schedule`, or for cron and the task one scan a morning. What starts by itself has
no shell of yours: each says where the secrets go that monitor.toml names, and speaks the language in which it was asked for.
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from monitor.cli.face import Face

KINDS = ("systemd", "cron", "windows", "container")


def recipe(kind: str, folder: Path, secrets: Sequence[str], face: Face) -> str:
    """The text to save, for settings in `folder` that name these variables; its first lines, comments, say where it goes."""
    recipe = Recipe(folder.absolute(), tuple(secrets), face)
    return {"systemd": recipe.systemd, "cron": recipe.cron, "windows": recipe.windows, "container": recipe.container}[kind]()


@dataclass(frozen=True, slots=True)
class Recipe:
    folder: Path
    secrets: tuple[str, ...]
    face: Face

    def systemd(self) -> str:
        quoted = str(self.folder).replace("%", "%%")
        return f"""\
# {self.face.say("autostart.systemd")}
#   systemctl --user enable --now listing-monitor; loginctl enable-linger
[Unit]
Description=listing-monitor: the daily scan
After=network-online.target

[Service]
WorkingDirectory={quoted}
Environment=LISTING_MONITOR_LANG={self.face.lang}
{self._secrets("~/.config/listing-monitor.env", "#   ")}EnvironmentFile=-%h/.config/listing-monitor.env
ExecStart={_command("schedule").replace("%", "%%")}
Restart=on-failure
RestartSec=30
TimeoutStopSec=60
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""

    def cron(self) -> str:
        line = f"cd {shlex.quote(str(self.folder))} && {_command('scan')}".replace("%", r"\%")
        return f"""\
# {self.face.say("autostart.cron")}
{self._secrets("crontab", "# ")}LISTING_MONITOR_LANG={self.face.lang}
30 7 * * * {line}
"""

    def windows(self) -> str:
        secrets = self.face.say("autostart.windows-secrets", names="; ".join(f"setx {name} VALUE" for name in self.secrets)) if self.secrets else ""
        return f"""\
<?xml version="1.0" encoding="UTF-16"?>
<!-- {self.face.say("autostart.windows")} schtasks /Create /TN listing-monitor /XML listing-monitor.xml {secrets}-->
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
      <Arguments>-P -m monitor scan --lang {self.face.lang}</Arguments>
      <WorkingDirectory>{escape(str(self.folder))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""

    def container(self) -> str:
        given = " --env-file listing-monitor.env" if self.secrets else ""
        return f"""\
# {self.face.say("autostart.container")}
#   podman build -t listing-monitor . && podman run -d --restart unless-stopped -v {shlex.quote(str(self.folder))}:/shop -e TZ=Asia/Shanghai{given} listing-monitor
{self._secrets("listing-monitor.env", "#   ")}FROM python:3.13-slim
RUN pip install --no-cache-dir "listing-monitor[postgres]" && useradd --create-home seller
ENV LISTING_MONITOR_LANG={self.face.lang}
USER seller
WORKDIR /shop
STOPSIGNAL SIGTERM
CMD ["listing-monitor", "schedule"]
"""

    def _secrets(self, place: str, before: str) -> str:
        """Comment lines that say where the variables go that monitor.toml names; nothing where it names none."""
        if not self.secrets:
            return ""
        said = self.face.say("autostart.cron-secrets" if place == "crontab" else "autostart.secrets", file=place)
        return f"# {said}\n" + "".join(f"{before}{name}=...\n" for name in self.secrets)


def _command(*words: str) -> str:
    return shlex.join([sys.executable, "-P", "-m", "monitor", *words])
