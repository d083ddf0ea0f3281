"""Make the tables of monitor/screening/tables from wordfreq, pypinyin and OpenCC, when the package is built.

Run by hatch for every wheel and editable install; by hand: python hatch_build.py
"""

from __future__ import annotations

import csv
import math
import unicodedata
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent / "monitor" / "screening" / "tables"
ENGLISH, CHINESE = 100_000, 200_000  # words kept, most frequent first


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def make() -> None:
    """Write every table; deterministic for given package versions."""
    import opencc
    import pypinyin
    import wordfreq

    TABLES.mkdir(parents=True, exist_ok=True)
    (TABLES / "__init__.py").unlink(missing_ok=True)
    convert = opencc.OpenCC("t2s").convert
    han = [chr(code) for code in range(0x3400, 0xA000)]
    pairs = [(char, convert(char)) for char in han]
    simplified = "".join(f"{one}{other}" for one, other in pairs if one != other and len(other) == 1)
    (TABLES / "simplified.txt").write_text(simplified, encoding="utf-8")
    sounds: dict[str, list[str]] = {}
    for char in han:
        # The commonest reading first; a name may use another (泊 is po1 and bo2).
        found = pypinyin.pinyin(char, style=pypinyin.Style.TONE3, neutral_tone_with_five=True, heteronym=True, errors="ignore")
        for sound in dict.fromkeys(one.replace("ü", "v") for one in found[0][:3]) if found else ():
            if sound.isascii():
                sounds.setdefault(sound, []).append(char)
    first = {char: pypinyin.lazy_pinyin(char, style=pypinyin.Style.TONE3, neutral_tone_with_five=True)[0].replace("ü", "v") for char in han}
    lines = [
        f"{sound} {''.join(char for char in chars if first[char] == sound)} {''.join(char for char in chars if first[char] != sound)}"
        for sound, chars in sorted(sounds.items())
    ]
    (TABLES / "pinyin.txt").write_text("\n".join(lines), encoding="utf-8")
    names = brand_names()
    english = (word for word in wordfreq.top_n_list("en", ENGLISH + 20_000) if word.isascii() and word.isalpha() and word not in names)
    (TABLES / "english.txt").write_text(zipfs(english, "en", ENGLISH), encoding="utf-8")
    chinese = (convert(word) for word in wordfreq.top_n_list("zh", 4 * CHINESE) if all(map(is_han, word)) and word not in names)
    (TABLES / "chinese.txt").write_text(zipfs(dict.fromkeys(chinese), "zh", CHINESE), encoding="utf-8")


def brand_names() -> set[str]:
    """Spellings of the starter registry that it calls no ordinary words: frequency lists hold nike and 三星 too."""
    with (Path(__file__).parent / "config" / "registry" / "brands.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["common_word"] == "no"]
    return {name.strip().casefold() for row in rows for name in (row["name"], *row["aliases"].split(";"))}


def zipfs(words: Any, lang: str, most: int) -> str:
    """Words by frequency, grouped under their Zipf value times ten."""
    import wordfreq

    groups: dict[int, list[str]] = {}
    for count, word in enumerate(words):
        if count >= most:
            break
        value = wordfreq.get_frequency_dict(lang, wordlist="best").get(word, 0.0)
        zipf = round(10 * (9 + math.log10(value))) if value else 10
        groups.setdefault(zipf, []).append(unicodedata.normalize("NFC", word))
    return "\n".join(f"{zipf} {' '.join(group)}" for zipf, group in sorted(groups.items(), reverse=True))


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, without hatchling
    pass
else:

    class TablesHook(BuildHookInterface):  # type: ignore[type-arg]
        """Makes the tables where they are missing; they change only with the packages they come from."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            if not (TABLES / "chinese.txt").exists():
                make()


if __name__ == "__main__":
    make()
