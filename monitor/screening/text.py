"""A field read once: folded forms with offsets back into the raw text.

`plain` forgets what does not count (width, case, accents, script of Han, invisible signs). `skeleton` forgets
confusables too, so that N1KE and NIKE have one. Both keep one character per position of `offsets`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from monitor.screening.words import simplified

if TYPE_CHECKING:
    from collections.abc import Sequence

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Letters, digits and Han; all else separates. Digits and letters are tokens of their own: newbalance574.
TOKEN = re.compile(rf"[a-z]+|[0-9]+|[{HAN}]|[^\W\d_]")
DROPPED = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")

# Letters of other scripts and signs that look like Latin ones. Folded in both cases before casefold: Greek
# capital Nu would otherwise become a letter that looks like v.
LOOKALIKE = str.maketrans(
    {
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϜ", "ABEZHIKMNOPTYXCF", strict=True)),
        **dict(zip("αβγεικνορτυχςϲϳ", "abyeikvoptuxccj", strict=True)),
        **dict(zip("АВЕЅІЈКМНОРСТУХЁԌԚԜҮ", "ABESIJKMHOPCTYXEGQWY", strict=True)),
        **dict(zip("авеѕіјкмнорстухёԍԛԝүһԁьпгп", "abesijkmhopctyxegqwyhdbnrn", strict=True)),
        **dict(zip("ıɑɡıℓΙӀǀ∣ꓡꓟ", "iagilIIllLM", strict=True)),
        **dict(zip("ⅰⅴⅹⅼⅽⅾⅿⅠⅤⅩⅬⅭⅮⅯ", "ivxlcdmIVXLCDM", strict=True)),
        "ⅵ": "vi", "Ⅵ": "VI", "ⅱ": "ii", "ⅲ": "iii", "ⅳ": "iv", "ⅶ": "vii", "ø": "o", "Ø": "O", "ß": "ss", "丫": "Y",
    }
)  # fmt: skip
SIGNS = str.maketrans({"@": "a", "$": "s", "€": "e", "£": "l", "¥": "y", "!": "i", "|": "l"})
PAUSES = "!|"  # the signs that stand behind words: they are nobody's last letter
SKELETON = str.maketrans({"0": "o", "1": "l", "i": "l", "3": "e", "4": "a", "5": "s", "8": "b", "d": "b", "q": "p", "9": "g", "6": "b", "2": "z", "7": "t"})


class Text(NamedTuple):
    """`plain` and the raw position of each of its characters (one more for the end); `foreign` marks the
    positions whose character was a look-alike of another script or a sign."""

    raw: str
    plain: str
    offsets: Sequence[int]
    foreign: frozenset[int]


class _Table(dict[int, str]):
    """Code point -> its plain form where that is one character, for str.translate; NUL marks the others.

    Filled as characters come: translate runs in C, so a title costs its length and no more.
    """

    def __missing__(self, code: int) -> str:
        form = _folded(chr(code)) if code > 127 else chr(code).lower()
        value = form if len(form) == 1 else "\0"
        if len(self) < 200_000:
            self[code] = value
        return value


_TABLE = _Table()
NONE: frozenset[int] = frozenset()


@cache
def _odd() -> re.Pattern[str]:
    """Any character whose plain form is not itself in small letters, and some others: a class over ASCII, Han and a few signs."""
    told = sorted(code for code in {*simplified(), *LOOKALIKE} if 0x4E00 <= code <= 0x9FFF)
    kept = "".join(f"{chr(first + 1)}-{chr(last - 1)}" for first, last in pairwise((0x4DFF, *told, 0xA000)) if last - first > 1)
    return re.compile(f"[^\x00-\x7f。、《》【】{kept}]")


def is_usual(raw: str) -> bool:
    """Is it plain as it stands, but for capitals? Nine of ten Chinese titles are: asking takes a tenth of folding."""
    return _odd().search(raw) is None


def read(raw: str) -> Text:
    """Fold a field; linear in its length. A character that vanishes, grows or disguises costs a second look."""
    if raw.isascii():
        return Text(raw, raw.lower(), range(len(raw) + 1), NONE)
    plain = raw.lower() if is_usual(raw) else raw.translate(_TABLE)
    if "\0" not in plain:
        return Text(raw, plain, range(len(raw) + 1), NONE)
    return _read_slowly(raw)


def _read_slowly(raw: str) -> Text:
    out: list[str] = []
    offsets: list[int] = []
    foreign: list[int] = []
    for at, char in enumerate(raw):
        forms = _folded(char)
        if forms[:1] == "\0" and len(forms) > 1:
            forms = forms[1:]
            foreign.extend(range(len(out), len(out) + len(forms)))
        for form in forms:
            out.append(form)
            offsets.append(at)
    offsets.append(len(raw))
    return Text(raw, "".join(out), offsets, frozenset(foreign))


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    """One character's plain form; a leading NUL says that it is a look-alike of another script."""
    if char.isascii():
        return char.lower()
    if DROPPED.match(char) or unicodedata.combining(char):
        return ""
    if char in "™℠":  # NFKC would glue its letters to the name
        return " "
    like = char.translate(LOOKALIKE)
    if like != char:
        return "\0" + like.lower()
    wide = unicodedata.normalize("NFKC", char)
    if wide != char and wide.isascii():
        return wide.lower()
    bare = "".join(one for one in unicodedata.normalize("NFD", wide.casefold()) if not unicodedata.combining(one))
    return unicodedata.normalize("NFC", bare).translate(simplified()) or ""


def fold_one(char: str) -> str:
    """One character's plain form: mostly one character, sometimes none or several."""
    forms = _folded(char)
    return forms[1:] if forms[:1] == "\0" and len(forms) > 1 else forms


def plain(raw: str) -> str:
    """Only the plain form."""
    return raw.lower() if raw.isascii() else read(raw).plain
