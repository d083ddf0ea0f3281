"""The manual is held to the code: pages are fresh, commands and options exist, links lead somewhere, examples run."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import xlsxwriter

from monitor.cli import COMMANDS, group
from monitor.screening.rules import RULES

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LEFT_OUT = ("listing-monitor serve", "listing-monitor schedule", "listing-monitor sources map", "listing-monitor alerts test")  # they stay, ask, or send
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.M | re.S)


def test_made_pages_are_fresh() -> None:
    assert runpy.run_path(str(ROOT / ".ci" / "docs.py"))["stale"]() == [], "run: python .ci/docs.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert link.startswith("http") or (page.parent / link).exists(), link


def command_lines() -> list[str]:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*/quickstart.md")]
    lines = [line for page in pages for block in BLOCK.findall(page.read_text(encoding="utf-8")) for line in block.splitlines()]
    return [line.split("  #")[0].split(" >")[0].strip() for line in lines if line.startswith("listing-monitor")]


@pytest.mark.parametrize("line", command_lines())
def test_every_command_in_the_manual_exists(line: str) -> None:
    words = shlex.split(line)[1:]
    context = click.Context(group)
    command: click.Command | None = group.get_command(context, words.pop(0))
    while isinstance(command, click.Group):
        command = command.get_command(context, words.pop(0))
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("page", ["README.md", "docs/en/quickstart.md", "docs/zh/quickstart.md"])
def test_the_lines_of_the_manual_work_as_written(page: str, tmp_path: Path) -> None:
    """One after the other in one shell, in a folder with an export of each kind that they name."""
    shutil.copy(ROOT / "fixtures" / "demo" / "listings.csv", tmp_path / "export.csv")
    (tmp_path / "orders.csv").write_text("order_id,line_id,listing_id,title,quantity,paid\no1,1,610001,x,5,9\n", encoding="utf-8")
    (tmp_path / "yesterday.jsonl").touch()
    (tmp_path / "my-shop").mkdir()
    with xlsxwriter.Workbook(tmp_path / "my-shop" / "drafts.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["title"])
        book.worksheets()[0].write_row(1, 0, ["N1KE running shoes"])
    blocks = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    lines = [line.split("  #")[0] for block in blocks for line in block.splitlines() if line.startswith(("listing-monitor", "cd "))]
    lines = [line for line in lines if not line.startswith(LEFT_OUT)]
    assert len(lines) >= 4
    # After the lines in my-shop the README speaks of the export again.
    script = "\n".join(f"{'[ -e export.csv ] || cd ..; ' if ' export.csv' in line else ''}{line}; echo \"$? {number}\" >&3" for number, line in enumerate(lines))
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(["sh", "-c", f"exec 3>codes\n{script}"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    codes = dict(reversed(line.split()) for line in (tmp_path / "codes").read_text(encoding="utf-8").splitlines())
    assert {lines[int(number)]: code for number, code in codes.items() if code not in ("0", "1")} == {}, ran.stderr
    assert len(codes) == len(lines) and "Traceback" not in ran.stderr


def test_every_command_has_its_heading() -> None:
    for lang in ("en", "zh"):
        text = (ROOT / "docs" / lang / "commands.md").read_text(encoding="utf-8")
        assert all(f"## listing-monitor {name}\n" in text for name in COMMANDS)


def test_every_rule_has_a_sentence_of_its_own() -> None:
    sentences = [" ".join((rule.test.__doc__ or "").split()) for rule in RULES]
    assert all(sentences) and len(set(sentences)) == len(sentences)


def test_the_example_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "brands.csv").write_text("brand_id,name,policy\nnike,Nike,no-online\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out == "nike high ['N1KE']\n"
