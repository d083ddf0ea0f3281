"""A code and its parameters become a sentence in a language.

A key is `<room>.<name>`; its sentence is the entry `<name>` of monitor/locale/<lang>/<room>.toml, with
`{parameter}` places. A room's file is read when its first sentence is asked for, so start-up pays nothing.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from monitor.model.platforms import platform_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.errors import MonitorError
    from monitor.model.problem import Problem

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
CODED = {"gap": "gap.", "policy": "brand.policy-", "how": "brand.enforcement-"}  # parameters that hold a code
BREAKS = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
LOCALE = Path(__file__).parent / "locale"

Failure = TypeVar("Failure", bound="MonitorError")


@cache
def sentences(room: str, lang: Lang) -> Mapping[str, str]:
    """All sentences of one room. A missing file is a broken installation and raises FileNotFoundError."""
    return tomllib.loads((LOCALE / lang / f"{room}.toml").read_text(encoding="utf-8"))


def say(key: str, lang: Lang = "en", /, **params: object) -> str:
    """The sentence for `key`. KeyError for an unknown key or a missing parameter: both are faults of ours."""
    room, _, name = key.partition(".")
    return sentences(room, lang)[name].format_map({key: _Said(value) for key, value in params.items()})


class _Said(str):
    """A parameter as it stands in a sentence; `{count:row|rows}` says 1 row, 2 rows."""

    __slots__ = ()

    def __format__(self, forms: str) -> str:
        one, found, many = forms.partition("|")
        return f"{self} {one if self == '1' else many}" if found else str(self)


def say_problem(problem: Problem, lang: Lang = "en") -> str:
    """The sentence of a problem, without its place; `found` and `column` are given as parameters too."""
    return say(problem.code, lang, **{"found": problem.found, "column": problem.column, **problem.params})


def say_code(room: str, code: str, params: Mapping[str, str], lang: Lang) -> str:
    """The sentence of a reason or remedy; a code among its parameters (gap, policy, how, platforms) becomes its words."""
    words = {name: say(f"{CODED[name]}{value}", lang) if name in CODED and value else value for name, value in params.items()}
    if "platforms" in words:
        words["platforms"] = platform_name(words["platforms"], lang)
    return say(f"{room}.{code}", lang, **words)


def platform_name(platform: str, lang: Lang) -> str:
    """A marketplace as a person calls it; as it is written where it has no other name."""
    return sentences("platform", lang).get(platform_id(platform), platform)


def printable(value: str) -> str:
    """Text without control characters, lone surrogates or direction marks, for terminals, chats and XML."""
    if value.isprintable():
        return value
    value = BREAKS.sub(" ", value)
    return "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cs", "Cn") else char for char in value if unicodedata.category(char) != "Cf" or char == "\u200d")


def say_failure(key: str, params: Mapping[str, object], lang: Lang) -> str:
    """The sentence of an error; a parameter `wanted` names the sentence of what would have fitted."""
    if "wanted" in params:
        params = {**params, "wanted": say(str(params["wanted"]), lang, **params)}
    return say(key, lang, **params)


def failure(kind: type[Failure], key: str, /, **params: object) -> Failure:
    """An error of `kind` whose text is the English sentence; a face says it again in the user's language."""
    return kind(key, text=say_failure(key, params, "en"), **params)
