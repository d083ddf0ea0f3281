"""The command line: one click group whose commands are imported when they are called."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import replace
from difflib import get_close_matches
from glob import glob
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from monitor.cli.chinese import Context, refused
from monitor.cli.face import Face, language
from monitor.cli.streams import leave_pipe, ready
from monitor.errors import MonitorError
from monitor.messages import LANGS

# command -> module:function; the order is the one of --help
COMMANDS = {
    "demo": "monitor.cli.demo:demo",
    "audit": "monitor.cli.audit:audit",
    "scan": "monitor.cli.scan:scan",
    "explain": "monitor.cli.explain:explain",
    "init": "monitor.cli.workspace:init",
    "registry": "monitor.cli.registry:registry",
    "sources": "monitor.cli.sources:sources",
    "rescreen": "monitor.cli.rescreen:rescreen",
    "findings": "monitor.cli.findings:findings",
    "authorizations": "monitor.cli.authorizations:authorizations",
    "alerts": "monitor.cli.alerts:alerts",
    "schedule": "monitor.cli.schedule:schedule",
    "db": "monitor.cli.db:db",
    "doctor": "monitor.cli.doctor:doctor",
    "plugins": "monitor.cli.workspace:plugins",
}

SUMMARIES = {
    "demo": "The main job on shipped examples, end to end. Start here.",
    "audit": "Which of these listings are likely to draw a letter, why, what clears them?",
    "scan": "What changed in my shops since the last scan? The daily run over [[sources]].",
    "explain": "Every step of the judgement for one title.",
    "init": "A workspace: settings and empty registry tables to fill in.",
    "registry": "Brands, papers, guide prices, suppliers: check, show, import, export.",
    "sources": "What is this export, and what is read from it?",
    "rescreen": "What changes today without reading anything: a paper ended, the registry changed.",
    "findings": "What the scans found: list, show, review, export.",
    "authorizations": "Which papers end when, and what each leaves uncovered.",
    "alerts": "The outbox: what waits, a test message, what to send again.",
    "schedule": "Run the lines of monitor.toml at their time, until told to stop.",
    "db": "The database: upgrade, backup, check.",
    "doctor": "What is wrong with this installation, and how to mend it.",
    "plugins": "What is loaded, and from which distribution.",
}


class Commands(click.Group):
    """A group that imports a command only when it is called: `--help` must start at once."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, function = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(module), function)
        return with_face(command)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        near = [] if args[0] in COMMANDS else get_close_matches(args[0], COMMANDS, 1)
        if near:  # older versions of click name none, newer ones look where no command stands before it is imported
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {near[0]!r}?", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))


def with_face(command: click.Command) -> click.Command:
    """Give a command and those below it --lang, --quiet and --debug, wherever on the line they stand."""
    if any(option.name == "lang" for option in command.params):
        return command
    command.params += face_options()
    command.context_class = Context
    if isinstance(command, click.Group):
        for below in command.commands.values():
            with_face(below)
    return command


def face_options() -> list[click.Parameter]:
    def take(ctx: click.Context, option: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            face = ctx.find_object(Face) or Face(lang=language())
            ctx.obj = replace(face, **{str(option.name): value})

    return [
        click.Option(["--lang"], type=click.Choice(LANGS), expose_value=False, is_eager=True, callback=take,
                     help="Language of all sentences. 界面语言。"),
        click.Option(["--quiet"], is_flag=True, expose_value=False, is_eager=True, callback=take,
                     help="No remarks and no progress on standard error, only faults."),
        click.Option(["--debug"], is_flag=True, expose_value=False, is_eager=True, callback=take,
                     help="Show the traceback of a failure."),
    ]  # fmt: skip


@click.group(cls=Commands, params=face_options(), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="listing-monitor")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Which of my own listings are likely to draw a brand's letter, why, and what would clear them?

    \b
    One file and five minutes:   listing-monitor audit export.csv
    See it work first:           listing-monitor demo
    With your own papers:        listing-monitor init, fill registry/, and there again
                                 listing-monitor audit export.csv

    Exit codes: 0 done, 1 something at or above --fail-on, 2 wrong usage or settings,
    3 input unreadable, partly read or empty, 4 a service or the disk failed.
    """
    ctx.obj = ctx.obj or Face(lang=language())


def main(argv: list[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code. No traceback reaches a person without --debug."""
    arguments = sys.argv[1:] if argv is None else argv
    if argv is None and os.name == "nt":
        arguments = expanded(arguments)
    face = Face(lang=_asked_language(arguments), debug="--debug" in arguments)
    if os.environ.pop("LISTING_MONITOR_WATCHED", ""):
        from monitor.cli.watched import watch

        watch()
    ready()
    try:
        code = group.main(args=arguments, prog_name="listing-monitor", standalone_mode=False, obj=face)
        sys.stdout.flush()
    except BrokenPipeError:
        leave_pipe()
        code = 0
    except Exception as error:
        code = _report(error, face)
    except KeyboardInterrupt:
        click.echo("\n" + face.say("cli.stopped"), err=True)
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def expanded(arguments: list[str]) -> list[str]:
    """`*.csv` as other shells give it: that of Windows hands it on as it is written."""
    return [name for one in arguments for name in (sorted(glob(one)) if set("*?") & set(one) else []) or [one]]  # noqa: PTH207  # as it was typed, not as a Path


def _report(error: Exception, face: Face) -> int:
    """One plain paragraph on standard error, and the exit code."""
    if face.debug and not isinstance(error, click.ClickException):
        import traceback

        traceback.print_exception(error)
    if isinstance(error, click.Abort):
        click.echo(face.say("cli.stopped"), err=True)
        return 130
    if isinstance(error, MonitorError):
        click.echo(face.failure(error), err=True)
        return error.exit_code
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return 2
    if isinstance(error, click.ClickException):
        command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "listing-monitor"
        why = " ".join(error.format_message().split())  # click lists choices on lines of their own
        why = refused(why) if face.lang == "zh" else why
        stop = "" if why.endswith((".", "。", "？", "?", ")")) else face.say("cli.stop")
        click.echo(face.say("cli.wrong-use", why=why + stop, command=command), err=True)
        return 2
    if isinstance(error, FileNotFoundError) and str(error.filename).startswith(str(Path(__file__).parents[1])):
        click.echo(face.say("cli.incomplete", file=error.filename), err=True)
        return 4
    if isinstance(error, OSError) and error.filename is not None:
        click.echo(face.say("audit.cannot-write", file=error.filename, why=error.strerror or error), err=True)
        return 4
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT):
        click.echo(face.say("audit.cannot-write", file=face.say("cli.standard-output"), why=error.strerror), err=True)
        return 4
    click.echo(face.say("cli.unexpected", kind=type(error).__name__, why=str(error)[:300]), err=True)
    return 4


def _asked_language(arguments: list[str]) -> Any:
    """--lang before anything else is understood, so that a wrong option is refused in the right language."""
    for at, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang" and at + 1 < len(arguments):
            value = arguments[at + 1]
        if value in LANGS:
            return value
    return language()
