"""--help in Chinese: the commands' own English texts, paragraph by paragraph, looked up in a table.

The English stands beside the code it explains; monitor/locale/help.zh.toml says the same in Chinese, keyed by the
English paragraph, so that a changed text is missed by a test and shown in English meanwhile.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import click

from monitor.messages import LOCALE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HEADINGS = {"Options": "选项", "Commands": "命令"}
USAGE = {"[OPTIONS]": "[选项]", "COMMAND": "命令", "[ARGS]...": "[参数]..."}
EXTRA = re.compile(r"\s*(\[(?:default|required|x[<>]|env)[^\]]*\])$")
PIECE = re.compile(r"[⺀-鿿＀-￯、-〃「-】]|[^\s⺀-鿿＀-￯、-〃「-】]+\s*|\s+")
NEVER_FIRST = "，。；：、）」】！？”"


class Context(click.Context):
    """Help in the language of the person who asks."""

    def make_formatter(self) -> click.HelpFormatter:
        from monitor.cli.face import Face

        face = self.find_object(Face)
        kind = ChineseFormatter if face and face.lang == "zh" else click.HelpFormatter
        return kind(width=self.terminal_width, max_width=self.max_content_width)


class ChineseFormatter(click.HelpFormatter):
    """click's formatter over the table of texts; a Han character is two columns wide and a line may end behind it."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, " ".join(USAGE.get(part, part) for part in args.split()), prefix="用法： ")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{HEADINGS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        paragraphs = [chinese(paragraph) for paragraph in text.split("\n\n")]
        indent = " " * self.current_indent
        blocks = []
        for paragraph in paragraphs:
            kept = paragraph.startswith("\b")
            lines = paragraph.removeprefix("\b").strip("\n").split("\n") if kept else list(wrapped(paragraph, self.width - self.current_indent))
            blocks.append("\n".join(f"{indent}{line}".rstrip() for line in lines))
        self.write("\n\n".join(blocks) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max((len(term) for term, _ in rows), default=0), col_max) + col_spacing
        for term, text in rows:
            lines = list(wrapped(definition(text), max(24, self.width - self.current_indent - first)))
            head = f"{'':>{self.current_indent}}{term}"
            margin = " " * (self.current_indent + first)
            if len(term) <= first - col_spacing and lines:
                self.write(f"{head.ljust(len(margin))}{lines.pop(0)}\n")
            else:
                self.write(f"{head}\n")
            self.write("".join(f"{margin}{line}\n" for line in lines))


@cache
def texts() -> Mapping[str, str]:
    """English paragraph, its blanks made single -> Chinese."""
    table: Mapping[str, str] = tomllib.loads((LOCALE / "help.zh.toml").read_text(encoding="utf-8"))
    return table


def chinese(paragraph: str) -> str:
    return texts().get(" ".join(paragraph.split()), paragraph)


@cache
def _refusals() -> tuple[tuple[re.Pattern[str], str], ...]:
    """click's sentences of a wrong command line as patterns, and what they are in Chinese."""
    table = tomllib.loads((LOCALE / "refusals.zh.toml").read_text(encoding="utf-8"))
    return tuple((re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(english)), re.DOTALL), said) for english, said in table.items())


def refused(sentence: str) -> str:
    """click's refusal in Chinese, from the outside in: `Invalid value for '--on': ...` and what stands behind it."""
    for pattern, said in _refusals():
        if found := pattern.fullmatch(sentence.strip()):
            parts = {name: refused(part) if name == "rest" else " ".join(part.split()) for name, part in found.groupdict().items()}
            return said.format(**parts)
    return sentence


def definition(text: str) -> str:
    """An option's text with what click puts behind it: [default: high], [required]."""
    extra = EXTRA.search(text)
    said = chinese(text[: extra.start()] if extra else text)
    behind = extra[1].replace("default: ", "默认：").replace("required", "必填") if extra else ""
    return f"{said}  {behind}".strip()


def wrapped(text: str, columns: int) -> Iterator[str]:
    """The text in lines of so many terminal columns."""
    line, used = "", 0
    for piece in PIECE.findall(" ".join(text.split())):
        width = sum(2 if east_asian_width(char) in "WF" else 1 for char in piece.rstrip())
        if line and used + width > columns and piece not in NEVER_FIRST:
            yield line.rstrip()
            line, used = "", 0
            piece = piece.lstrip()
        line += piece
        used += width + len(piece) - len(piece.rstrip())
    if line.strip():
        yield line.rstrip()
