"""Make the pages of the manual that follow from code: rules, formats, commands, in English and Chinese.

    python .ci/docs.py            write docs/{en,zh}/{rules,formats,commands}.md
    python .ci/docs.py --check    exit 1 when a page is stale
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

from monitor.cli import COMMANDS, group
from monitor.cli.face import Face
from monitor.messages import LANGS, Lang, say, sentences
from monitor.model.finding import GAPS, LEVELS, USAGES, VERDICTS
from monitor.model.policy import ScreeningPolicy
from monitor.screening.remedies import EFFORT
from monitor.screening.rules import RULES
from spiders.pages import READERS

ROOT = Path(__file__).resolve().parents[1]
WORDS = {
    "en": {
        "rules": "The rules", "made": "Made from the code by `python .ci/docs.py`; change the code, not this page.",
        "levels": "Levels and verdicts", "usage": "What a mention does", "main": "Main rules: only the strongest counts",
        "alone": "Raising rules that also speak alone", "adding": "Raising rules that only add to a main rule",
        "lowering": "Lowering rules", "gaps": "Gaps of a chain of papers, in order", "remedies": "Remedies",
        "weight": "weight", "level": "level alone", "says": "says", "code": "code", "from": "from score", "verdict": "verdict",
        "formats": "The formats that are read", "layout": "how the layout is known", "kind": "kind", "commands": "The commands",
        "known": "A file is known by its headers, whatever it is called and however it is encoded; `listing-monitor sources identify FILE` says what it is, how its layout is "
        "known, which columns are used and what was wrong with it. Another table is described once with `listing-monitor sources map FILE`, or with a TOML file beside "
        "your `monitor.toml` (every key is told in `spiders/dialect.py`); a program adds a reader through the entry point `listing_monitor.dialects`.",
        "click": "where to click for it (menus move; look for these words)", "listings": "Listings", "orders": "Orders",
        "orders-text": "Given beside listings, orders fill how many were sold: by listing id, then SKU, then exact title, on the same platform. The buyer's columns are dropped as "
        "the row is read, and no cell of an order is ever quoted in a remark. A workbook is held whole in memory while it is read, a CSV never.",
        "pages-text": "A product page of your own, saved from the browser, is read as one listing. A login or verification page, and a price that the platform shows only to those "
        "who are not logged in, are told apart from a page without a listing.",
        "nobody": "A layout that nobody saw is not called supported: Pinduoduo and 1688 listing exports are read through `sources map`, through the tools of "
        "sellers listed here, or as saved pages.",
        "pages": "Saved product pages",
    },
    "zh": {
        "rules": "规则", "made": "本页由 `python .ci/docs.py` 从代码生成；要改请改代码。",
        "levels": "级别与结论", "usage": "提及的用法", "main": "主规则：只计最强的一条",
        "alone": "单独也成立的加重规则", "adding": "只叠加在主规则上的加重规则",
        "lowering": "减轻规则", "gaps": "授权链的缺口（按顺序）", "remedies": "措施",
        "weight": "权重", "level": "单独时的级别", "says": "含义", "code": "代码", "from": "起始分数", "verdict": "结论",
        "formats": "可读取的格式", "layout": "格式依据", "kind": "类型", "commands": "命令",
        "known": "文件凭表头识别，与文件名和编码无关；`listing-monitor sources identify 文件` 会说明它是什么、格式依据、用了哪些列、有什么问题。其他表格用 "
        "`listing-monitor sources map 文件` 指定一次，或在 `monitor.toml` 旁放一个 TOML 文件（各键的说明见 `spiders/dialect.py`）；程序可通过入口点 `listing_monitor.dialects` 添加读取器。",
        "click": "在哪里导出（菜单会变，请找这些字样）", "listings": "商品", "orders": "订单",
        "orders-text": "与商品文件一起给出时，订单用来填写销量：先按商品编号，再按商家编码，再按完全相同的标题，且限同一平台。买家的列在读取每一行时即被丢弃，提示中也不会引用订单的任何单元格。"
        "读取工作簿时整个文件在内存中，CSV 则不会。",
        "pages-text": "用浏览器保存的自己的商品页，作为一个商品读取。登录页、验证页，以及平台只给未登录者看的假价格，会与没有商品的页面区分开。",
        "nobody": "没有见过的格式不称为支持：拼多多与 1688 的商品导出请用 `sources map`、本页所列的卖家工具导出，或保存的网页。",
        "pages": "保存的商品网页",
    },
}  # fmt: skip


def rules(lang: Lang) -> Iterator[str]:
    word, policy = WORDS[lang], ScreeningPolicy()
    yield f"# {word['rules']}\n\n{word['made']}\n"
    yield f"\n## {word['levels']}\n\n| {word['code']} | | {word['from']} | {word['verdict']} |\n|---|---|---|---|\n"
    for level in reversed(LEVELS):
        yield f"| `{level}` | {say(f'level.{level}', lang)} | {policy.bounds.get(level, 0):g} | `{VERDICTS[level]}`: {say(f'verdict.{VERDICTS[level]}', lang)} |\n"
    yield f"\n## {word['usage']}\n\n| {word['code']} | {word['says']} |\n|---|---|\n"
    for usage in USAGES:
        yield f"| `{usage}` | {say(f'usage.{usage}', lang)} |\n"
    for kind in ("main", "alone", "adding", "lowering"):
        yield f"\n## {word[kind]}\n\n| {word['code']} | {word['says']} | {word['weight']} | {word['level']} |\n|---|---|---|---|\n"
        for rule in RULES:
            if rule.kind == kind:
                weight = policy.weight(rule.code)
                alone = say(f"level.{policy.level(weight)}", lang) if kind in ("main", "alone") else "-"
                yield f"| `{rule.code}` | {say(f'rule.{rule.code}', lang)} | {weight:g} | {alone} |\n"
    yield f"\n## {word['gaps']}\n\n| {word['code']} | {word['says']} |\n|---|---|\n"
    for gap in GAPS:
        yield f"| `{gap}` | {say(f'gap.{gap}', lang)} |\n"
    yield f"\n## {word['remedies']}\n\n| {word['code']} | {word['says']} |\n|---|---|\n"
    for remedy in sorted(EFFORT):
        yield f"| `{remedy}` | {say(f'remedy-name.{remedy}', lang)} |\n"


def formats(lang: Lang) -> Iterator[str]:
    word = WORDS[lang]
    yield f"# {word['formats']}\n\n{word['made']}\n\n{word['known']}\n\n{word['nobody']}\n"
    files = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "spiders" / "dialects").glob("*.toml"))}
    for kind in ("listings", "orders"):
        text = f"{word['orders-text']}\n\n" if kind == "orders" else ""
        yield f"\n## {word[kind]}\n\n{text}| | {word['layout']} | {word['click']} |\n|---|---|---|\n"
        for name, dialect in files.items():
            if dialect.get("kind", "listings") == kind:
                yield f"| `{name}` | {evidence(dialect['evidence'], lang)} | {dialect['export'][lang].replace('|', '/')} |\n"
    yield f"\n## {word['pages']}\n\n{word['pages-text']}\n\n| | {word['layout']} |\n|---|---|\n"
    for name, (_, known) in READERS.items():
        yield f"| `{name}` | {evidence(known, lang)} |\n"


def evidence(known: str, lang: Lang) -> str:
    return say(f"sources-command.evidence-{known.replace(' ', '-')}", lang)


def commands(lang: Lang) -> Iterator[str]:
    yield f"# {WORDS[lang]['commands']}\n\n{WORDS[lang]['made']}\n"
    context = group.context_class(group, info_name="listing-monitor", **group.context_settings, terminal_width=100, obj=Face(lang=lang))
    for name in COMMANDS:
        yield from _command(group.get_command(context, name), context, name)


def _command(command: click.Command | None, parent: click.Context, name: str) -> Iterator[str]:
    assert command is not None
    context = command.context_class(command, info_name=name, parent=parent, terminal_width=100)
    yield f"\n## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for below in command.commands:
            yield from _command(command.commands[below], context, below)


PAGES = {"rules": rules, "formats": formats, "commands": commands}


def stale() -> list[Path]:
    """The pages that are not what the code says."""
    return [path for path, text in made() if not path.exists() or path.read_text(encoding="utf-8") != text]


def made() -> Iterator[tuple[Path, str]]:
    for lang in LANGS:
        for name, page in PAGES.items():
            yield ROOT / "docs" / lang / f"{name}.md", "".join(page(lang))


def main() -> None:
    if "--check" in sys.argv:
        late = stale()
        print(*late, sep="\n")
        sys.exit(bool(late))
    assert sentences("rule", "en")
    for path, text in made():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
