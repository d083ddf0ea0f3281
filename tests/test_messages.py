"""Every sentence stands in both languages, with the same places, and every key that the code names is there."""

from __future__ import annotations

import re
import string
import tomllib

import pytest

from monitor.messages import LANGS, LOCALE, say, sentences
from monitor.model.finding import GAPS, LEVELS, USAGES
from monitor.screening.remedies import EFFORT
from monitor.screening.rules import RULES

ROOMS = sorted(path.stem for path in (LOCALE / "en").glob("*.toml"))
ROOT = LOCALE.parent.parent
KEY = re.compile(r"""["']([a-z][a-z-]*\.[a-z][a-z0-9_-]*)["']""")
CALLS = re.compile(r"""(?:say|tell|failure|Problem|Refused)\([^"']*(?:code=)?["']([a-z][a-z-]*\.[a-z][a-z0-9_-]*)["']""")


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_say_the_same(room: str) -> None:
    chinese, english = sentences(room, "zh"), sentences(room, "en")
    assert set(chinese) == set(english)
    assert {key: places(text) for key, text in chinese.items()} == {key: places(text) for key, text in english.items()}


def test_no_room_has_one_language_only() -> None:
    assert sorted(path.stem for path in (LOCALE / "zh").glob("*.toml")) == ROOMS
    for path in LOCALE.glob("*/*.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8")), path


def test_every_key_in_the_code_has_its_sentence() -> None:
    lacking = []
    for path in [*ROOT.glob("monitor/**/*.py"), *ROOT.glob("spiders/**/*.py")]:
        for key in CALLS.findall(path.read_text(encoding="utf-8")):
            room, _, name = key.partition(".")
            known = sentences(room, "en") if room in ROOMS else {}
            # 'findings.kind-' + kind: the code puts the end of the key on.
            if name not in known and not (name.endswith("-") and any(key.startswith(name) for key in known)):
                lacking.append(f"{path.name}: {key}")
    assert lacking == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_code_has_its_sentence(lang: str) -> None:
    codes = {
        "reason": {rule.code for rule in RULES}, "rule": {rule.code for rule in RULES}, "remedy": set(EFFORT), "remedy-name": set(EFFORT),
        "gap": set(GAPS), "level": set(LEVELS), "usage": set(USAGES),
        "method": {"exact", "folded", "joined", "lookalike", "typo", "pinyin", "homophone"}, "verdict": {"list", "hold", "refuse"},
        "standing": {"suspected-counterfeit", "unauthorized", "authorized", "unrestricted", "referential"},
    }  # fmt: skip
    for room, wanted in codes.items():
        assert wanted <= set(sentences(room, lang)), room  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGS)
def test_no_sentence_judges(lang: str) -> None:
    """A finding needs a look; nothing is called an infringement or a counterfeit as a fact."""
    for room in ROOMS:
        for key, text in sentences(room, lang).items():  # type: ignore[arg-type]
            assert not re.search(r"infring|侵权|illegal|违法|is counterfeit|是假货", text, re.I), f"{room}.{key}"


def test_one_is_no_plural() -> None:
    assert [say("report.listings-count", count=count) for count in (1, 2)] == ["in 1 listing", "in 2 listings"]


def test_one_pronoun_and_one_kind_of_quotes_in_chinese() -> None:
    for path in [*(LOCALE / "zh").glob("*.toml"), *LOCALE.glob("*.zh.toml"), *(ROOT / "docs" / "zh").glob("*.md")]:
        assert not set("你「」") & set(path.read_text(encoding="utf-8")), path


def test_a_count_that_may_be_one_has_both_forms() -> None:
    many = {"crawl.too-many-pages", "crawl.too-many-products", "sources.two-countries", "sources.question-marks"}
    bare = re.compile(r"\{(?:count|days|lines|minutes)\} (?:[a-z]+ )?[a-z]+s\b")
    found = {f"{room}.{key}": text for room in ROOMS for key, text in sentences(room, "en").items() if bare.search(text)}
    assert {key: text for key, text in found.items() if key not in many} == {}
