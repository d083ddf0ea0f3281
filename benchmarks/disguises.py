"""Disguises that were not in the model of the prototypes, made from the names of a registry by fixed rules.

A name is chosen and changed by the checksum of its letters, never by chance: the same registry gives the same
disguises. Each stands in front of a plain title, as sellers write it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from monitor.model.registry import Brand
from monitor.screening.words import chinese, english, sounds

Change = Callable[[str], str]  # "" where it cannot be made of a name
TAILS = ("x9", "pro", "s20plus", "z5x", "air2", "max")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Sounds that northern and southern speakers, and quick typists, mix up.
NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("f", "h"), ("r", "l"))


@dataclass(frozen=True)
class Disguise:
    kind: str
    brand_id: str
    name: str
    written: str

    @property
    def title(self) -> str:
        if self.written.isascii() and self.kind not in ("pinyin typo", "near-pinyin"):
            return f"{self.written} wireless mouse silent 2.4G black"
        return f"{self.written}电热水壶家用大容量保温"


def disguises(brands: Iterable[Brand], changes: Mapping[str, Change], each: int = 150) -> list[Disguise]:
    """At most `each` of every kind of change, spread over the registry."""
    made: dict[str, list[Disguise]] = {kind: [] for kind in changes}
    owned = [(brand.brand_id, name) for brand in brands for name in brand.names]
    taken = {name.casefold() for _, name in owned}
    for brand_id, name in sorted(owned, key=lambda one: _sum(one[1])):
        for kind, change in changes.items():
            if len(made[kind]) < each and (written := change(name)) and written.casefold() not in taken:
                made[kind].append(Disguise(kind, brand_id, name, written))
    return [one for kind in changes for one in made[kind]]


def _sum(text: str) -> int:
    return zlib.crc32(text.encode())


def _latin(name: str) -> bool:
    folded = name.casefold()
    return name.isascii() and name.isalpha() and folded not in english()


def _han(name: str) -> bool:
    return all("\u4e00" <= char <= "\u9fff" for char in name) and name not in chinese()


def _glued(name: str) -> str:
    return name.lower() + TAILS[_sum(name) % len(TAILS)] if _latin(name) and len(name) >= 4 else ""


def _short_typo(name: str) -> str:
    """One letter inside changed, dropped or doubled."""
    if not (_latin(name) and len(name) == 4):
        return ""
    at, how = 1 + _sum(name) % 3, _sum(name) // 7 % 3
    lower = name.lower()
    written = (lower[:at] + LETTERS[(LETTERS.index(lower[at]) + 1 + _sum(name) % 25) % 26] + lower[at + 1 :], lower[:at] + lower[at + 1 :], lower[:at] + lower[at] + lower[at:])[how]
    return written if written not in english() else ""


def _dropped(name: str) -> str:
    if not (_han(name) and len(name) >= 4):
        return ""
    at = _sum(name) % len(name)
    written = name[:at] + name[at + 1 :]
    return written if written not in chinese() else ""


def _spoken(name: str) -> list[str]:
    return [sounds().get(char, "") for char in name]


def _pinyin_typo(name: str) -> str:
    """The name in pinyin with one letter changed or left out."""
    spoken = _spoken(name) if _han(name) and 2 <= len(name) <= 4 else [""]
    latin = "".join(spoken)
    if not all(spoken) or len(latin) < 7:
        return ""
    at = 1 + _sum(name) % (len(latin) - 1)
    written = latin[:at] + latin[at + 1 :] if _sum(name) % 2 else latin[:at] + LETTERS[(LETTERS.index(latin[at]) + 3) % 26] + latin[at + 1 :]
    return written if written not in english() else ""


def _near_pinyin(name: str) -> str:
    """One character replaced by a common one whose sound is nearly the same."""
    if not (_han(name) and len(name) >= 3):
        return ""
    for at in (one % len(name) for one in range(_sum(name) % len(name), _sum(name) % len(name) + len(name))):
        for char in _neighbours(name[at]):
            written = name[:at] + char + name[at + 1 :]
            if written not in chinese():
                return written
    return ""


def _neighbours(char: str) -> Iterator[str]:
    sound = sounds().get(char, "")
    for one, other in NEAR:
        for left, right in ((one, other), (other, one)):
            if sound.startswith(left) and not (left in "zcs" and sound[1:2] == "h"):
                yield from _common(right + sound[len(left) :])
            if left in ("ng", "n") and right in ("ng", "n") and sound.endswith(left) and not (left == "n" and sound.endswith("ng")):
                yield from _common(sound[: -len(left)] + right)


def _common(sound: str) -> list[str]:
    """The three commonest characters of a sound."""
    by_sound = _by_sound()
    return by_sound.get(sound, [])[:3]


_SOUNDS: dict[str, list[str]] = {}


def _by_sound() -> dict[str, list[str]]:
    if not _SOUNDS:
        for char, sound in sorted(sounds().items(), key=lambda one: -chinese().get(one[0], 0)):
            _SOUNDS.setdefault(sound, []).append(char)
    return _SOUNDS


def _plural(name: str) -> str:
    return name + ("es" if name[-1] in "sxz" else "s") if _latin(name) and len(name) >= 4 else ""


def _words(name: str) -> list[str]:
    """The words of a Latin name of two or three, eight letters and more."""
    words = name.split(" ")
    return words if name.isascii() and "".join(words).isalpha() and 2 <= len(words) <= 3 and len("".join(words)) >= 8 else []


def _digit(name: str) -> str:
    """A digit for one letter of one word: Calv1n Klein."""
    places = [at for at, char in enumerate(name.lower()) if char in LEET] if _words(name) and min(map(len, _words(name))) > 1 else []
    if not places:
        return ""
    at = places[_sum(name) % len(places)]
    return name[:at] + LEET[name[at].lower()] + name[at + 1 :]


def _apart(name: str) -> str:
    """Points between the letters of one word: New B.a.l.a.n.c.e."""
    words = _words(name)
    at = _sum(name) % len(words) if words else 0
    return " ".join([*words[:at], ".".join(words[at]), *words[at + 1 :]]) if words and len(words[at]) > 2 else ""


LEET = {"o": "0", "i": "1", "l": "1", "e": "3", "a": "4", "s": "5"}
OUTSIDE: Mapping[str, Change] = {
    "glued suffix": _glued, "typo in a four-letter name": _short_typo, "dropped Han character": _dropped,
    "pinyin typo": _pinyin_typo, "near-pinyin": _near_pinyin,
}  # fmt: skip
VARIANTS: Mapping[str, Change] = {"plural": _plural, "digit in a name of several words": _digit, "points in one of several words": _apart}
