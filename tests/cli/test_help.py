"""--help speaks both languages, for every command and option, and fits a terminal."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import click
import pytest

from monitor.cli import SUMMARIES, group
from monitor.cli.chinese import chinese, texts, wrapped
from monitor.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Command


def commands(command: click.Command, path: tuple[str, ...], context: click.Context) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, (*path, name), context)


def english() -> Iterator[tuple[str, str]]:
    """Where a text stands and each of its paragraphs."""
    for summary in SUMMARIES.values():
        yield "listing-monitor", summary
    for path, command in commands(group, (), click.Context(group)):
        options = [str(getattr(option, "help", None) or "") for option in command.params]
        for text in [command.help or "", command.short_help or "", *options]:
            for paragraph in filter(None, cleandoc(text).split("\n\n")):
                yield " ".join(path), paragraph


def test_every_text_of_help_has_its_chinese() -> None:
    lacking = [(path, " ".join(paragraph.split())) for path, paragraph in english() if chinese(paragraph) == paragraph and not paragraph.startswith("\b")]
    assert lacking == [], "add them to monitor/locale/help.zh.toml"


def test_no_chinese_text_is_left_over() -> None:
    wanted = {" ".join(paragraph.split()) for _, paragraph in english()}
    assert set(texts()) - wanted == {"Show this message and exit."}


@pytest.mark.parametrize("columns", [60, 80])
def test_help_in_chinese_fits_the_terminal(columns: int) -> None:
    context = group.context_class(group, info_name="listing-monitor", terminal_width=columns, obj=Face(lang="zh"))
    text = group.get_help(context)
    assert text.startswith("用法") and "选项：" in text and "Options" not in text
    prose = [line for line in text.split("\n") if "listing-monitor" not in line]
    assert max(sum(2 if east_asian_width(char) in "WF" else 1 for char in line) for line in prose) <= columns + 2  # a full stop may hang over


def test_a_line_never_begins_with_a_full_stop() -> None:
    assert not any(line[0] in "，。；：）" for line in wrapped("一二三四，五六七八。" * 9, 8))


@pytest.mark.parametrize("arguments", [
    ("audit", "x", "--wrong"), ("adit",), ("audit",), ("audit", "--fail-on", "bad", "x"), ("doctor", "extra"), ("doctor", "extra", "more"),
    ("explain", "--on", "someday", "x"), ("audit", "--lang"), ("audit", "--quiet=3", "x"), ("audit", "--workers", "x", "f"), ("audit", "--workers", "-1", "f"),
    ("findings", "lsit"), ("registry", "import"),
])  # fmt: skip
def test_a_wrong_command_line_is_refused_in_chinese(command: Command, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.setenv("LISTING_MONITOR_LANG", "zh")
    ran = command(*arguments)
    prose = re.sub(r"'[^']*'|listing-monitor [\w ]*--help|FILE|PATH", "", ran.err)
    assert ran.code == 2 and re.search("[一-龥]", prose)
    assert not re.search(r"\b(is|not|No|Missing|Option|Got|Invalid|Did)\b", prose)


def test_paragraphs_kept_as_they_stand_have_their_chinese_where_they_hold_words() -> None:
    """Lines of commands need none; a word beside them does."""
    kept = {" ".join(paragraph.split()) for _, paragraph in english() if paragraph.startswith("\b")}
    wordy = {paragraph for paragraph in kept if re.search(r":  ?\w|minute hour", paragraph)}
    assert wordy and wordy <= set(texts())


def test_commands_of_a_group_are_told_in_chinese() -> None:
    for path, command in commands(group, (), click.Context(group)):
        if len(path) > 1:
            assert chinese(command.get_short_help_str(200)) != command.get_short_help_str(200), path


@pytest.mark.parametrize(("lang", "said"), [("en", "Did you mean 'audit'?"), ("zh", "您是不是要用：'audit'？")])
def test_a_misspelt_command_is_told_with_the_nearest(command: Command, lang: str, said: str) -> None:
    ran = command("adit", "--lang", lang)
    assert ran.code == 2 and said in ran.err and len(ran.err.strip().splitlines()) == 1
