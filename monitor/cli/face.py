"""What every command knows of the person in front of it: language, quietness, colour."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from monitor.messages import say, say_failure, say_problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.errors import MonitorError
    from monitor.messages import Lang
    from monitor.model.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """`lang` is the language of every sentence; data on standard output has none of these."""

    lang: Lang = "en"
    quiet: bool = False
    debug: bool = False

    def say(self, key: str, /, **params: object) -> str:
        return say(key, self.lang, **params)

    def tell(self, key: str, /, **params: object) -> None:
        """A remark for the person: standard error, silent with --quiet."""
        if not self.quiet:
            click.echo(self.say(key, **params), err=True)

    def place(self, problem: Problem) -> str:
        """`file, row 3, column price: ` of a problem, as far as it has one."""
        parts = [problem.source] if problem.source else []
        if problem.row is not None:
            parts.append(self.say("cli.row", row=problem.row))
        if problem.column:
            parts.append(self.say("cli.column", column=problem.column))
        return self.say("cli.comma").join(parts)

    def problem(self, problem: Problem) -> str:
        """One line: the place, then the sentence."""
        place = self.place(problem)
        sentence = say_problem(problem, self.lang)
        return f"{place}{self.say('cli.colon')}{sentence}" if place else sentence

    def failure(self, error: MonitorError) -> str:
        """The sentence of an error in the person's language, its English text where it has no key."""
        try:
            return say_failure(error.key, error.params, self.lang)
        except (KeyError, FileNotFoundError):
            return str(error)


class KnowsBrands:
    """Mixed into a command whose --help ends with which brands it knows, from where, and how old the facts are."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from monitor.cli.audit import own_registry
        from monitor.errors import MonitorError
        from monitor.reports.cells import origin

        try:
            text = origin(own_registry(), (ctx.find_object(Face) or Face()).lang)
        except MonitorError:
            return  # --help helps also where monitor.toml is broken
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(text)


pass_face = click.make_pass_decorator(Face)


def language(environ: Mapping[str, str] | None = None) -> Lang:
    """zh where LISTING_MONITOR_LANG or the locale says Chinese, else en."""
    environ = os.environ if environ is None else environ
    for name in ("LISTING_MONITOR_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name, ""):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def on_terminal(stream: object = None) -> bool:
    """Is somebody looking? Progress bars and colour are for terminals only."""
    stream = sys.stderr if stream is None else stream
    return bool(getattr(stream, "isatty", lambda: False)())
